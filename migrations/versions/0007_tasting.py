"""Samples, cuppings, the papers of a shipment, and what standing still costs."""

from migrations.statements import run_part

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "tasting")


def downgrade() -> None:
    run_part(revision, "drop")
