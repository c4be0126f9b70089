"""Versions and lengths beside stems and vectors, so that a search need not read passages."""

from migrations.statements import run_again, run_part

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "search")


def downgrade() -> None:
    run_part(revision, "drop")
    run_again("0008", "knowledge", "passage_terms")
    run_part("0010", "held")
