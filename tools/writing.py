"""show_, create_, change_ and retire_ of every noun."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz

from db.base import Record
from tools import references
from tools.context import ToolContext, allows, require_role
from tools.entity import Entity, Field, Values, entity_named
from tools.errors import InvalidArguments, Refused, Said
from tools.fields import field_named, parsed
from tools.finding import column_of, row_json, rows_statement, sources_of
from tools.folding import folded, latin, squeezed
from tools.spec import Json, Result, Table

_SIMILAR = 90

SHOWN = Said(de="{noun} {title}.", en="{noun} {title}.", es="{noun} {title}.")
CREATED = Said(
    de="{noun} {title} ist angelegt.",
    en="{noun} {title} is created.",
    es="Se creó: {noun} {title}.",
)
CHANGED = Said(
    de="{noun} {title} ist geändert.",
    en="{noun} {title} is changed.",
    es="Se modificó: {noun} {title}.",
)
UNCHANGED = Said(
    de="{noun} {title} steht schon so da; es gab nichts zu ändern.",
    en="{noun} {title} already reads like that; nothing had to change.",
    es="{noun} {title} ya está así; no había nada que cambiar.",
)
RETIRED = Said(
    de="{noun} {title} ist archiviert.",
    en="{noun} {title} is archived.",
    es="Se archivó: {noun} {title}.",
)
_EXISTS = Said(
    de="Ähnliches gibt es schon: {choices}. Wirklich neu anlegen?",
    en="Something similar exists: {choices}. Create it nevertheless? Then set even_if_similar.",
    es="Ya existe algo parecido: {choices}. ¿Crearlo de todos modos?",
)
_NOTHING = Said(
    de="Es ist nicht gesagt, was sich ändern soll.",
    en="Nothing to change was given.",
    es="No se indicó qué cambiar.",
)
_READ_ONLY = Said(
    de="{field} wird berechnet und lässt sich nicht setzen.",
    en="{field} is computed and cannot be set.",
    es="{field} se calcula y no se puede fijar.",
)
_NEEDED = Said(de="{field} fehlt noch.", en="{field} is needed.", es="Falta {field}.")
OWN_ARGUMENTS = {"clear", "even_if_similar"}


def writable(entity: Entity) -> list[Field]:
    """Return the fields of a noun that can be set."""
    return [f for f in entity.fields if entity.stored(f) and f.write is not None]


def needed(entity: Entity) -> list[Field]:
    """Return the fields a new record cannot be without."""
    columns = ((f, entity.column(f)) for f in writable(entity))
    must = [f for f, c in columns if not c.nullable and c.server_default is None]
    return [f for f in must if f.key not in entity.filled]


async def values_of(ctx: ToolContext, entity: Entity, given: Mapping[str, Any]) -> Values:
    """Return given JSON values as column → value, references resolved.

    Raises:
        ToolError: a field is not theirs to set, a value does not fit, a reference is not found.
    """
    values: Values = {}
    for key, value in given.items():
        field = field_named(entity, key)
        if field.write is None or not entity.stored(field):
            raise InvalidArguments(_READ_ONLY, field=field.names.said)
        require_role(ctx.asker, field.write)
        values[entity.column(field).name] = await _value(ctx, entity, field, value)
    return values


async def _value(ctx: ToolContext, entity: Entity, field: Field, value: Any) -> Any:
    if value is None:
        return [] if entity.kind(field) in {"words", "list"} else None
    if field.ref is None:
        return parsed(entity, field, value)
    if field.ref == "member" and folded(str(value)) in {"me", "ich", "mir", "yo", "mi", "mich"}:
        return ctx.asker.id
    return await references.identify(ctx, entity_named(field.ref), str(value))


def given_of(args: Any, entity: Entity) -> dict[str, Any]:
    """Return the fields an argument object sets; None is how some models say nothing."""
    said = args.model_dump(exclude_unset=True)
    given = {k: v for k, v in said.items() if entity.has(k) and v is not None}
    return given | dict.fromkeys(said.get("clear") or [])


async def show(ctx: ToolContext, entity: Entity, text: str) -> Result:
    """Return everything known of one record but outsiders' text; missing values are left out.

    Raises:
        ToolError: no such record, several, or not theirs to see.
    """
    require_role(ctx.asker, entity.read)
    return await shown(ctx, entity, await references.identify(ctx, entity, text))


async def shown(ctx: ToolContext, entity: Entity, number: int) -> Result:
    """Return one record by its number, as `show` does."""
    visible = [f for f in entity.fields if allows(ctx.asker.role, f.read)]
    fields = [f for f in visible if not entity.free_text(f)]
    found = (await ctx.session.execute(rows_statement(entity, number, fields, ctx.today))).one()
    row = row_json(found, fields)
    known = {k: v for k, v in row.items() if v not in (None, [])}
    title = str(row.get(entity.title) or f"#{number}")
    columns = [column_of(entity, f) for f in fields if f.key in known]
    unknown = [f.key for f in fields if f.key not in known]
    hidden = [f.key for f in entity.fields if f not in visible]
    told: Json = {"rows": [known], "unknown": unknown, "has_notes": _has_notes(entity)}
    return Result(
        told | ({"hidden_from_this_role": hidden} if hidden else {}),
        SHOWN,
        {"noun": entity.noun.said, "title": title},
        table=Table(entity.key, columns, [known], 1),
        sources=sources_of(entity, [row]),
        personal=any(entity.personal(f) for f in fields),
    )


def _has_notes(entity: Entity) -> bool:
    return any(entity.free_text(f) for f in entity.fields)


async def create(ctx: ToolContext, entity: Entity, args: Any) -> Result:
    """Add a record, after looking for one that is the same already.

    Raises:
        ToolError: a value does not fit, something is missing, or a similar record exists.
    """
    given = given_of(args, entity)
    for field in needed(entity):
        if given.get(field.key) is None:
            raise InvalidArguments(_NEEDED, field=field.names.said)
    values = await values_of(ctx, entity, given)
    if entity.check:
        await entity.check(ctx, None, values)
    await _not_there_yet(ctx, entity, values, sure=bool(getattr(args, "even_if_similar", False)))
    record = entity.model(**values)
    ctx.session.add(record)
    await ctx.session.flush()
    await _afterwards(ctx, entity, record, values)
    return written(entity, record, CREATED)


async def add(ctx: ToolContext, entity: Entity, values: Values) -> Record:
    """Add a record from values by column, under the noun's rules; for tools with their own."""
    if entity.check:
        await entity.check(ctx, None, values)
    record = entity.model(**values)
    ctx.session.add(record)
    await ctx.session.flush()
    await _afterwards(ctx, entity, record, values)
    return record


