"""Who may see and change which rows, as data (law 6).

The migrations hold a frozen copy as SQL; a test compares what a migrated database enforces with
what is declared here. The functions called (`actor_role` and so on) live in the migrations alone.
Nobody may delete: the application role has no DELETE on any table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

APP_ROLE = "coffeestudio_app"

# A sub-select runs once per statement, a bare call once per row.
_ROLE = "(SELECT actor_role())"
_ME = "(SELECT actor_member())"
_ALL_CUSTOMERS = "(SELECT all_customers())"

ANYONE = f"{_ROLE} IS NOT NULL"
ADMIN = f"{_ROLE} = 'admin'"
SYSTEM = f"{_ROLE} = 'system'"
TEAM = f"{_ROLE} IN ('admin', 'analyst')"
PERSONAL = f"{_ROLE} IN ('admin', 'analyst', 'system')"
OVERSIGHT = f"{_ROLE} IN ('admin', 'system')"
BOOTSTRAP = f"{SYSTEM} AND NOT (SELECT has_admin())"


@dataclass(frozen=True)
class Rule:
    """What the application role may do with a table's rows.

    Attributes:
        read: condition for seeing a row.
        insert: condition a new row must meet, None: no new rows.
        update: condition for changing a row, met before and after, None: rows never change.
        columns: the only columns an update may set, empty: all.
    """

    read: str
    insert: str | None = None
    update: str | None = None
    columns: tuple[str, ...] = ()


def _both(*conditions: str) -> str:
    return " AND ".join(f"({c})" for c in conditions)


def _either(*conditions: str) -> str:
    return " OR ".join(f"({c})" for c in conditions)


def _team(read: str = ANYONE, *, only: str = "true") -> Rule:
    """Return the usual rule: the team reads, admins and analysts write, `only` narrows both."""
    return Rule(_both(read, only), _both(TEAM, only), _both(TEAM, only))


def _seen(table: str, condition: str) -> str:
    """Return that a row of another table exists and its own policy shows it."""
    return f"EXISTS (SELECT FROM {table} WHERE {condition})"


# Under `own_customers_only` a roaster belongs to its owner; what hangs on it follows.
_OWN_ROASTER = _either(_ALL_CUSTOMERS, f"owner_id = {_ME}")
_OWN_PARTY = _either("roaster_id IS NULL", _ALL_CUSTOMERS, _seen("roaster r", "r.id = roaster_id"))
_OWN_DEAL = _either(_ALL_CUSTOMERS, _seen("deal d", "d.id = deal_id"))
_BOOKED = ("deal", "deal_line", "reservation", "sample")  # what is written down for a customer


def _own(*tables: str) -> str:
    """Return that a row told of by entity and record_id is none of these, or one to be seen."""
    named = ", ".join(f"'{table}'" for table in tables)
    rows = (_both(f"entity = '{t}'", _seen(f"{t} x", "x.id = record_id")) for t in tables)
    return _either(f"entity NOT IN ({named})", _ALL_CUSTOMERS, *rows)


_OWN_EVIDENCE = _own("roaster", "contact", "interaction", *_BOOKED)
# A version's rule hides its passages too; asked once per statement, not once per passage.
_SEEN_VERSION = "version_id IN (SELECT v.id FROM document_version v)"
VERSION_COLUMNS = (
    "document_id",
    "name",
    "label",
    "title",
    "act",
    "number",
    "official_reference",
    "valid_from",
    "valid_to",
    "validity_note",
    "status",
    "supersedes_id",
    "reviewed_by_id",
    "reviewed_on",
    "retired_at",
)
_EVIDENCE_READ = _either(
    PERSONAL, _both(ANYONE, "entity NOT IN ('contact', 'interaction', 'member', 'fixation')")
)

DOMAIN: dict[str, Rule] = {
    "company": Rule(ANYONE, update=_either(ADMIN, BOOTSTRAP)),
    # A trigger holds members to their own language; see `member_guard` in the migrations.
    "member": Rule(
        ANYONE,
        insert=_either(ADMIN, _both(BOOTSTRAP, "role = 'admin' AND active")),
        update=_either(ADMIN, f"id = {_ME}"),
    ),
    "port": _team(),
    "region": _team(),
    "region_figure": _team(),
    "cooperative": _team(),
    "roaster": _team(only=_OWN_ROASTER),
    "contact": _team(PERSONAL, only=_OWN_PARTY),
    "interaction": _team(PERSONAL, only=_OWN_PARTY),
    "warehouse": _team(),
    "lot": _team(),
    "contract": _team(),
    "fixation": _team(PERSONAL),
    "deal": _team(only=_OWN_PARTY),
    "deal_line": _team(only=_OWN_DEAL),
    "reservation": _team(only=_OWN_PARTY),
    "stock_movement": _team(),
    "shipment": _team(),
    "container": _team(),
    "shipment_lot": _team(),
    "transport_event": _team(),
    "sample": _team(only=_OWN_PARTY),
    "cupping": _team(),
    "paper": _team(),
    # Written by a trigger on shipment; people add only where the new date came from.
    "eta_change": Rule(ANYONE, update=TEAM, columns=("source",)),
    "evidence": _team(_EVIDENCE_READ, only=_OWN_EVIDENCE),
    # A member's own affair: not even the rest of the team reads along. The system notes delivery.
    "reminder": Rule(
        _either(OVERSIGHT, f"member_id = {_ME}"),
        _either(ADMIN, f"member_id = {_ME}"),
        _either(OVERSIGHT, f"member_id = {_ME}"),
    ),
    "document": _team(),
    # What nobody has released is the team's to read, not everybody's; the wording never changes.
    "document_version": Rule(
        _both(ANYONE, _either(PERSONAL, "status <> 'proposed'")),
        _both(TEAM, "status = 'proposed'", "origin <> 'shipped'"),
        TEAM,
        columns=VERSION_COLUMNS,
    ),
    "fact": _team(),
}

_OWN_CONVERSATION = _either(SYSTEM, _seen("conversation c", "c.id = conversation_id"))
_DECIDABLE = _seen(
    "approval a",
    "a.id = approval_id AND (verdict <> 'approved' OR (a.digest = approval_decision.digest "
    f"AND NOT (a.four_eyes AND a.requested_by_id = {_ME})))",
)

JOURNALS: dict[str, Rule] = {
    "conversation": Rule(
        _either(SYSTEM, f"member_id = {_ME}"), _either(SYSTEM, f"member_id = {_ME}")
    ),
    "message": Rule(_OWN_CONVERSATION, _OWN_CONVERSATION),
    "tool_call": Rule(
        _either(_OWN_CONVERSATION, _both(ADMIN, _seen("approval a", "a.call_id = tool_call.id"))),
        _OWN_CONVERSATION,
    ),
    "tool_result": Rule(
        _seen("tool_call t", "t.id = call_id"),
        _either(
            SYSTEM,
            _seen("tool_call t JOIN conversation c ON c.id = t.conversation_id", "t.id = call_id"),
        ),
    ),
    "change_set": Rule(
        _either(OVERSIGHT, f"member_id = {_ME}"), _either(SYSTEM, f"member_id = {_ME}")
    ),
    "feedback": Rule(_either(OVERSIGHT, f"member_id = {_ME}"), f"member_id = {_ME}"),
    "approval": Rule(
        _either(ADMIN, _OWN_CONVERSATION),
        _either(SYSTEM, _both(f"requested_by_id = {_ME}", _OWN_CONVERSATION)),
    ),
    # Only a person approves or rejects, in person; time and newer requests may end an approval.
    "approval_decision": Rule(
        _seen("approval a", "a.id = approval_id"),
        _both(
            _DECIDABLE,
            _either(
                f"member_id = {_ME}",
                _both("member_id IS NULL", "verdict IN ('expired', 'superseded')"),
            ),
        ),
    ),
    "schedule_run": Rule(PERSONAL, SYSTEM),
    "passage": Rule(
        _both(ANYONE, _SEEN_VERSION),
        _both(TEAM, _seen("document_version v", "v.id = version_id AND v.status = 'proposed'")),
    ),
    # The team must find which answers relied on a version that was replaced.
    "knowledge_answer": Rule(_either(PERSONAL, f"member_id = {_ME}"), f"member_id = {_ME}"),
    "alert_ack": Rule(ANYONE, f"member_id = {_ME}"),
    # Whoever sees a paper may read its file; the same file may come with several papers.
    "paper_file": Rule(ANYONE, TEAM),
}

_AUDITED_ROW = _either(
    _both(PERSONAL, _own("roaster", "contact", "interaction", "evidence", *_BOOKED)),
    _both(
        ANYONE,
        "entity NOT IN ('contact', 'interaction', 'evidence', 'member', 'fixation')",
        _own("roaster", *_BOOKED),
    ),
    f"entity = 'member' AND record_id = {_ME}",
)

_OWN_REMINDER = _either("entity <> 'reminder'", _seen("reminder r", "r.id = record_id"))

LOG: dict[str, Rule] = {
    "audit_entry": Rule(
        _either(
            OVERSIGHT,
            _both("kind = 'change'", _AUDITED_ROW, _OWN_REMINDER),
            _both("kind <> 'change'", f"member_id = {_ME}"),
        )
    ),
    "audit_personal": Rule(
        _either(
            OVERSIGHT,
            _both(PERSONAL, "entity = 'contact'", _seen("contact c", "c.id = record_id")),
            _both(PERSONAL, "entity = 'interaction'", _seen("interaction i", "i.id = record_id")),
            _both(PERSONAL, "entity = 'cupping'", _seen("cupping c", "c.id = record_id")),
            _both("entity = 'reminder'", _seen("reminder r", "r.id = record_id")),
            f"entity = 'member' AND record_id = {_ME}",
        )
    ),
    "audit_chain": Rule(OVERSIGHT),
}

PROTECTED: dict[str, Rule] = DOMAIN | JOURNALS | LOG

# Tables without policies, with the reason and what the application role may do there.
EXCEPTIONS: dict[str, tuple[str, str]] = {
    "inbox": ("SELECT, INSERT, UPDATE", "taken by drainers before the member is known"),
    "lease": ("SELECT, INSERT, UPDATE", "names a conversation and a process, nothing else"),
    "outbox": ("SELECT, INSERT, UPDATE", "emptied by a job for everybody"),
    "spend": ("SELECT, INSERT, UPDATE", "counts per member, read before the turn begins"),
    "schedule": (
        "SELECT, INSERT, UPDATE",
        "what is due for whom, claimed before a member is known",
    ),
    "passage_term": ("SELECT", "stems counted by a trigger; what they stand in has its own rule"),
    "passage_embedding": (
        "SELECT, INSERT, UPDATE",
        "numbers made of passages, made again at will; what they stand for has its own rule",
    ),
    "embedding_model": (
        "SELECT, INSERT, UPDATE",
        "how passages become numbers, made again at will",
    ),
    "alembic_version": ("SELECT", "the revision, read at start-up"),
}

# What the application role may call; triggers need no grant, everything else is closed.
FUNCTIONS: tuple[str, ...] = (
    "actor_member()",
    "actor_role()",
    "all_customers()",
    "has_admin()",
    "audit_event(text, text, bigint, jsonb)",
    "audit_seal(integer)",
    "lease_take(bigint, text)",
    "lease_hold(bigint, text, bigint)",
    "lease_drop(bigint)",
    "transcript_of(bigint, integer)",
    "turn_receive(text, text, bigint, text, text, jsonb)",
    "turn_claim(bigint, text, bigint, text, integer, integer)",
    "call_ended(text, text, jsonb, jsonb, bigint, text, jsonb)",
    "turn_record(bigint, text, bigint, bigint, text, text, jsonb, jsonb)",
    "turn_finish(bigint, text, bigint, bigint, bigint, jsonb)",
    "turn_begin(text, text, bigint, text, text, jsonb, text, text, integer, integer)",
    "unit_open(bigint, text, bigint, bigint, bigint, text, text, jsonb, jsonb, boolean, text)",
    "call_changes(text)",
    "conversation_queued(bigint)",
    "heard_all(jsonb)",
    "outbox_take(integer, integer, bigint)",
    "stock_on(date, bigint[])",
    "stock_free(bigint, date)",
    "stock_taken(bigint, text, date)",
    "stock_holders(bigint, date)",
    "fts_cfg(text)",
    "passage_ts(text, text, text, text)",
    "ts_length(tsvector)",
)


def table_sql(table: str) -> Iterator[str]:
    """Yield the statements that put a table under its rule or exception."""
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {APP_ROLE}"
    if table in EXCEPTIONS:
        yield f"GRANT {EXCEPTIONS[table][0]} ON {table} TO {APP_ROLE}"
        return
    rule = PROTECTED[table]
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"CREATE POLICY {table}_read ON {table} FOR SELECT TO {APP_ROLE} USING ({rule.read})"
    yield f"GRANT SELECT ON {table} TO {APP_ROLE}"
    if rule.insert:
        yield (
            f"CREATE POLICY {table}_insert ON {table} FOR INSERT TO {APP_ROLE} "
            f"WITH CHECK ({rule.insert})"
        )
        yield f"GRANT INSERT ON {table} TO {APP_ROLE}"
    if rule.update:
        yield (
            f"CREATE POLICY {table}_update ON {table} FOR UPDATE TO {APP_ROLE} "
            f"USING ({rule.update})"
        )
        only = f" ({', '.join(rule.columns)})" if rule.columns else ""
        yield f"GRANT UPDATE{only} ON {table} TO {APP_ROLE}"


def function_sql() -> Iterator[str]:
    """Yield the statements that open functions to the application role."""
    for function in FUNCTIONS:
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {APP_ROLE}"
