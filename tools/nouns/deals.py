"""Sales: deals with their lines, and reservations. What each takes off a lot is the stock's."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select

from db.base import Record
from db.enums import Basis, DealStage, Per
from db.models import Deal, DealLine, Lot, Reservation, Roaster
from db.prices import kg_per
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Refused, Said
from tools.numbering import next_code
from tools.pricing import check_price
from tools.spec import Examples, Names
from tools.usual_fields import NOTES, OWNER

_NEXT = {
    DealStage.OFFER: (DealStage.CONFIRMED, DealStage.LOST),
    DealStage.CONFIRMED: (DealStage.DELIVERED, DealStage.LOST),
    DealStage.DELIVERED: (DealStage.INVOICED,),
    DealStage.INVOICED: (),
    DealStage.LOST: (),
}
_DATED = {
    DealStage.OFFER: "offered_on",
    DealStage.CONFIRMED: "confirmed_on",
    DealStage.DELIVERED: "delivered_on",
    DealStage.INVOICED: "invoiced_on",
    DealStage.LOST: "lost_on",
}
_ILLEGAL = Said(
    de="{deal} steht auf „{before}“; von dort geht es nicht nach „{after}“.",
    en="{deal} is “{before}”; from there it cannot become “{after}”.",
    es="{deal} está en «{before}»; de ahí no pasa a «{after}».",
)
_WHY = Said(
    de="Warum ist das Geschäft verloren? Der Grund gehört dazu.",
    en="Why is the deal lost? The reason belongs to it.",
    es="¿Por qué se perdió la venta? Falta el motivo.",
)
_NO_LINES = Said(
    de="{deal} hat noch kein Los; erst dann lässt es sich bestätigen.",
    en="{deal} has no lot yet; only then can it be confirmed.",
    es="{deal} todavía no tiene lote; solo entonces se puede confirmar.",
)
_FUTURE = Said(
    de="{day} liegt in der Zukunft; eingetragen wird, was geschehen ist.",
    en="{day} lies ahead; only what has happened is entered.",
    es="El {day} está en el futuro; solo se registra lo que ya ocurrió.",
)
_CLOSED = Said(
    de="{deal} ist {stage}; daran ändern sich keine Lose mehr.",
    en="{deal} is {stage}; its lots do not change any more.",
    es="{deal} está {stage}; sus lotes ya no cambian.",
)
_PAST = Said(
    de="{day} ist vorbei; bis wann soll reserviert sein?",
    en="{day} is over; until when shall it be reserved?",
    es="El {day} ya pasó; ¿hasta cuándo se reserva?",
)
_OTHERS = Said(
    de="{deal} ist ein Geschäft mit {roaster}.",
    en="{deal} is a deal with {roaster}.",
    es="{deal} es una venta a {roaster}.",
)
_SOLD = Said(
    de="{deal} ist schon {stage}: Was dazu gehört, kommt als Position in das Geschäft, nicht als Reservierung.",
    en="{deal} is {stage} already: what belongs to it is added as a line, not as a reservation.",
    es="{deal} ya está {stage}: lo que le corresponde se añade como línea, no como reserva.",
)


def _word(stage: DealStage) -> Said:
    return Said(de=stage.label("de"), en=stage.label("en"), es=stage.label("es"))


# --- deals ---------------------------------------------------------------------------------------

_LINES = and_(DealLine.deal_id == Deal.id, DealLine.retired_at.is_(None))


def _lots(_today: date) -> ColumnElement[str]:
    """Return the lots of a deal: "10 PE-24-017, 5 PE-25-006"."""
    each = func.concat_ws(" ", DealLine.bags, Lot.code)
    named = select(func.string_agg(each, func.concat(", "))).join(Lot, Lot.id == DealLine.lot_id)
    return named.where(_LINES).scalar_subquery()


def _line_bags(_today: date) -> ColumnElement[int]:
    return select(func.sum(DealLine.bags)).where(_LINES).scalar_subquery()


def line_kg(_today: date) -> ColumnElement[Decimal]:
    """Return the kilos of a deal's lines; unknown when one lot's bag weight is."""
    whole = func.count() == func.count(Lot.bag_weight_kg)
    weighed = case((whole, func.sum(DealLine.bags * Lot.bag_weight_kg)))
    of = select(weighed).select_from(DealLine).join(Lot, Lot.id == DealLine.lot_id)
    return of.where(_LINES).scalar_subquery()


def per_kg() -> ColumnElement[Decimal]:
    """Return a deal's price per kilo; of one per bag it says nothing."""
    kilos: ColumnElement[Decimal] = literal_column(f"({kg_per('deal.')})")
    return Deal.price / func.nullif(kilos, 0)


