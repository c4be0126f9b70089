"""The foundation: the trade, the journal, the queues, and the rules that hold them."""

from alembic import op

from migrations.statements import run_part

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    # Functions come after the tables: PL/pgSQL resolves row types when it is declared.
    for part in ("domain", "journal", "plumbing", "functions", "rules", "seed"):
        run_part(revision, part)


def downgrade() -> None:
    run_part(revision, "drop")
