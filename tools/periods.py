"""A date by month, quarter or year, as something to group by: `eta:month`."""

from dataclasses import replace

from sqlalchemy import Integer, cast, func, literal_column

from db.enums import LOCALES
from tools.entity import Field
from tools.errors import InvalidArguments, Said
from tools.selecting import Selecting
from tools.spec import Kind, Names

PERIODS: dict[str, tuple[str, Kind, Said]] = {
    "month": ("YYYY-MM", "month", Said(de="Monat", en="month", es="mes")),
    "quarter": ('YYYY-"Q"Q', "quarter", Said(de="Quartal", en="quarter", es="trimestre")),
    "year": ("YYYY", "year", Said(de="Jahr", en="year", es="año")),
}
_BERLIN = "'Europe/Berlin'"
_NOT_DATED = Said(
    de="{field} ist kein Datum; nach Monat, Quartal oder Jahr gruppiert wird nur ein Datum.",
    en="{field} is no date; only dates are grouped by month, quarter or year.",
    es="{field} no es una fecha; solo se agrupa una fecha por mes, trimestre o año.",
)


def period_of(made: Selecting, field: Field, period: str) -> Field:
    """Return a date field by a period, as a field to group by; instants count in Berlin's days.

    Raises:
        InvalidArguments: it is no date, or there is no such period.
    """
    kind = made.entity.kind(field)
    if kind not in {"date", "instant"} or period not in PERIODS:
        raise InvalidArguments(_NOT_DATED, choices=list(PERIODS), field=field.names.said)
    pattern, read, called = PERIODS[period]
    value = made.value(field)
    # Written out, not sent apart: PostgreSQL must see that it selects what it groups by.
    day = func.timezone(literal_column(_BERLIN), value) if kind == "instant" else value
    text = func.to_char(day, literal_column(f"'{pattern}'"))
    column = cast(text, Integer) if period == "year" else text
    names = Names(*(f"{field.names.label(lo)} ({getattr(called, lo)})" for lo in LOCALES))
    return replace(
        field, key=f"{field.key}_{period}", names=names, sql=lambda _: column, sql_kind=read,
        ref=None, via=None, unit=None, unit_from=(),
    )  # fmt: skip
