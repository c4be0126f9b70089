"""What runs by itself: what ran and failed, alerts seen to, and the hours a member wants."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any

from pydantic import Field as Declared
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from db.enums import Role
from db.models import AlertAck, AuditEntry, Member, Shipment
from db.queries import schedule
from tools.context import ToolContext
from tools.errors import InvalidArguments, Refused, Said
from tools.fields import time_of
from tools.spec import (
    Approval,
    Args,
    Column,
    Effect,
    Examples,
    Json,
    Result,
    Source,
    Table,
    tool,
)
from tools.usual_fields import clock_field

_RAN = Said(
    de="In den letzten {hours} Stunden: {ok} ausgeführt, {silent} ohne etwas zu melden, {failed} fehlgeschlagen.",
    en="In the last {hours} hours: {ok} ran, {silent} had nothing to say, {failed} failed.",
    es="En las últimas {hours} horas: {ok} ejecutados, {silent} sin nada que decir, {failed} fallidos.",
)
_NEVER = Said(
    de="In den letzten {hours} Stunden ist nichts von selbst gelaufen; der Worker läuft vermutlich nicht.",
    en="Nothing ran by itself in the last {hours} hours; the worker is probably not running.",
    es="En las últimas {hours} horas no se ejecutó nada; es probable que el worker no esté en marcha.",
)
_WHAT = Said(de="Was", en="what", es="qué")
_FOR = Said(de="für", en="for", es="para")
_DUE = Said(de="fällig", en="due", es="previsto")
_DONE = Said(de="gelaufen", en="ran", es="ejecutado")
_NEXT = Said(de="nächstes Mal", en="next", es="próxima vez")
_OUTCOME = Said(de="Ergebnis", en="outcome", es="resultado")
_ERROR = Said(de="Fehler", en="error", es="error")
_KINDS = {
    "brief": Said(de="Morgenbriefing", en="morning brief", es="resumen matutino"),
    "reminders": Said(de="Erinnerungen", en="reminders", es="recordatorios"),
    "alerts": Said(de="Meldungen zu Sendungen", en="shipment alerts", es="avisos de embarques"),
    "seal": Said(de="Versiegelung des Protokolls", en="sealing of the log", es="sellado del registro"),
}  # fmt: skip
_OUTCOMES = {
    "ok": Said(de="erledigt", en="done", es="hecho"),
    "silent": Said(de="nichts zu melden", en="nothing to say", es="nada que decir"),
    "failed": Said(de="fehlgeschlagen", en="failed", es="falló"),
}


class RanArgs(Args):
    """How far to look back."""

    hours: int = Declared(default=24, ge=1, le=720)
    failed_only: bool = False


@tool(
    RanArgs,
    verb="what_ran",
    noun="schedule",
    effect=Effect.READ,
    permission=Role.ANALYST,
    examples=Examples(
        de=("Was lief, was ging schief?", "Was ist gelaufen, was ist fehlgeschlagen?", "Was lief heute Nacht?", "Was ist gelaufen?", "Was ist schiefgelaufen?", "Was ist fehlgeschlagen?", "Läuft alles?"),
        en=("What ran, what failed?", "What ran last night?", "What ran?", "What failed?", "What ran and what failed?", "Did anything fail?", "Which jobs ran?"),
        es=("¿Qué se ejecutó, qué falló?", "¿Qué se ejecutó anoche?", "¿Qué falló?", "¿Qué se ejecutó?", "¿Qué se ejecutó y qué falló?", "¿Falló algo?"),
    ),
)  # fmt: skip
async def what_ran(ctx: ToolContext, args: RanArgs) -> Result:
    """What ran by itself lately and what failed: briefs, reminders, alerts, sealing; and when
    each comes next."""
    since = ctx.now - timedelta(hours=args.hours)
    counts = await schedule.counted(ctx.session, since)
    runs = await schedule.recent_runs(ctx.session, since)
    runs = [r for r in runs if r.outcome == "failed" or not args.failed_only]
    standing = await schedule.last_runs(ctx.session)
    alive = bool(counts) or any(last and last >= since for _, last, _, _ in standing)
    rows = [_run_row(ctx, r) for r in runs]
    ahead = [_standing_row(ctx, n, s) for n, s in enumerate(standing, start=1)]
    tables = [*([_runs_table(rows)] if rows else []), *([_ahead_table(ahead)] if ahead else [])]
    values: Json = {"hours": args.hours, **{k: counts.get(k, 0) for k in _OUTCOMES}}
    return Result(
        values | {"runs": rows, "next": ahead},
        _RAN if alive else _NEVER,
        values,
        table=tables[0] if tables else None,
        more=tables[1:],
        sources=[Source("row", f"schedule_run:{r.id}", r.kind) for r in runs],
    )


def _run_row(ctx: ToolContext, run: schedule.RunSeen) -> Json:
    locale = ctx.asker.locale
    return {
        "id": run.id,
        "what": _KINDS[run.kind].format(locale),
        "for": run.member,
        "due_at": run.due_at.isoformat(),
        "outcome": _OUTCOMES[run.outcome].format(locale),
        "error": run.error,
    }


def _standing_row(
    ctx: ToolContext, number: int, row: tuple[str, datetime | None, datetime, int]
) -> Json:
    kind, last, comes, failures = row
    return {
        "id": number,
        "what": _KINDS[kind].format(ctx.asker.locale),
        "last_at": last.isoformat() if last else None,
        "next_at": comes.isoformat(),
        "failures": failures,
    }


def _runs_table(rows: list[Json]) -> Table:
    columns = [
        Column("what", _WHAT),
        Column("for", _FOR),
        Column("due_at", _DUE, "instant"),
        Column("outcome", _OUTCOME),
        Column("error", _ERROR),
    ]
    return Table("schedule_run", columns, rows, len(rows))


def _ahead_table(rows: list[Json]) -> Table:
    columns = [
        Column("what", _WHAT),
        Column("last_at", _DONE, "instant"),
        Column("next_at", _NEXT, "instant"),
    ]
    return Table("schedule", columns, rows, len(rows))


_SEEN = Said(
    de="Notiert: Du kümmerst dich um die Meldung zu {code}.",
    en="Noted: you take care of the alert on {code}.",
    es="Anotado: tú te encargas del aviso sobre {code}.",
)
_TAKEN = Said(
    de="Um die Meldung zu {code} kümmert sich schon {name}; dein „Gesehen“ ist auch notiert.",
    en="{name} takes care of the alert on {code} already; that you saw it is noted too.",
    es="{name} ya se encarga del aviso sobre {code}; también queda anotado que lo viste.",
)
_NO_ALERT = Said(
    de="Eine Meldung „{alert}“ gibt es nicht.",
    en="There is no alert “{alert}”.",
    es="No existe el aviso «{alert}».",
)


class AckArgs(Args):
    """Which alert, by its key."""

    alert: str = Declared(pattern=r"^alert:shipment:\d{1,18}:\d{1,18}$")


@tool(
    AckArgs,
    verb="acknowledge",
    noun="alert",
    effect=Effect.WRITE,
    permission=Role.VIEWER,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Ich kümmere mich um {alert}", "{alert} gesehen"),
        en=("I take care of {alert}", "Acknowledge {alert}"),
        es=("Me encargo de {alert}", "{alert} visto"),
    ),
)
async def acknowledge_alert(ctx: ToolContext, args: AckArgs) -> Result:
    """Note that the asking member saw an alert and takes care of it."""
    _, _, shipment, entry = args.alert.split(":")
    code = await ctx.session.scalar(
        select(Shipment.code)
        .join(AuditEntry, AuditEntry.record_id == Shipment.id)
        .where(AuditEntry.id == int(entry), AuditEntry.entity == "shipment")
        .where(Shipment.id == int(shipment))
    )
    if code is None:
        raise Refused("no_such_alert", _NO_ALERT, next="stop", alert=args.alert)
    first = await ctx.session.scalar(
        select(Member.name)
        .join(AlertAck, AlertAck.member_id == Member.id)
        .where(AlertAck.alert_key == args.alert, Member.id != ctx.asker.id)
        .order_by(AlertAck.id)
        .limit(1)
    )
    row = insert(AlertAck).values(alert_key=args.alert, member_id=ctx.asker.id)
    await ctx.session.execute(row.on_conflict_do_nothing())
    told: Json = {"acknowledged": args.alert, "record": code}
    return Result(told, _TAKEN if first else _SEEN, {"code": code, "name": first or ""})


_HOURS = Said(
    de="Dein Morgenbriefing kommt werktags um {brief_at}; Ruhe ist von {quiet_from} bis {quiet_to}.",
    en="Your morning brief comes on workdays at {brief_at}; quiet hours are {quiet_from} to {quiet_to}.",
    es="Tu resumen llega los días laborables a las {brief_at}; silencio de {quiet_from} a {quiet_to}.",
)
_NO_BRIEF = Said(
    de="Du bekommst kein Morgenbriefing mehr; Ruhe ist von {quiet_from} bis {quiet_to}.",
    en="You get no morning brief any more; quiet hours are {quiet_from} to {quiet_to}.",
    es="Ya no recibes el resumen matutino; silencio de {quiet_from} a {quiet_to}.",
)
_NOTHING = Said(
    de="Es ist nicht gesagt, was sich ändern soll.",
    en="Nothing to change was given.",
    es="No se indicó qué cambiar.",
)


Clock = Annotated[str, Declared(description="HH:MM", json_schema_extra={"format": "time"})]


class HoursArgs(Args):
    """When the brief comes and when it is quiet; what is not said stays."""

    brief_at: Clock | None = None
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    quiet_weekends: bool | None = None


@tool(
    HoursArgs,
    verb="set_hours",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.VIEWER,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Schick mir das Morgenbriefing um {brief_at}", "Morgenbriefing um {brief_at}", "Keine Nachrichten von {quiet_from} bis {quiet_to}", "Ruhe von {quiet_from} bis {quiet_to}", "Meine Ruhezeit ist von {quiet_from} bis {quiet_to}"),
        en=("Send me the morning brief at {brief_at}", "Morning brief at {brief_at}", "No messages from {quiet_from} to {quiet_to}", "Quiet hours from {quiet_from} to {quiet_to}", "My quiet hours are {quiet_from} to {quiet_to}"),
        es=("Mándame el resumen a las {brief_at}", "Resumen matutino a las {brief_at}", "Sin mensajes de {quiet_from} a {quiet_to}", "Silencio de {quiet_from} a {quiet_to}", "Mis horas de silencio son de {quiet_from} a {quiet_to}"),
    ),
)  # fmt: skip
async def set_my_hours(ctx: ToolContext, args: HoursArgs) -> Result:
    """Set when the asking member's morning brief comes, and their quiet hours."""
    given = {k: v for k, v in args.model_dump(exclude_unset=True).items() if v is not None}
    if not given:
        raise InvalidArguments(_NOTHING)
    values: dict[str, Any] = {
        k: v if isinstance(v, bool) else time_of(v, clock_field(k)) for k, v in given.items()
    }
    return await _set(ctx, values)


