"""Everything a conversation has figures from, read once: results, citations, the member's words."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from agent.grounding.codes import is_code
from agent.grounding.figure import Figure, Reading, Unit
from agent.grounding.keys import OPEN, Fields, Meaning, beside
from agent.grounding.plain import folded, plain, squeezed
from agent.grounding.scan import figures_in
from agent.grounding.vocabulary import MONTHS, WEEKDAYS, number_words, unit_word

Json = dict[str, Any]
_BERLIN = ZoneInfo("Europe/Berlin")
_PLAIN_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,20})?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_LONGEST_NAME, _LONGEST_VALUE, _LONGEST_CODE, _DATE = 80, 60, 40, 10
_POINTED_AT = frozenset({"passages", "sources", "citations"})
_SHORT = 300
_MOST_CHARACTERS = 400_000


@dataclass(frozen=True)
class Number:
    """A number somebody gave: its value, what it means, and who gave it."""

    value: Decimal
    meaning: Meaning
    ref: str


@dataclass(frozen=True)
class Rows:
    """Rows a tool listed; how many of them share a value may be said."""

    ref: str
    noun: str | None
    rows: list[Json]

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """How many rows hold each short text, per column."""
        counts: dict[str, Counter[str]] = {}
        for row in self.rows:
            for key, value in row.items():
                for one in set(_texts(value)):
                    counts.setdefault(key, Counter())[one] += 1
        return counts


def _texts(value: Any) -> Iterator[str]:
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    for one in values:
        if isinstance(one, str) and 1 < len(one) <= _LONGEST_VALUE:
            yield one


@dataclass
class Known:
    """What is known, by what it is looked up with.

    Attributes:
        numbers: sorted by value.
        keys: dates, codes, links, times and years, as `kind:value` → who gave it.
        names: folded texts that hold digits (firms, phones, addresses) → who gave them.
        crops: years of harvests.
        units: every unit said anywhere.
        lists: rows listed.
        days: every full date.
        totals: how many rows a call found in all, as (call, number).
        marks: how many passages or sources `[1]` may point at.
    """

    numbers: list[Number] = field(default_factory=list[Number])
    keys: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[str, str] = field(default_factory=dict[str, str])
    crops: set[str] = field(default_factory=set[str])
    units: set[Unit] = field(default_factory=set[Unit])
    lists: list[Rows] = field(default_factory=list[Rows])
    days: dict[date, str] = field(default_factory=dict[date, str])
    totals: set[tuple[str, Decimal]] = field(default_factory=set[tuple[str, Decimal]])
    marks: int = 0
    _values: list[Decimal] = field(default_factory=list[Decimal])

    def settle(self) -> None:
        """Sort what is looked up by size; call when everything is in."""
        self.numbers.sort(key=lambda n: n.value)
        self._values = [n.value for n in self.numbers]
        self.units |= {n.meaning.unit for n in self.numbers if n.meaning.unit}

    def between(self, low: Decimal, high: Decimal) -> list[Number]:
        """Return the numbers in a closed span."""
        return self.numbers[bisect_left(self._values, low) : bisect_right(self._values, high)]


class Reader:
    """Reads sources into what is known."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.known = Known()
        self.fields = Fields()
        self._read: set[tuple[str, bool]] = set()
        self.left = _MOST_CHARACTERS

    # --- texts ---------------------------------------------------------------------------------

    def text(self, text: str, ref: str, *, borrows: bool = False) -> None:
        """Take every figure of a text; `borrows`: its bare numbers may take a unit from results."""
        if (text, borrows) in self._read:  # the first to say something is its source
            return
        self._read.add((text, borrows))
        kept = text[: max(0, self.left)]
        self.left -= len(kept)
        if not may_hold_figures(kept):
            return
        if not (_CODE.fullmatch(kept) and is_code(kept)):  # a plain code needs no close reading
            for figure in _figures(kept, self.locale):
                self._take(figure, ref, borrows=borrows)
        self._name(kept, ref)

    def _name(self, text: str, ref: str) -> None:
        short = text.strip()
        if len(short) <= _LONGEST_NAME and any(c.isdigit() for c in short):
            if any(c.isalpha() for c in short) or len(short) > 6:  # noqa: PLR2004 - phone numbers
                self.known.names.setdefault(folded(plain(short).text), ref)
            if len(short) <= _LONGEST_CODE:
                self.known.keys.setdefault(f"code:{squeezed(short)}", ref)

    def _take(self, figure: Figure, ref: str, *, borrows: bool) -> None:
        for reading in figure.readings:
            if reading.kind == "number":
                meaning = Meaning(unit=figure.unit, open=figure.unit is None, borrows=borrows)
                self.known.numbers.append(Number(reading.number, meaning, ref))
            else:
                self._key(reading, ref)

    def _key(self, reading: Reading, ref: str) -> None:
        self.known.keys.setdefault(f"{reading.kind}:{reading.value}", ref)
        if reading.kind == "day":
            self._day(reading.value, ref)
        elif reading.kind == "month":
            year, month = reading.value.split("-")
            self._add(ref, f"month:*-{month}", *([f"year:{year}"] if year != "*" else []))
        elif reading.kind == "year":
            self.known.crops.add(reading.value)

    def _day(self, value: str, ref: str) -> None:
        year, month, day = value.split("-")
        self._add(ref, f"day:*-{month}-{day}", f"day:*-*-{day}", f"month:*-{month}")
        if year == "*":
            self._add(ref, f"undated:{month}-{day}")
            return
        self._add(ref, f"month:{year}-{month}", f"year:{year}")
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            return
        self.known.days.setdefault(found, ref)
        self._add(ref, f"weekday:{found.weekday()}")

    def _add(self, ref: str, *keys: str) -> None:
        for key in keys:
            self.known.keys.setdefault(key, ref)

    # --- results -------------------------------------------------------------------------------

    def result(self, ref: str, data: Json) -> None:
        """Take every figure of a tool's result."""
        view = _dict(data.get("_view"))
        table = _dict(view.get("table"))
        declared = {
            str(c.get("key")): str(c["unit"]) for c in _dicts(table.get("columns")) if c.get("unit")
        }
        self.fields.declared.update(declared)
        entity = str(data.get("entity") or table.get("entity") or "")
        for key in ("rows", "groups"):  # rows first: they say what fields measure
            self._walk(data.get(key), ref, key, entity)
        self._object({k: v for k, v in data.items() if k not in {"rows", "groups", "_view"}}, ref,
                     "", entity)  # fmt: skip
        if table.get("rows") != data.get("rows"):
            self._walk(table.get("rows"), ref, "rows", entity)
        self._object({"total": table.get("total")}, ref, "", entity)
        self.known.marks = max(self.known.marks, len(_dicts(view.get("sources"))))
        for source in _dicts(view.get("sources")):
            self._object({k: v for k, v in source.items() if k != "ref"}, ref, "", "")
            if source.get("kind") == "url":
                self.text(str(source.get("ref")), ref)
        self._walk(view.get("files"), ref, "files", "")

    def _walk(self, value: Any, ref: str, key: str, entity: str) -> None:
        if isinstance(value, dict):
            self._object(cast("Json", value), ref, key, entity)
        elif isinstance(value, list):
            self._list(cast("list[Any]", value), ref, key, entity)
        else:
            self._scalar(value, ref, self.fields.meaning(key, {}) or OPEN)

    def _list(self, values: list[Any], ref: str, key: str, entity: str) -> None:
        rows = _dicts(values)
        noun = unit_word(entity, "noun") if rows and key == "rows" else unit_word(key, "noun")
        if rows:
            self.known.lists.append(Rows(ref, noun, rows))
        if key in _POINTED_AT:
            self.known.marks = max(self.known.marks, len(values))
        if key == "rows":
            self.known.totals.add((ref, Decimal(len(values))))
        unit = Unit(noun) if noun else None
        role = "count" if rows else "length"
        self.known.numbers.append(Number(Decimal(len(values)), Meaning(role, unit), ref))
        for value in values:
            self._walk(value, ref, key, entity)

    def _object(self, row: Json, ref: str, parent: str, entity: str) -> None:
        siblings = {"entity": entity, **beside(row)}
        for key, value in row.items():
            if isinstance(value, dict | list):
                self._walk(value, ref, key, entity if not parent else "")
                continue
            meaning = self.fields.meaning(key, siblings, parent)
            if meaning is None:
                continue
            self._scalar(value, ref, meaning)
            if meaning.role == "count" and not parent and isinstance(value, int):
                self.known.totals.add((ref, Decimal(value)))
            if meaning.role == "year" and ("crop" in key or "harvest" in key):
                self.known.crops.add(str(value))

    def _scalar(self, value: Any, ref: str, meaning: Meaning) -> None:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, date):
            self._string(value.isoformat(), ref, meaning)
        elif isinstance(value, int | float | Decimal):
            self._number(str(value), ref, meaning)
        elif _PLAIN_NUMBER.fullmatch(str(value)):
            self._number(str(value), ref, meaning)
            self._name(str(value), ref)
        else:
            self._string(str(value), ref, meaning)

    def _number(self, shown: str, ref: str, meaning: Meaning) -> None:
        try:
            value = Decimal(shown)
        except InvalidOperation:
            return
        if not value.is_finite():
            return
        self.known.numbers.append(Number(value, meaning, ref))
        if len(shown) > 5 and shown.isdigit():  # noqa: PLR2004 - long numbers are references
            self._add(ref, f"code:{shown}")
        if meaning.role == "year":
            self._add(ref, f"year:{shown}")

    def _string(self, value: str, ref: str, meaning: Meaning) -> None:
        if _ISO.fullmatch(value):
            self._moment(value, ref)
        else:
            self.text(value, ref, borrows=meaning.borrows)

    def _moment(self, value: str, ref: str) -> None:
        """Take an ISO date or instant; an instant counts as written and as Berlin reads it."""
        try:
            for one in _readings(datetime.fromisoformat(value), timed=len(value) > _DATE):
                self._key(Reading("day", one.date().isoformat()), ref)
                if len(value) > _DATE:
                    self._add(ref, f"clock:{one:%H:%M}")
        except (ValueError, OverflowError):  # it only looked like one
            self.text(value, ref)


