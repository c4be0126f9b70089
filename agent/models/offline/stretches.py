"""What stretches of a message mean beside their words: codes, feasts, days, leftovers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from agent.models.offline.lexicon import Lexicon, Sense
from agent.models.offline.names import Hit
from agent.models.offline.piece import Piece
from agent.models.offline.text import Token, words_of
from agent.models.offline.vocabulary import Term
from tools.calc.reading.dates import DateRead
from tools.calc.reading.numbers import NumberRead
from tools.references import KnownName

_RELATIVE = frozenset(("que", "cuando", "donde", "como", "quien", "cual"))
_THE = frozenset(("el", "la", "los", "las"))
_ARTICLES = frozenset(("a", "an", "the", "un", "una", "unas", "ein", "eine", "einen"))
_ABBREVIATIONS = frozenset(
    ("min", "max", "mind", "ca", "approx", "aprox", "nr", "no", "num", "incl", "inkl")
)
_CODE = re.compile(r"\b([A-Za-z]{2,4})-\d{2}-\d{2,4}\b")


@lru_cache(maxsize=4)
def prefixes(names: tuple[KnownName, ...]) -> dict[str, str]:
    """Return the letters codes begin with → the noun of the records so called."""
    found = ((_CODE.fullmatch(n.title), n.entity) for n in names)
    return {match.group(1).casefold(): entity for match, entity in found if match}


def codes_of(text: str, names: tuple[KnownName, ...]) -> list[tuple[int, int, str]]:
    """Return codes built like those of known records: begin, end, noun."""
    said = prefixes(names)
    return [
        (m.start(), m.end(), said[m.group(1).casefold()])
        for m in _CODE.finditer(text)
        if m.group(1).casefold() in said
    ]


def with_feasts(
    days: list[DateRead], tokens: Sequence[Token], words: Lexicon, today: date
) -> list[DateRead]:
    """Add days said by name to those read: this morning, Christmas, año nuevo."""
    found = list(days)
    for place in range(len(tokens)):
        for size in (3, 2, 1):
            part = tokens[place : place + size]
            senses = words.phrases.get(tuple(t.plain for t in part), ())
            day = next((d for s in senses if (d := named_day(s, today))), None)
            if len(part) < size or day is None:
                continue
            begin, stop = part[0].start, part[-1].end
            if not any(begin < d.stop and d.begin < stop for d in found):
                text = " ".join(t.text for t in part)
                found.append(DateRead(text, begin, stop, day, day, certain=True, role="day"))
    return found


def named_day(sense: Sense, today: date) -> date | None:
    """Return the day a word names: today, or a feast's next one."""
    if sense.role == "today":
        return today
    if sense.role != "feast":
        return None
    month, day = (int(n) for n in sense.value.split("-"))
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def unasked(pieces: list[Piece]) -> list[Piece]:
    """Take "que", "cuando", "donde" without accent inside a clause for no question."""
    made: list[Piece] = []
    told_all = not any(p.sign and p.text in "?¿" for p in pieces)
    for n, piece in enumerate(pieces):
        inside = n > 0 and not pieces[n - 1].sign and not pieces[n - 1].does("conj")
        told = piece.plain == "que" and n > 0 and pieces[n - 1].sign and pieces[n - 1].text == ","
        after = pieces[n + 1] if n + 1 < len(pieces) else None
        inside = inside or (told and not (after is not None and after.nouns()))
        wished = n == 0 and told_all and after is not None and (after.plain in _THE or after.names)
        inside = inside or bool(piece.plain == "que" and wished)  # que el precio quede en …
        if inside and piece.plain in _RELATIVE and piece.text.isascii():
            kept = tuple(s for s in piece.senses if s.role != "act")
            made.append(replace(piece, senses=(*kept, Sense("stop", "stop"))))
        else:
            made.append(piece)
    return made


def as_nouns(pieces: list[Piece]) -> list[Piece]:
    """Take verbs for what they are called behind an article: a sample, una muestra; had got."""
    made: list[Piece] = []
    for n, piece in enumerate(pieces):
        before = pieces[n - 1] if n else None
        named = before is not None and before.plain in _ARTICLES and bool(piece.terms)
        passive = piece.plain == "got" and before is not None and not before.sign
        kept = tuple(s for s in piece.senses if s.role != "act")
        made.append(replace(piece, senses=kept) if named or passive else piece)
    return made


def unlike(terms: Iterable[Term], seen: set[tuple[str, str, str, str]]) -> tuple[Term, ...]:
    """Return the words of closed vocabularies that were not seen yet."""
    return tuple(
        t for t in terms if t.kind == "word" and (t.kind, t.entity, t.key, t.value) not in seen
    )


def names_of_hit(hit: Hit | None, end: int) -> tuple[KnownName, ...]:
    """Return the records of a hit that ends at a place."""
    return hit.names if hit and hit.end == end else ()


@lru_cache(maxsize=4)
def by_title(values: tuple[KnownName, ...]) -> dict[tuple[str, ...], tuple[KnownName, ...]]:
    """Return known values of text fields by their folded words, figures and codes left out."""
    found: dict[tuple[str, ...], tuple[KnownName, ...]] = {}
    for value in values:
        words = words_of(value.title)
        if words and not any(w.isdigit() for w in words):
            found[words] = (*found.get(words, ()), value)
    return found


def from_places(tokens: list[Token], values: tuple[KnownName, ...]) -> list[Token]:
    """Return German words for who is from a known place as the place: Berliner, Hamburgern."""
    known = {words[0] for words in by_title(values) if len(words) == 1}
    return [replace(t, plain=_home(t.plain, known)) for t in tokens]


def _home(word: str, known: set[str]) -> str:
    for ending in ("ern", "er"):
        base = word.removesuffix(ending)
        if base != word and word not in known and base in known:
            return base
    return word


def without_abbreviating(tokens: list[Token]) -> list[Token]:
    """Return tokens without the points of abbreviations before a figure: min. 85, ca. 20."""
    return [
        t
        for n, t in enumerate(tokens)
        if not (
            t.plain == "."
            and 0 < n < len(tokens) - 1
            and tokens[n - 1].plain in _ABBREVIATIONS
            and tokens[n + 1].has_digit
        )
    ]


def article(number: NumberRead) -> bool:
    """Whether a one is only an article, or a spelled figure part of a name: Tres Cabezas."""
    named = number.begin > 0 and number.text[:1].isupper()
    return number.text.isalpha() and (number.value == 1 or named)


def meets(number: NumberRead, day: DateRead) -> bool:
    """Return whether a figure and a day share letters."""
    return number.begin < day.stop and day.begin < number.stop


@lru_cache(maxsize=4)
def parted(
    known: tuple[KnownName, ...],
) -> tuple[tuple[KnownName, ...], tuple[KnownName, ...]]:
    """Return known names apart: records, and values of text fields."""
    return (
        tuple(k for k in known if "." not in k.entity),
        tuple(k for k in known if "." in k.entity),
    )
