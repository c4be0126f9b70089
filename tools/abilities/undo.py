"""Undo: take a change set back, as a change of its own, while nobody has changed its rows since."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.enums import Role
from db.models import ChangeSet
from db.queries.audit import LogEntry
from db.queries.changes import open_change_set
from db.queries.undo import (
    MovedOnError,
    change_set_entries,
    is_undone,
    last_change_set,
    put_back,
)
from tools.catalog import catalog
from tools.context import ToolContext
from tools.errors import Refused, Said
from tools.meant import title_of
from tools.spec import Approval, Args, Effect, Examples, Json, Result, tool

_MOST_NAMED = 5
_OWN_SETTINGS = {
    "locale", "wants_brief", "brief_at", "quiet_from", "quiet_to", "quiet_weekends"
}  # fmt: skip
_TEAM_TABLES = {"member", "company"}

_DONE = Said(
    de="Zurückgenommen: {records}.",
    en="Taken back: {records}.",
    es="Deshecho: {records}.",
)
_NOTHING = Said(
    de="Es gibt nichts zurückzunehmen: Von dir steht keine Änderung mehr.",
    en="There is nothing to undo: no change of yours still stands.",
    es="No hay nada que deshacer: ningún cambio tuyo sigue en pie.",
)
_NOT_YOURS = Said(
    de="Eine Änderung {number}, die du zurücknehmen darfst, gibt es nicht.",
    en="There is no change {number} that you may undo.",
    es="No hay ningún cambio {number} que puedas deshacer.",
)
_EMPTY = Said(
    de="Änderung {number} hat keine Datensätze verändert; es gibt nichts zurückzunehmen.",
    en="Change {number} did not change any record; there is nothing to undo.",
    es="El cambio {number} no modificó ningún registro; no hay nada que deshacer.",
)
_ALREADY = Said(
    de="Änderung {number} ist schon zurückgenommen.",
    en="Change {number} has been undone already.",
    es="El cambio {number} ya está deshecho.",
)
_TEAM = Said(
    de="Änderungen an Team und Firmeneinstellungen nimmt ein Admin mit einer eigenen Freigabe zurück; sag, welche Rolle oder Einstellung gelten soll.",
    en="Changes of team and company settings need an approval of their own; an admin says which role or setting should apply.",
    es="Los cambios del equipo y de la empresa requieren su propia aprobación; un administrador debe decir qué rol o ajuste debe quedar.",
)
_MOVED_ON = {
    "changed": Said(
        de="{noun} {title} wurde seitdem geändert; zurücknehmen würde das überschreiben. Es bleibt alles, wie es ist.",
        en="{noun} {title} has been changed since; undoing would overwrite that. Nothing was changed.",
        es="{noun} {title} se modificó después; deshacer lo sobrescribiría. No se cambió nada.",
    ),
    "erased": Said(
        de="Die früheren persönlichen Angaben zu {noun} {title} sind gelöscht und kommen nicht zurück. Es bleibt alles, wie es ist.",
        en="The earlier personal data of {noun} {title} are erased and cannot come back. Nothing was changed.",
        es="Los datos personales anteriores de {noun} {title} se borraron y no se pueden recuperar. No se cambió nada.",
    ),
    "in_use": Said(
        de="{noun} {title} wird inzwischen von anderen Datensätzen gebraucht. Es bleibt alles, wie es ist.",
        en="{noun} {title} is used by other records by now. Nothing was changed.",
        es="{noun} {title} ya lo usan otros registros. No se cambió nada.",
    ),
    "gone": Said(
        de="{noun} {title} kannst du nicht (mehr) ändern. Es bleibt alles, wie es ist.",
        en="{noun} {title} is not (or no longer) yours to change. Nothing was changed.",
        es="{noun} {title} no lo puedes modificar (o ya no). No se cambió nada.",
    ),
}
_RECORD = Said(de="Datensatz", en="Record", es="Registro")


class UndoArgs(Args):
    """Which change set; without one, the member's last that still stands."""

    change_set: int | None = None


