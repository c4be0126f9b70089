"""What a number in a result measures, from its key and the keys beside it."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from agent.grounding.figure import Unit
from agent.grounding.vocabulary import MONEY, unit_word

Json = dict[str, Any]
Role = Literal["figure", "count", "length", "identifier", "year"]
_IDENTIFIERS = frozenset({"id", "approval", "change_set", "number", "call", "position"})
_IGNORED = frozenset(
    {"offset", "limit", "elapsed_ms", "digest", "arguments_hash", "ref", "kind", "version"}
)
_COUNTS = frozenset({"total", "count", "shown", "matched", "found"})
_MONEYISH = frozenset(
    {"price", "cost", "costs", "amount", "fee", "freight", "margin", "fob", "cif", "landed"}
    | {"premium", "differential", "quote", "rate", "value", "net", "gross", "tax", "duty"}
    | {"insurance", "finance", "local", "close", "settlement", "last", "bid", "ask"}
)
_GENERIC = frozenset(
    {"value", "average", "avg", "mean", "sum", "minimum", "maximum", "min", "max", "median"}
    | {"low", "high", "before", "after", "result", "from", "to", "change", "old", "new", "last"}
)
_CALENDAR = frozenset({"year", "crop", "harvest", "vintage"})
_FIELD = ("field", "measure", "metric")
_BESIDE = re.compile(r"(?:^|_)(?:currency|ccy|per|unit|field|measure|metric|entity)$")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True)
class Meaning:
    """What a number stands for.

    Attributes:
        role: a figure, a count of rows, the length of a list, an identifier or a year.
        unit: what it measures or counts, when the result says so.
        open: nobody says what it measures: it may count anything, but is no money or weight.
        borrows: it may take any unit that occurs elsewhere (a changed value, the member's words).
        among: the only units it may borrow, when they are known.
    """

    role: Role = "figure"
    unit: Unit | None = None
    open: bool = False
    borrows: bool = False
    among: frozenset[Unit] = frozenset()


OPEN = Meaning(open=True, borrows=True)


def beside(row: Json) -> dict[str, str]:
    """Return the keys of an object that say what its numbers measure."""
    return {k: v for k, v in row.items() if isinstance(v, str) and _BESIDE.search(k)}


class Fields:
    """Units by field name, gathered from a whole result: `asking_price` → EUR/kg."""

    def __init__(self) -> None:
        self.declared: dict[str, str] = {}
        self.seen: dict[str, set[Unit]] = {}
        self._settled: dict[tuple[str, str, tuple[str, ...]], Meaning | None] = {}

    def meaning(self, key: str, row: dict[str, str], parent: str = "") -> Meaning | None:
        """Return what the number under `key` means; None when it is no figure.

        Args:
            key: its key.
            row: what `beside` found in the object it stands in.
            parent: key of that object, for `landed_per_kg: {value: …}`.
        """
        if key in _GENERIC:  # depends on the field it belongs to, and on what was seen of that
            return self._figure(key, row, parent)
        place = (key, parent, tuple(row.values()))
        if place not in self._settled:
            self._settled[place] = self._meaning(key, row, parent)
        return self._settled[place]

    def _meaning(self, key: str, row: dict[str, str], parent: str) -> Meaning | None:
        if key in _IGNORED:
            return None
        if key in _IDENTIFIERS or key.endswith("_id"):
            return Meaning("identifier")
        if _CALENDAR & set(_words(key)[-2:]):
            return Meaning("year")
        if key in _COUNTS and "unit" not in row:
            noun = unit_word(row.get("entity", ""), "noun")
            return Meaning("count", Unit(noun) if noun else None)
        return self._figure(key, row, parent)

    def _figure(self, key: str, row: dict[str, str], parent: str) -> Meaning:
        words = _words(key)
        unit = self._declared(key) or unit_of_key(words) or _measured(words, row)
        if unit is not None:
            self.seen.setdefault(key, set()).add(unit)
            return Meaning(unit=unit)
        if key in _GENERIC:
            return self._of_field(row, parent)
        if parent and set(words) & _GENERIC:
            unit = unit_of_key(_words(parent))
            return Meaning(unit=unit) if unit else OPEN
        amount = _measured(["value"], row)
        if amount is not None:  # an unknown word beside a currency may be an amount of it
            return Meaning(open=True, borrows=True, among=frozenset({amount}))
        return Meaning(open=True, borrows=bool(_MONEYISH & set(words)))

    def _declared(self, key: str) -> Unit | None:
        return text_unit(self.declared.get(key))

    def _of_field(self, row: dict[str, str], parent: str) -> Meaning:
        """Return the meaning of a bare `value` or `after`: that of the field it belongs to."""
        field = next((row[k] for k in _FIELD if row.get(k)), parent)
        if not field:
            return OPEN
        unit = self._declared(field) or unit_of_key(_words(field))
        seen = self.seen.get(field, set())
        if unit is None and len(seen) == 1:
            unit = next(iter(seen))
        return Meaning(unit=unit) if unit else Meaning("figure", None, True, True, frozenset(seen))


def _words(key: str) -> list[str]:
    return [w.casefold() for w in _TOKEN.findall(key)]


def _measured(words: list[str], row: dict[str, str]) -> Unit | None:
    """Return currency and weight from sibling keys, those with the fullest shared prefix."""
    if not (set(words) & (_MONEYISH | _GENERIC)):
        return None
    unit = text_unit(_sibling(row, words, "unit"))
    currency = _sibling(row, words, "currency") or _sibling(row, words, "ccy")
    base = unit_word(currency, "money") if currency else None
    if base is None:
        return unit
    per = _sibling(row, words, "per")
    said = unit_word(per, "measure", "noun") if per else None
    if "bag" in words:
        said = "bag"
    return Unit(base, said or (unit.base if unit and unit.base not in MONEY else None))


def _sibling(row: dict[str, str], words: list[str], ending: str) -> str | None:
    best: tuple[int, str] | None = None
    for key, value in row.items():
        parts = key.casefold().split("_")
        if parts[-1] != ending:
            continue
        prefix = parts[:-1]
        fits = not prefix or any(words[n : n + len(prefix)] == prefix for n in range(len(words)))
        if fits and (best is None or len(prefix) > best[0]):
            best = (len(prefix), value)
    if best is None and "price" in words:
        return next((v for k, v in row.items() if k.endswith(f"_{ending}") and v), None)
    return best[1] if best else None


def unit_of_key(words: list[str]) -> Unit | None:
    """Return the unit a key spells out: weight_kg, price_eur_per_kg, cup_score, bags."""
    if "per" in words:
        place = words.index("per")
        per = unit_word(words[place + 1], "measure", "noun") if words[place + 1 :] else None
        base = unit_word(words[place - 1], "money", "measure") if place else None
        return Unit(base, per) if base else None
    last = words[-1] if words else ""
    if last in {"pct", "percent", "percentage"}:
        return Unit("%")
    if "score" in words or last == "points":
        return Unit("point")
    base = _spelt_unit(last)
    if base and len(words) > 1 and unit_word(words[-2], "money") and words[-2] != "c":
        return Unit(str(unit_word(words[-2], "money")), base)
    if base:
        return Unit(base)
    noun = unit_word(last, "noun")
    if noun is None and last == "count" and len(words) > 1:
        noun = unit_word(words[-2], "noun")
    return Unit(noun) if noun else None


def _spelt_unit(word: str) -> str | None:
    if word in {"eur", "usd", "usc", "pen", "gbp", "chf"}:
        return unit_word(word, "money")
    if word in {"kg", "t", "lb", "qq", "m", "km", "ha", "ft", "g"}:
        return word
    return unit_word(word, "soft") if word.endswith("s") else None


def text_unit(said: str | None) -> Unit | None:
    """Return a unit written out: EUR/kg, USc/lb differential, kg, days."""
    if not said:
        return None
    base, _, per = said.split(" ")[0].partition("/")
    found = unit_word(base, "money", "measure", "soft", "noun")
    return Unit(found, unit_word(per, "measure", "noun") if per else None) if found else None
