"""The foundation: the trade, the journal, the queues, and the rules that hold them."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql"


def _run(part: str) -> None:
    """Execute a file of statements as it stands: no parameters, so that % is only a character."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql((_SQL / f"0001_{part}.sql").read_text("utf-8"))


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    # Functions come after the tables: PL/pgSQL resolves row types when it is declared.
    for part in ("domain", "journal", "plumbing", "functions", "rules", "seed"):
        _run(part)


def downgrade() -> None:
    _run("drop")
