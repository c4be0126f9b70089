"""Units of the trade and the prices quoted in them."""

from dataclasses import dataclass
from decimal import Decimal

from db.enums import Currency, Locale, Per
from tools.calc.reading.numbers import NumberRead, read_numbers
from tools.calc.reading.tails import named

_KILOGRAMS = {
    "kg": Decimal(1),
    "t": Decimal(1000),
    "g": Decimal("0.001"),
    "lb": Decimal("0.45359237"),
    "qq": Decimal(46),
}


@dataclass(frozen=True, slots=True)
class PriceRead:
    """An amount of money found in a text; `currency` and `per` are None where nothing says them."""

    text: str
    begin: int
    stop: int
    value: Decimal
    currency: Currency | None
    per: Per | None
    certain: bool


def read_unit(text: str) -> str | None:
    """Return the canonical name of a unit a text names, or None.

    Known are kg, t, g, lb, qq, bag, %, m (above sea level), days, weeks, months, years, the
    currencies EUR, USD, USc, PEN, GBP, and prices such as "EUR/kg" or "USc/lb" ("€ pro Kilo").
    """
    found = named(text)
    return found.unit if found else None


def read_price(text: str, locale: Locale) -> list[PriceRead]:
    """Return the amounts of money in a text, each with its currency and weight basis.

    Args:
        text: what a person wrote.
        locale: decides how 1.500 and 1,500 are read.
    """
    return [_price(read) for read in read_numbers(text, locale) if read.kind == "money"]


def convert_weight(value: Decimal, unit: str, to: str) -> Decimal:
    """Return a weight in another unit; units by any of their names.

    The pound is exactly 0.45359237 kg (international yard and pound agreement of 1959). The
    quintal (qq) is Peru's quintal of green coffee, 46 kg, the unit Peruvian cooperatives and the
    Junta Nacional del Café count exports in; a quintal of parchment weighs more and is not meant.
    A bag has no fixed weight, so it cannot be converted.

    Raises:
        ValueError: one of the units is no weight.
    """
    source, target = _weight(unit), _weight(to)
    return value if source == target else value * _KILOGRAMS[source] / _KILOGRAMS[target]


def _weight(unit: str) -> str:
    name = read_unit(unit)
    if name not in _KILOGRAMS:
        raise ValueError(f"{unit[:20]!r} is no weight that can be converted")
    return name


def _price(read: NumberRead) -> PriceRead:
    currency, _, per = (read.unit or "").partition("/")
    # Cents per kilo may be euro cents; per pound, the exchange's unit, they are surely US cents.
    sure = currency != str(Currency.USC) or per == str(Per.LB)
    return PriceRead(
        text=read.text,
        begin=read.begin,
        stop=read.stop,
        value=read.value,
        currency=Currency(currency) if currency else None,
        per=Per(per) if per else None,
        certain=read.certain and sure,
    )
