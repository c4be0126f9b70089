"""Purchase contracts and the fixing of their prices: what is priced, what is open.

A lot is coffee. A futures lot is 37,500 lb of ICE Coffee C, in every language called a contract of
futures, never a lot alone.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from db.base import Record
from db.enums import Basis, Certification, ContractStatus, Currency, Per, Role
from db.models import Contract, Fixation
from tools.calc.fairtrade import MINIMUM_PRICES
from tools.calc.fixing import FUTURES_LOT_KG
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Refused, Said
from tools.numbering import next_code
from tools.pricing import check_price, futures_month
from tools.spec import Examples, Names
from tools.usual_fields import NOTES, OWNER, readable_by

_NEXT = {
    ContractStatus.DRAFT: (ContractStatus.CONFIRMED, ContractStatus.CANCELLED),
    ContractStatus.CONFIRMED: (ContractStatus.COMPLETED, ContractStatus.CANCELLED),
    ContractStatus.COMPLETED: (),
    ContractStatus.CANCELLED: (),
}
_ILLEGAL = Said(
    de="Von „{before}“ geht es nicht nach „{after}“.",
    en="“{before}” cannot become “{after}”.",
    es="De «{before}» no se pasa a «{after}».",
)
_WEIGHT = Said(
    de="{bags} Sack zu {each} kg sind nicht {weight} kg.",
    en="{bags} bags of {each} kg are not {weight} kg.",
    es="{bags} sacos de {each} kg no son {weight} kg.",
)
_DIFFERENTIAL = Said(
    de="Ein Differential zum „C“ steht in US-Cent je Pfund (USc/lb).",
    en="A differential to “C” is in US cents per pound (USc/lb).",
    es="Un diferencial sobre «C» va en centavos de dólar por libra (USc/lb).",
)
_WRONG_MONTH = Said(
    de="{contract} läuft gegen {month}, nicht gegen {asked}.",
    en="{contract} is against {month}, not {asked}.",
    es="{contract} va contra {month}, no contra {asked}.",
)
_NO_MONTH = Said(
    de="Gegen welchen Terminmonat wird {contract} fixiert?",
    en="Against which futures month is {contract} fixed?",
    es="¿Contra qué mes de futuros se fija {contract}?",
)
_NOT_BINDING = Said(
    de="{contract} ist {status}; zu fixieren sind nur bindende Kontrakte.",
    en="{contract} is {status}; only a binding contract is fixed.",
    es="{contract} está {status}; solo se fija un contrato vinculante.",
)
_FUTURE = Said(
    de="{day} liegt in der Zukunft; eingetragen wird, was fixiert ist.",
    en="{day} lies ahead; only what has been fixed is entered.",
    es="El {day} está en el futuro; solo se registra lo ya fijado.",
)


# --- what follows from the fixings ---------------------------------------------------------------

_TO_FIX = Contract.basis == Basis.DIFFERENTIAL
_MINE = and_(Fixation.contract_id == Contract.id, Fixation.retired_at.is_(None))


def _agreed_lots() -> ColumnElement[int]:
    rounded = func.greatest(1, func.round(Contract.weight_kg / literal(FUTURES_LOT_KG)))
    known = case((Contract.weight_kg.is_not(None), rounded))
    return case((_TO_FIX, func.coalesce(Contract.futures_lots, known)))


def fixed_lots(_today: date) -> ColumnElement[int]:
    """Return how many futures lots of a contract are fixed."""
    fixed = select(func.coalesce(func.sum(Fixation.futures_lots), 0)).where(_MINE)
    return case((_TO_FIX, fixed.scalar_subquery()))


def open_lots(today: date) -> ColumnElement[int]:
    """Return how many are not."""
    return _agreed_lots() - fixed_lots(today)


def priced_kg(today: date) -> ColumnElement[Decimal]:
    """Return the kilos whose price is known: all of an outright contract, else what is fixed."""
    fixed = func.least(
        Contract.weight_kg, func.round(fixed_lots(today) * literal(FUTURES_LOT_KG), 3)
    )
    return case(
        (Contract.price.is_(None), None),
        (or_(Contract.basis == Basis.OUTRIGHT, open_lots(today) <= 0), Contract.weight_kg),
        else_=case((_agreed_lots().is_not(None), fixed)),
    )


def open_kg(today: date) -> ColumnElement[Decimal]:
    """Return the kilos whose price still moves with Coffee C."""
    return Contract.weight_kg - priced_kg(today)


def level(_today: date) -> ColumnElement[Decimal]:
    """Return the average level of what is fixed, weighted by futures lots."""
    weighed = func.sum(Fixation.futures_lots * Fixation.level) / func.sum(Fixation.futures_lots)
    return select(func.round(weighed, 4)).where(_MINE).scalar_subquery()


def final_price(today: date) -> ColumnElement[Decimal]:
    """Return the price once there is one: outright, or all fixed; never a guess before."""
    return case(
        (Contract.basis == Basis.OUTRIGHT, Contract.price),
        (and_(_TO_FIX, open_lots(today) <= 0), Contract.price + level(today)),
    )


def is_open(today: date) -> ColumnElement[bool]:
    """Return whether something of a binding contract waits to be fixed."""
    binding = Contract.status.in_([ContractStatus.CONFIRMED, ContractStatus.COMPLETED])
    return case((and_(_TO_FIX, binding), open_lots(today) > 0), else_=False)


def fairtrade_floor(today: date) -> ColumnElement[Decimal]:
    """Return Fairtrade's floor, USD/lb FOB; unknown unless process and premium are said."""
    organic = or_(
        *(
            Contract.certifications.contains([c])
            for c in (Certification.ORGANIC, Certification.EU_ORGANIC, Certification.USDA_ORGANIC)
        )
    )
    signed = func.coalesce(Contract.signed_on, today)
    newest_first = sorted(MINIMUM_PRICES, key=lambda m: m.valid_from, reverse=True)
    floors = [
        (
            and_(Contract.process == m.process, signed >= m.valid_from),
            literal(m.minimum)
            + case((organic, literal(m.organic_differential)), else_=literal(Decimal(0)))
            + case(
                (Contract.premium_included.is_(True), literal(m.premium)), else_=literal(Decimal(0))
            ),
        )
        for m in newest_first
    ]
    told = and_(
        Contract.certifications.contains([Certification.FAIRTRADE]),
        Contract.premium_included.is_not(None),
    )
    return case((told, case(*floors)))


