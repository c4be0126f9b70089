"""Where is it? A shipment by anything people have at hand, with events, delay and ETA history."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, or_, select

from db.enums import Role, ShipmentStatus, SourceKind
from db.models import (
    Container,
    EtaChange,
    Evidence,
    Lot,
    Roaster,
    Shipment,
    ShipmentLot,
)
from tools import references, writing
from tools.conditions import Condition
from tools.context import ToolContext
from tools.entity import Entity, entity_named
from tools.errors import AmbiguousRecord, Said, ToolError, UnknownRecord
from tools.finding import FindArgs, find
from tools.folding import squeezed
from tools.nouns.shipments import SHIPMENT
from tools.spec import Approval, Args, Column, Effect, Examples, Json, Result, Shown, Table, tool

_FOUND = Said(
    de="{total} {nouns} zu „{text}“.",
    en="{total} {nouns} for “{text}”.",
    es="{total} {nouns} para «{text}».",
)
_ETA_LABEL = Said(de="ETA", en="ETA", es="ETA")
_PREVIOUS = Said(de="vorher", en="before", es="antes")
_ETA_HISTORY = Said(de="ETA-Verlauf", en="ETA history", es="Historial de ETA")
_NOTED = Said(de="geändert am", en="changed on", es="modificada el")
_MAX_FOUND = 10


class LookupArgs(Shown):
    """What people have at hand."""

    text: str


@tool(
    LookupArgs,
    verb="lookup",
    noun="shipment",
    effect=Effect.READ,
    permission=Role.VIEWER,
    examples=Examples(
        de=("Wo ist der Container {text}?", "Wo steckt die Sendung mit B/L {text}?", "Wann kommt {text} an?", "Wo ist das Los {text}?"),
        en=("Where is container {text}?", "Track B/L {text}", "When does {text} arrive?", "Where is lot {text}?"),
        es=("¿Dónde está el contenedor {text}?", "Rastrea el B/L {text}", "¿Cuándo llega {text}?", "¿Dónde está el lote {text}?"),
    ),
)  # fmt: skip
async def lookup_shipment(ctx: ToolContext, args: LookupArgs) -> Result:
    """Find shipments by container, B/L, code, vessel, lot or customer; with containers, lots,
    events, delay and ETA history."""
    ids = await _matching(ctx, args.text)
    if not ids:
        raise UnknownRecord(SHIPMENT.noun.said, args.text[:80])
    where = [Condition(field="code", op="in", value=await _codes(ctx, ids))]
    columns = ["port_of_loading", "departed_on", "first_eta", "arrived_on", "carrier"]
    found = await find(ctx, SHIPMENT, FindArgs(where=where, columns=columns, limit=_MAX_FOUND))
    more = [await _part(ctx, key, found.data["rows"]) for key in _PARTS]
    eta = await _eta_history(ctx, ids) if len(ids) == 1 else None
    tables = [t for t in [*more, eta] if t is not None and t.rows]
    told: Json = found.data | {t.entity if t is not eta else "eta_history": t.rows for t in tables}
    nouns = (SHIPMENT.noun if len(ids) == 1 else SHIPMENT.nouns).said
    return replace(
        found,
        data=told,
        summary=_FOUND,
        values={"total": len(ids), "nouns": nouns, "text": args.text[:80]},
        more=tables,
    )


_PARTS = ("container", "shipment_lot", "transport_event")


async def _codes(ctx: ToolContext, ids: Sequence[int]) -> list[str]:
    return list(await ctx.session.scalars(select(Shipment.code).where(Shipment.id.in_(ids))))


async def _part(ctx: ToolContext, key: str, rows: Sequence[Json]) -> Table | None:
    entity = entity_named(key)
    where = [Condition(field="shipment", op="in", value=[str(r["code"]) for r in rows])]
    return (await find(ctx, entity, FindArgs(where=where, limit=50))).table


async def _eta_history(ctx: ToolContext, ids: Sequence[int]) -> Table:
    changes = await ctx.session.scalars(
        select(EtaChange).where(EtaChange.shipment_id.in_(ids)).order_by(EtaChange.id)
    )
    rows = [
        {
            "id": c.id,
            "eta": c.eta.isoformat() if c.eta else None,
            "previous": c.previous.isoformat() if c.previous else None,
            "changed_at": c.created_at.date().isoformat(),
        }
        for c in changes
    ]
    columns = [
        Column("changed_at", _NOTED, "date"),
        Column("previous", _PREVIOUS, "date"),
        Column("eta", _ETA_LABEL, "date"),
    ]
    return Table("eta_change", columns, rows, len(rows), title=_ETA_HISTORY)


async def _matching(ctx: ToolContext, text: str) -> list[int]:
    """Return shipments that fit, by the most telling handle that fits at all."""
    tight = squeezed(text).upper()
    direct = await _ids(
        ctx,
        or_(
            Container.number == tight,
            Shipment.bl_number == tight,
            *([Container.number.startswith(tight[:10])] if len(tight) >= 10 else []),  # noqa: PLR2004 - without its check digit
        ),
    )
    return direct or await _by_name(ctx, text)


async def _by_name(ctx: ToolContext, text: str) -> list[int]:
    for entity, of in _WAYS:
        try:
            record = await references.resolve(ctx, entity_named(entity), text)
        except AmbiguousRecord:
            raise
        except ToolError:
            continue  # not called that among these; the next way may know it
        found = await _ids(ctx, of(record.id))
        if found or entity in {"shipment", "lot", "roaster"}:
            return found
    return await _ids(ctx, Shipment.vessel.icontains(text.strip(), autoescape=True))


_WAYS = (
    ("shipment", lambda number: Shipment.id == number),
    ("container", lambda number: Container.id == number),
    ("lot", lambda number: Lot.id == number),
    ("roaster", lambda number: Roaster.id == number),
    ("cooperative", lambda number: Lot.cooperative_id == number),
)


async def _ids(ctx: ToolContext, where: ColumnElement[bool]) -> list[int]:
    statement = (
        select(Shipment.id)
        .outerjoin(
            Container, (Container.shipment_id == Shipment.id) & Container.retired_at.is_(None)
        )
        .outerjoin(
            ShipmentLot, (ShipmentLot.shipment_id == Shipment.id) & ShipmentLot.retired_at.is_(None)
        )
        .outerjoin(Lot, Lot.id == ShipmentLot.lot_id)
        .outerjoin(Roaster, Roaster.id == ShipmentLot.roaster_id)
        .where(where, Shipment.retired_at.is_(None))
        .distinct()
        .order_by(Shipment.id)
    )
    return list(await ctx.session.scalars(statement))


class CorrectArgs(Args):
    """A status that was wrong, and why."""

    shipment: str
    status: ShipmentStatus
    reason: str


@tool(
    CorrectArgs,
    verb="correct",
    noun="shipment",
    effect=Effect.WRITE,
    permission=Role.ANALYST,
    approval=Approval.OWN_WORDS,
    examples=Examples(
        de=("Korrigiere {shipment} auf {status}, weil {reason}", "Der Status von {shipment} war falsch, richtig ist {status}: {reason}"),
        en=("Correct {shipment} to {status} because {reason}", "The status of {shipment} was wrong, it is {status}: {reason}"),
        es=("Corrige {shipment} a {status} porque {reason}", "El estado de {shipment} era incorrecto, es {status}: {reason}"),
    ),
)  # fmt: skip
async def correct_shipment(ctx: ToolContext, args: CorrectArgs) -> Result:
    """Mend a wrong shipment status, in any direction, with the reason kept as evidence."""
    record = await references.resolve(ctx, SHIPMENT, args.shipment)
    anyway: Entity = replace(SHIPMENT, check=None)
    result = await writing.apply(ctx, anyway, record, {"status": args.status})
    ctx.session.add(
        Evidence(
            entity=SHIPMENT.key,
            record_id=record.id,
            field="status",
            value=str(args.status),
            source_kind=SourceKind.PERSON,
            source=ctx.asker.name,
            as_of=ctx.today,
            noted_by_id=ctx.asker.id,
            note=args.reason,
        )
    )
    await ctx.session.flush()
    return result


TOOLS = (lookup_shipment, correct_shipment)
