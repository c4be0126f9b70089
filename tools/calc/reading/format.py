"""Figures and dates written the way a reader's language writes them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from db.enums import Locale

GROUPING: dict[Locale, str] = {"de": ".", "en": ",", "es": "."}
DECIMAL_SIGN: dict[Locale, str] = {"de": ",", "en": ".", "es": ","}
_MONEY_PLACES = 2
_UNGROUPED_IN_SPANISH = 4
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_number(value: Decimal, locale: Locale, *, places: int | None = None) -> str:
    """Return a figure as a reader of a language writes it: 1.234,56 or 1,234.56.

    Without `places` the zeros a database column adds are dropped, but a figure kept to cents or
    finer shows two places (8.9000 reads 8.90); a whole figure shows none unless it is written to
    exactly two (12.0000 reads 12, 12.00 stays). Spanish leaves whole figures of four digits
    ungrouped, as the Real Academia asks (1234, but 12.345).

    Args:
        value: the figure; one that is not finite comes back as Python writes it.
        locale: the reader's language.
        places: exactly so many places, rounded half up.
    """
    if not value.is_finite():
        return str(value)
    whole, _, fraction = f"{_to_places(value, places).copy_abs():f}".partition(".")
    sign = "-" if value < 0 and (whole + fraction).strip("0") else ""
    plain_four = locale == "es" and not fraction and len(whole) == _UNGROUPED_IN_SPANISH
    text = whole if plain_four else _grouped(whole, GROUPING[locale])
    return sign + text + (DECIMAL_SIGN[locale] + fraction if fraction else "")


def format_date(day: date, locale: Locale) -> str:
    """Return a day as a reader of a language writes it: 24.11.2026, 24 Nov 2026, 24/11/2026."""
    if locale == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"
    sign = "." if locale == "de" else "/"
    return f"{day.day:02}{sign}{day.month:02}{sign}{day.year:04}"


def format_month(day: date, locale: Locale) -> str:
    """Return the month of a day as a reader of a language writes it: 11/2026, Nov 2026."""
    if locale == "en":
        return f"{_MONTHS[day.month - 1]} {day.year:04}"
    return f"{day.month:02}/{day.year:04}"


def _to_places(value: Decimal, places: int | None) -> Decimal:
    wanted = _own_places(value) if places is None else places
    with localcontext() as context:
        context.prec = max(28, len(value.as_tuple().digits) + abs(value.adjusted()) + wanted + 2)
        return value.quantize(Decimal(1).scaleb(-wanted), rounding=ROUND_HALF_UP)


def _own_places(value: Decimal) -> int:
    _, _, fraction = f"{value:f}".partition(".")
    significant = len(fraction.rstrip("0"))
    if len(fraction) == _MONEY_PLACES or (significant and len(fraction) > _MONEY_PLACES):
        return max(_MONEY_PLACES, significant)
    return significant


def _grouped(whole: str, sign: str) -> str:
    head = len(whole) % 3
    groups = [whole[i : i + 3] for i in range(head, len(whole), 3)]
    return sign.join([whole[:head], *groups] if head else groups)
