"""Reminders: what a member wants to be told on a day; their own affair."""

import re
from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, case, func, select

from db.base import Record
from db.enums import Role
from db.models import Cooperative, Lot, Reminder, Roaster, Shipment
from tools.calc.recurrence import at_local
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Refused, Said
from tools.spec import Examples, Names

_WHOSE = Said(
    de="Erinnern kannst du nur dich selbst; für andere legt ein Admin eine Erinnerung an.",
    en="You can only remind yourself; an admin may set a reminder for somebody else.",
    es="Solo puedes recordarte cosas a ti; un administrador puede crear recordatorios para otros.",
)
_WHEN = Said(
    de="An welchem Tag soll ich erinnern?",
    en="On which day shall I remind you?",
    es="¿Qué día debo recordártelo?",
)
_PAST = Said(
    de="{day} ist vorbei; an welchem Tag soll ich erinnern?",
    en="{day} is over; on which day shall I remind you?",
    es="El {day} ya pasó; ¿qué día debo recordártelo?",
)


_ONCE = Said(
    de="Erinnern kann ich bisher nur einmal, nicht wiederkehrend. An welchem Tag zuerst?",
    en="So far I can remind you once only, not again and again. On which day first?",
    es="Por ahora solo puedo recordarlo una sola vez, no de forma repetida. ¿Qué día primero?",
)
_AGAIN = re.compile(
    r"""\W*(?:jede[nrsm]?|alle|täglich|wöchentlich|monatlich|jährlich|werktags|
    (?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|
    every|each|daily|weekly|monthly|yearly|(?:on\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)days|
    cada|tod[oa]s\s+l[oa]s|diariamente|semanalmente|mensualmente|a\s+diario|
    los\s+(?:lunes|martes|miércoles|jueves|viernes|sábados|domingos))\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _about(_today: date) -> ColumnElement[str]:
    """Return "2026-12-01 09:00 SH-26-003" as a reminder's name; its text is the member's own."""
    names = [
        select(title).where(key == number).scalar_subquery()
        for title, key, number in (
            (Roaster.name, Roaster.id, Reminder.roaster_id),
            (Cooperative.name, Cooperative.id, Reminder.cooperative_id),
            (Lot.code, Lot.id, Reminder.lot_id),
            (Shipment.code, Shipment.id, Reminder.shipment_id),
        )
    ]
    day = func.to_char(Reminder.due_on, "YYYY-MM-DD")
    clock = func.to_char(Reminder.due_at, "HH24:MI")
    return func.concat_ws(" ", day, clock, func.coalesce(*names))


def _waiting(_today: date) -> ColumnElement[bool]:
    return case((Reminder.delivered_at.is_(None), True), else_=False)


async def check_reminder(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """A reminder is the asker's, for a day to come; a day that moves makes it wait again."""
    if record is None:
        values.setdefault("member_id", ctx.asker.id)
        if _AGAIN.match(str(values.get("text") or "")):
            raise InvalidArguments(_ONCE)
        if values.get("due_on") is None:
            values["due_on"] = _next_day(ctx, values.get("due_at"))
    owner = values.get("member_id", getattr(record, "member_id", None))
    if owner != ctx.asker.id and ctx.asker.role is not Role.ADMIN:
        raise Refused("not_yours", _WHOSE, next="stop")
    day = values.get("due_on")
    if day is not None and day < ctx.today:
        raise InvalidArguments(_PAST, day=day)
    if record is not None and {"due_on", "due_at"} & set(values):
        values["delivered_at"] = None


def _next_day(ctx: ToolContext, clock: time | None) -> date:
    """Return today for an hour still to come, tomorrow for one that is past."""
    if clock is None:
        raise InvalidArguments(_WHEN)
    coming = at_local(ctx.today, clock) > ctx.now
    return ctx.today if coming else ctx.today + timedelta(days=1)


def _on(key: str, names: Names) -> Field:
    return Field(key, names, ref=key, write=Role.VIEWER)


REMINDER = Entity(
    key="reminder",
    model=Reminder,
    noun=Names("Erinnerung", "reminder", "recordatorio"),
    nouns=Names("Erinnerungen", "reminders", "recordatorios"),
    title="about",
    aliases="text",
    spoken=False,
    order="due_on",
    write=Role.VIEWER,
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_about, sql_kind="text", write=None),
        Field("text", Names("Erinnerungstext", "reminder text", "texto del recordatorio"), write=Role.VIEWER),
        Field("due_on", Names("Fälligkeitstag|fällig am", "due day|due on", "día del recordatorio|para el"), write=Role.VIEWER, listed=True),
        Field("due_at", Names("Uhrzeit", "time of day", "hora"), write=Role.VIEWER, listed=True),
        Field("member", Names("erinnert wird", "reminded member", "a quién se recuerda"), ref="member", write=Role.VIEWER),
        _on("roaster", Names("Rösterei", "roaster", "tostador")),
        _on("cooperative", Names("Kooperative", "cooperative", "cooperativa")),
        _on("lot", Names("Los", "lot", "lote")),
        _on("shipment", Names("Sendung", "shipment", "embarque")),
        Field("delivered_at", Names("erinnert am", "reminded at", "recordado el"), write=None),
        Field("waiting", Names("steht noch aus", "still waiting", "pendiente de recordar"), sql=_waiting, write=None),
    ),
    check=check_reminder,
    filled=("member", "due_on"),
    apart=True,
)  # fmt: skip

_REMIND = Examples(
    de=("Erinnere mich {due_on} an {text}", "Kannst du mich {due_on} daran erinnern, {text}", "Könntest du mich {due_on} daran erinnern, {text}", "Kannst du mich {due_on} an {text} erinnern", "Könntest du mich {due_on} an {text} erinnern", "Erinner mich {due_on} daran, {text}", "Neue Erinnerung {due_on}: {text}", "Erinnerung {due_on}: {text}", "Leg eine Erinnerung {due_on} an: {text}"),
    en=("Remind me {due_on} about {text}", "Remind me {due_on} to {text}", "New reminder {due_on}: {text}", "Reminder {due_on}: {text}", "Set a reminder {due_on}: {text}"),
    es=("Recuérdame {due_on} {text}", "Recordatorio {due_on}: {text}", "Nuevo recordatorio {due_on}: {text}", "Crea un recordatorio {due_on}: {text}", "Pon un recordatorio {due_on}: {text}"),
)  # fmt: skip

ENTITIES = (REMINDER,)
TOOLS = (
    *tools_of(
        REMINDER,
        examples={"create": _REMIND},
        notes={
            "create": "Without due_at it comes with the morning brief; about at most one record."
        },
    ),
)
