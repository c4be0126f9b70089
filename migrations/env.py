"""Alembic's entry: `db.migrate` hands in the connection, there is no alembic.ini."""

from typing import Any

from alembic import context

import db.models  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the metadata
from db.base import Base


def _report(*_: Any, **told: Any) -> None:
    if on_step := context.config.attributes.get("on_step"):
        on_step(told["step"].up_revision_id)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    on_version_apply=_report,
)
with context.begin_transaction():
    context.run_migrations()
