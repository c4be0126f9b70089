"""What waits for the member: open approvals and due follow-ups."""

from datetime import date, timedelta
from typing import Any

from pydantic import Field as Declared
from sqlalchemy import ColumnElement, Date, cast, func, literal, select, union_all

from db.enums import Role
from db.models import Cooperative, Member, Roaster
from db.queries import approvals
from db.queries.approvals import StoredApproval
from tools.catalog import catalog
from tools.context import ToolContext
from tools.errors import Said
from tools.spec import Args, Column, Effect, Examples, Json, Result, Source, Table, tool

_NO_APPROVALS = Said(
    de="Es warten keine Freigaben auf dich.",
    en="No approvals are waiting for you.",
    es="No hay aprobaciones pendientes para ti.",
)
_APPROVALS = Said(
    de="Offene Freigaben: {count}.",
    en="Open approvals: {count}.",
    es="Aprobaciones pendientes: {count}.",
)
_NO_FOLLOWUPS = Said(
    de="Bis {until} ist keine Wiedervorlage fällig.",
    en="No follow-up is due until {until}.",
    es="No hay seguimientos pendientes hasta el {until}.",
)
_FOLLOWUPS = Said(
    de="Wiedervorlagen bis {until}: {count}, davon überfällig: {overdue}.",
    en="Follow-ups until {until}: {count}, overdue: {overdue}.",
    es="Seguimientos hasta el {until}: {count}, vencidos: {overdue}.",
)
_NUMBER = Said(de="Nr.", en="No.", es="N.º")
_TOOL = Said(de="Was", en="What", es="Qué")
_RECORDS = Said(de="Datensätze", en="Records", es="Registros")
_BY = Said(de="von", en="by", es="de")
_EXPIRES = Said(de="läuft ab", en="expires", es="vence")
_KIND = Said(de="Art", en="kind", es="tipo")
_NAME = Said(de="Name", en="name", es="nombre")
_DUE = Said(de="fällig", en="due", es="previsto")
_OVERDUE = Said(de="überfällig", en="overdue", es="vencido")
_OWNER = Said(de="Betreuer", en="owner", es="responsable")


class ApprovalsArgs(Args):
    """Nothing to say: those the member asked for, for admins everybody's."""


@tool(
    ApprovalsArgs,
    verb="find",
    noun="approval",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Welche Freigaben sind offen?", "Was wartet auf meine Freigabe?"),
        en=("Which approvals are open?", "What is waiting for my approval?"),
        es=("¿Qué aprobaciones están pendientes?", "¿Qué espera mi aprobación?"),
    ),
)  # fmt: skip
async def open_approvals(ctx: ToolContext, args: ApprovalsArgs) -> Result:
    """List approvals still waiting for the member's decision, oldest first."""
    found = await approvals.pending(ctx.session, ctx.now)
    if not found:
        return Result({"total": 0, "rows": []}, _NO_APPROVALS)
    names = await _members(ctx, {a.requested_by_id for a in found})
    rows = [_approval_row(a, names) for a in found]
    columns = [
        Column("number", _NUMBER),
        Column("tool", _TOOL),
        Column("records", _RECORDS),
        Column("requested_by", _BY),
        Column("expires_at", _EXPIRES, "instant"),
    ]
    return Result(
        {"total": len(rows), "rows": rows},
        _APPROVALS,
        {"count": len(rows)},
        table=Table("approval", columns, rows, len(rows)),
        sources=[Source("row", f"approval:{a.id}", f"#{a.id}") for a in found],
    )


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


class FollowupsArgs(Args):
    """How far to look ahead, and whose."""

    days: int = Declared(default=7, ge=0, le=365)
    mine: bool = False


@tool(
    FollowupsArgs,
    verb="find",
    noun="followup",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Bei wem muss ich nachfassen?", "Welche Wiedervorlagen sind in den nächsten {days} Tagen fällig?", "Was ist überfällig?"),
        en=("Whom do I have to follow up with?", "Which follow-ups are due in the next {days} days?", "What is overdue?"),
        es=("¿A quién tengo que hacer seguimiento?", "¿Qué seguimientos vencen en los próximos {days} días?", "¿Qué está vencido?"),
    ),
)  # fmt: skip
async def followups_due(ctx: ToolContext, args: FollowupsArgs) -> Result:
    """List overdue follow-ups and those due within some days, of roasters and cooperatives
    together; mine: only those the asking member owns."""
    until = ctx.today + timedelta(days=args.days)
    rows = await _due(ctx, until, mine=args.mine)
    if not rows:
        return Result({"total": 0, "rows": []}, _NO_FOLLOWUPS, {"until": until})
    locale = ctx.asker.locale
    kinds = {e.key: e.noun.label(locale) for e in catalog().entities.values()}
    columns = [
        Column("name", _NAME),
        Column("kind", _KIND),
        Column("due_on", _DUE, "date"),
        Column("overdue", _OVERDUE, "flag"),
        Column("owner", _OWNER),
    ]
    overdue = sum(1 for r in rows if r["overdue"])
    return Result(
        {"total": len(rows), "overdue": overdue, "rows": rows},
        _FOLLOWUPS,
        {"until": until, "count": len(rows), "overdue": overdue},
        table=Table(
            "followup", columns, [r | {"kind": kinds[r["entity"]]} for r in rows], len(rows)
        ),
        sources=[Source("row", f"{r['entity']}:{r['id']}", str(r["name"])) for r in rows],
    )


async def _due(ctx: ToolContext, until: date, *, mine: bool) -> list[Json]:
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


TOOLS = (open_approvals, followups_due)
