"""The transactions that frame a turn as functions: what was ten questions each is one."""

from migrations.statements import run_part

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "turn")


def downgrade() -> None:
    run_part(revision, "drop")
