"""What of the documents may be found on a day: a function the planner knows to be long."""

from migrations.statements import run_part

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "held")


def downgrade() -> None:
    run_part(revision, "drop")
