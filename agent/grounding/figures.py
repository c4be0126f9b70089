"""The figures of a conversation, and whether a sentence uses only those."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from agent.grounding.amounts import number_source
from agent.grounding.figure import Figure, Reading
from agent.grounding.plain import folded, plain, squeezed
from agent.grounding.rows import count_source
from agent.grounding.scan import figures_in
from agent.grounding.sentences import Sentences
from agent.grounding.sources import Known, read_sources
from agent.grounding.vocabulary import nouns

Json = dict[str, Any]
_WINDOW = 4
_LONG_CODE = 6
_SPOKEN = 5  # two questions, three options: the answer speaks of itself
_AROUND = 100  # no name is longer


@dataclass(frozen=True)
class Checked:
    """A figure with the reading that is backed, and who gave it; None when nobody did."""

    figure: Figure
    reading: Reading
    source: str | None


class Figures:
    """Everything a conversation has figures from; read when the first figure is looked up.

    Args:
        results: tools' results with the id of their call, oldest first.
        citations: passages quoted to the model.
        words: what the member said.
        locale: the reply's language.
    """

    def __init__(
        self,
        results: Sequence[tuple[str, Json]],
        citations: Sequence[str],
        words: Sequence[str],
        locale: str,
    ) -> None:
        self._given = (results, citations, words, locale)
        self._done: dict[tuple[str, str], list[Checked]] = {}

    @classmethod
    def of(
        cls,
        results: Sequence[tuple[str, Json]],
        citations: Sequence[str],
        words: Sequence[str],
        locale: str,
    ) -> "Figures":
        """Return the figures of results (each with its call id), citations and words."""
        return cls(results, citations, words, locale)

    @cached_property
    def known(self) -> Known:
        """Everything given, read once."""
        return read_sources(*self._given)

    def unbacked(self, sentence: str, locale: str) -> list[Figure]:
        """Return the figures of a sentence that nobody gave."""
        return [c.figure for c in self.checked(sentence, locale) if c.source is None]

    def checked(self, sentence: str, locale: str) -> list[Checked]:
        """Return every figure of a sentence with who gave it.

        A source is a call's id, "member", "citation", or "answer" for a number that only counts
        what the answer itself says: two questions; three lots: A, B and C.
        """
        if (sentence, locale) not in self._done:  # shown sentence by sentence, then told of at once
            found = [self._checked(f, sentence) for f in figures_in(sentence, locale)]
            codes = {c.reading.value for c in found if c.source and c.reading.kind == "code"}
            self._done[sentence, locale] = [
                replace(c, source="answer")
                if c.source is None and _counts(c.figure, len(codes))
                else c
                for c in found
            ]
        return self._done[sentence, locale]

    def _checked(self, figure: Figure, sentence: str) -> Checked:
        for reading in figure.readings:
            ref = self._source(figure, reading, sentence)
            if ref is not None:
                return Checked(figure, reading, ref)
        return Checked(figure, figure.readings[0], self._as_part(figure, sentence))

    # --- one reading ---------------------------------------------------------------------------

    def _source(self, figure: Figure, reading: Reading, sentence: str) -> str | None:
        match reading.kind:
            case "number":
                return self._number(figure, reading, sentence)
            case "day":
                return self._day(reading)
            case "year":
                return self._year(figure, reading)
            case "code":
                return self._code(figure, reading)
            case "link":
                return self._link(reading)
            case "mark":
                return "citation" if 0 < int(reading.value) <= self.known.marks else None
            case "month" | "weekday" | "clock":
                return self.known.keys.get(f"{reading.kind}:{reading.value}")

    def _number(self, figure: Figure, reading: Reading, sentence: str) -> str | None:
        if "speech" in figure.marks and reading.number <= _SPOKEN:
            return "answer"
        if "crop" in figure.marks and any(r.kind == "year" for r in figure.readings):
            return None
        ref = number_source(figure, reading, self.known, sentence)
        whole = reading.places == 0 and reading.number > 0
        if ref is None and whole and reading.number < 1000:  # noqa: PLR2004 - rows on a page
            return count_source(figure, int(reading.number), self.known, sentence)
        return ref

    def _day(self, reading: Reading) -> str | None:
        keys = self.known.keys
        year, month, day = reading.value.split("-")
        if reading.weekday is not None:
            return self._day_of_week(year, month, day, reading.weekday)
        undated = keys.get(f"undated:{month}-{day}")
        if undated and f"year:{year}" in keys:
            return undated
        return keys.get(f"day:{reading.value}")

    def _day_of_week(self, year: str, month: str, day: str, weekday: int) -> str | None:
        for known, ref in self.known.days.items():
            same = (known.month, known.day) == (int(month), int(day))
            if same and year in {"*", str(known.year)} and known.weekday() == weekday:
                return ref
        undated = self.known.keys.get(f"undated:{month}-{day}")
        if undated and year != "*" and f"year:{year}" in self.known.keys:
            return undated if date(int(year), int(month), int(day)).weekday() == weekday else None
        return None

    def _year(self, figure: Figure, reading: Reading) -> str | None:
        ref = self.known.keys.get(f"year:{reading.value}")
        if "crop" in figure.marks and self.known.crops and reading.value not in self.known.crops:
            return None
        return ref

    def _link(self, reading: Reading) -> str | None:
        host, slash, _ = reading.value.partition("/")
        exact = self.known.keys.get(f"link:{reading.value}")
        if exact or slash or "@" in host:
            return exact
        wanted = f"link:{host}/"
        return next((r for k, r in self.known.keys.items() if k.startswith(wanted)), None)

    # --- codes ---------------------------------------------------------------------------------

    def _code(self, figure: Figure, reading: Reading) -> str | None:
        keys = self.known.keys
        exact = keys.get(f"code:{reading.value}")
        if exact:
            return exact
        parts = figure.text.replace(",", "/").split("/")
        if len(parts) > 1 and all(len(p) > 1 for p in parts):
            refs = [keys.get(f"code:{squeezed(p)}") or self._ending(p) for p in parts]
            return refs[0] if all(refs) else None
        return self._ending(figure.text) or self._beginning(figure.text)

    def _ending(self, shown: str) -> str | None:
        """Return who gave a code that ends in `-018` or `018`, as lists shorten them."""
        ending = shown.strip("- ")
        if not (ending.isdigit() and len(ending) > 2 and ending.startswith("0")):  # noqa: PLR2004
            return None
        return next((r for n, r in self._names() if n.endswith(f"-{ending}")), None)

    def _beginning(self, shown: str) -> str | None:
        """Return who gave codes that begin with `PE-24`, as groups of them are called."""
        if len(shown.split("-")) != 2 or not shown.split("-")[1].isdigit():  # noqa: PLR2004
            return None
        return next((r for n, r in self._names() if n.startswith(f"{folded(shown)}-")), None)

    def _names(self) -> list[tuple[str, str]]:
        return list(self.known.names.items())

    # --- inside a name -------------------------------------------------------------------------

    def _as_part(self, figure: Figure, sentence: str) -> str | None:
        """Return who gave a name or spaced code the figure is a part of: 4. Oktober Röster."""
        bare = plain(sentence)
        begin = bisect_left(bare.places, figure.begin)
        stop = bisect_left(bare.places, figure.stop)
        first = max(0, begin - _AROUND)
        around = bare.text[first : stop + _AROUND]
        begin, stop = begin - first, stop - first
        return self._in_name(around, begin, stop) or self._in_code(around, begin, stop)

    def _in_name(self, text: str, begin: int, stop: int) -> str | None:
        said, lead, upto = folded(text), len(folded(text[:begin])), len(folded(text[:stop]))
        for name, ref in self.known.names.items():
            place = said.find(name)
            while place >= 0:
                if place <= lead and upto <= place + len(name) and _apart(said, place, len(name)):
                    return ref
                place = said.find(name, place + 1)
        return None

    def _in_code(self, text: str, begin: int, stop: int) -> str | None:
        """Return who gave a code written with blanks: the tokens around joined are it."""
        tokens = _tokens(text)
        inside = [n for n, (b, e) in enumerate(tokens) if b < stop and e > begin]
        if not inside:
            return None
        for first in range(max(0, inside[0] - _WINDOW + 1), inside[0] + 1):
            for last in range(inside[-1], min(len(tokens), first + _WINDOW)):
                joined = squeezed(text[tokens[first][0] : tokens[last][1]])
                is_long = len(joined) >= _LONG_CODE or not joined.isdigit()
                if is_long and last > first and f"code:{joined}" in self.known.keys:
                    return self.known.keys[f"code:{joined}"]
        return None


def _counts(figure: Figure, named: int) -> bool:
    """Whether a number is how many records the sentence itself names."""
    said = figure.readings[0]
    counted = figure.unit is None or figure.unit.base in nouns()
    return named > 1 and counted and said.kind == "number" and said.value == str(named)


def _tokens(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin: int | None = None
    for place, letter in enumerate(f"{text} "):
        if letter.isalnum():
            begin = place if begin is None else begin
        elif begin is not None:
            found.append((begin, place))
            begin = None
    return found


def _apart(text: str, place: int, length: int) -> bool:
    """Whether a name stands by itself: `12 bags` is no part of `112 bags` or `12 bags/day`."""
    before, after = text[max(0, place - 2) : place], text[place + length : place + length + 2]
    joined_before = before[-1:].isalnum() or (before[-1:] in tuple(".,-/") and before[:1].isdigit())
    joined_after = after[:1].isalnum() or (after[:1] in tuple(".,-/") and after[1:2].isdigit())
    return not (joined_before or joined_after)


def backed(text: str, figures: Figures, locale: str) -> list[Json]:
    """Return every figure of a shown reply with what backs it.

    Each is {"text", "value", "unit", "source"}: value as plain decimal, ISO date (`*` for a part
    not said) or folded code; unit such as EUR/kg, or None; source as `Figures.checked` gives it.
    """
    sentences = Sentences()
    return [
        {
            "text": c.figure.text,
            "value": c.reading.value,
            "unit": str(c.figure.unit) if c.figure.unit else None,
            "source": c.source,
        }
        for sentence in [*sentences.feed(text), *sentences.close()]
        for c in figures.checked(sentence, locale)
    ]
