"""Records that are first of all a text for a day: "remind me on Tuesday about …", and cancel it.

How an order for one begins is what its tool's own examples say before the first place to fill;
what a record is called is its text. Nothing here knows which noun that is.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.models.offline.certainty import denied, hedged
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene, fields_to
from agent.models.offline.text import Token, tokens_of, words_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo
from tools.calc.reading.clock import TimeRead, read_times

Json = dict[str, Any]
Words = tuple[str, ...]
_ENDS = ".?!;\n"
_PLACE = re.compile(r"\{\w+\}")
# What stands beside a day or before a text and is neither.
_BESIDE = frozenset(
    """
    am an auf um den dem der im bis für fur ab daran dran darum dass wegen zu zum zur bitte
    on at by for to about of that in please regarding re
    el la los las a al para de del que sobre lo en acerca por favor
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


@dataclass(frozen=True)
class _Order:
    """An order for a record that is a text.

    Attributes:
        opening: the words it begins with.
        begin, end: the stretch of the message that says what and when.
        verb: the stretch within it that only ends the order: "daran erinnern".
    """

    noun: NounInfo
    opening: Words
    begin: int
    end: int
    verb: tuple[int, int] | None = None


def texted(scene: Scene) -> list[NounInfo]:
    """Return the nouns whose records are a text for a day and are called by it."""
    return [
        n
        for n in scene.vocabulary.nouns.values()
        if "create" in n.tools and _text_of(n) is not None and _day_of(n) is not None
    ]


def _text_of(noun: NounInfo) -> FieldInfo | None:
    """Return the text a record is called by, None when records have names of their own."""
    key = noun.entity.aliases
    field = noun.fields.get(key) if key else None
    return field if field and field.free_text and field.writable else None


def _day_of(noun: NounInfo) -> FieldInfo | None:
    return next((f for f in noun.fields.values() if f.kind == "date" and f.writable), None)


def _hour_of(noun: NounInfo) -> FieldInfo | None:
    return next((f for f in noun.fields.values() if f.kind == "time" and f.writable), None)


# --- ordering one --------------------------------------------------------------------------------


def text_calls(
    scene: Scene, pieces: Sequence[Piece], words: str
) -> tuple[list[Call], list[Piece]] | None:
    """Return the call a message orders with its first sentence, and the pieces of the rest.

    Returns:
        None when it does not begin like one of the examples, or when what it says is nothing but
        a record that has a day of its own for that.

    Raises:
        Unclear: the text or the day is missing.
    """
    first, rest = _sentence(pieces)
    for order in _orders(scene, first, words):
        inside = [p for p in first if order.begin <= p.start and p.end <= order.end]
        if _own_day(scene, order, inside, words):
            return None
        return [_ordered(scene, order, inside, words)], rest
    return None


