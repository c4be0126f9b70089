"""SELECTs over a noun: its fields as SQL, references and what is read through them joined once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select
from sqlalchemy.sql.selectable import Join

from tools.entity import Entity, Field, entity_named

Path = tuple[str, ...]


class Selecting:
    """Builds one SELECT over a noun; joins appear when a field needs them.

    Args:
        entity: the noun.
        today: for what the database computes against today.
    """

    def __init__(self, entity: Entity, today: date) -> None:
        self.entity, self.today = entity, today
        self.source: FromClause | Join = entity.model.__table__
        self._aliases: dict[Path, FromClause] = {}

    def value(self, field: Field) -> ColumnElement[Any]:
        """Return a field as people read it: a reference by its title."""
        return self._value(self.entity, field, self.entity.model.__table__, ())

    def key(self, field: Field) -> ColumnElement[Any] | None:
        """Return the id a reference field holds, read through another one or not; else None."""
        if field.via is not None:
            ref, inner = field.via
            outer = self.entity.field(ref)
            target = entity_named(str(outer.ref))
            inside = target.field(inner)
            if inside.ref is None:
                return None
            alias = self._joined(outer, self.entity.model.__table__, ())
            return alias.c[f"{inner}_id"]
        return self.entity.column(field) if field.ref else None

    def target(self, field: Field) -> Entity | None:
        """Return the noun a field refers to, directly or through another reference."""
        if field.via is not None:
            outer = self.entity.field(field.via[0])
            field = entity_named(str(outer.ref)).field(field.via[1])
        return entity_named(field.ref) if field.ref else None

    def _value(
        self, entity: Entity, field: Field, table: FromClause, path: Path
    ) -> ColumnElement[Any]:
        if field.sql is not None:
            return field.sql(self.today)
        if field.via is not None:
            ref, inner = field.via
            outer = entity.field(ref)
            target = entity_named(str(outer.ref))
            alias = self._joined(outer, table, path)
            return self._value(target, target.field(inner), alias, (*path, ref))
        if field.ref is not None:
            target = entity_named(field.ref)
            alias = self._joined(field, table, path)
            return self._title(target, alias)
        return table.c[field.key]

    def _title(self, entity: Entity, alias: FromClause) -> ColumnElement[Any]:
        """Return what a referenced record is called; its number when its name is computed."""
        title = entity.field(entity.title)
        return alias.c[title.key] if entity.stored(title) and not title.ref else alias.c.id

    def _joined(self, field: Field, table: FromClause, path: Path) -> FromClause:
        place = (*path, field.key)
        if place not in self._aliases:
            alias = entity_named(str(field.ref)).model.__table__.alias("_".join(place))
            self._aliases[place] = alias
            on = table.c[f"{field.key}_id"] == alias.c.id
            self.source = self.source.join(alias, on, isouter=True)
        return self._aliases[place]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Return a SELECT of columns from the noun and everything joined so far."""
        return select(*columns).select_from(self.source)

    def fields(self, fields: Sequence[Field]) -> list[ColumnElement[Any]]:
        """Return fields as labelled columns."""
        return [self.value(f).label(f.key) for f in fields]