@tool(
    UndoArgs,
    verb="undo",
    noun="change",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Mach das rückgängig", "Nimm die letzte Änderung zurück", "Mach Änderung {change_set} rückgängig"),
        en=("Undo that", "Take back the last change", "Undo change {change_set}"),
        es=("Deshaz eso", "Deshaz el último cambio", "Deshaz el cambio {change_set}"),
    ),
)  # fmt: skip
async def undo(ctx: ToolContext, args: UndoArgs) -> Result:
    """Take back the member's last change, or the change set of a given number, as a whole."""
    number = args.change_set or await _last(ctx)
    entries = await _entries(ctx, number)
    _require_no_team_change(ctx, entries)
    opened = await _open(ctx, number)
    try:
        await put_back(ctx.session, entries)
    except MovedOnError as moved:
        raise await _refused(ctx, moved) from moved
    return await _told(ctx, number, opened, entries)


async def _last(ctx: ToolContext) -> int:
    me = ctx.asker.id
    here = ctx.conversation_id
    found = await last_change_set(ctx.session, me, conversation_id=here) if here else None
    found = found or await last_change_set(ctx.session, me)
    if found is None:
        raise Refused("nothing_to_undo", _NOTHING, next="stop")
    return found


async def _entries(ctx: ToolContext, number: int) -> list[LogEntry]:
    """Return what a change set changed, once it is known that this member may take it back."""
    owner = await ctx.session.scalar(select(ChangeSet.member_id).where(ChangeSet.id == number))
    if owner is None or (owner != ctx.asker.id and ctx.asker.role is not Role.ADMIN):
        raise Refused("no_such_change", _NOT_YOURS, next="stop", number=f"{number}")
    if await is_undone(ctx.session, number):
        raise Refused("already_undone", _ALREADY, next="stop", number=f"{number}")
    entries = await change_set_entries(ctx.session, number)
    if not entries:
        raise Refused("nothing_to_undo", _EMPTY, next="stop", number=f"{number}")
    return entries


def _require_no_team_change(ctx: ToolContext, entries: Sequence[LogEntry]) -> None:
    """Refuse what always needs a card (law 4): an undo may run on a member's word alone."""
    for entry in entries:
        if entry.entity in _TEAM_TABLES and not _own_settings(ctx, entry):
            raise Refused("needs_a_card", _TEAM, next="stop")


def _own_settings(ctx: ToolContext, entry: LogEntry) -> bool:
    before, after = entry.before or {}, entry.after or {}
    moved = {k for k in {**before, **after} if before.get(k) != after.get(k)}
    return entry.entity == "member" and entry.record_id == ctx.asker.id and moved <= _OWN_SETTINGS


async def _open(ctx: ToolContext, number: int) -> int:
    """Open the change set of the undo; only one may name the undone one."""
    try:
        return await open_change_set(
            ctx.session,
            member_id=ctx.asker.id,
            conversation_id=ctx.conversation_id,
            inbox_id=ctx.inbox_id,
            undoes_id=number,
        )
    except IntegrityError as error:
        raise Refused("already_undone", _ALREADY, next="stop", number=f"{number}") from error


async def _refused(ctx: ToolContext, moved: MovedOnError) -> Refused:
    entity = catalog().entity_of_table(moved.entity)
    title = f"#{moved.record_id}"
    if entity is not None:
        title = await title_of(ctx, entity, moved.record_id)
    noun = entity.noun.said if entity else _RECORD
    return Refused("moved_on", _MOVED_ON[moved.why], next="stop", noun=noun, title=title)


async def _told(ctx: ToolContext, number: int, opened: int, entries: Sequence[LogEntry]) -> Result:
    places = dict.fromkeys((str(e.entity), int(e.record_id or 0)) for e in entries)
    records: list[Json] = []
    names: list[tuple[Said, str]] = []
    for table, record_id in places:
        entity = catalog().entity_of_table(table)
        if entity is None:
            continue  # history a trigger keeps, such as former ETAs
        title = await title_of(ctx, entity, record_id)
        records.append({"entity": entity.key, "id": record_id, "record": title})
        names.append((entity.noun.said, title))
    told: Json = {"undone": number, "change_set": opened, "records": records}
    return Result(told, _DONE, {"records": _listed(names)})


def _listed(names: Sequence[tuple[Said, str]]) -> Said:
    more = len(names) - _MOST_NAMED
    tail = f" (+{more})" if more > 0 else ""
    said = [
        ", ".join(f"{noun.format(lo)} {title}" for noun, title in names[:_MOST_NAMED]) + tail
        for lo in ("de", "en", "es")
    ]
    return Said(*said)


TOOLS = (undo,)
