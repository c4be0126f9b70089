"""What waits for a member, as rows: approvals to decide, follow-ups and papers that are due."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, literal, select, union_all

from db.enums import ShipmentStatus
from db.models import Cooperative, Member, Roaster, Shipment
from db.queries import approvals
from db.queries.approvals import StoredApproval
from tools.checklist import State, checklists
from tools.context import ToolContext
from tools.spec import Json


async def approvals_waiting(ctx: ToolContext) -> list[Json]:
    """Return the approvals the member may see that nobody has decided, the oldest first.

    `own` says that they asked for it, `four_eyes` that somebody else must decide then.
    """
    found = await approvals.pending(ctx.session, ctx.now)
    if not found:
        return []
    names = await _members(ctx, {a.requested_by_id for a in found})
    return [
        _approval_row(a, names)
        | {"own": a.requested_by_id == ctx.asker.id, "four_eyes": a.four_eyes}
        for a in found
    ]


async def _members(ctx: ToolContext, ids: set[int]) -> dict[int, str]:
    rows = await ctx.session.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _approval_row(approval: StoredApproval, names: dict[int, str]) -> Json:
    labels = dict.fromkeys(str(c["label"]) for c in approval.preview)
    return {
        "id": approval.id,
        "number": str(approval.id),
        "tool": approval.tool,
        "records": ", ".join(labels),
        "requested_by": names.get(approval.requested_by_id, f"#{approval.requested_by_id}"),
        "expires_at": approval.expires_at.isoformat(),
    }


async def followups(ctx: ToolContext, until: date, *, mine: bool) -> list[Json]:
    """Return roasters and cooperatives to follow up until a day; mine: the asker's own."""
    parts: list[Any] = []
    for key, model in (("roaster", Roaster), ("cooperative", Cooperative)):
        where: list[ColumnElement[bool]] = [
            model.retired_at.is_(None),
            model.next_followup_on <= until,
            *([model.owner_id == ctx.asker.id] if mine else []),
        ]
        parts.append(
            select(
                literal(key).label("entity"),
                model.id.label("id"),
                model.name.label("name"),
                model.next_followup_on.label("due_on"),
                (model.next_followup_on < cast(ctx.today, Date)).label("overdue"),
                Member.name.label("owner"),
            )
            .outerjoin(Member, Member.id == model.owner_id)
            .where(*where)
        )
    both = union_all(*parts).subquery()
    ordered = select(both).order_by(both.c.due_on, func.lower(both.c.name))
    rows = (await ctx.session.execute(ordered)).mappings().all()
    return [{**row, "due_on": row["due_on"].isoformat()} for row in rows]


async def papers_due(ctx: ToolContext, until: date) -> list[Json]:
    """Return open shipments with a missing paper due until a day, with what they lack by then."""
    open_ones = select(Shipment.id).where(
        Shipment.retired_at.is_(None), Shipment.status != ShipmentStatus.DELIVERED
    )
    numbers = list(await ctx.session.scalars(open_ones))
    rows: list[Json] = []
    for found in await checklists(ctx.session, numbers):
        due = [i for i in found.of(State.MISSING) if i.due is not None and i.due <= until]
        if due:
            rows.append(
                {
                    "id": found.shipment.id,
                    "code": found.shipment.code,
                    "due_on": min(i.due for i in due if i.due).isoformat(),
                    "kinds": [str(i.wanted.kind) for i in due],
                }
            )
    return sorted(rows, key=lambda r: (r["due_on"], r["code"]))
