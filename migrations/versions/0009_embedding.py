"""The models passages have vectors of: our own as it was fitted, and those asked elsewhere."""

from migrations.statements import run_part

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_part(revision, "embedding")


def downgrade() -> None:
    run_part(revision, "drop")
