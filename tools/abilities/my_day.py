"""What is on today, and the member's own reminders: the morning brief is this very answer."""

from typing import Any

from sqlalchemy import func, select

from db.enums import PaperKind, Role
from db.models import Cooperative, Lot, Reminder, Roaster, Shipment
from tools.catalog import catalog
from tools.context import ToolContext
from tools.day import Day, day_of, reminder_row
from tools.errors import Said
from tools.nouns.documents import DOCUMENT
from tools.spec import Column, Effect, Examples, Json, Result, Shown, Source, Table, tool

_DAY = Said(
    de="Heute: Wiedervorlagen {followups} (überfällig {overdue}) · Sendungen unterwegs {shipments} (verspätet {late}) · offene Freigaben {approvals} · Erinnerungen {reminders} · Sendungen, denen Papiere fehlen {papers} · von anderen seit {since} geändert: {changed}.",
    en="Today: follow-ups {followups} (overdue {overdue}) · shipments on the way {shipments} (late {late}) · open approvals {approvals} · reminders {reminders} · shipments lacking papers {papers} · changed by others since {since}: {changed}.",
    es="Hoy: seguimientos {followups} (vencidos {overdue}) · embarques en camino {shipments} (con retraso {late}) · aprobaciones pendientes {approvals} · recordatorios {reminders} · embarques sin documentos {papers} · cambiado por otros desde el {since}: {changed}.",
)
_EMPTY = Said(
    de="Heute steht nichts an: keine fällige Wiedervorlage, nichts verspätet, keine Freigabe, keine Erinnerung, kein fehlendes Papier, nichts Neues von anderen.",
    en="Nothing is on today: no follow-up due, nothing late, no approval, no reminder, no missing paper, nothing new from others.",
    es="Hoy no hay nada pendiente: ningún seguimiento, ningún retraso, ninguna aprobación, ningún recordatorio, ningún documento pendiente, nada nuevo de otros.",
)
_NAME = Said(de="Wiedervorlage", en="follow-up", es="seguimiento")
_KIND = Said(de="Art", en="kind", es="tipo")
_DUE = Said(de="fällig", en="due", es="previsto")
_OVERDUE = Said(de="überfällig", en="overdue", es="vencido")
_OWNER = Said(de="Betreuer", en="owner", es="responsable")
_TITLE = Said(de="Mein Tag", en="My day", es="Mi día")
_TITLES = {
    "followup": Said(de="Wiedervorlagen", en="Follow-ups", es="Seguimientos"),
    "approval": Said(de="Offene Freigaben", en="Open approvals", es="Aprobaciones pendientes"),
    "change": Said(de="Von anderen geändert", en="Changed by others", es="Cambiado por otros"),
}
_NUMBER = Said(de="Freigabe Nr.", en="approval no.", es="aprobación n.º")
_TOOL = Said(de="Was", en="What", es="Qué")
_RECORDS = Said(de="Datensätze", en="Records", es="Registros")
_BY = Said(de="von", en="by", es="de")
_REMINDER = Said(de="Erinnerung", en="reminder", es="recordatorio")
_PAPERS = Said(de="fehlende Papiere", en="missing papers", es="documentos que faltan")
_AT = Said(de="Uhrzeit", en="time", es="hora")
_ABOUT = Said(de="zu", en="about", es="sobre")
_CHANGED = Said(de="geändert", en="changed", es="cambiado")
_COUNT = Said(de="Anzahl", en="number", es="cantidad")
_MINE = Said(de="Deine Erinnerungen: {count}.", en="Your reminders: {count}.", es="Tus recordatorios: {count}.")  # fmt: skip
_NONE = Said(
    de="Du hast keine Erinnerungen, die noch ausstehen.",
    en="You have no reminders to come.",
    es="No tienes recordatorios pendientes.",
)


class DayArgs(Shown):
    """Nothing to say: it is the asking member's day."""


@tool(
    DayArgs,
    verb="my_day",
    noun="day",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Was steht heute an?", "Was liegt heute an?", "Was gibt es heute?", "Was steht an?", "Was steht heute auf dem Plan?", "Was habe ich heute zu tun?", "Was muss ich heute machen?", "Mein Tag", "Morgenbriefing", "Was ist neu seit gestern?", "Was ist seit gestern passiert?", "Was hat sich seit gestern geändert?"),
        en=("What is on today?", "What's on today?", "What's on my plate today?", "What do I have today?", "What is up today?", "What do I have to do today?", "What's due today?", "My day", "Morning brief", "What is new since yesterday?", "What has happened since yesterday?", "What changed since yesterday?"),
        es=("¿Qué hay para hoy?", "¿Qué tengo hoy?", "¿Qué toca hoy?", "¿Qué hay hoy?", "¿Qué tengo para hoy?", "¿Qué tengo que hacer hoy?", "Mi día", "Resumen matutino", "¿Qué hay de nuevo desde ayer?", "¿Qué ha pasado desde ayer?", "¿Qué cambió desde ayer?"),
    ),
)  # fmt: skip
async def my_day(ctx: ToolContext, args: DayArgs) -> Result:
    """The asking member's day: follow-ups due, shipments moving or late, approvals waiting,
    papers missing, reminders, legal sources to recheck, what others changed since yesterday."""
    day = await day_of(ctx)
    tables = _tables(ctx, day)
    counts: dict[str, Any] = {
        "followups": len(day.followups),
        "overdue": day.overdue,
        "shipments": len(day.shipments),
        "late": day.late,
        "approvals": len(day.approvals),
        "reminders": len(day.reminders),
        "papers": len(day.papers),
        "changed": sum(int(c["count"]) for c in day.changes),
    }
    told: Json = {
        "empty": day.empty,
        **counts,
        "since": day.since.isoformat(),
        "shipment_rows": day.shipments,
        "followup_rows": day.followups,
        "paper_rows": day.papers,
        "change_rows": day.changes,
        "recheck_rows": day.rechecks,
        "reminder_rows": [{k: v for k, v in r.items() if k != "text"} for r in day.reminders],
    }
    return Result(
        told,
        _EMPTY if day.empty else _DAY,
        counts | {"since": day.since},
        table=tables[0] if tables else None,
        more=tables[1:],
        title=_TITLE,
        sources=_sources(day),
        personal=bool(day.reminders),
    )


