"""Tables as tools show them, and the paper around them."""

from datetime import datetime
from typing import Any

from db.enums import Locale
from tools.reports.paper import Paper
from tools.reports.sheet import BERLIN

Json = dict[str, Any]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN)
PRICE = ("asking_currency", "asking_per", "asking_basis")


def column(key: str, kind: str = "text", **more: Any) -> Json:
    """Return a column whose label is its key in capitals."""
    label = dict.fromkeys(("de", "en", "es"), key.upper())
    return {"key": key, "label": label, "kind": kind, "unit": None, "unit_keys": ()} | more


def view(columns: list[Json], rows: list[Json], **more: Any) -> Json:
    """Return the view of a table of lots."""
    return {"entity": "lot", "columns": columns, "rows": rows, "total": len(rows), "offset": 0,
            "title": None, "groups": (), "figures": ()} | more  # fmt: skip


def priced(*prices: tuple[str, float | None, str, str, str]) -> Json:
    """Return lots with a price each: code, figure, currency, weight, basis."""
    keys = ("code", "asking_price", *PRICE)
    rows = [dict(zip(keys, p, strict=True)) | {"id": n} for n, p in enumerate(prices)]
    columns = [column("code"), column("asking_price", "money", unit_keys=PRICE)]
    return view([*columns, *map(column, PRICE)], rows)


def paper(locale: Locale = "de", title: str = "Lose", *lines: str) -> Paper:
    """Return the head of a file."""
    return Paper(title, lines or ("Stand 24.11.2026 10:00 · Häfen & Söhne",), "Häfen & Söhne", NOW, locale)  # fmt: skip
