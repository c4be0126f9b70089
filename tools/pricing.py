"""What every price of a noun is held to: all its parts, and a futures month that exists.

Coffee "C" delivers in March, May, July, September and December (ICE Futures U.S. Rule 8.02).
"""

import re
from typing import Any

from db.base import Record
from db.enums import Basis
from tools.entity import Values
from tools.errors import InvalidArguments, Said
from tools.spec import Names

_WHOLE = Said(
    de="Ein Preis braucht Währung und Gewicht, zum Beispiel 8,90 EUR/kg ({field}).",
    en="A price needs currency and weight, for example 8.90 EUR/kg ({field}): set {parts}.",
    es="Un precio necesita moneda y peso, por ejemplo 8,90 EUR/kg ({field}).",
)
_POSITIVE = Said(
    de="Ein Festpreis muss über null liegen; Auf- und Abschläge zum „C“ sind ein Differential.",
    en="An outright price is above zero; a premium or discount to “C” is a differential.",
    es="Un precio fijo es mayor que cero; una prima o descuento sobre «C» es un diferencial.",
)
_MONTH = Said(
    de="„{month}“ ist kein Terminmonat des „C“: H, K, N, U oder Z mit Jahr, wie Z6 (nur beim Differential).",
    en="“{month}” is no futures month of “C”: H, K, N, U or Z and the year, like Z6 (differentials only).",
    es="«{month}» no es un mes de futuros del «C»: H, K, N, U o Z y el año, como Z6 (solo diferencial).",
)
_PARTS = ("price", "currency", "per", "basis", "futures_month")


def check_price(prefix: str, label: Names, record: Record | None, values: Values) -> None:
    """Hold a price to all its parts; fill in nothing but what was said.

    Args:
        prefix: what its columns begin with: "asking_", or nothing.
        label: what people call it.
        record: as it stands, None when it is new.
        values: what is to be set; the basis may be added, parts of a price taken away go with it.
    """
    keys = {p: f"{prefix}{p}" for p in _PARTS}
    if not any(k in values for k in keys.values()):
        return
    if values.get(keys["price"], 0) is None:
        values.update(dict.fromkeys(keys.values()))
        return
    after = {p: values.get(k, getattr(record, k, None)) for p, k in keys.items()}
    if after["price"] is not None and after["basis"] is None:
        after["basis"] = Basis.DIFFERENTIAL if after["futures_month"] else Basis.OUTRIGHT
        values[keys["basis"]] = after["basis"]
    lacking = [keys[p] for p in ("price", "currency", "per") if after[p] is None]
    if lacking:
        raise InvalidArguments(_WHOLE.partly(parts=", ".join(lacking)), field=label.said)
    _check_basis(keys, after, record, values)


def _check_basis(
    keys: dict[str, str], after: dict[str, Any], record: Record | None, values: Values
) -> None:
    if after["basis"] is Basis.OUTRIGHT:
        if after["price"] is not None and after["price"] <= 0:
            raise InvalidArguments(_POSITIVE)
        if record is not None and getattr(record, keys["futures_month"]) and after["futures_month"]:
            values[keys["futures_month"]] = after["futures_month"] = None
    month = after["futures_month"]
    if month is not None:
        values[keys["futures_month"]] = futures_month(str(month))
        if after["basis"] is not Basis.DIFFERENTIAL:
            raise InvalidArguments(_MONTH, month=month)


def futures_month(said: str) -> str:
    """Return a futures month as the exchange writes it: Z6.

    Raises:
        InvalidArguments: Coffee C has no such month.
    """
    month = said.upper().replace(" ", "")
    if not re.fullmatch(r"(KC)?[HKNUZ]\d{1,2}", month):
        raise InvalidArguments(_MONTH, month=said)
    return month
