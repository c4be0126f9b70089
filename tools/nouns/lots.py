"""Lots of green coffee: what it is, how much, what we paid and what we ask, kept apart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Integer, func

from db.base import Record
from db.enums import Protocol, Role
from db.models import Lot
from tools.context import ToolContext
from tools.derived import tools_of
from tools.entity import Entity, Field, Values
from tools.errors import InvalidArguments, Said
from tools.pricing import check_price
from tools.spec import Examples, Names
from tools.usual_fields import CERTIFICATIONS, NOTES, OWNER, VARIETIES

_SCORED = Said(
    de="Ein Cupping-Protokoll ohne Punktzahl sagt nichts.",
    en="A cupping protocol says nothing without a score.",
    es="Un protocolo de cata no dice nada sin puntaje.",
)


async def check_lot(ctx: ToolContext, record: Record | None, values: Values) -> None:
    """Hold prices to all their parts; fill in nothing but what was said."""
    for price, label in (("purchase_", PURCHASE), ("asking_", ASKING)):
        check_price(price, label, record, values)
    score = values.get("cup_score", getattr(record, "cup_score", None))
    protocol = values.get("cup_protocol", getattr(record, "cup_protocol", None))
    if score is None and protocol is not None and values.get("cup_protocol") is not None:
        raise InvalidArguments(_SCORED)
    if (score is None) != (protocol is None):
        # A score whose protocol nobody said is kept as such: unknown, not the usual one.
        values["cup_protocol"] = None if score is None else Protocol.UNKNOWN


ASKING = Names(
    "Angebotspreis|Preis|Verkaufspreis|Listenpreis|VK|Preisvorstellung|Verkauf|bepreist|verlangen|verlangt|fordern|aufrufen|rufen wir auf|kosten|kostet",
    "asking price|price|sales price|selling price|offer price|ask|quote|quoted|priced|charge|charging|cost|costs|asking|on offer at",
    "precio de venta|precio|precio de oferta|precio pedido|pedimos|cobramos|cuesta|cuestan|ofrecemos a|ofertados a",
)
PURCHASE = Names(
    "Einkaufspreis|EK|Kaufpreis|Einkauf|bezahlt|gezahlt|zahlen|eingekauft|gekauft|erworben|angekauft",
    "purchase price|buying price|cost price|purchase|paid|pay|buy|bought|purchased|acquired",
    "precio de compra|costo de compra|compra|pagamos|pagado|compramos|comprado|comprados|hemos comprado|adquirido|adquiridos|adquirimos",
)


def _price(price: str, names: Names, role: Role, *, listed: bool) -> tuple[Field, ...]:
    parts = ("currency", "per", "basis")
    units = tuple(f"{price}_{p}" for p in parts)
    called = {
        "currency": ("Währung", "currency", "moneda"),
        "per": ("Preiseinheit", "price unit", "unidad de precio"),
        "basis": ("Preisbasis", "price basis", "base de precio"),
        "futures_month": ("Terminmonat", "futures month", "mes de futuros"),
    }
    of = (" Einkauf", " of purchase", " de compra") if price == "purchase" else ("", "", "")
    inner = tuple(
        Field(
            f"{price}_{p}",
            Names(*(f"{c}{o}" for c, o in zip(called[p], of, strict=True))),
            read=role,
        )
        for p in called
    )
    figure = Field(
        f"{price}_price",
        names,
        unit_from=units,
        read=role,
        listed=listed,
        least=-2_000,
        most=1_000_000,
    )
    return (figure, *inner)


def _free(today: date) -> ColumnElement[int]:
    return func.stock_free(Lot.id, today, type_=Integer)


def _free_kg(today: date) -> ColumnElement[Decimal]:
    """Return the kilos of the free bags, whole ones only; the position tells them to the gram."""
    return Lot.bag_weight_kg * _free(today)


def _taken(how: str) -> Callable[[date], ColumnElement[int]]:
    return lambda today: func.stock_taken(Lot.id, how, today, type_=Integer)


STOCK = (
    Field(
        "free_bags",
        Names(
            "freie Säcke|freie Sack|Säcke frei|Sack frei|Sack übrig|Säcke übrig|frei|noch frei|verfügbar|verfügbare Säcke|noch zu haben|unverkauft",
            "free bags|bags free|bags left|bags available|free|still free|available|unsold|still left",
            "sacos libres|sacos disponibles|libres|libre|disponibles|disponible|quedan libres|sin vender",
        ),
        sql=_free,
        sql_kind="integer",
        write=None,
    ),
    Field(
        "free_kg",
        Names("freie Kilo|freie Menge", "free kilos|kilos available", "kilos libres"),
        unit="kg",
        sql=_free_kg,
        sql_kind="decimal",
        write=None,
    ),
    Field(
        "reserved_bags",
        Names(
            "reservierte Säcke|reserviert|reservierte",
            "reserved bags|reserved",
            "sacos reservados|reservados|reservado",
        ),
        sql=_taken("reserved"),
        sql_kind="integer",
        write=None,
    ),
    Field(
        "sold_bags",
        Names(
            "verkaufte Säcke|verkauft|verkaufte",
            "bags sold|sold",
            "sacos vendidos|vendidos|vendido",
        ),
        sql=_taken("sold"),
        sql_kind="integer",
        write=None,
    ),
)


LOT = Entity(
    key="lot",
    model=Lot,
    noun=Names("Los|Partie|Lot|Kaffee", "lot|coffee", "lote|café|partida"),
    nouns=Names("Lose|Partien|Lots|Kaffees", "lots|coffees", "lotes|cafés|partidas"),
    title="code",
    fields=(
        Field(
            "code",
            Names("Code|Losnummer|Nummer", "code|lot number", "código|número de lote"),
            listed=True,
        ),
        Field(
            "cooperative",
            Names(
                "Kooperative|Koop|Genossenschaft|Erzeuger",
                "cooperative|coop|producer",
                "cooperativa|productor",
            ),
            ref="cooperative",
            listed=True,
        ),
        Field(
            "region",
            Names("Region|Anbaugebiet", "region", "región|zona"),
            via=("cooperative", "region"),
            write=None,
        ),
        Field(
            "crop_year",
            Names(
                "Erntejahr|Ernte|Jahrgang|geerntet",
                "crop year|harvest|crop|vintage|harvested|picked",
                "año de cosecha|cosecha|campaña|cosechado|cosechados|cosechada",
            ),
            listed=True,
            least=1990,
            most=2100,
        ),
        Field(
            "process",
            Names(
                "Aufbereitung|Prozess|Verarbeitung",
                "process|processing|processing method|method",
                "proceso|beneficio",
            ),
            listed=True,
        ),
        VARIETIES,
        replace(CERTIFICATIONS, listed=True),
        Field(
            "bags",
            Names(
                "Säcke|Sack|Sackzahl|Sackanzahl",
                "bags|bag count|sacks",
                "sacos|bolsas|número de sacos",
            ),
            listed=True,
            least=1,
            most=100_000,
        ),
        Field(
            "bag_weight_kg",
            Names(
                "Sackgewicht|Gewicht pro Sack",
                "bag weight|weight per bag",
                "peso por saco|peso del saco",
            ),
            unit="kg",
            least=1,
            most=1_500,
        ),
        Field(
            "weight_kg",
            Names(
                "Gewicht|Menge|Kilo|Gesamtgewicht",
                "weight|quantity|kilos|total weight",
                "peso|cantidad|kilos|peso total",
            ),
            unit="kg",
            write=None,
        ),
        Field(
            "cup_score",
            Names(
                "Punkte|Cupping|Cup-Score|Cup|Tassenpunkte|Score|Punktzahl|Bewertung|SCA-Punkte",
                "cup score|score|points|cupscore|cup|scored|cupped|cupping|cupping score|SCA score",
                "puntaje|puntos|puntuación|taza|cata",
            ),
            unit="pt",
            scale_from=("cup_protocol",),
            listed=True,
            least=0,
            most=100,
        ),
        Field(
            "cup_protocol",
            Names(
                "Cupping-Protokoll|Protokoll",
                "cupping protocol|protocol",
                "protocolo de cata|protocolo",
            ),
        ),
        Field(
            "moisture_pct",
            Names(
                "Feuchte|Feuchtigkeit|Wassergehalt|Restfeuchte",
                "moisture|moisture content|humidity",
                "humedad",
            ),
            unit="%",
            least=0,
            most=100,
        ),
        *_price("asking", ASKING, Role.VIEWER, listed=True),
        *_price("purchase", PURCHASE, Role.ANALYST, listed=False),
        Field(
            "bag_price",
            Names(
                "Sackpreis|Preis pro Sack|Preis je Sack",
                "bag price|price per bag",
                "precio por saco|precio del saco",
            ),
            unit_from=("asking_currency",),
            write=None,
        ),
        Field(
            "location",
            Names(
                "Lagerort|Standort|Lager|Ort", "location|warehouse|place", "ubicación|almacén|lugar"
            ),
        ),
        Field(
            "warehouse",
            Names("Lagerhaus", "storage warehouse", "almacén de depósito|depósito"),
            ref="warehouse",
        ),
        Field(
            "contract",
            Names(
                "Einkaufskontrakt|Kontrakt",
                "purchase contract|contract",
                "contrato de compra|contrato",
            ),
            ref="contract",
        ),
        *STOCK,
        OWNER,
        NOTES,
    ),
    check=check_lot,
)

_PRICED = Examples(
    de=("Setz den Angebotspreis von {lot} auf {asking_price} {asking_currency}/{asking_per}",),
    en=("Raise the asking price of {lot} to {asking_price} {asking_currency}/{asking_per}",),
    es=("Sube el precio de venta de {lot} a {asking_price} {asking_currency}/{asking_per}",),
)
_NOTE = "asking_* is what we ask, purchase_* what we paid. Prices are per kg, lb, qq (46 kg) or bag; differential: US cents per lb to Coffee C."

ENTITIES = (LOT,)
TOOLS = tuple(tools_of(LOT, examples={"change": _PRICED}, notes={"create": _NOTE, "change": _NOTE}))