async def _not_there_yet(ctx: ToolContext, entity: Entity, values: Values, *, sure: bool) -> None:
    title = values.get(entity.title)
    if not isinstance(title, str):
        return
    known = await references.known_names(ctx.session, [entity], title)
    code = any(c.isdigit() for c in title)
    same = [k.title for k in known if squeezed(latin(k.title)) == squeezed(latin(title))]
    alike = [k.title for k in known if not code and alike_names(k.title, title)]
    found = list(dict.fromkeys(same + alike))[:5]
    unique = bool(entity.model.__table__.columns[entity.title].unique)
    if found and (not sure or (unique and same)):
        raise Refused(
            "similar", _EXISTS.partly(choices=", ".join(found)), choices=found,
            next="stop" if not unique else "fix",
        )  # fmt: skip


def alike_names(one: str, other: str) -> bool:
    """Return whether two names may be the same firm: a slip, or one more word of no weight."""
    mine, theirs = (references.telling(latin(n)) for n in (one, other))
    if mine and mine == theirs:
        return True
    return fuzz.ratio(folded(latin(one)), folded(latin(other))) >= _SIMILAR


async def change(ctx: ToolContext, entity: Entity, args: Any) -> Result:
    """Set fields of one record.

    Raises:
        ToolError: no such record, nothing to set, or a value or rule that does not fit.
    """
    number = await references.identify(ctx, entity, str(getattr(args, entity.key)))
    given = given_of(args, entity)
    given.pop(entity.key, None)
    if not given:
        raise InvalidArguments(_NOTHING)
    values = await values_of(ctx, entity, given)
    record = await ctx.session.get_one(
        entity.model, number, with_for_update=True, populate_existing=True
    )
    return await _set(ctx, entity, record, values)


async def apply(ctx: ToolContext, entity: Entity, record: Record, values: Values) -> Result:
    """Set checked values on a record, if any differs; also for tools with rules of their own."""
    await ctx.session.refresh(record, with_for_update=True)
    return await _set(ctx, entity, record, values)


async def _set(ctx: ToolContext, entity: Entity, record: Record, values: Values) -> Result:
    """Set checked values on a record that is locked as it stands."""
    if entity.check:
        await entity.check(ctx, record, values)
    fresh = {k: v for k, v in values.items() if getattr(record, k) != v}
    for column, value in fresh.items():
        setattr(record, column, value)
    await ctx.session.flush()
    await _afterwards(ctx, entity, record, fresh)
    result = written(entity, record, CHANGED if fresh else UNCHANGED)
    same = [c for c in values if c not in fresh]
    return replace(result, data=result.data | {"unchanged": same}) if same else result


async def _afterwards(ctx: ToolContext, entity: Entity, record: Record, values: Values) -> None:
    if entity.after:
        await entity.after(ctx, record, values)
        await ctx.session.flush()


async def retire(ctx: ToolContext, entity: Entity, text: str) -> Result:
    """Put a record away: found no more, never deleted, brought back by Undo.

    Raises:
        ToolError: no such record, or several.
    """
    record = await references.resolve(ctx, entity, text)
    record.retired_at = ctx.now
    await ctx.session.flush()
    return written(entity, record, RETIRED)


def written(entity: Entity, record: Record, sentence: Said) -> Result:
    """Return the result of a write: which record, and the sentence; the runner adds the changes."""
    named = entity.stored(entity.field(entity.title))
    title = str(getattr(record, entity.title)) if named else f"#{record.id}"
    told: Json = {"id": record.id, "record": title}
    return Result(told, sentence, {"noun": entity.noun.said, "title": title})