def _readings(moment: datetime, *, timed: bool) -> list[datetime]:
    if not timed:
        return [moment]
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return [moment, aware.astimezone(_BERLIN), aware.astimezone(UTC)]


def _figures(text: str, locale: str) -> Iterable[Figure]:
    """Return the figures of a source; every turn of a conversation reads the same ones again."""
    if len(text) > _SHORT:  # not kept, so that what is kept stays small
        return figures_in(text, locale, every=True)
    return _figures_of_short(text, locale)


@lru_cache(maxsize=4096)
def _figures_of_short(text: str, locale: str) -> tuple[Figure, ...]:
    return tuple(figures_in(text, locale, every=True))


_WORDS = "|".join(
    sorted({*MONTHS, *WEEKDAYS, *(w for lo in ("de", "en", "es") for w in number_words(lo))})
)
_HINT = re.compile(rf"\d|@|://|\.[a-z]{{2}}|\b[A-Z]{{5}}\b|\b(?:{_WORDS})", re.IGNORECASE)


def may_hold_figures(text: str) -> bool:
    """Whether it is worth reading a text closely."""
    return _HINT.search(folded(text)) is not None or _HINT.search(text) is not None


def _dict(value: Any) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[Json]:
    values = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Json", v) for v in values if isinstance(v, dict)]


def read_sources(
    results: Sequence[tuple[str, Json]],
    citations: Sequence[str],
    words: Sequence[str],
    locale: str,
) -> Known:
    """Return everything a conversation has figures from."""
    reader = Reader(locale)
    for text in words:
        reader.text(text, "member", borrows=True)
    for ref, data in results:
        reader.result(ref, data)
    for text in citations:
        reader.text(text, "citation")
    reader.known.marks = max(reader.known.marks, len(citations))
    reader.known.units.update(*reader.fields.seen.values())
    reader.known.settle()
    return reader.known