def value(today: date) -> ColumnElement[Decimal]:
    """Return what a deal is worth, outright prices only: a differential is not a price yet."""
    return case(
        (Deal.basis != Basis.OUTRIGHT, None),
        (Deal.per == Per.BAG, func.round(Deal.price * _line_bags(today), 2)),
        else_=func.round(per_kg() * line_kg(today), 2),
    )


async def check_deal(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold a deal to its steps; each is dated, a lost one has its reason, a sold one its lots."""
    if record is None and not values.get("code"):
        values["code"] = await next_code(ctx, DEAL, f"S-{ctx.today:%y}-001")
    check_price("", PRICE, record, values)
    before = getattr(record, "stage", None)
    after = values.get("stage", before) or DealStage.OFFER
    for key in _DATED.values():
        if values.get(key) is not None and values[key] > ctx.today:
            raise InvalidArguments(_FUTURE, day=values[key])
    if record is not None and before is not None and after is not before:
        await _check_step(ctx, record, before, after)
    if after is not before:
        _date_steps(ctx, record, values, after)
    why = values.get("lost_reason", getattr(record, "lost_reason", None))
    if after is DealStage.LOST and why is None:
        raise InvalidArguments(_WHY)


async def _check_step(
    ctx: ToolContext, record: Record, before: DealStage, after: DealStage
) -> None:
    code = str(getattr(record, "code", ""))
    if after not in _NEXT[before]:
        raise Refused(
            "illegal_transition", _ILLEGAL, choices=[str(s) for s in _NEXT[before]],
            deal=code, before=_word(before), after=_word(after),
        )  # fmt: skip
    if after is DealStage.CONFIRMED:
        lines = select(DealLine.id).where(DealLine.deal_id == record.id)
        if await ctx.session.scalar(lines.where(DealLine.retired_at.is_(None)).limit(1)) is None:
            raise Refused("no_lines", _NO_LINES, deal=code)


def _date_steps(ctx: ToolContext, record: Record | None, values: Values, after: DealStage) -> None:
    """Date the step just taken, and for a new record those before it."""
    taken = [DealStage.OFFER, DealStage.CONFIRMED, DealStage.DELIVERED, DealStage.INVOICED]
    steps = taken[: taken.index(after) + 1] if after in taken else [after]
    for step in steps[-1:] if record is not None else steps:
        if getattr(record, _DATED[step], None) is None:
            values.setdefault(_DATED[step], ctx.today)


def is_open(_today: date) -> ColumnElement[bool]:
    """Return whether a deal is still to be delivered."""
    return Deal.stage.in_([DealStage.OFFER, DealStage.CONFIRMED])


PRICE = Names(
    "Abschlusspreis|Geschäftspreis",
    "deal price|sold price",
    "precio de la venta|precio pactado",
)

DEAL = Entity(
    key="deal",
    model=Deal,
    noun=Names("Geschäft|Verkauf|Deal|Abschluss", "deal|sale", "venta|negocio|trato"),
    nouns=Names("Geschäfte|Verkäufe|Deals|Abschlüsse", "deals|sales", "ventas|negocios|tratos"),
    title="code",
    order="-code",
    dated=("confirmed_on", "offered_on"),
    apart=True,
    told_by=("roaster",),
    current=is_open,
    fields=(
        Field("code", Names("Geschäftsnummer|Verkaufsnummer", "deal number|deal code", "número de venta"), listed=True),
        Field("roaster", Names("Rösterei|Kunde|Käufer|Röster", "roaster|customer|buyer", "tostador|cliente|comprador"), ref="roaster", listed=True),
        Field("stage", Names("Stand|Geschäftsstand|Status", "stage|status", "etapa|estado"), listed=True),
        Field("bags", Names("gewünschte Säcke|Säcke|Sack", "bags wanted|bags", "sacos pedidos|sacos"), listed=True, least=1, most=100_000),
        Field("lots", Names("Positionen|Lose des Geschäfts", "lines|lots of the deal", "líneas|lotes de la venta"), sql=_lots, sql_kind="text", write=None, listed=True),
        Field("weight_kg", Names("verkaufte Kilo|Gewicht", "kilos sold|weight", "kilos vendidos|peso"), sql=line_kg, sql_kind="decimal", unit="kg", write=None),
        Field("price", PRICE, unit_from=("currency", "per", "basis"), listed=True, least=-2_000, most=1_000_000),
        Field("currency", Names("Geschäftswährung", "deal currency", "moneda de la venta")),
        Field("per", Names("Geschäftspreiseinheit", "deal price unit", "unidad de precio de la venta")),
        Field("basis", Names("Geschäftspreisbasis", "deal price basis", "base de precio de la venta")),
        Field("futures_month", Names("Terminmonat", "futures month", "mes de futuros")),
        Field("value", Names("Geschäftswert|Umsatz|Warenwert", "deal value|value|turnover|revenue", "valor de la venta|valor|facturación"), sql=value, sql_kind="money", unit_from=("currency",), write=None, listed=True),
        Field("incoterm", Names("Incoterm|Lieferklausel", "Incoterm|delivery term", "Incoterm|condición de entrega")),
        Field("place", Names("Incoterm-Ort|Lieferort", "Incoterm place|delivery place", "lugar del Incoterm|lugar de entrega")),
        Field("deliver_from", Names("Lieferung ab|Lieferfenster ab", "delivery from|deliver from", "entrega desde")),
        Field("deliver_to", Names("Lieferung bis|Lieferfenster bis", "delivery by|deliver by", "entrega hasta"), listed=True),
        Field("payment_terms", Names("Zahlungsbedingungen|Zahlungsziel", "payment terms", "condiciones de pago|plazo de pago")),
        Field("offered_on", Names("Angebotsdatum|angeboten am", "offered on|offer date", "ofertado el|fecha de la oferta")),
        Field("confirmed_on", Names("Abschlussdatum|bestätigt am|verkauft am", "confirmed on|sold on|deal date", "confirmado el|vendido el|fecha de la venta")),
        Field("delivered_on", Names("ausgeliefert am|Auslieferung", "delivered on", "entregado al cliente el")),
        Field("invoiced_on", Names("Rechnungsdatum|berechnet am", "invoice date|invoiced on", "fecha de factura|facturado el")),
        Field("lost_on", Names("verloren am", "lost on", "perdido el")),
        Field("lost_reason", Names("Verlustgrund|Grund der Absage", "lost reason|reason it was lost", "motivo de la pérdida|motivo")),
        OWNER,
        NOTES,
    ),
    check=check_deal,
    filled=("code",),
)  # fmt: skip


def _line(_today: date) -> ColumnElement[str]:
    """Return "S-26-001 PE-24-017" as a line's name."""
    deal = select(Deal.code).where(Deal.id == DealLine.deal_id).scalar_subquery()
    lot = select(Lot.code).where(Lot.id == DealLine.lot_id).scalar_subquery()
    return func.concat_ws(" ", deal, lot)


async def check_line(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Add lots while a deal is not delivered; what is added to a sold one is sold today."""
    if record is None:
        values.setdefault("added_on", ctx.today)
    deal = await ctx.session.get(Deal, values.get("deal_id", getattr(record, "deal_id", None)))
    if deal is not None and deal.stage in {DealStage.DELIVERED, DealStage.INVOICED, DealStage.LOST}:
        raise Refused("deal_closed", _CLOSED, next="stop", deal=deal.code, stage=_word(deal.stage))


DEAL_LINE = Entity(
    key="deal_line",
    model=DealLine,
    noun=Names("Position|Geschäftsposition", "deal line|line item", "línea de venta|posición"),
    nouns=Names("Positionen|Geschäftspositionen", "deal lines|line items", "líneas de venta|posiciones"),
    title="about",
    order="deal",
    apart=True,
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_line, sql_kind="text", write=None),
        Field("deal", Names("Geschäft|Deal|Verkauf", "deal|sale", "venta|negocio"), ref="deal", listed=True),
        Field("lot", Names("Los|Partie", "lot", "lote"), ref="lot", listed=True),
        Field("bags", Names("Säcke|Sack", "bags", "sacos"), listed=True, least=1, most=100_000),
        Field("roaster", Names("Rösterei|Kunde", "roaster|customer", "tostador|cliente"), via=("deal", "roaster"), write=None, listed=True),
        Field("stage", Names("Stand", "stage", "etapa"), via=("deal", "stage"), write=None),
        Field("added_on", Names("hinzugefügt am", "added on", "añadido el")),
    ),
    check=check_line,
    filled=("added_on",),
)  # fmt: skip

_ADD = Examples(
    de=("Nimm {bags} Sack {lot} in {deal} auf", "Buch {bags} Sack {lot} auf {deal}", "{bags} Sack {lot} auf {deal} buchen"),
    en=("Add {bags} bags of {lot} to {deal}", "Book {bags} bags of {lot} on {deal}"),
    es=("Añade {bags} sacos de {lot} a {deal}", "Agrega {bags} sacos de {lot} a {deal}", "Pon {bags} sacos de {lot} en {deal}"),
)  # fmt: skip

# --- reservations --------------------------------------------------------------------------------


def _reserved(_today: date) -> ColumnElement[str]:
    """Return "PE-24-017 elbgold 2026-11-27" as a reservation's name."""
    lot = select(Lot.code).where(Lot.id == Reservation.lot_id).scalar_subquery()
    whom = select(Roaster.name).where(Roaster.id == Reservation.roaster_id).scalar_subquery()
    return func.concat_ws(" ", lot, whom, func.to_char(Reservation.until, "YYYY-MM-DD"))


def is_active(today: date) -> ColumnElement[bool]:
    """Return whether a reservation holds its bags on a day, as `stock_held` says."""
    return and_(
        Reservation.reserved_on <= today,
        Reservation.until >= today,
        func.coalesce(Reservation.released_on > today, True),
        ~_sold_by(today),
    )


def _sold_by(today: date) -> ColumnElement[bool]:
    """Return whether the deal of a reservation was confirmed or lost by a day."""
    of = select(Deal.id).where(Deal.id == Reservation.deal_id, Deal.retired_at.is_(None))
    sold = and_(Deal.confirmed_on <= today, Deal.confirmed_on >= Reservation.reserved_on)
    return of.where(or_(sold, Deal.lost_on <= today)).exists()


def has_lapsed(today: date) -> ColumnElement[bool]:
    """Return whether a reservation ran out without being released or sold."""
    return and_(Reservation.until < today, Reservation.released_on.is_(None), ~_sold_by(today))


async def check_reservation(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Reserve from today to a day that has not passed, for a deal of the same customer."""
    if record is None:
        values.setdefault("reserved_on", ctx.today)
    until = values.get("until")
    if until is not None and until < ctx.today:
        raise InvalidArguments(_PAST, day=until)
    if values.get("released_on") is not None and values["released_on"] > ctx.today:
        raise InvalidArguments(_FUTURE, day=values["released_on"])
    if values.get("deal_id") is None:
        return
    deal = await ctx.session.get(Deal, values["deal_id"])
    if deal is None:
        return
    whom = values.get("roaster_id", getattr(record, "roaster_id", None))
    if deal.roaster_id != whom:
        roaster = await ctx.session.get_one(Roaster, deal.roaster_id)
        raise Refused("other_customer", _OTHERS, deal=deal.code, roaster=roaster.name)
    if deal.stage is not DealStage.OFFER:
        raise Refused("deal_sold", _SOLD, deal=deal.code, stage=_word(deal.stage))


RESERVATION = Entity(
    key="reservation",
    model=Reservation,
    noun=Names("Reservierung|Vormerkung|Option", "reservation|hold|option", "reserva|opción|apartado"),
    nouns=Names("Reservierungen|Vormerkungen|Optionen", "reservations|holds|options", "reservas|opciones|apartados"),
    title="about",
    order="until",
    apart=True,
    told_by=("roaster", "lot"),
    current=is_active,
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_reserved, sql_kind="text", write=None),
        Field("lot", Names("Los|Partie", "lot", "lote"), ref="lot", listed=True),
        Field("roaster", Names("Rösterei|Kunde|für", "roaster|customer|for", "tostador|cliente|para"), ref="roaster", listed=True),
        Field("bags", Names("Säcke|Sack", "bags", "sacos"), listed=True, least=1, most=100_000),
        Field("until", Names("bis|reserviert bis|Reservierungsende", "until|reserved until|held until", "hasta|reservado hasta"), listed=True),
        Field("lapsed", Names("abgelaufen|verfallen|überfällig", "lapsed|expired|overdue", "vencida|vencidas|caducada"), sql=has_lapsed, write=None),
        Field("active", Names("gültig|laufend|noch gültig|aktiv", "active|live|still valid", "vigente|activa|viva|vivas"), sql=is_active, write=None, listed=True),
        Field("reserved_on", Names("reserviert am", "reserved on", "reservado el"), write=None),
        Field("released_on", Names("freigegeben am", "released on", "liberado el")),
        Field("deal", Names("Geschäft", "deal", "venta"), ref="deal", listed=True),
        NOTES,
    ),
    check=check_reservation,
    filled=("reserved_on",),
)  # fmt: skip

_RESERVE = Examples(
    de=("Reservier {bags} Sack {lot} für {roaster} bis {until}", "Reserviere {bags} Sack {lot} für {roaster} bis {until}", "Reservier {bags} Sack von {lot} bis {until} für {roaster}", "Halte {bags} Sack {lot} für {roaster} bis {until} zurück", "Reservier {roaster} {bags} Sack {lot} bis {until}", "{bags} Sack {lot} für {roaster} bis {until} reservieren", "Leg {bags} Sack {lot} für {roaster} bis {until} zurück"),
    en=("Reserve {bags} bags of {lot} for {roaster} until {until}", "Hold {bags} bags of {lot} for {roaster} until {until}", "Put {bags} bags of {lot} on hold for {roaster} until {until}", "Set aside {bags} bags of {lot} for {roaster} until {until}", "Reserve {bags} {lot} for {roaster} until {until}"),
    es=("Reserva {bags} sacos de {lot} para {roaster} hasta {until}", "Reserva {bags} sacos {lot} para {roaster} hasta {until}", "Aparta {bags} sacos de {lot} para {roaster} hasta {until}", "Reserva para {roaster} {bags} sacos de {lot} hasta {until}", "Guarda {bags} sacos de {lot} para {roaster} hasta {until}"),
)  # fmt: skip

_HOLDING = Names(
    "reservieren|reservier|reserviere|zurücklegen|leg zurück|halten|halte|Option",
    "hold|reserve|put aside|set aside|put on hold|option",
    "reserva|reservar|resérvame|guarda|guardar|guárdame|aparta|apártame|apartar",
)

ENTITIES = (DEAL, DEAL_LINE, RESERVATION)
_STAGES = (
    "stage goes offer → confirmed → delivered → invoiced, or lost with lost_reason; a confirmed "
    "deal needs a line. Lots are lines (create_deal_line)."
)
TOOLS = (
    *tools_of(DEAL, notes={"create": _STAGES, "change": _STAGES}),
    *tools_of(DEAL_LINE, examples={"create": _ADD}),
    *tools_of(
        RESERVATION,
        examples={"create": _RESERVE},
        notes={"create": "It holds through the day `until` and ends by itself."},
        topics={"create": _HOLDING},
    ),
)
