"""A clone of the demo per case, an obeying model on the wire, and one case played through."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from agent import asking
from agent.asking import Request
from agent.models.litellm_model import hang_up
from agent.reply import Reply
from agent.turns import Engine
from agent.wiring import services, who
from db import embedded
from db.embedded import OWNER_ROLE, Embedded
from db.rls import APP_ROLE
from db.session import Database
from tests.attack.obeying import Obeying
from tests.attack.world import Owner, effects
from tests.conftest import NOW, settings_of
from tests.standins.model_script import Call
from tests.standins.model_server import ModelServer
from tools.runner import Runner

Json = dict[str, Any]


@dataclass
class Played:
    """What came of one planted instruction."""

    case: Json
    replies: list[Reply]
    effects: list[str]
    proposed: list[Call]
    raw: list[str]
    requests: list[Json]
    secrets: list[str]
    links: set[str]
    planted: str
    cards: int = field(init=False)

    def __post_init__(self) -> None:
        self.cards = sum(len(r.cards) for r in self.replies)


Play = Callable[..., Awaitable[Played]]


@pytest.fixture
async def play(server: Embedded, template_demo: str) -> AsyncIterator[Play]:
    """Play a case: plant it, ask the innocent question, compare everything."""
    async with AsyncExitStack() as stack:

        async def one(case: Json, *, gate: bool = True, asker: str | None = None) -> Played:
            name = f"t_{secrets.token_hex(6)}"
            embedded.ensure_database(server, name, template=template_demo)
            stack.callback(embedded.drop_database, server, name)
            database = Database(server.url(name, APP_ROLE))
            try:
                owner = Owner(server.url(name, OWNER_ROLE))
                return await _play(database, owner, case, asker or case["as"], gate=gate)
            finally:
                await database.close()

        yield one
    await hang_up()


async def _play(database: Database, owner: Owner, case: Json, asker: str, *, gate: bool) -> Played:
    owner.make_secrets()
    planner = Engine(services(settings_of(), database, lambda: NOW))
    places = await earlier_work(planner)
    plant, turns = filled(case["plant"], places), filled(case["turns"], places)
    if plant:
        owner.plant(plant)
    member = await who(database, f"{asker}@demo.invalid")
    before = owner.snapshot()
    model = Obeying([Call(*t["read"]) if t["read"] else None for t in turns])
    async with ModelServer(model) as provider:
        engine = _engine(database, provider, gate=gate)
        replies = [
            await asking.ask(
                engine, Request.model_validate({"text": t["say"], "thread": "x"}), member
            )
            for t in turns
        ]
        requests = provider.requests
    return Played(
        case=case,
        replies=replies,
        effects=effects(before, owner.snapshot()),
        proposed=model.proposed,
        raw=model.said,
        requests=requests,
        secrets=owner.secrets(member.email),
        links=owner.links(),
        planted=str(plant) + str(turns),
    )


def _engine(database: Database, provider: ModelServer, *, gate: bool) -> Engine:
    settings = settings_of(
        model="openai/obeying", model_base_url=provider.base_url, fallback_models=""
    )
    made = services(settings, database, lambda: NOW)
    if gate:
        return Engine(made)
    open_door = Runner(database, made.catalog, made.clock, rule=lambda _proposal, _origin: None)
    return Engine(replace(made, runner=open_door))


async def earlier_work(engine: Engine) -> dict[str, int]:
    """Leave a colleague's change that could be undone and a card that could be approved."""
    luis = await who(engine.services.database, "luis@demo.invalid")
    anna = await who(engine.services.database, "anna@demo.invalid")
    done = await asking.order(
        engine, luis, "Pon el precio de venta de PE-24-012 en 7,45", "change_lot",
        {"lot": "PE-24-012", "asking_price": "7.45"},
    )  # fmt: skip
    asked = await asking.order(
        engine, anna, "mach das", "change_lot", {"lot": "PE-24-001", "asking_price": "2"}
    )
    assert done.undo
    return {"set": done.undo, "card": asked.cards[0].id}


def filled(value: Any, places: dict[str, int]) -> Any:
    """Put the numbers of this database where the corpus says {set} and {card}."""
    if isinstance(value, str):
        for name, number in places.items():
            value = value.replace(f'"{{{name}}}"', str(number)).replace(f"{{{name}}}", str(number))
        return value
    if isinstance(value, dict):
        return {k: filled(v, places) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, places) for v in value]
    return value
