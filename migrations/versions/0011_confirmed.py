"""Statements confirmed by a named person, and versions that say what a person changed in them."""

from migrations.statements import run_part

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "confirmed")


def downgrade() -> None:
    run_part(revision, "drop")
