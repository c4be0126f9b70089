"""Samples: coffee on its way to be tasted, and what was decided on it."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Record
from db.enums import SampleKind, SampleVerdict
from db.models import Cooperative, Lot, Roaster, Sample, ShipmentLot
from tools.concerned import Concerned, Touched
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said
from tools.sampling import refuse_moved
from tools.spec import Examples, Names
from tools.usual_fields import NOTES

_KIND = Said(
    de="Was für ein Muster ist es: Angebots-, Verschiffungs- oder Ankunftsmuster?",
    en="Which kind of sample is it: offer, pre-shipment or arrival?",
    es="¿Qué tipo de muestra es: de oferta, de preembarque o de llegada?",
)
_OF_WHAT = Said(
    de="Es fehlt, woher das Muster ist: ein Los, oder eine Kooperative.",
    en="What the sample is of is missing: a lot, or a cooperative.",
    es="Falta de qué es la muestra: un lote o una cooperativa.",
)
_ONE_WAY = Said(
    de="Ein Muster kommt von einer Kooperative oder geht an eine Rösterei, nicht beides.",
    en="A sample comes from a cooperative or goes to a roaster, not both.",
    es="Una muestra viene de una cooperativa o va a un tostador, no ambas cosas.",
)
_BACKWARDS = Said(
    de="Erhalten am {received} liegt vor verschickt am {sent}.",
    en="Received on {received} is before sent on {sent}.",
    es="Recibida el {received} es anterior a enviada el {sent}.",
)
_TO_COME = Said(
    de="{day} liegt noch in der Zukunft; erhalten ist ein Muster erst, wenn es da ist.",
    en="{day} is still to come; a sample is received once it is here.",
    es="El {day} aún no ha llegado; una muestra se recibe cuando está aquí.",
)


def _about(_today: date) -> ColumnElement[str]:
    """Return "PE-26-003 pre_shipment 2026-11-20 elbgold" as a sample's name."""
    lot = select(Lot.code).where(Lot.id == Sample.lot_id).scalar_subquery()
    source = select(Cooperative.name).where(Cooperative.id == Sample.cooperative_id)
    to = select(Roaster.name).where(Roaster.id == Sample.roaster_id).scalar_subquery()
    day = func.to_char(func.coalesce(Sample.sent_on, Sample.received_on), "YYYY-MM-DD")
    of = func.coalesce(lot, source.scalar_subquery())
    return func.concat_ws(" ", of, cast(Sample.kind, String), day, to)


def _way(_today: date) -> ColumnElement[bool]:
    return case((Sample.roaster_id.is_not(None), True), else_=False)