def _tables(ctx: ToolContext, day: Day) -> list[Table]:
    """Return what there is, the most pressing first; what is empty is left out."""
    nouns = {e.key: e.noun.label(ctx.asker.locale) for e in catalog().entities.values()}
    shipment = catalog().entity("shipment")
    keys = ("code", "status", "eta", "delayed", "delay_days")
    parts = (
        (
            "reminder",
            day.reminders,
            [Column("text", _REMINDER), Column("due_on", _DUE, "date"), Column("due_at", _AT, "time"), Column("record", _ABOUT)],
        ),
        (
            "followup",
            [r | {"kind": nouns[r["entity"]]} for r in day.followups],
            [Column("name", _NAME), Column("kind", _KIND), Column("due_on", _DUE, "date"), Column("overdue", _OVERDUE, "flag"), Column("owner", _OWNER)],
        ),
        (
            "shipment",
            day.shipments,
            [Column(k, shipment.field(k).names.said, shipment.kind(shipment.field(k)), shipment.field(k).unit) for k in keys],
        ),
        (
            "paper",
            [r | {"papers": ", ".join(PaperKind(k).label(ctx.asker.locale) for k in r["kinds"])} for r in day.papers],
            [Column("code", shipment.noun.said), Column("papers", _PAPERS), Column("due_on", _DUE, "date")],
        ),
        (
            "approval",
            day.approvals,
            [Column("number", _NUMBER), Column("tool", _TOOL), Column("records", _RECORDS), Column("requested_by", _BY)],
        ),
        (
            DOCUMENT.key,
            day.rechecks,
            [Column(k, DOCUMENT.field(k).names.said, DOCUMENT.kind(DOCUMENT.field(k))) for k in ("title", "next_recheck")],
        ),
        (
            "change",
            [r | {"noun": nouns[r["entity"]]} for r in day.changes],
            [Column("noun", _CHANGED), Column("count", _COUNT, "integer"), Column("who", _BY)],
        ),
    )  # fmt: skip
    return [
        Table(key, columns, rows, len(rows), title=_TITLES.get(key))
        for key, rows, columns in parts
        if rows
    ]


def _sources(day: Day) -> list[Source]:
    rows = [
        *((f"{r['entity']}:{r['id']}", r["name"]) for r in day.followups),
        *((f"shipment:{r['id']}", r["code"]) for r in day.shipments),
        *((f"approval:{r['id']}", f"#{r['id']}") for r in day.approvals),
        *((f"reminder:{r['id']}", f"#{r['id']}") for r in day.reminders),
        *((f"{DOCUMENT.key}:{r['id']}", r["title"]) for r in day.rechecks),
    ]
    return [Source("row", ref, str(title)) for ref, title in rows]


class RemindersArgs(Shown):
    """Nothing to say: the asking member's, those to come."""


@tool(
    RemindersArgs,
    verb="my_reminders",
    noun="reminder",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Welche Erinnerungen habe ich?", "Meine Erinnerungen", "Zeig mir meine Erinnerungen", "Woran erinnerst du mich?"),
        en=("Which reminders do I have?", "My reminders", "Show me my reminders", "What will you remind me of?"),
        es=("¿Qué recordatorios tengo?", "Mis recordatorios", "Muéstrame mis recordatorios"),
    ),
)  # fmt: skip
async def my_reminders(ctx: ToolContext, args: RemindersArgs) -> Result:
    """The asking member's reminders still to come, with their text shown to the member."""
    about = func.coalesce(Shipment.code, Lot.code, Roaster.name, Cooperative.name)
    found = await ctx.session.execute(
        select(Reminder, about)
        .outerjoin(Shipment, Shipment.id == Reminder.shipment_id)
        .outerjoin(Lot, Lot.id == Reminder.lot_id)
        .outerjoin(Roaster, Roaster.id == Reminder.roaster_id)
        .outerjoin(Cooperative, Cooperative.id == Reminder.cooperative_id)
        .where(
            Reminder.member_id == ctx.asker.id,
            Reminder.retired_at.is_(None),
            Reminder.delivered_at.is_(None),
        )
        .order_by(Reminder.due_on, Reminder.due_at.nulls_first(), Reminder.id)
        .limit(100)
    )
    rows = [reminder_row(r, name) for r, name in found]
    if not rows:
        return Result({"total": 0, "rows": []}, _NONE)
    columns = [
        Column("text", _REMINDER),
        Column("due_on", _DUE, "date"),
        Column("due_at", _AT, "time"),
        Column("record", _ABOUT),
    ]
    told = [{k: v for k, v in r.items() if k != "text"} for r in rows]
    return Result(
        {"total": len(rows), "rows": told},
        _MINE,
        {"count": len(rows)},
        table=Table("reminder", columns, rows, len(rows)),
        sources=[Source("row", f"reminder:{r['id']}", f"#{r['id']}") for r in rows],
        personal=True,
    )


TOOLS = (my_day, my_reminders)