def _sentence(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Part the first sentence from the rest."""
    for n, piece in enumerate(pieces):
        rest = [p for p in pieces[n + 1 :] if not p.sign]
        if not n or not rest:
            continue
        if piece.sign and piece.text in _ENDS:
            return list(pieces[:n]), list(pieces[n + 1 :])
        if piece.text.endswith(".") and piece.names and rest[0].does("act"):
            return list(pieces[: n + 1]), list(pieces[n + 1 :])  # a name took the full stop
    return list(pieces), []


def _orders(scene: Scene, pieces: Sequence[Piece], words: str) -> list[_Order]:
    content = [p for p in pieces if not p.sign]
    if not content:
        return []
    start, end = content[0].start, content[-1].end
    said = [t for t in tokens_of(words[:end]) if t.start >= start and t.is_word]
    skipped = _polite(content)
    found: list[_Order] = []
    for noun in texted(scene):
        for template in getattr(noun.tools["create"].examples, scene.locale):
            order = _following(noun, template, said, skipped)
            if order is not None:
                found.append(order)
    return sorted(found, key=lambda o: -len(o.opening))


def _polite(content: Sequence[Piece]) -> int:
    """Return up to where a message only greets or asks politely: "please", "could you"."""
    idle = itertools.takewhile(
        lambda p: p.does("polite") or p.does("talk") or (p.does("stop") and not p.terms), content
    )
    return max((p.end for p in idle), default=0)


def _following(noun: NounInfo, template: str, said: Sequence[Token], skipped: int) -> _Order | None:
    """Return what follows an example's first words, and stands before its last ones."""
    head, *between, tail = [words_of(part) for part in _PLACE.split(template)]
    verb = max(between, key=len, default=())
    plain = [t.plain for t in said]
    for at in range(len(said)):
        if not head or (at and said[at - 1].end > skipped):
            break
        begin, end = at + len(head), len(said) - len(tail)
        if tuple(plain[at:begin]) != head or tuple(plain[end:]) != tail or begin > end:
            continue
        place = _place(plain[begin:end], verb) if len(verb) > 1 else None
        if len(verb) > 1 and place is None:
            continue
        stretch = (said[begin - 1].end, said[end - 1].end)
        if place is None:
            return _Order(noun, head, *stretch)
        first = begin + place
        return _Order(noun, head, *stretch, (said[first].start, said[first + len(verb) - 1].end))
    return None


def _place(words: Sequence[str], wanted: Words) -> int | None:
    """Return where some words stand one after the other."""
    places = range(len(words) - len(wanted) + 1)
    return next((n for n in places if tuple(words[n : n + len(wanted)]) == wanted), None)


def _own_day(scene: Scene, order: _Order, inside: Sequence[Piece], words: str) -> bool:
    """Whether only a record is named that has a day of its own called like the order.

    "Remind me on Thursday about elbgold" is that roaster's follow-up; with a word more, or an
    hour, it is a text to be told.
    """
    terms = scene.vocabulary.lookup(order.opening)
    named = {e for p in inside for e in p.entities()}
    if not any(t.kind == "field" and t.entity in named for t in terms):
        return False
    if read_times(words[order.begin : order.end], scene.locale):
        return False
    if not any(p.day for p in inside):
        return True
    idle = (p.sign or p.names or p.day or p.plain in _BESIDE or p.does("stop") for p in inside)
    return all(idle)


def _ordered(scene: Scene, order: _Order, inside: Sequence[Piece], words: str) -> Call:
    noun, locale = order.noun, scene.locale
    text, day, hour = _text_of(noun), _day_of(noun), _hour_of(noun)
    if text is None or day is None:
        raise AssertionError(noun.key)
    values: Json = {}
    when = _when(inside)
    if when is not None and when.day is not None and when.day.start is not None:
        values[day.key] = when.day.start.isoformat()
    clock = _clock(words, order, inside, scene) if hour is not None else None
    if clock is not None and hour is not None:
        values[hour.key] = clock.time.isoformat("minutes")
    spans = [
        *([(when.start, when.end)] if when else []),
        *([(clock.begin, clock.stop)] if clock else []),
        *([order.verb] if order.verb else []),
    ]
    said = _without(words, (order.begin, order.end), spans)
    if said:
        values[text.key] = said
    lacking = [f for f, there in ((text, said), (day, when or clock)) if not there]
    if lacking:
        labels = ", ".join(f.label(locale) for f in lacking)
        raise scene.ask("missing", noun=noun.label(locale), fields=labels)
    return Call(scene.tool("create", noun.key), values | _about(scene, noun, inside))


def _when(inside: Sequence[Piece]) -> Piece | None:
    """Return the day it is for: said first, else last, else the first of them."""
    days = [p for p in inside if p.day and p.day.start and p.day.start == p.day.end]
    if not days:
        return None
    content = [p for p in inside if not p.sign]
    before = [p for p in content if p.end <= days[0].start]
    if all(p.plain in _BESIDE or p.does("stop") for p in before):
        return days[0]
    return days[-1] if content[-1] is days[-1] else days[0]


def _clock(words: str, order: _Order, inside: Sequence[Piece], scene: Scene) -> TimeRead | None:
    """Return the hour; figures of days and of records are none."""
    held = [(p.start, p.end) for p in inside if p.names or p.code]
    for read in read_times(words[order.begin : order.end], scene.locale):
        begin, stop = read.begin + order.begin, read.stop + order.begin
        if not any(s < stop and begin < e for s, e in held):
            return TimeRead(read.time, begin, stop)
    return None


def _without(words: str, whole: tuple[int, int], spans: Sequence[tuple[int, int]]) -> str:
    """Return a stretch without some spans and the small words beside them."""
    parts: list[str] = []
    begin = whole[0]
    for start, stop in [*sorted(spans), (whole[1], whole[1])]:
        part = words[begin : max(begin, start)]
        parts.append(_trimmed(part, behind=start < whole[1]))
        begin = max(begin, stop)
    return _trimmed(" ".join(p for p in parts if p), behind=False)


def _trimmed(part: str, *, behind: bool) -> str:
    """Return a part without the small words that lead to what stood beside it."""
    tokens = tokens_of(part)
    while tokens and (not tokens[0].is_word or tokens[0].plain in _BESIDE):
        if tokens[0].text in '(„“«"#':
            break
        tokens = tokens[1:]
    while behind and tokens and (not tokens[-1].is_word or tokens[-1].plain in _BESIDE):
        tokens = tokens[:-1]
    while tokens and tokens[-1].text in ".,;:!?-":
        tokens = tokens[:-1]
    return part[tokens[0].start : tokens[-1].end].strip() if tokens else ""


def _about(scene: Scene, noun: NounInfo, inside: Sequence[Piece]) -> Json:
    """Return the one record a text is about, when it names one of a kind it can refer to."""
    for piece in inside:
        kinds = {n.entity for n in piece.names}
        if len(kinds) != 1 or not piece.whole or len({n.id for n in piece.names}) != 1:
            continue
        refs = [f for f in fields_to(noun, next(iter(kinds)), scene.vocabulary) if f.writable]
        if refs and refs[0].field.ref != "member":
            return {refs[0].key: piece.names[0].title}
    return {}


# --- one that is there ---------------------------------------------------------------------------


def pointed_calls(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the retiring or moving of a record that is called by its text.

    Raises:
        Unclear: which one is not said.
    """
    content = clause.content
    mentioned = {t.entity for p in content for t in p.nouns()}
    noun = next((n for n in texted(scene) if n.key in mentioned), None)
    asks = clause.question and clause.does("act", "which", "count", "when", "list")
    if noun is None or asks:
        return None
    retires = clause.does("act", "retire")
    if not retires and not clause.does("act", "change"):
        return None
    place = next(n for n, p in enumerate(content) if any(t.entity == noun.key for t in p.nouns()))
    if any(p.does("nth") for p in content) or place + 1 >= len(content):
        return None
    head = Clause(content[:place], clause.text)
    if hedged(head) or denied(head):
        raise scene.ask("which_record", noun=noun.label(scene.locale))
    return _retired(scene, noun, clause, place) if retires else _moved(scene, noun, clause, place)


def _retired(scene: Scene, noun: NounInfo, clause: Clause, place: int) -> list[Call] | None:
    verbs = ("retire",)
    said = [
        p for p in clause.content[place + 1 :] if not (p.does("act", *verbs) and p.does("stop"))
    ]
    while said and said[-1].does("act", *verbs):
        said = said[:-1]
    title = _called(clause, said)
    return [Call(scene.tool("retire", noun.key), {noun.key: title})] if title else None


def _moved(scene: Scene, noun: NounInfo, clause: Clause, place: int) -> list[Call] | None:
    day = _day_of(noun)
    said = clause.content[place + 1 :]
    last = next((p for p in reversed(said) if p.day and p.day.start == p.day.end), None)
    if day is None or last is None or last.day is None or last.day.start is None:
        return None
    title = _called(clause, [p for p in said if p.end <= last.start])
    if not title:
        return None
    arguments = {noun.key: title, day.key: last.day.start.isoformat()}
    return [Call(scene.tool("change", noun.key), arguments)]


def _called(clause: Clause, said: Sequence[Piece]) -> str:
    """Return how a record is named: by words of its text, or by its day."""
    if len(said) == 0:
        return ""
    while len(said) > 1 and said[0].does("stop"):
        said = said[1:]  # the article
    offset = clause.pieces[0].start
    text = _trimmed(clause.text[said[0].start - offset : said[-1].end - offset], behind=True)
    told = [p for p in said if not (p.plain in _BESIDE or p.does("stop"))]
    if len(told) == 1 and told[0].day and told[0].day.start == told[0].day.end:
        return told[0].day.start.isoformat() if told[0].day.start else text
    return text
