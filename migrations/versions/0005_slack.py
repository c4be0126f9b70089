"""Slack, workers, and the queue that carries work to them."""

from procrastinate.schema import SchemaManager

from migrations.statements import run, run_part

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("CREATE SCHEMA queue; SET LOCAL search_path = queue, pg_catalog")
    run(SchemaManager.get_schema())
    run("SET LOCAL search_path = public, pg_catalog")
    run_part(revision, "queue")
    run_part(revision, "slack")


def downgrade() -> None:
    run_part(revision, "drop")