# --- rules ---------------------------------------------------------------------------------------


async def check_contract(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold a contract to its price's parts, its weight and its steps."""
    if record is None and not values.get("code"):
        values["code"] = await next_code(ctx, CONTRACT, f"P-{ctx.today:%y}-001")
    _check_step(record, values)
    month = values.get("futures_month", getattr(record, "futures_month", None))
    if (
        values.get("price") is not None
        and month
        and values.get("basis", _was(record, "basis")) in {None, Basis.DIFFERENTIAL}
    ):
        values.setdefault("currency", _was(record, "currency") or Currency.USC)
        values.setdefault("per", _was(record, "per") or Per.LB)
    check_price("", PRICE, record, values)
    basis = values.get("basis", _was(record, "basis"))
    unit = [values.get(k, _was(record, k)) for k in ("currency", "per")]
    if basis is Basis.DIFFERENTIAL and unit != [Currency.USC, Per.LB]:
        raise InvalidArguments(_DIFFERENTIAL, field=PRICE.said)
    if basis is not Basis.DIFFERENTIAL and record is not None:
        values |= {
            k: None
            for k in ("futures_lots", "fixing_call", "fix_by")
            if _was(record, k) is not None
        }
    _check_weight(record, values)


def _was(record: Record | None, key: str) -> object:
    return getattr(record, key, None)


def _check_step(record: Record | None, values: Values) -> None:
    before = getattr(record, "status", None)
    after = values.get("status", before)
    if before is not None and after is not None and after != before and after not in _NEXT[before]:
        raise Refused(
            "illegal_transition", _ILLEGAL, choices=[str(s) for s in _NEXT[before]],
            before=_word(before), after=_word(after),
        )  # fmt: skip


def _word(status: ContractStatus) -> Said:
    return Said(de=status.label("de"), en=status.label("en"), es=status.label("es"))


def _check_weight(record: Record | None, values: Values) -> None:
    if not {"bags", "bag_weight_kg", "weight_kg"} & set(values):
        return
    bags, each, weight = (
        values.get(k, _was(record, k)) for k in ("bags", "bag_weight_kg", "weight_kg")
    )
    if not isinstance(bags, int) or not isinstance(each, Decimal):
        return
    if values.get("weight_kg") is not None and weight != bags * each:
        raise InvalidArguments(_WEIGHT, bags=bags, each=each, weight=weight)
    values["weight_kg"] = bags * each


async def check_fixation(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Fix only what binds, against its own month, on a day that has come."""
    contract = await ctx.session.get(
        Contract, values.get("contract_id", _was(record, "contract_id"))
    )
    if contract is None:
        return
    if record is None:
        values.setdefault("fixed_on", ctx.today)
        values.setdefault("futures_month", contract.futures_month)
        if contract.status not in {ContractStatus.CONFIRMED, ContractStatus.COMPLETED}:
            raise Refused(
                "not_binding", _NOT_BINDING, contract=contract.code, status=_word(contract.status)
            )
    if values.get("fixed_on") is not None and values["fixed_on"] > ctx.today:
        raise InvalidArguments(_FUTURE, day=values["fixed_on"])
    month = values.get("futures_month", _was(record, "futures_month"))
    if month is None:
        raise InvalidArguments(_NO_MONTH, contract=contract.code)
    values["futures_month"] = futures_month(str(month))
    if contract.futures_month and _short(values["futures_month"]) != _short(contract.futures_month):
        raise InvalidArguments(
            _WRONG_MONTH, contract=contract.code, month=contract.futures_month, asked=month
        )


def _short(month: str) -> str:
    """Return a futures month without what may be left out: KCZ26 is Z6."""
    bare = month.removeprefix("KC")
    return bare[0] + bare[-1]


PRICE = Names(
    "Kontraktpreis|vereinbarter Preis|Differential",
    "contract price|agreed price|differential",
    "precio del contrato|precio acordado|diferencial",
)


def _price_field(key: str, names: Names) -> Field:
    return Field(key, names, read=Role.ANALYST)


def is_running(_today: date) -> ColumnElement[bool]:
    """Return whether a contract is still to be fulfilled."""
    return Contract.status.in_([ContractStatus.DRAFT, ContractStatus.CONFIRMED])


CONTRACT = Entity(
    key="contract",
    model=Contract,
    noun=Names("Einkaufskontrakt|Kontrakt|Kaufvertrag|Einkaufsvertrag", "purchase contract|contract", "contrato de compra|contrato"),
    nouns=Names("Einkaufskontrakte|Kontrakte|Kaufverträge|Einkaufsverträge", "purchase contracts|contracts", "contratos de compra|contratos"),
    title="code",
    aliases="seller_number",
    order="-signed_on",
    apart=True,
    told_by=("cooperative",),
    current=is_running,
    fields=(
        Field("code", Names("Kontraktnummer|Vertragsnummer", "contract number|contract code", "número de contrato|código de contrato"), listed=True),
        Field("cooperative", Names("Kooperative|Verkäufer|Koop", "cooperative|seller|coop", "cooperativa|vendedor"), ref="cooperative", listed=True),
        Field("seller_number", Names("Nummer des Verkäufers|Verkäufernummer", "seller's number|seller's reference", "número del vendedor|referencia del vendedor")),
        Field("signed_on", Names("Kontraktdatum|Vertragsdatum|abgeschlossen am", "contract date|signed on|signed", "fecha del contrato|firmado el"), listed=True),
        Field("status", Names("Kontraktstatus|Status", "contract status|status", "estado del contrato|estado"), listed=True),
        Field("incoterm", Names("Incoterm|Lieferklausel", "Incoterm|delivery term", "Incoterm|condición de entrega")),
        Field("place", Names("Incoterm-Ort|benannter Ort", "Incoterm place|named place", "lugar del Incoterm|lugar convenido")),
        Field("bags", Names("Kontraktmenge in Sack|Säcke|Sack", "contracted bags|bags", "sacos contratados|sacos"), listed=True, least=1, most=100_000),
        Field("bag_weight_kg", Names("Sackgewicht|Gewicht pro Sack", "bag weight|weight per bag", "peso por saco|peso del saco"), unit="kg", least=1, most=1_500),
        Field("weight_kg", Names("Kontraktmenge|Menge|Kilo", "contracted quantity|quantity|kilos", "cantidad contratada|cantidad|kilos"), unit="kg", listed=True, least=1, most=50_000_000),
        Field("tolerance_pct", Names("Mengentoleranz|Toleranz", "tolerance|quantity tolerance", "tolerancia"), unit="%", least=0, most=100),
        Field("process", Names("Aufbereitung", "process", "proceso|beneficio")),
        Field("certifications", Names("Zertifikate|Bedingungen Fairtrade/Bio", "certifications|certificates", "certificaciones")),
        Field("premium_included", Names("Fairtrade-Prämie enthalten|Prämie enthalten|inklusive Prämie", "premium included|including premium", "prima incluida|incluye la prima")),
        Field("floor", Names("Fairtrade-Mindestpreis|Mindestpreis", "Fairtrade floor|minimum price", "precio mínimo Fairtrade|precio mínimo"), sql=fairtrade_floor, sql_kind="decimal", unit="USD/lb", write=None),
        Field("crop_year", Names("Erntejahr|Ernte", "crop year|harvest", "año de cosecha|cosecha"), least=1990, most=2100),
        Field("ship_from", Names("Verschiffung ab|Verschiffung von", "shipment from|ship from", "embarque desde"), listed=True),
        Field("ship_to", Names("Verschiffung bis|Verschiffungsende", "shipment to|ship by", "embarque hasta"), listed=True),
        Field("price", PRICE, unit_from=("currency", "per", "basis"), read=Role.ANALYST, listed=True, least=-2_000, most=1_000_000),
        _price_field("currency", Names("Kontraktwährung", "contract currency", "moneda del contrato")),
        _price_field("per", Names("Kontraktpreiseinheit", "contract price unit", "unidad de precio del contrato")),
        _price_field("basis", Names("Kontraktpreisbasis", "contract price basis", "base de precio del contrato")),
        _price_field("futures_month", Names("Terminmonat", "futures month", "mes de futuros")),
        _price_field("fixing_call", Names("wer fixiert|Fixierungsrecht", "who fixes|call", "quién fija|opción de fijación")),
        _price_field("fix_by", Names("zu fixieren bis|Fixierungsfrist", "fix by|fixing deadline", "fijar hasta|plazo de fijación")),
        Field("futures_lots", Names("Futures-Kontrakte|Futures-Kontrakte laut Vertrag", "futures lots|agreed futures lots", "contratos de futuros|contratos de futuros acordados"), read=Role.ANALYST, least=1, most=10_000),
        Field("open_lots", Names("offene Futures-Kontrakte|unfixierte Futures-Kontrakte", "open futures lots|unfixed futures lots", "contratos de futuros abiertos|contratos de futuros sin fijar"), sql=open_lots, sql_kind="integer", read=Role.ANALYST, write=None, listed=True),
        Field("priced_kg", Names("bepreiste Menge|fixierte Kilo", "priced kilos|priced quantity", "kilos con precio|cantidad con precio"), sql=priced_kg, sql_kind="decimal", unit="kg", read=Role.ANALYST, write=None),
        Field("open_kg", Names("offene Menge|offene Kilo|unfixierte Kilo", "open kilos|unfixed kilos|open quantity", "kilos abiertos|kilos sin fijar"), sql=open_kg, sql_kind="decimal", unit="kg", read=Role.ANALYST, write=None, listed=True),
        Field("level", Names("mittlerer Fixierungskurs|Fixierungsniveau", "average fixing level|fixing level", "nivel medio de fijación|nivel de fijación"), sql=level, sql_kind="decimal", unit="USc/lb", read=Role.ANALYST, write=None),
        Field("final_price", Names("Endpreis|resultierender Preis", "resulting price|final price", "precio resultante|precio final"), sql=final_price, sql_kind="money", unit_from=("currency", "per"), read=Role.ANALYST, write=None),
        Field("unfixed", Names("unfixiert|noch zu fixieren|nicht fixiert|offen", "unfixed|still to be fixed|not fixed|open", "sin fijar|por fijar|abierto|abiertos"), sql=is_open, read=Role.ANALYST, write=None),
        OWNER,
        Field("quality", Names("Qualität|Qualitätsbeschreibung", "quality|quality description", "calidad|descripción de calidad")),
        NOTES,
    ),
    check=check_contract,
    filled=("code",),
)  # fmt: skip


def _fixing(_today: date) -> ColumnElement[str]:
    """Return "P-112 Z6 2026-11-24" as a fixation's name."""
    on = select(Contract.code).where(Contract.id == Fixation.contract_id).scalar_subquery()
    day = func.to_char(Fixation.fixed_on, "YYYY-MM-DD")
    return func.concat_ws(" ", on, Fixation.futures_month, day)


FIXATION = Entity(
    key="fixation",
    model=Fixation,
    noun=Names("Fixierung|Preisfixierung", "fixation|price fixing|fixing", "fijación|fijación de precio"),
    nouns=Names("Fixierungen|Preisfixierungen", "fixations|price fixings|fixings", "fijaciones|fijaciones de precio"),
    title="about",
    order="-fixed_on",
    read=Role.ANALYST,
    apart=True,
    fields=(
        Field("about", Names("Betrifft", "about", "referencia"), sql=_fixing, sql_kind="text", write=None),
        Field("contract", Names("Einkaufskontrakt|Kontrakt", "purchase contract|contract", "contrato de compra|contrato"), ref="contract", listed=True),
        Field("fixed_on", Names("Fixierungsdatum|fixiert am", "fixing date|fixed on", "fecha de fijación|fijado el"), listed=True),
        Field("futures_lots", Names("Futures-Kontrakte", "futures lots", "contratos de futuros"), listed=True, least=1, most=10_000),
        Field("futures_month", Names("Terminmonat", "futures month", "mes de futuros"), listed=True),
        Field("level", Names("Fixierungskurs|Kurs|Niveau", "fixing level|level", "nivel de fijación|nivel"), unit="USc/lb", listed=True, least=20, most=2_000),
        readable_by(NOTES, Role.ANALYST),
    ),
    check=check_fixation,
    filled=("fixed_on", "futures_month"),
)  # fmt: skip

_FIXING = Names(
    "fixiert|fixieren|fixiere|fixier|fixierte",
    "fixed|fix|fixes",
    "fijado|fijar|fija|fijamos|fijó|fijaron",
)
_FIX = Examples(
    de=("Fixiere {futures_lots} {futures_month} zu {level} auf {contract}", "Fixier {futures_lots} {futures_month} bei {level} für {contract}", "{contract}: {futures_lots} {futures_month} zu {level} fixiert", "Fixiere {contract}: {futures_lots} {futures_month} zu {level}", "Fixiere {futures_lots} Futures-Kontrakte {futures_month} zu {level} auf {contract}"),
    en=("Fix {futures_lots} {futures_month} at {level} on {contract}", "Fix {futures_lots} {futures_month} at {level} for {contract}", "Fixed {futures_lots} {futures_month} at {level} on {contract}", "Fix {futures_lots} futures lots {futures_month} at {level} on {contract}", "Fix {futures_lots} futures lot {futures_month} at {level} on {contract}"),
    es=("Fija {futures_lots} {futures_month} a {level} en {contract}", "Fijar {futures_lots} {futures_month} a {level} en {contract}", "Fijamos {futures_lots} {futures_month} a {level} en {contract}", "Fija {futures_lots} contratos de futuros {futures_month} a {level} en {contract}"),
)  # fmt: skip
_NOTE = (
    "Outright: price with currency and per. To be fixed: price is the differential in US cents per "
    "lb, with futures_month. futures_lots are ICE C contracts of 37,500 lb, never lots of coffee."
)

ENTITIES = (CONTRACT, FIXATION)
TOOLS = (
    *tools_of(CONTRACT, notes={"create": _NOTE, "change": _NOTE}),
    *tools_of(
        FIXATION,
        examples={"create": _FIX},
        notes={"create": "Level in US cents per lb."},
        topics={"create": _FIXING},
    ),
)
