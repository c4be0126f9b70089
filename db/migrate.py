"""Changing the schema: the migrations, run as the owner role. Alembic is loaded when used."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

import migrations
from db.base import Base

if TYPE_CHECKING:
    from alembic.config import Config

OnStep = Callable[[str], None]
_FOLDER = Path(migrations.__file__).parent
# Two processes that start at once must not migrate at once; any number will do.
_LOCK = 7_311_942


@cache
def head() -> str:
    """Return the newest revision: revisions are numbered, the file name begins with the number."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def upgrade(owner_url: str | URL, revision: str = "head", on_step: OnStep | None = None) -> None:
    """Bring a database to a revision, all steps in one transaction.

    Args:
        owner_url: address with the role that owns, or will own, the tables.
        revision: where to stop.
        on_step: called with each revision as it is applied, for progress.
    """
    from alembic import command

    with _transaction(owner_url, on_step) as config:
        command.upgrade(config, revision)


def downgrade(owner_url: str | URL, revision: str = "base", on_step: OnStep | None = None) -> None:
    """Take a database back to a revision; `base` leaves nothing of ours, data included."""
    from alembic import command

    with _transaction(owner_url, on_step) as config:
        command.downgrade(config, revision)


def current(url: str | URL) -> str | None:
    """Return the revision a database is at, None when it has never been migrated."""
    with _connected(url) as connection:
        if connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
            return None
        return connection.scalar(text("SELECT version_num FROM public.alembic_version"))


def check(owner_url: str | URL) -> list[str]:
    """Return every difference between models and database; empty when there is none."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    import db.models  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the metadata

    with _connected(owner_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


@contextmanager
def _connected(url: str | URL) -> Generator[Connection]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


@contextmanager
def _transaction(owner_url: str | URL, on_step: OnStep | None) -> Generator["Config"]:
    from alembic.config import Config

    with _connected(owner_url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        # Rows a migration writes are audited like all others.
        connection.execute(text("SELECT set_config('app.actor', 'system:migration', true)"))
        config = Config()
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        config.attributes.update(connection=connection, on_step=on_step)
        yield config
