"""When a change may run at once, and when a person has to see it first (law 4).

A WRITE runs without a card only when code, not the model, finds every record and every new value
in the member's own words, in a turn nothing untrusted has touched.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz

from db import enums
from db.enums import LOCALES, Locale, Word
from tools.calc.reading.clock import TimeRead, read_times
from tools.calc.reading.dates import DateRead, read_dates
from tools.calc.reading.numbers import NumberRead, read_numbers
from tools.folding import GENERIC
from tools.orders import asks_only, says_retire, says_undo
from tools.spec import AnyTool, Approval, Effect, Names

Json = dict[str, Any]
MAX_DIRECT_WRITES = 3
_LAST_WORDS = ("last", "letzte", "último", "última", "ultimo", "ultima")


@dataclass(frozen=True)
class Named:
    """A record a call touches or refers to, with everything it is called."""

    entity: str
    id: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """Where a call comes from, as code knows it; nothing here was written by a model.

    Attributes:
        words: what the member said in this message.
        locale: the language they said it in.
        today: their today.
        tainted: untrusted text was in the prompt (law 7).
        fallback: another model than the first answered in this conversation.
        doubtful: who proposed the call left some of the words unread.
        writes: how many changes this message has asked for so far, this call included.
        shown: records of the last result shown, in order, as (entity, id).
    """

    words: str
    locale: Locale
    today: date
    tainted: bool = False
    fallback: bool = False
    doubtful: bool = False
    writes: int = 1
    shown: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A call as the rule sees it.

    Attributes:
        tool: the declaration.
        values: argument name → value, without references and without what changes nothing.
        flags: argument name → what people call it, for yes/no values.
        records: every record named by a reference or changed by the call.
    """

    tool: AnyTool
    values: Json
    flags: dict[str, Names] = field(default_factory=dict[str, Names])
    records: Sequence[Named] = ()


def card_reason(proposal: Proposal, origin: Origin) -> str | None:
    """Return why a person must approve the call, None when it may run at once.

    Reasons: external, always, tainted, fallback, doubtful, too_many, not_ordered, unnamed_record,
    unnamed_value.
    """
    tool = proposal.tool
    for reason, applies in (
        ("external", tool.effect is Effect.EXTERNAL),
        ("always", tool.approval is Approval.ALWAYS),
        ("tainted", origin.tainted),
        ("fallback", origin.fallback),
        ("doubtful", origin.doubtful),
        ("too_many", origin.writes > MAX_DIRECT_WRITES),
    ):
        if applies:
            return reason
    if not _is_ordered(tool.verb, origin.words):
        return "not_ordered"
    words = OwnWords(origin)
    named = tool.verb == "undo" or all(words.names(record) for record in proposal.records)
    if not named:
        return "unnamed_record"
    if not all(words.says(key, value, proposal.flags) for key, value in proposal.values.items()):
        return "unnamed_value"
    return None


def _is_ordered(verb: str, words: str) -> bool:
    """Return whether the member's message orders this kind of thing, rather than asks."""
    if verb == "undo":
        return says_undo(words)
    if verb == "retire":
        return says_retire(words)
    return not asks_only(words)


