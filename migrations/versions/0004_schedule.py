"""What comes back by itself: reminders, the schedule and its journal, acknowledged alerts."""

from migrations.statements import run_part

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "schedule")


def downgrade() -> None:
    run_part(revision, "drop")
