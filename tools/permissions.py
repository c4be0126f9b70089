"""Who may call what, and who may approve what."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Role
from db.models import Company
from db.queries import approvals
from db.queries.approvals import StoredApproval
from tools.catalog import Catalog
from tools.context import Asker, require_role, role_said
from tools.errors import NotAllowed, Refused, Said
from tools.outcome import during, event
from tools.spec import AnyTool, Effect

_NUMBERS = 2**63  # what the database can count to
_NO_APPROVAL = Said(
    de="Eine Freigabe {number} gibt es hier nicht.",
    en="There is no approval {number} here.",
    es="No hay ninguna aprobación {number} aquí.",
)
_FOUR_EYES = Said(
    de="Diese Freigabe braucht eine zweite Person.",
    en="This approval needs a second person.",
    es="Esta aprobación necesita una segunda persona.",
)


class AlreadyDecidedError(Exception):
    """Somebody was first; `status` says what they decided."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def require(asker: Asker, tool: AnyTool) -> None:
    """Refuse a call the member's role does not allow.

    Raises:
        NotAllowed: naming the role it takes.
    """
    require_role(asker, tool.permission)


async def four_eyes(session: AsyncSession, tool: AnyTool) -> bool:
    """Return whether another person than the requester must approve: EXTERNAL, when so set."""
    if tool.effect is not Effect.EXTERNAL:
        return False
    return bool(await session.scalar(select(Company.four_eyes)))


async def record_decision(  # noqa: PLR0913, PLR0917 - a decision: who, on what, which, why, when
    session: AsyncSession,
    catalog: Catalog,
    decider: Asker,
    approval_id: int,
    verdict: str,
    reason: str | None,
    now: datetime,
) -> StoredApproval:
    """Store a decision after checking, at the click, that this member may make it.

    Returns:
        The approval as decided.

    Raises:
        Refused: no such approval for this member, or four eyes are due.
        NotAllowed: the role does not allow the tool.
        AlreadyDecidedError: somebody was first, or it expired.
    """
    known = 0 < approval_id < _NUMBERS
    approval = await approvals.get(session, approval_id, now) if known else None
    if approval is None:
        raise Refused("no_such_approval", _NO_APPROVAL, next="stop", number=approval_id)
    if approval.status != "pending":
        raise AlreadyDecidedError(approval.status)
    if verdict == "approved":
        _may_approve(decider, catalog.tool(approval.tool), approval)
    won = await approvals.decide(
        session,
        approval_id,
        verdict=verdict,
        member_id=decider.id,
        digest=approval.digest,
        reason=reason,
    )
    if not won:
        lost_to = await approvals.get(session, approval_id, now)
        raise AlreadyDecidedError(lost_to.status if lost_to else "approved")
    await during(session, approval.call_id)
    await event(session, "approval", approval.tool, {"approval": approval_id, "verdict": verdict})
    return await _again(session, approval_id, now)


def _may_approve(decider: Asker, tool: AnyTool, approval: StoredApproval) -> None:
    require(decider, tool)
    own = decider.id == approval.requested_by_id
    if own and approval.four_eyes:
        raise Refused("four_eyes", _FOUR_EYES, next="stop")
    if not own and decider.role is not Role.ADMIN:
        raise NotAllowed(role_said(Role.ADMIN), role_said(decider.role))


async def _again(session: AsyncSession, approval_id: int, now: datetime) -> StoredApproval:
    decided = await approvals.get(session, approval_id, now)
    if decided is None:
        raise RuntimeError(f"approval {approval_id} vanished while it was decided")
    return decided
