"""The knowledge base: documents, versions, passages and their stems, facts, answers given."""

from migrations.statements import run_part

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "text")
    run_part(revision, "knowledge")


def downgrade() -> None:
    run_part(revision, "drop")
