"""What waits for the member: open approvals and due follow-ups."""

from collections import Counter
from datetime import timedelta

from pydantic import Field as Declared

from db.enums import Role
from tools.catalog import catalog
from tools.context import ToolContext
from tools.errors import Said
from tools.spec import Column, Effect, Examples, Json, Names, Result, Shown, Source, Table, tool
from tools.waiting import approvals_waiting, followups

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
_APPROVALS_TITLE = Said(de="Offene Freigaben", en="Open approvals", es="Aprobaciones pendientes")
_FOLLOWUPS_TITLE = Said(de="Wiedervorlagen", en="Follow-ups", es="Seguimientos")
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


class ApprovalsArgs(Shown):
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
    found = await approvals_waiting(ctx)
    if not found:
        return Result({"total": 0, "rows": []}, _NO_APPROVALS)
    rows = [{k: v for k, v in row.items() if k not in {"own", "four_eyes"}} for row in found]
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
        table=Table("approval", columns, rows, len(rows), title=_APPROVALS_TITLE),
        sources=[Source("row", f"approval:{r['id']}", f"#{r['id']}") for r in rows],
    )


class FollowupsArgs(Shown):
    """How far to look ahead, and whose."""

    days: int = Declared(default=7, ge=0, le=365)
    mine: bool = False


@tool(
    FollowupsArgs,
    verb="find",
    noun="followup",
    effect=Effect.READ,
    permission=Role.VIEWER,
    topic=Names(
        "fällige Wiedervorlagen|Wiedervorlagen|offene Wiedervorlagen|überfällige Wiedervorlagen|anstehende Wiedervorlagen",
        "follow-ups due|due follow-ups|follow-ups|followups|overdue follow-ups",
        "seguimientos pendientes|seguimientos|seguimientos vencidos|seguimientos para hoy",
    ),
    examples=Examples(
        de=("Bei wem muss ich nachfassen?", "Welche Wiedervorlagen sind in den nächsten {days} Tagen fällig?", "Was ist überfällig?", "Wiedervorlagen", "Fällige Wiedervorlagen", "Welche Wiedervorlagen sind fällig?", "Zeig die Wiedervorlagen", "Zeig die fälligen Wiedervorlagen"),
        en=("Whom do I have to follow up with?", "Which follow-ups are due in the next {days} days?", "What is overdue?", "Follow-ups due", "Due follow-ups", "Which follow-ups are due?", "Show the follow-ups due", "Show the due follow-ups"),
        es=("¿A quién tengo que hacer seguimiento?", "¿Qué seguimientos vencen en los próximos {days} días?", "¿Qué está vencido?", "Seguimientos pendientes", "¿Qué seguimientos están pendientes?", "Muestra los seguimientos pendientes"),
    ),
)  # fmt: skip
async def followups_due(ctx: ToolContext, args: FollowupsArgs) -> Result:
    """List overdue follow-ups and those due within some days, of roasters and cooperatives
    together; mine: only those the asking member owns."""
    until = ctx.today + timedelta(days=args.days)
    rows = await followups(ctx, until, mine=args.mine)
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
            "followup",
            columns,
            [r | {"kind": kinds[r["entity"]]} for r in rows],
            len(rows),
            title=_FOLLOWUPS_TITLE,
        ),
        whole=_by_day(rows) if args.as_file == "chart" else None,
        sources=[Source("row", f"{r['entity']}:{r['id']}", str(r["name"])) for r in rows],
    )


def _by_day(rows: list[Json]) -> Table:
    """Return how many are due on which day: what a chart can draw of them."""
    days = Counter(str(r["due_on"]) for r in rows)
    counted: list[Json] = [
        {"id": n, "due_on": day, "count": days[day]} for n, day in enumerate(sorted(days), start=1)
    ]
    columns = [
        Column("due_on", _DUE, "date"),
        Column("count", _FOLLOWUPS_TITLE, "integer", adds=True),
    ]
    return Table("followup", columns, counted, len(counted), title=_FOLLOWUPS_TITLE)


TOOLS = (open_approvals, followups_due)
