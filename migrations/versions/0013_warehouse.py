"""Warehouses, where a lot's bags lie, and samples that take coffee off it."""

from migrations.statements import run, run_again, run_part

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in ("warehouse", "stock"):
        run_part(revision, part)


def downgrade() -> None:
    run_part(revision, "drop")
    before = ("stock_held", "stock_on", "stock_own", "stock_require", "stock_check")
    run_again("0006", "stock", *before)
    run("REVOKE ALL ON stock_held FROM PUBLIC")
    run("REVOKE ALL ON FUNCTION stock_on(date, bigint[]) FROM PUBLIC")
    run("REVOKE ALL ON FUNCTION stock_own(stock_held, text, bigint) FROM PUBLIC")
    run("GRANT EXECUTE ON FUNCTION stock_on(date, bigint[]) TO coffeestudio_app")
