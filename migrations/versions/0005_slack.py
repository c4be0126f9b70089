"""Slack, workers, and the queue that carries work to them."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql"


def _run(sql: str) -> None:
    """Execute statements as they stand: no parameters, so that % is only a character."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(sql)


def _part(name: str) -> None:
    _run((_SQL / f"0005_{name}.sql").read_text("utf-8"))


def upgrade() -> None:
    _run("CREATE SCHEMA queue; SET LOCAL search_path = queue, pg_catalog")
    _run(SchemaManager.get_schema())
    _run("SET LOCAL search_path = public, pg_catalog")
    _part("queue")
    _part("slack")


def downgrade() -> None:
    _part("drop")
