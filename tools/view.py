"""A result for its readers: the model (`told`), the front end (`viewed`), a person (`said`)."""

from datetime import date
from decimal import Decimal
from typing import Any

from db.enums import Locale, Word
from tools.calc.reading.format import format_date, format_number
from tools.errors import Said
from tools.spec import Result, Table

Json = dict[str, Any]


def told(result: Result, locale: Locale) -> Json:
    """Return what the model reads of a result: its data and the sentence the member could read."""
    return {"said": said(result.summary, result.values, locale), **result.data}


def viewed(result: Result) -> Json:
    """Return what a front end needs to show a result, as JSON; texts in all languages."""
    return {
        "summary": _texts(result.summary),
        "values": {k: _plain(v) for k, v in result.values.items()},
        "table": table_view(result.table) if result.table else None,
        "more": [table_view(t) for t in result.more],
        "sources": [dict(vars(s)) for s in result.sources],
        "outcome": result.outcome,
        "files": result.files,
    }


def _texts(said: Said) -> Json:
    return dict(vars(said))


def table_view(table: Table) -> Json:
    """Return a table as JSON; texts in all languages."""
    columns = [vars(c) | {"label": _texts(c.label)} for c in table.columns]
    title = _texts(table.title) if table.title else None
    rows = [dict(row) for row in table.rows]
    return vars(table) | {"columns": columns, "rows": rows, "title": title}


def said(sentence: Said, values: dict[str, Any], locale: Locale) -> str:
    """Return a sentence in a language, its figures and dates written as that language does."""
    text = sentence.format(locale, **{k: written(v, locale) for k, v in values.items()})
    return text[:1].upper() + text[1:]


def written(value: Any, locale: Locale) -> Any:
    """Return one value as a person of a language writes it."""
    if isinstance(value, Word):
        return value.label(locale)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, date):
        return format_date(value, locale)
    if isinstance(value, int | Decimal):
        return format_number(Decimal(value), locale)
    return value


def _plain(value: Any) -> Any:
    return _texts(value) if isinstance(value, Said) else str(value)
