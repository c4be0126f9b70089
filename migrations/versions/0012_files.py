"""Files of papers, in the database."""

from migrations.statements import run_part

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "files")


def downgrade() -> None:
    run_part(revision, "drop")
