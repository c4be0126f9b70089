"""Shipments with their containers, lots and events: one bill of lading each."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Record
from db.enums import ShipmentStatus
from db.models import Company, Container, Lot, Roaster, Shipment, ShipmentLot, TransportEvent
from tools.calc.containers import check_digit_fits
from tools.concerned import Concerned, Customer, Touched
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import NOTHING, InvalidArguments, Refused, Said
from tools.spec import Names
from tools.usual_fields import NOTES, OWNER

_NEXT = {
    ShipmentStatus.PLANNED: (ShipmentStatus.IN_TRANSIT,),
    ShipmentStatus.IN_TRANSIT: (ShipmentStatus.CUSTOMS,),
    ShipmentStatus.CUSTOMS: (ShipmentStatus.DELIVERED,),
    ShipmentStatus.DELIVERED: (),
}
_ILLEGAL = Said(
    de="Von „{before}“ geht es nicht nach „{after}“. Ein Irrtum lässt sich mit Begründung korrigieren.",
    en="“{before}” cannot become “{after}”. A mistake is mended with correct_shipment and a reason.",
    es="De «{before}» no se pasa a «{after}». Un error se corrige indicando el motivo.",
)
_DATES = Said(
    de="Ankunft {arrived} liegt vor der Abfahrt {departed}.",
    en="Arrival {arrived} is before departure {departed}.",
    es="La llegada {arrived} es anterior a la salida {departed}.",
)
_RATE = Said(
    de="Standgeld pro Tag braucht Betrag und Währung, zum Beispiel 95 EUR.",
    en="Demurrage per day needs amount and currency, for example 95 EUR.",
    es="La demora por día necesita importe y moneda, por ejemplo 95 EUR.",
)
_CHECK_DIGIT = Said(
    de="{number} ist keine gültige Containernummer (ISO 6346: vier Buchstaben, sieben Ziffern, Prüfziffer).",
    en="{number} is not a valid container number (ISO 6346: four letters, seven digits, check digit).",
    es="{number} no es un número de contenedor válido (ISO 6346: cuatro letras, siete dígitos, control).",
)
_TOO_MANY = Said(
    de="Los {lot} hat nur {bags} Säcke, {taken} davon sind schon verladen.",
    en="Lot {lot} has only {bags} bags, {taken} of them already on shipments.",
    es="El lote {lot} solo tiene {bags} sacos, {taken} ya embarcados.",
)


def delay_days(today: date) -> ColumnElement[int]:
    """Return days behind the first ETA; unknown without one. A passed ETA counts up to today."""
    waiting = Shipment.status.in_([ShipmentStatus.PLANNED, ShipmentStatus.IN_TRANSIT])
    expected = case((waiting, func.greatest(Shipment.eta, literal(today))), else_=Shipment.eta)
    expected = case((Shipment.eta < today, expected), else_=Shipment.eta)
    return func.coalesce(Shipment.arrived_on, expected) - Shipment.first_eta


def is_delayed(today: date) -> ColumnElement[bool]:
    """Return whether an open shipment is late beyond the company's threshold."""
    threshold = select(Company.delayed_after_days).scalar_subquery()
    return and_(Shipment.status != ShipmentStatus.DELIVERED, delay_days(today) > threshold)