async def check_sample(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """A sample is of something, goes one way, and arrives after it was sent."""
    after = {k: values.get(k, getattr(record, k, None)) for k in _CHECKED}
    if record is None and values.get("kind") is None:
        if after["roaster_id"] is None:
            raise InvalidArguments(_KIND)
        # what goes to a customer offers the lot, if unsaid
        values["kind"] = after["kind"] = SampleKind.OFFER
    if after["lot_id"] is None and after["cooperative_id"] is None:
        raise InvalidArguments(_OF_WHAT)
    if after["cooperative_id"] is not None and after["roaster_id"] is not None:
        raise InvalidArguments(_ONE_WAY)
    sent, received = after["sent_on"], after["received_on"]
    if received is not None and received > ctx.today:
        raise InvalidArguments(_TO_COME, day=received)
    if sent is not None and received is not None and received < sent:
        raise InvalidArguments(_BACKWARDS, received=received, sent=sent)
    if record is None or _DRAWN & set(values):
        await refuse_moved(ctx, after)


_CHECKED = ("lot_id", "cooperative_id", "roaster_id", "sent_on", "received_on", "kind", "weight_g")
_DRAWN = set(_CHECKED) - {"cooperative_id"}


def _is_undecided(_today: date) -> ColumnElement[bool]:
    return Sample.verdict == SampleVerdict.PENDING


SAMPLE = Entity(
    key="sample",
    model=Sample,
    noun=Names("Muster|Kaffeemuster|Probe", "sample|coffee sample", "muestra|muestra de café"),
    nouns=Names("Muster|Kaffeemuster|Proben|Mustern", "samples|coffee samples", "muestras|muestras de café"),
    title="about",
    aliases="reference",
    told_by=("roaster", "lot"),
    current=_is_undecided,
    order="-sent_on",
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_about, sql_kind="text", write=None),
        Field("kind", Names("Musterart", "kind of sample", "tipo de muestra"), listed=True),
        Field("lot", Names("Los|Partie", "lot", "lote"), ref="lot", listed=True),
        Field("cooperative", Names("Kooperative", "cooperative", "cooperativa"), ref="cooperative"),
        Field("roaster", Names("Rösterei|Kunde", "roaster|customer", "tostador|cliente"), ref="roaster", listed=True),
        Field("outgoing", Names("geht an eine Rösterei", "goes to a roaster", "va a un tostador"), sql=_way, write=None),
        Field("reference", Names("Musternummer|Kuriernummer", "sample number|courier number|airwaybill", "número de muestra|guía del courier")),
        Field("weight_g", Names("Mustergewicht", "sample weight", "peso de la muestra"), unit="g", least=1, most=100_000),
        Field("sent_on", Names("verschickt am|versandt am|verschickt", "sent on|dispatched on|sent out", "enviada el|enviada|despachada el"), listed=True),
        Field("received_on", Names("erhalten am|eingegangen am|erhalten", "received on|received", "recibida el|recibida"), listed=True),
        Field("verdict", Names("Urteil|Befund|Musterurteil", "verdict|decision", "veredicto|dictamen"), listed=True),
        Field("reason", Names("Begründung", "reason of the verdict", "motivo del veredicto")),
        NOTES,
    ),
    check=check_sample,
    filled=("kind",),
)  # fmt: skip

_SENT = Examples(
    de=("Leg ein Muster von {lot} an {roaster} an: {kind}, {weight_g} g, verschickt {sent_on}",),
    en=("Add a sample of {lot} to {roaster}: {kind}, {weight_g} g, sent {sent_on}",),
    es=("Crea una muestra de {lot} para {roaster}: {kind}, {weight_g} g, enviada {sent_on}",),
)
_SENDING = Names(
    "Muster|Muster raus|Muster verschickt|Muster geschickt|Muster ging",
    "sample|sample out|sent a sample|sample sent|sample went",
    "muestra|muestra de oferta|despaché|envié|mandé|enviamos|mandamos",
)
_NOTE = (
    "From a cooperative (or the lot's) to us without roaster; to a roaster with one. The grams of "
    "one sent to a roaster, or drawn on arrival, are off the lot's stock: no movement beside it."
)


async def _undecided_on(session: AsyncSession, shipment: int) -> list[Touched]:
    """Return the lots of a shipment whose sample to us waits for a verdict."""
    on = select(ShipmentLot.lot_id).where(
        ShipmentLot.shipment_id == shipment, ShipmentLot.retired_at.is_(None)
    )
    rows = await session.scalars(
        select(Lot.code)
        .join(Sample, Sample.lot_id == Lot.id)
        .where(
            Lot.id.in_(on),
            Sample.roaster_id.is_(None),
            Sample.verdict == SampleVerdict.PENDING,
            Sample.retired_at.is_(None),
        )
        .distinct()
        .order_by(Lot.code)
    )
    return [Touched(code) for code in rows]


_UNDECIDED = Said(
    de="Muster ohne Urteil: {records}.",
    en="Samples without a verdict: {records}.",
    es="Muestras sin veredicto: {records}.",
)
CONCERNED = (Concerned(_UNDECIDED, _undecided_on),)
ENTITIES = (SAMPLE,)
TOOLS: tuple[Any, ...] = tuple(
    tools_of(
        SAMPLE,
        examples={"create": _SENT},
        notes={"create": _NOTE},
        topics={"create": _SENDING},
    )
)
