"""The composition root: from settings to a working process. The only place that knows all parts."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from agent import tracing
from agent.models.port import Model
from agent.models.retry import Breaker, with_fallbacks
from agent.settings import Settings
from agent.turn import Services
from agent.turns import Engine
from db import embedded
from db.embedded import Embedded
from db.queries import members, seals
from db.session import Actor, Database
from knowledge.embedding import Embedder
from knowledge.meaning import Meaning
from knowledge.shipped import ensure_corpus
from tools import catalog as tool_catalog
from tools import references
from tools.catalog import Catalog
from tools.context import Asker, as_asker
from tools.known_values import known_values
from tools.runner import BERLIN, Runner

Names = Callable[[], Awaitable[Sequence[references.KnownName]]]
OnStep = Callable[[str], None]
DEMO = "demo"
COMPANY = "company"
FILES = "files"


@dataclass(frozen=True)
class Place:
    """Which database this process works on: its two addresses, and the embedded server if ours."""

    app_url: str
    owner_url: str | None
    name: str
    server: Embedded | None = None


def quiet(_step: str) -> None:
    """Report no progress."""


def find_place(settings: Settings, on_step: OnStep = quiet, name: str | None = None) -> Place:
    """Return the database the settings name, starting the embedded server when they name none.

    A fresh embedded server gets the demo database, migrated and loaded; `coffeestudio init` adds
    the company's own, which is used from then on.
    """
    if settings.database_url is not None:
        owner = settings.owner_database_url
        url = settings.database_url.get_secret_value()
        return Place(url, owner.get_secret_value() if owner else None, "configured")
    on_step("database server")
    server = embedded.start(settings.data_dir, on_step)
    chosen = name or (COMPANY if COMPANY in embedded.database_names(server) else DEMO)
    return prepared(server, chosen, on_step)


def prepared(server: Embedded, name: str, on_step: OnStep = quiet) -> Place:
    """Return a database of the embedded server, created, migrated and filled when it is new."""
    embedded.ensure_roles(server)
    created = embedded.ensure_database(server, name)
    place = Place(
        server.url(name, "coffeestudio_app"), server.url(name, "coffeestudio_owner"), name, server
    )
    migrate(place, on_step, fresh=created)
    return place


def migrate(
    place: Place, on_step: OnStep = quiet, *, fresh: bool = False, today: date | None = None
) -> None:
    """Bring a place's schema and corpus up to date, and fill the demo when it is empty."""
    from db.migrate import current, head, upgrade

    if place.owner_url is None:
        return
    changed = fresh or current(place.owner_url) != head()
    if changed:
        on_step("schema")
        upgrade(place.owner_url, on_step=on_step)
    if ensure_corpus(place.owner_url, on_step) is not None or changed:
        from knowledge.vector_index import ensure_index
        from knowledge.vectors import ensure_vectors

        ensure_vectors(place.owner_url, on_step)
        ensure_index(place.owner_url, on_step)
    if place.name == DEMO:
        from db.demo import load_demo

        load_demo(place.owner_url, today or datetime.now(BERLIN).date(), on_step)  # noqa: TID251 - the demo is made around the day it is first loaded


def clock_of(today: date | None) -> Callable[[], datetime]:
    """Return the clock: the real one, moved so that it shows `today` when a script asks for it."""
    shift = timedelta(0)
    if today is not None:
        now = datetime.now(BERLIN)  # noqa: TID251 - this is the clock
        shift = today - now.date()
    return lambda: datetime.now(UTC) + shift  # noqa: TID251 - this is the clock


@asynccontextmanager
async def opened(
    settings: Settings, place: Place, today: date | None = None
) -> AsyncGenerator[Engine]:
    """Give a working turn engine on a database, closed again afterwards.

    Raises:
        DatabaseRefused, DatabaseUnavailable: with the mend in the message.
    """
    database = Database(place.app_url)
    try:
        await database.open()
        made = services(settings, database, clock_of(today))
        async with _provider(settings), made.runner.meaning.kept_up(database):
            yield Engine(made)
        async with database.writing(Actor.system("seal")) as session:
            await seals.seal(session)  # until workers do it by the clock, a sitting ends so
    finally:
        await database.close()


