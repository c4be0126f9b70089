"""Files of papers, in the database."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql"


def _run(part: str) -> None:
    """Execute a file of statements as it stands: no parameters, so that % is only a character."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql((_SQL / f"{revision}_{part}.sql").read_text("utf-8"))


def upgrade() -> None:
    _run("files")


def downgrade() -> None:
    _run("drop")
