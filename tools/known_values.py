"""Values of text fields that occur: places, carriers, varieties, for knowing them in messages."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Role
from tools.context import allows
from tools.entity import Entity, Field
from tools.references import KnownName

_MOST = 500  # values of one field; one with more is a text, not a vocabulary
_LONGEST = 60


async def known_values(
    session: AsyncSession, entities: Sequence[Entity], role: Role
) -> list[KnownName]:
    """Return the values of short text fields a role may see, `entity` being "noun.field".

    Free text, personal data, names of records and what stands apart from the trade are left out.
    """
    found: list[KnownName] = []
    for entity in entities:
        if allows(role, entity.read) and entity.spoken:
            for field in entity.fields:
                if _told(entity, field, role):
                    found += await _values(session, entity, field)
    return found


def _told(entity: Entity, field: Field, role: Role) -> bool:
    if field.key in {entity.title, entity.aliases} or not entity.stored(field) or field.ref:
        return False
    if entity.free_text(field) or entity.personal(field) or not allows(role, field.read):
        return False
    return entity.kind(field) in {"text", "list"}


async def _values(session: AsyncSession, entity: Entity, field: Field) -> list[KnownName]:
    column = entity.column(field)
    value = func.unnest(column) if isinstance(column.type, ARRAY) else column
    alive = entity.model.__table__.c.retired_at.is_(None)
    wanted = select(value.label("value")).where(alive, column.is_not(None)).distinct().limit(_MOST)
    said = [str(v) for v in await session.scalars(wanted)]
    key = f"{entity.key}.{field.key}"
    kept = [v for v in said if 1 < len(v) <= _LONGEST and "@" not in v]
    return [KnownName(key, 0, v, (v,)) for v in sorted(kept)]