async def check_shipment(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold a shipment to its legal steps and to dates in order."""
    before = getattr(record, "status", None)
    after = values.get("status", before)
    if before is not None and after is not None and after != before and after not in _NEXT[before]:
        raise Refused(
            "illegal_transition",
            _ILLEGAL,
            choices=[str(s) for s in _NEXT[before]],
            before=_word(before),
            after=_word(after),
        )
    departed, arrived = (
        values.get(k, getattr(record, k, None)) for k in ("departed_on", "arrived_on")
    )
    if departed and arrived and arrived < departed:
        raise InvalidArguments(_DATES, arrived=arrived, departed=departed)
    _whole_rate(record, values)
    if values.get("bl_number"):
        values["bl_number"] = str(values["bl_number"]).replace(" ", "").upper()


def _whole_rate(record: Record | None, values: Values) -> None:
    """Hold a daily rate to an amount above zero with its currency."""
    if not {"demurrage_per_day", "demurrage_currency"} & set(values):
        return
    if values.get("demurrage_per_day", 0) is None:
        values["demurrage_currency"] = None
    rate, currency = (
        values.get(k, getattr(record, k, None)) for k in ("demurrage_per_day", "demurrage_currency")
    )
    if (rate is None) != (currency is None) or (rate is not None and rate <= 0):
        raise InvalidArguments(_RATE)


def _word(status: ShipmentStatus) -> Said:
    return Said(de=status.label("de"), en=status.label("en"), es=status.label("es"))


async def check_container(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold a container number to ISO 6346."""
    if "number" not in values:
        return
    values["number"] = "".join(c for c in str(values["number"]).upper() if c.isalnum())
    if not check_digit_fits(values["number"]):
        raise InvalidArguments(_CHECK_DIGIT, number=values["number"][:20])


async def check_shipped(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold the bags of a lot on shipments to the bags there are."""
    lot = await ctx.session.get(
        Lot, values.get("lot_id", getattr(record, "lot_id", None)), with_for_update=True
    )
    bags = values.get("bags", getattr(record, "bags", None))
    if lot is None or lot.bags is None or bags is None:
        return
    others = select(func.coalesce(func.sum(ShipmentLot.bags), 0)).where(
        ShipmentLot.lot_id == lot.id,
        ShipmentLot.retired_at.is_(None),
        ShipmentLot.id != (record.id if record else 0),
    )
    taken = int(await ctx.session.scalar(others) or 0)
    if taken + bags > lot.bags:
        raise Refused("too_many_bags", _TOO_MANY, lot=lot.code, bags=lot.bags, taken=taken)


SHIPMENT = Entity(
    key="shipment",
    model=Shipment,
    noun=Names("Sendung|Lieferung|Verschiffung|Transport|Vorgang", "shipment|consignment|dispatch", "embarque|envío|despacho|expediente|expedición"),
    nouns=Names("Sendungen|Lieferungen|Verschiffungen|Transporte|Vorgänge", "shipments|consignments|dispatches", "embarques|envíos|despachos|expedientes|expediciones"),
    title="code",
    aliases="bl_number",
    order="eta",
    dated=("eta", "etd"),
    fields=(
        Field("code", Names("Code|Sendungsnummer", "code|shipment number", "código"), listed=True),
        Field("bl_number", Names("B/L|B/L-Nummer|Konnossement|BL", "B/L|bill of lading|BL number|BL", "B/L|conocimiento de embarque|BL"), listed=True),
        Field("carrier", Names("Reederei|Carrier", "carrier|shipping line", "naviera")),
        Field("forwarder", Names("Spediteur|Spedition", "forwarder|freight forwarder", "transitario|agente de carga")),
        Field(
            "vessel",
            Names("Schiff|Dampfer|Kahn|Frachter|Pott", "vessel|ship|boat|freighter", "buque|barco|nave"),
            listed=True,
        ),
        Field("voyage", Names("Reise|Reisenummer", "voyage", "viaje")),
        Field("port_of_loading", Names("Ladehafen|Verladehafen|Abgangshafen", "port of loading|loading port|POL", "puerto de embarque|puerto de carga|puerto de origen"), ref="port"),
        Field("port_of_discharge", Names("Löschhafen|Zielhafen|Bestimmungshafen", "port of discharge|discharge port|destination port|POD", "puerto de descarga|puerto de destino"), ref="port", listed=True),
        Field("etd", Names("ETD|geplante Abfahrt", "ETD|estimated departure", "ETD|salida estimada")),
        Field("departed_on", Names("Abfahrt|abgefahren am|abgefahren|ausgelaufen|abgelegt", "departure|departed|sailed", "salida|zarpó|zarpado|salió|partió")),
        Field("first_eta", Names("erste ETA|ursprüngliche ETA", "first ETA|original ETA", "primera ETA|ETA original")),
        Field("eta", Names("ETA|voraussichtliche Ankunft|erwartete Ankunft", "ETA|estimated arrival|expected arrival", "ETA|llegada estimada|llegada prevista"), listed=True),
        Field("arrived_on", Names("Ankunft|angekommen am|angekommen|eingetroffen|eingelaufen", "arrival|arrived", "llegada|llegó")),
        Field("delivered_on", Names("Lieferdatum|geliefert am|zugestellt am|ausgeliefert am", "delivery date|delivered on", "fecha de entrega|entregado el|entregada el")),
        Field("status", Names("Status|Stand", "status", "estado"), listed=True),
        Field("delayed", Names("verspätet|Verspätung|verzögert|zu spät|in Verzug", "delayed|late|behind schedule|running late", "retrasado|retrasada|con retraso|demorado|atrasado|atrasada|atrasados|atrasadas|demorados|retrasados|con demora"), sql=is_delayed, write=None, listed=True),
        Field("delay_days", Names("Verzug|Verspätung in Tagen|Tage Verspätung", "delay|days late|delay in days", "días de retraso|retraso|demora"), sql=delay_days, sql_kind="integer", unit="d", write=None, listed=True),
        Field("free_until", Names("Freizeit bis|standgeldfrei bis|letzter freier Tag|Freizeitende", "free time until|free until|free time ends|last free day", "tiempo libre hasta|libre de demoras hasta|último día libre")),
        Field("demurrage_per_day", Names("Standgeld pro Tag|Standgeld je Tag|Standgeld|Demurrage pro Tag", "demurrage per day|detention per day|demurrage", "demora por día|sobrestadía por día|demoras por día"), unit_from=("demurrage_currency",), least=0, most=1_000_000),
        Field("demurrage_currency", Names("Standgeldwährung", "demurrage currency", "moneda de la demora")),
        OWNER,
        NOTES,
    ),
    check=check_shipment,
)  # fmt: skip

_ON = Field(
    "shipment",
    Names("Sendung|Lieferung", "shipment", "embarque|envío"),
    ref="shipment",
    listed=True,
)

CONTAINER = Entity(
    key="container",
    model=Container,
    noun=Names("Container", "container", "contenedor"),
    nouns=Names("Container", "containers", "contenedores"),
    title="number",
    parents=("shipment",),
    part_of="shipment",
    fields=(
        Field(
            "number",
            Names(
                "Containernummer|Nummer", "container number|number", "número de contenedor|número"
            ),
            listed=True,
        ),
        _ON,
        Field("size", Names("Größe|Containergröße", "size", "tamaño"), listed=True),
        Field("seal", Names("Siegel|Plombe", "seal", "precinto"), listed=True),
    ),
    check=check_container,
)


def _shipped(_today: date) -> ColumnElement[str]:
    """Return "PE-24-017 on SH-26-003" as the name of bags on a shipment."""
    lot = select(Lot.code).where(Lot.id == ShipmentLot.lot_id).scalar_subquery()
    on = select(Shipment.code).where(Shipment.id == ShipmentLot.shipment_id).scalar_subquery()
    return func.concat_ws(" ", lot, on)


SHIPMENT_LOT = Entity(
    key="shipment_lot",
    model=ShipmentLot,
    noun=Names("Ladung|verladenes Los", "cargo line|shipped lot", "carga|lote embarcado"),
    nouns=Names(
        "Ladungen|verladene Lose|Ladung",
        "cargo|cargo lines|shipped lots",
        "cargas|lotes embarcados",
    ),
    title="about",
    order="shipment",
    fields=(
        Field(
            "about",
            Names("Betrifft", "about", "referencia"),
            sql=_shipped,
            sql_kind="text",
            write=None,
        ),
        _ON,
        Field("lot", Names("Los|Partie", "lot", "lote"), ref="lot", listed=True),
        Field("bags", Names("Säcke|Sack", "bags", "sacos"), listed=True, least=1, most=100_000),
        Field(
            "roaster",
            Names("Rösterei|Kunde|für", "roaster|customer|for", "tostador|cliente|para"),
            ref="roaster",
            listed=True,
        ),
    ),
    check=check_shipped,
)


def _event(_today: date) -> ColumnElement[str]:
    """Return "ARRI 2026-11-20 SH-26-003" as an event's name."""
    on = select(Shipment.code).where(Shipment.id == TransportEvent.shipment_id).scalar_subquery()
    day = func.to_char(TransportEvent.happened_at, "YYYY-MM-DD")
    return func.concat_ws(" ", cast(TransportEvent.code, String), day, on)


async def check_event(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Read a day as its first instant in UTC; an event's hour is entered by the carrier feeds."""
    from datetime import UTC, datetime, time

    when = values.get("happened_at")
    if isinstance(when, date) and not isinstance(when, datetime):
        values["happened_at"] = datetime.combine(when, time(), UTC)


TRANSPORT_EVENT = Entity(
    key="transport_event",
    model=TransportEvent,
    noun=Names(
        "Transportereignis|Ereignis", "transport event|event", "evento de transporte|evento"
    ),
    nouns=Names(
        "Transportereignisse|Ereignisse", "transport events|events", "eventos de transporte|eventos"
    ),
    title="about",
    order="-happened_at",
    fields=(
        Field(
            "about",
            Names("Betrifft", "about", "referencia"),
            sql=_event,
            sql_kind="text",
            write=None,
        ),
        _ON,
        Field("container", Names("Container", "container", "contenedor"), ref="container"),
        Field("code", Names("Ereignis|Code", "event|code", "evento|código"), listed=True),
        Field("classifier", Names("Gewissheit", "certainty|classifier", "certeza"), listed=True),
        Field("happened_at", Names("Zeitpunkt|Datum", "time|date", "momento|fecha"), listed=True),
        Field("location", Names("Ort", "location|place", "lugar"), listed=True),
        Field("source", Names("Quelle", "source", "fuente")),
        Field("note", Names("Notiz", "note", "nota")),
    ),
    check=check_event,
)


async def _lots_on(session: AsyncSession, shipment: int) -> list[Touched]:
    """Return the lots on a shipment; whose they are `_customers_of` says."""
    found = await session.scalars(
        select(Lot.code)
        .join(ShipmentLot, ShipmentLot.lot_id == Lot.id)
        .where(ShipmentLot.shipment_id == shipment, ShipmentLot.retired_at.is_(None))
        .distinct()
        .order_by(Lot.code)
    )
    return [Touched(code) for code in found]


async def _customers_of(session: AsyncSession, shipment: int) -> list[Touched]:
    """Return the roasters bags travel for; they are named together with all others."""
    rows = await session.execute(
        select(Roaster.id, Roaster.name, Roaster.owner_id)
        .join(ShipmentLot, ShipmentLot.roaster_id == Roaster.id)
        .where(ShipmentLot.shipment_id == shipment, ShipmentLot.retired_at.is_(None))
        .distinct()
    )
    return [Touched("", Customer(*row)) for row in rows]


_LOTS = Said(de="Lose: {records}.", en="Lots: {records}.", es="Lotes: {records}.")
CONCERNED = (
    Concerned(_LOTS, _lots_on, rank=0),
    Concerned(NOTHING, _customers_of),
)
ENTITIES = (SHIPMENT, CONTAINER, SHIPMENT_LOT, TRANSPORT_EVENT)
_STEPS = (
    "status goes planned → in_transit → customs → delivered, one step at a time; dates are set "
    "only when the member says them."
)
TOOLS: tuple[Any, ...] = (
    *tools_of(SHIPMENT, notes={"change": _STEPS}),
    *tools_of(CONTAINER),
    *tools_of(SHIPMENT_LOT),
    *tools_of(TRANSPORT_EVENT),
)
