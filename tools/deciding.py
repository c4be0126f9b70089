"""A person's decision on a card, recorded once: who, when, and why not."""

from dataclasses import dataclass
from datetime import datetime

from db.queries import approvals
from db.session import Actor, Database
from tools import permissions
from tools.catalog import Catalog
from tools.context import Asker
from tools.errors import NotAllowed, Refused
from tools.house_rules import DECIDED, STATUS
from tools.outcome import event


@dataclass(frozen=True)
class Decision:
    """What a person decided about an approval: approved or rejected, with a reason."""

    decider: Asker
    approval_id: int
    verdict: str
    reason: str | None
    at: datetime


async def recorded(
    database: Database, catalog: Catalog, made: Decision
) -> approvals.StoredApproval:
    """Record a decision; the first one wins.

    Raises:
        ToolError: unknown, already decided, expired, or not theirs to decide.
    """
    actor = Actor.member(made.decider.id)
    try:
        async with database.writing(actor) as session:
            return await permissions.record_decision(
                session, catalog, made.decider, made.approval_id, made.verdict, made.reason, made.at
            )
    except permissions.AlreadyDecidedError as late:
        said = STATUS[late.status]
        raise Refused(
            "already_decided", DECIDED, next="stop", number=made.approval_id, status=said
        ) from late
    except NotAllowed as denied:
        async with database.writing(actor) as session:
            await event(session, "denied", None, {"approval": made.approval_id, "why": denied.code})
        raise