@asynccontextmanager
async def _provider(settings: Settings) -> AsyncGenerator[None]:
    """Load LiteLLM beside the greeting when a model is configured, and close its connections."""
    if settings.model == "offline":
        yield
        return
    from agent.models.litellm_model import hang_up, litellm

    loading = asyncio.create_task(litellm())
    try:
        yield
    finally:
        await loading
        await hang_up()


def services(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Services:
    """Put the parts together."""
    catalog, breaker = tool_catalog.catalog(), Breaker()
    files, meaning = settings.data_dir / FILES, Meaning(_embedder(settings))
    runner = Runner(database, catalog, clock, files=files, meaning=meaning)

    def graph() -> Any:
        from agent.graph import turn_graph

        return turn_graph()

    return Services(
        database=database,
        catalog=catalog,
        runner=runner,
        settings=settings,
        tracer=tracing.make_tracer(settings),
        clock=clock,
        ticks=time.monotonic,
        model_for=lambda asker, spent, said: model_for(
            settings, breaker, names_for(database, catalog, asker, said), catalog, spent=spent
        ),
        graph=graph,
    )


def _embedder(settings: Settings) -> Embedder | None:
    """Return the configured embedding model, None when our own vectors are to be used."""
    if settings.embedding_model is None:
        return None
    from agent.models.embedder import LiteLLMEmbedder

    mine = _kin(settings.embedding_model, settings.model)
    return LiteLLMEmbedder(
        settings.embedding_model,
        base_url=settings.model_base_url if mine or settings.model == "offline" else None,
        timeout_seconds=settings.model_timeout_seconds,
    )


def model_for(
    settings: Settings, breaker: Breaker, known: Names, catalog: Catalog, *, spent: bool
) -> Model:
    """Return the model of a turn: the configured one and its fallbacks, or the planner alone."""
    planner_only = spent or settings.model == "offline"
    names = ["offline"] if planner_only else [settings.model, *settings.fallbacks]
    models = [
        _one_model(n, settings, known, catalog, chosen=_kin(n, settings.model)) for n in names
    ]
    return models[0] if planner_only else with_fallbacks(models, breaker=breaker)


def _kin(name: str, chosen: str) -> bool:
    """Return whether a model is of the chosen one's provider, so that its endpoint is theirs."""
    return name.partition("/")[0] == chosen.partition("/")[0]


def _one_model(
    name: str, settings: Settings, known: Names, catalog: Catalog, *, chosen: bool
) -> Model:
    """Return a model; the endpoint is its provider's only, other keys must not go there."""
    if name == "offline":
        from agent.models.offline.planner import OfflinePlanner
        from agent.models.offline.vocabulary import Vocabulary

        return OfflinePlanner(Vocabulary.of(catalog), known)
    from agent.models.litellm_model import LiteLLMModel

    return LiteLLMModel(
        name,
        base_url=settings.model_base_url if chosen else None,
        timeout_seconds=settings.model_timeout_seconds,
    )


def names_for(database: Database, catalog: Catalog, asker: Asker, said: str | None = None) -> Names:
    """Return a look-up of what the asker may see by name, for the planner.

    Args:
        database: the application's way in.
        catalog: the nouns.
        asker: for whom.
        said: what the names are looked for in; None: any of them may be asked for.
    """

    async def names() -> Sequence[references.KnownName]:
        async with database.reading(Actor.member(asker.id)) as session:
            nouns = list(catalog.entities.values())
            records = await references.known_names(session, nouns, said)
            return [*records, *await known_values(session, nouns, asker.role)]

    return names


async def who(database: Database, email: str | None) -> Asker:
    """Return the member a script or terminal speaks for: by e-mail, else the first admin.

    Raises:
        NoSuchMemberError: nobody active has that address, or there is no admin yet.
    """
    async with database.reading(Actor.system("login")) as session:
        if email is not None:
            return as_asker(await members.by_email(session, email))
        admin = await members.first_admin(session)
        if admin is None:
            raise members.NoSuchMemberError("there is no admin yet; run `coffeestudio init`")
        return as_asker(admin)


def run_sync(main: Awaitable[Any]) -> Any:
    """Run an awaitable from the command line."""

    async def whole() -> Any:
        return await main

    return asyncio.run(whole())


def project_root() -> Path:
    """Return the folder the product is installed from."""
    return Path(__file__).resolve().parent.parent
