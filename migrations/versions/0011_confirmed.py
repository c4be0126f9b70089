"""Statements confirmed by a named person, and versions that say what a person changed in them."""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql"


def _run(part: str) -> None:
    """Execute a file of statements as it stands: no parameters, so that % is only a character."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql((_SQL / f"{revision}_{part}.sql").read_text("utf-8"))


def upgrade() -> None:
    _run("confirmed")


def downgrade() -> None:
    _run("drop")
