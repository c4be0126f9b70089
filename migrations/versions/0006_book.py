"""The trading book: what was bought, sold, promised and lost, and stock that adds up."""

from migrations.statements import run_part

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in ("book", "stock", "rules"):
        run_part(revision, part)


def downgrade() -> None:
    run_part(revision, "drop")
