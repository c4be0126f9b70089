"""Positions of lots on a day, read from the database: one by one, or summed by what lots share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import BigInteger

from db.models import Cooperative, Lot, Warehouse
from tools.errors import Said

Json = dict[str, Any]

FIGURES: dict[str, Said] = {
    "purchased": Said(de="gekauft", en="purchased", es="comprados"),
    "sold": Said(de="verkauft", en="sold", es="vendidos"),
    "reserved": Said(de="reserviert", en="reserved", es="reservados"),
    "sampled": Said(de="Muster", en="sampled", es="muestras"),
    "lost": Said(de="verloren", en="lost", es="perdidos"),
    "free": Said(de="frei", en="free", es="libres"),
    "free_kg": Said(de="frei (kg)", en="free (kg)", es="libres (kg)"),
    "at_origin": Said(de="im Ursprung", en="at origin", es="en origen"),
    "afloat": Said(de="schwimmend", en="afloat", es="a flote"),
    "at_port": Said(de="im Hafen/Zoll", en="at port or customs", es="en puerto o aduana"),
    "in_warehouse": Said(de="im Lager", en="in warehouse", es="en almacén"),
    "delivered": Said(de="ausgeliefert", en="delivered", es="entregados"),
}
PLACES = ("at_origin", "afloat", "at_port", "in_warehouse", "delivered")
_SUMMED = ("free", "free_kg", "reserved", "sold")
_KEYS: dict[str, ColumnElement[Any]] = {
    "cooperative": Cooperative.name,
    "crop_year": Lot.crop_year,  # type: ignore[dict-item]
    "warehouse": Warehouse.name,
}


@dataclass(frozen=True)
class Positions:
    """Positions, and what all of them come to: `total` lots, of `unknown` the free kilos are."""

    rows: list[Json]
    totals: Json


async def of_lots(
    session: AsyncSession, day: date, lots: Sequence[int] | None, most: int
) -> Positions:
    """Return the first positions by code of some lots, or of all."""
    p = _stock(day, lots)
    sums = [func.sum(p.c[f]).label(f"all_{f}") for f in _SUMMED]
    counted = [func.count().label("all_total"), func.count(p.c.free_kg).label("all_known")]
    s = select(*sums, *counted).cte("s")
    statement = (
        select(
            Lot.id,
            Lot.code,
            *(value.label(key) for key, value in _KEYS.items()),
            *(p.c[f] for f in FIGURES),
            *s.c,
        )
        .join(p, p.c.lot_id == Lot.id)
        .join(s, literal(True))
        .outerjoin(Cooperative, Cooperative.id == Lot.cooperative_id)
        .outerjoin(Warehouse, Warehouse.id == Lot.warehouse_id)
        .order_by(Lot.code)
        .limit(most)
    )
    found = [dict(r) for r in (await session.execute(statement)).mappings()]
    return _split(found, found[:1])


async def summed(
    session: AsyncSession, day: date, lots: Sequence[int] | None, by: Sequence[str]
) -> Positions:
    """Return sums by what lots share; what one of the lots does not know is unknown."""
    p = _stock(day, lots)
    known = p.c.free.is_not(None)
    figures = [
        case(
            (
                func.count(p.c[f]).filter(known) == func.count().filter(known),
                func.sum(p.c[f]).filter(known),
            )
        ).label(f)
        for f in FIGURES
    ]
    whole = [func.sum(p.c[f]).label(f"all_{f}") for f in _SUMMED]
    counted = [func.count().label("all_total"), func.count(p.c.free_kg).label("all_known")]
    keys = [_KEYS[key].label(key) for key in by]
    statement = (
        select(*keys, func.count().label("lots"), *figures, *whole, *counted)
        .select_from(Lot)
        .join(p, p.c.lot_id == Lot.id)
        .outerjoin(Cooperative, Cooperative.id == Lot.cooperative_id)
        .outerjoin(Warehouse, Warehouse.id == Lot.warehouse_id)
        .group_by(*keys)
        .order_by(*(key.nulls_last() for key in keys))
    )
    found = [
        {"id": n} | dict(r)
        for n, r in enumerate((await session.execute(statement)).mappings(), start=1)
    ]
    return _split(found, found)


def _stock(day: date, lots: Sequence[int] | None) -> CTE:
    """Return what the database counts, worked out once whatever is asked of it."""
    which = None if lots is None else list(lots)
    stock = func.stock_on(day, literal(which, ARRAY(BigInteger))).table_valued("lot_id", *FIGURES)
    return select(stock).cte("p").prefix_with("MATERIALIZED")


def _split(rows: list[Json], parts: list[Json]) -> Positions:
    told: Json = {f: sum(r[f"all_{f}"] or 0 for r in parts) for f in _SUMMED}
    lots = sum(r["all_total"] for r in parts)
    told |= {"total": lots, "unknown": lots - sum(r["all_known"] for r in parts)}
    plain = [{k: v for k, v in r.items() if not k.startswith("all_")} for r in rows]
    return Positions(plain, told)
