"""The first thing a member sees: what is in the database, and requests that work on it."""

from rich.console import RenderableType
from rich.text import Text

from agent.messages import say
from agent.terminal.words import TERMINAL
from agent.turns import Engine
from db.queries import members
from db.session import Actor
from tools.context import Asker, ToolContext
from tools.overview import Overview, examples_from, overview_of
from tools.runner import BERLIN
from tools.view import said


async def greeting(engine: Engine, asker: Asker) -> list[RenderableType]:
    """Return the greeting for a member, in their language."""
    services = engine.services
    now = services.clock()
    async with services.database.reading(Actor.member(asker.id)) as session:
        company, demo = await members.company(session)
        context = ToolContext(session, asker, now, now.astimezone(BERLIN).date(), "greeting")
        found: Overview = await overview_of(context)
        examples = await examples_from(context)
    locale = asker.locale
    lines: list[RenderableType] = [Text(f"CoffeeStudio · {company}", style="bold")]
    if demo:
        lines.append(Text(say("demo", locale), style="yellow"))
    lines.append(Text(said(found.summary, found.values, locale)))
    lines.append(Text(TERMINAL["try"].format(locale), style="dim"))
    lines += [Text(f"  {example}", style="cyan") for example in examples]
    lines.append(Text(TERMINAL["welcome"].format(locale, name=asker.name.split()[0])))
    return lines
