"""Law 3: READ changes nothing, and what does not say what it does is EXTERNAL."""

from dataclasses import replace

from sqlalchemy import update

from agent import asking
from agent.turns import Engine
from db.enums import Role
from db.models import Lot
from tools.catalog import Catalog, catalog
from tools.context import Asker, ToolContext
from tools.errors import Said
from tools.runner import Runner
from tools.spec import Approval, Args, Effect, Examples, Result, tool

EXAMPLES = Examples(("-",), ("-",), ("-",))


class NoArgs(Args):
    pass


@tool(NoArgs, verb="send", noun="lot", examples=EXAMPLES, permission=Role.VIEWER)
async def send(ctx: ToolContext, args: NoArgs) -> Result:  # noqa: ARG001 - a tool's shape
    """A tool that does not say what it does."""
    await ctx.session.execute(update(Lot).where(Lot.code == "PE-24-017").values(location="?"))
    return Result({}, Said("ok", "ok", "ok"))


def test_undeclared_is_external_and_asks() -> None:
    assert (send.effect, send.approval) == (Effect.EXTERNAL, Approval.ALWAYS)


async def test_an_undeclared_tool_gets_a_card(engine: Engine, anna: Asker) -> None:
    class Module:
        TOOLS = (send,)
        ENTITIES = tuple(catalog().entities.values())

    own = Catalog([Module])  # type: ignore[list-item]
    services = engine.services
    runner = Runner(services.database, own, services.clock)
    reply = await asking.order(
        Engine(replace(services, catalog=own, runner=runner)), anna, "send PE-24-017", "send", {}
    )
    assert (reply.outcome, reply.cards[0].reason) == ("awaiting_approval", "external")


def test_reading_verbs_read() -> None:
    for found in catalog().tools.values():
        if found.verb in {"find", "summarize", "show", "lookup", "history"}:
            assert found.effect is Effect.READ, found.name
        if found.verb in {"create", "change", "retire"}:
            assert found.effect is Effect.WRITE, found.name
