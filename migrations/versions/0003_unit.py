"""A unit of work as functions: how it begins, and what it changed."""

from migrations.statements import run_part

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "unit")


def downgrade() -> None:
    run_part(revision, "drop")