async def _set(ctx: ToolContext, values: Json) -> Result:
    me = await ctx.session.get_one(Member, ctx.asker.id, with_for_update=True)
    for key, value in values.items():
        setattr(me, key, value)
    await ctx.session.flush()
    shown = {k: _shown(getattr(me, k)) for k in ("brief_at", "quiet_from", "quiet_to")}
    told: Json = {"id": me.id, "wants_brief": me.wants_brief, **shown}
    return Result(told, _HOURS if me.wants_brief else _NO_BRIEF, dict(shown), personal=True)


def _shown(clock: time) -> str:
    return clock.isoformat("minutes")


class BriefArgs(Args):
    """Nothing to say: it is the asking member's own."""


@tool(
    BriefArgs,
    verb="stop_brief",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.VIEWER,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Ich will kein Morgenbriefing mehr", "Kein Morgenbriefing mehr", "Schick mir kein Morgenbriefing mehr"),
        en=("No more morning brief", "I want no more morning brief", "Stop sending me the morning brief"),
        es=("No quiero más el resumen matutino", "Ya no quiero el resumen matutino", "No me mandes más el resumen matutino"),
    ),
)  # fmt: skip
async def stop_my_brief(ctx: ToolContext, args: BriefArgs) -> Result:
    """Send the asking member no morning brief any more."""
    return await _set(ctx, {"wants_brief": False})


@tool(
    BriefArgs,
    verb="resume_brief",
    noun="member",
    effect=Effect.WRITE,
    permission=Role.VIEWER,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Schick mir das Morgenbriefing wieder", "Schick mir wieder das Morgenbriefing", "Ich will das Morgenbriefing wieder"),
        en=("Send me the morning brief again", "I want the morning brief again"),
        es=("Mándame otra vez el resumen matutino", "Quiero otra vez el resumen matutino"),
    ),
)  # fmt: skip
async def resume_my_brief(ctx: ToolContext, args: BriefArgs) -> Result:
    """Send the asking member the morning brief again."""
    return await _set(ctx, {"wants_brief": True})


TOOLS = (what_ran, acknowledge_alert, set_my_hours, stop_my_brief, resume_my_brief)
