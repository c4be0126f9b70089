"""From what people call a noun, a field or a put-away record to the declared thing itself."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from db.base import Record
from db.enums import LOCALES
from tools import references
from tools.catalog import catalog
from tools.context import ToolContext, require_role
from tools.entity import Entity, Field
from tools.errors import InvalidArguments, Said, UnknownRecord
from tools.fields import field_named
from tools.folding import folded

_COMPUTED = Said(
    de="{field} wird berechnet und ist nicht selbst hinterlegt.",
    en="{field} is computed, not stored itself.",
    es="{field} se calcula, no se guarda como tal.",
)
_OUTSIDE = Said(
    de="{field} ist freier Text; dafür gibt es read_notes.",
    en="{field} is free text; read_notes reads it.",
    es="{field} es texto libre; se lee con read_notes.",
)


def noun_key(said: Any) -> str:
    """Return the key of the noun people mean, by its key or any of its names.

    Raises:
        ToolError: there is no such noun; the sentence lists those there are.
    """
    wanted = folded(str(said))
    for key, entity in catalog().entities.items():
        names = [n for lo in LOCALES for n in (*entity.noun.all(lo), *entity.nouns.all(lo))]
        if wanted in {key, f"{key}s", *(folded(n) for n in names)}:
            return key
    return catalog().entity(str(said)).key


# An argument that names a kind of record; stored as the noun's key whatever it was called.
Noun = Annotated[
    str,
    BeforeValidator(noun_key),
    WithJsonSchema(
        {"type": "string", "description": "lot, cooperative, roaster, contact, shipment …"}
    ),
]


def field_meant(ctx: ToolContext, entity: Entity, said: str) -> Field:
    """Return the stored, readable field people mean, by its key or any of its names.

    Raises:
        InvalidArguments: no such field, computed, or free text.
        NotAllowed: not theirs to see.
    """
    field = _by_name(entity, said) or field_named(entity, said)
    require_role(ctx.asker, field.read)
    if not entity.stored(field):
        raise InvalidArguments(_COMPUTED, field=field.names.said)
    if entity.free_text(field):
        raise InvalidArguments(_OUTSIDE, field=field.names.said)
    return field


def _by_name(entity: Entity, said: str) -> Field | None:
    if entity.has(said):
        return entity.field(said)
    wanted = folded(said)
    for field in entity.fields:
        if any(folded(n) == wanted for lo in LOCALES for n in field.names.all(lo)):
            return field
    return None


async def record_meant(ctx: ToolContext, entity: Entity, text: str) -> Record:
    """Return the record a text means, looking among the put-away ones last.

    Raises:
        ToolError: no such record, several, or not a noun for this member's role.
    """
    require_role(ctx.asker, entity.read)
    try:
        return await references.resolve(ctx, entity, text)
    except UnknownRecord as unknown:
        try:
            return await references.resolve(ctx, entity, text, retired=True)
        except UnknownRecord:
            raise unknown from None


async def title_of(ctx: ToolContext, entity: Entity, number: int) -> str:
    """Return what a record is called; its number when it has no name or is not to be seen."""
    names = await references.names_of(ctx.session, entity, number)
    return names[0] if names else f"#{number}"
