"""What every stored price consists of: figure, currency, weight, basis and perhaps a month."""

from sqlalchemy import CheckConstraint

from db.enums import Basis, Currency, Per
from db.types import one_of

# 1 lb = 0.45359237 kg exactly; a quintal of Peruvian green coffee is 46 kg (notes on units).
_KG_PER = "CASE {p}per WHEN 'kg' THEN 1 WHEN 'lb' THEN 0.45359237 WHEN 'qq' THEN 46 END"


def kg_per(prefix: str = "") -> str:
    """Return SQL for the kilos a price is for, NULL when it is for a bag."""
    return _KG_PER.format(p=prefix)


def whole_price(prefix: str = "") -> str:
    """Return the CHECK that a price has all its parts or none, and only C-differentials a month."""
    p = prefix
    parts = f"{p}price, {p}currency, {p}per, {p}basis"
    return (
        f"num_nonnulls({parts}) IN (0, 4) AND "
        f"(({p}basis IS NOT DISTINCT FROM 'differential') OR {p}futures_month IS NULL) "
        f"AND ({p}basis IS NOT DISTINCT FROM 'differential' OR {p}price > 0)"
    )


def price_words(prefix: str = "") -> list[CheckConstraint]:
    """Return the CHECKs that the parts of a price are words of their vocabularies."""
    parts = (("currency", Currency), ("per", Per), ("basis", Basis))
    return [
        CheckConstraint(one_of(f"{prefix}{part}", words), name=f"{prefix}{part}")
        for part, words in parts
    ]