class OwnWords:
    """The member's message, asked whether it names a record or says a value."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.text = plain(origin.words)
        self.tokens = self.text.split()

    @cached_property
    def numbers(self) -> list[NumberRead]:
        """The numbers the message says."""
        return read_numbers(self.origin.words, self.origin.locale)

    @cached_property
    def dates(self) -> list[DateRead]:
        """The dates it says."""
        return read_dates(self.origin.words, self.origin.locale, self.origin.today)

    @cached_property
    def times(self) -> list[TimeRead]:
        """The times of day it says."""
        return read_times(self.origin.words, self.origin.locale)

    def has_any(self, stems: Iterable[str]) -> bool:
        """Return whether one of some word stems occurs."""
        return any(plain(stem) in self.text for stem in stems)

    def names(self, record: Named) -> bool:
        """Return whether a record is named, or is the one shown that the words point to."""
        if any(self._says_name(name) for name in record.names):
            return True
        return self._points_to(record)

    def _says_name(self, name: str) -> bool:
        if name.startswith("#"):  # a record's number, not just any number that is said
            said = rf"(?:#|n[ro]\.|n[.º°]|nummer|number|número)\s*{re.escape(name[1:])}(?!\w)"
            return re.search(said, self.origin.words, re.IGNORECASE) is not None
        wanted = plain(name).split()
        strong = [w for w in wanted if w not in GENERIC] or wanted
        hits = [w for w in strong if self._has_token(w)]
        return bool(hits) and (len(hits) == len(strong) or any(len(w) >= 5 for w in hits))  # noqa: PLR2004 - one long distinctive word names a firm

    def _has_token(self, wanted: str) -> bool:
        if any(c.isdigit() for c in wanted):
            return wanted in self.tokens
        return any(fuzz.ratio(wanted, token) >= 84 for token in self.tokens)  # noqa: PLR2004 - one typo in six letters

    def _points_to(self, record: Named) -> bool:
        shown = self.origin.shown
        place = (record.entity, record.id)
        if place not in shown:
            return False
        if len(shown) == 1:
            return True
        if self.has_any(_LAST_WORDS):
            return shown[-1] == place
        ordinals = [int(n.value) for n in self.numbers if n.kind == "ordinal" and n.certain]
        return any(0 < n <= len(shown) and shown[n - 1] == place for n in ordinals)

    def says(self, key: str, value: Any, flags: dict[str, Names]) -> bool:
        """Return whether the words contain a value an argument would set."""
        if value is None or value == []:
            return key in flags and self._says_word(flags[key])
        if isinstance(value, bool):
            return key in flags and self._says_word(flags[key])
        if isinstance(value, list):
            return all(self.says(key, item, flags) for item in value)
        number = _as_number(value)
        if number is not None:
            return any(n.certain and abs(n.value) == abs(number) for n in self.numbers)
        if self._says_date(str(value)) or self._says_time(str(value)):
            return True
        return self._says_text(str(value))

    def _says_word(self, names: Names) -> bool:
        said = [n for locale in LOCALES for n in names.all(locale)]
        return any(plain(n) in self.text for n in said) or self.has_any(
            ("ja", "nein", "yes", "no", "si")
        )

    def _says_date(self, value: str) -> bool:
        try:
            day = date.fromisoformat(value[:10])
        except ValueError:
            return False
        return any(d.certain and {d.start, d.end} - {None} == {day} for d in self.dates)

    def _says_time(self, value: str) -> bool:
        try:
            clock = time.fromisoformat(value) if ":" in value else None
        except ValueError:
            return False
        return clock is not None and any(t.time == clock for t in self.times)

    def _says_text(self, value: str) -> bool:
        candidates = [value, *word_names(value)]
        return any(self._contains(plain(c)) for c in candidates)

    def _contains(self, wanted: str) -> bool:
        if not wanted:
            return False
        if f" {wanted} " in f" {self.text} " or (not wanted.isalnum() and wanted in self.text):
            return True
        tokens = wanted.split()
        return len(tokens) > 0 and all(self._has_token(t) for t in tokens)


def word_names(value: str) -> list[str]:
    """Return everything a stored vocabulary value is called, in all languages."""
    found: list[str] = []
    for kind in vars(enums).values():
        if isinstance(kind, type) and issubclass(kind, Word) and kind is not Word:
            found += [n for w in kind if str(w) == value for lo in LOCALES for n in w.names(lo)]
    return found


def plain(text: str) -> str:
    """Return text folded for comparison: no case, accents or punctuation, single blanks."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c in "€$£%" else " " for c in kept).split())


def _as_number(value: Any) -> Decimal | None:
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    try:
        return Decimal(str(value)) if str(value)[:1] in "+-0123456789" else None
    except InvalidOperation:
        return None
