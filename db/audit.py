"""What the database records about changes (law 5): which triggers stand on which table.

The trigger functions live in the migrations: `audit_row` writes before and after images,
`refuse_change` keeps journals append-only, the guards hold what neither policies nor constraints
can say. Here is only where they stand and which columns are personal; a test compares a migrated
database with it.
"""

from collections.abc import Iterator

import db.models  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the registry
from db.base import audited_tables, columns_marked
from db.rls import JOURNALS, LOG

APPEND_ONLY = (*JOURNALS, *LOG)
# The owner deletes there: that is erasure.
_REFUSED = {"audit_personal": "UPDATE OR TRUNCATE", "paper_file": "UPDATE OR TRUNCATE"}

# Trigger, when, on which table; each stands for the function named last.
GUARDS = (
    ("member_guard", "BEFORE INSERT OR UPDATE", "member", "member_guard"),
    ("first_eta", "BEFORE INSERT OR UPDATE", "shipment", "shipment_first_eta"),
    ("eta_history", "AFTER INSERT OR UPDATE", "shipment", "shipment_eta_history"),
    ("stock_check", "AFTER UPDATE OF bags, bag_weight_kg", "lot", "stock_check"),
    (
        "stock_check",
        "AFTER UPDATE OF confirmed_on, lost_on, retired_at",
        "deal",
        "stock_check",
    ),
    ("stock_check", "AFTER INSERT OR UPDATE", "deal_line", "stock_check"),
    ("stock_check", "AFTER INSERT OR UPDATE", "reservation", "stock_check"),
    ("stock_check", "AFTER INSERT OR UPDATE", "stock_movement", "stock_check"),
    ("stock_check", "AFTER INSERT OR UPDATE", "sample", "stock_check"),
    ("fixing_check", "AFTER INSERT OR UPDATE", "fixation", "fixing_check"),
    (
        "fixing_check",
        "AFTER UPDATE OF weight_kg, futures_lots, basis",
        "contract",
        "fixing_check",
    ),
    (
        "contract_binds",
        "AFTER INSERT OR UPDATE OF contract_id, retired_at",
        "lot",
        "contract_binds",
    ),
    ("contract_binds", "AFTER UPDATE OF status, retired_at", "contract", "contract_binds"),
    ("reply_leaves", "AFTER INSERT", "message", "reply_leaves"),
    ("passage_terms", "AFTER INSERT", "passage", "passage_terms"),
    ("version_guard", "BEFORE INSERT OR UPDATE", "document_version", "version_guard"),
    ("version_overlap", "AFTER INSERT OR UPDATE", "document_version", "version_overlap"),
    ("fact_quoted", "BEFORE INSERT OR UPDATE", "fact", "fact_quoted"),
    ("fact_guard", "BEFORE INSERT OR UPDATE", "fact", "fact_guard"),
)


def audited() -> dict[str, list[str]]:
    """Return every audited table with its personal columns."""
    return {m.__tablename__: columns_marked(m, "personal") for m in audited_tables()}


def trigger_sql() -> Iterator[str]:
    """Yield the statements that put the triggers on all tables."""
    for table, personal in audited().items():
        arguments = ", ".join(f"'{column}'" for column in personal)
        yield (
            f"CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION audit_row({arguments})"
        )
        yield (
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in APPEND_ONLY:
        refused = _REFUSED.get(table, "UPDATE OR DELETE OR TRUNCATE")
        yield (
            f"CREATE TRIGGER refuse_change BEFORE {refused} "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for trigger, when, table, function in GUARDS:
        yield (
            f"CREATE TRIGGER {trigger} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
