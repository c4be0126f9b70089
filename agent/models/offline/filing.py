"""Files and charts members ask for: "Lose als Excel", "make that a chart", "y eso en PDF".

A wish is taken out of the message, the rest is planned as ever, and the calls get it as
`as_file`. A wish that stands alone is about what was shown last: the same call is made again, so
the file holds what is true now. Only reading calls take one; a note that says "wants it as PDF"
stays a note.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from agent.models.offline.memory import Step, read_memory
from agent.models.offline.scene import Call
from agent.models.offline.text import Token, quotes_of, tokens_of
from agent.models.offline.vocabulary import Vocabulary
from agent.models.offline.wording import say
from agent.models.port import ModelRequest
from tools.spec import Effect, Shown

Plan = Callable[[ModelRequest], tuple[list[Call], str]]
_ANY = "file"
_PLAIN = "table"
_DEFAULT = "xlsx"
_LONGEST = 300
_KEPT = re.compile(r": sha256:[0-9a-f]{64}\]")


@dataclass(frozen=True)
class _Wish:
    """Where a file is wished for: words of the message from `first` up to `end`."""

    kind: str
    first: int
    end: int


def filed(
    vocabulary: Vocabulary, request: ModelRequest, plan: Plan
) -> tuple[list[Call], str] | None:
    """Return the calls of a message that wishes for a file, or the question it leaves.

    None when it wishes for none, or is about more than reading.

    Args:
        vocabulary: the tools.
        request: the conversation.
        plan: reads a request without wishes.
    """
    memory = read_memory(request.messages)
    words = memory.words
    if memory.fresh or len(words) > _LONGEST or _KEPT.search(words):
        return None
    said = [t for t in tokens_of(words) if t.is_word]
    quoted = [(q.start, q.end) for q in quotes_of(words)]
    wishes = [w for w in _wishes(said) if not any(a <= said[w.first].start < b for a, b in quoted)]
    if not wishes:
        return None
    calls: list[Call] = []
    unread: list[str] = []
    for part, kinds in _parts(said, wishes):
        if all(t.plain in _leaning() for t in part):
            found = _again(vocabulary, memory.old)
            text = "" if found else say("no_earlier", request.locale)
        else:
            found, text = _planned(vocabulary, request, plan, words, part)
        if found is None:
            return None
        if not found:
            return [], text
        if not all(_takes_file(vocabulary, c.tool) for c in found):
            return found, say("only_here", request.locale)
        calls += [_as(call, kind) for kind in kinds for call in found]
        unread += [text] if text else []
    return calls, " ".join(unread)


def _as(call: Call, kind: str) -> Call:
    arguments = {k: v for k, v in call.arguments.items() if k != "as_file"}
    return replace(call, arguments=arguments | ({"as_file": kind} if kind != _PLAIN else {}))


# --- what is wished for ---------------------------------------------------------------------------


def _wishes(said: Sequence[Token]) -> list[_Wish]:
    """Return the wishes of a message in order; verbs count when nothing else says what."""
    text = "".join(f" {t.plain}" for t in said) + " "
    starts = {0: 0}
    place = 0
    for number, token in enumerate(said, start=1):
        place += len(token.plain) + 1
        starts[place] = number
    found = [
        _Wish(str(m.lastgroup), starts[m.start()], starts[m.end()])
        for m in _pattern().finditer(text)
    ]
    named = [w for w in found if w.kind != _ANY]
    if named or found:
        return named or [replace(w, kind=_DEFAULT) for w in found]
    for place in _orders(said):
        for group, kind in (("wishing", _DEFAULT), ("charting", "chart")):
            if said[place].plain in _words("verb", group):
                return [_Wish(kind, place, place + 1)]
    return []


def _orders(said: Sequence[Token]) -> list[int]:
    """Return where a verb orders: in front, or at the end of a polite question.

    Elsewhere "exportieren" is what a cooperative does.
    """
    opening = next((n for n, t in enumerate(said) if t.plain not in _lean()), None)
    if opening is None:
        return []
    polite = said[0].plain in _words("lean", "polite")
    return [opening, *([len(said) - 1] if polite else [])]


@cache
def _pattern() -> re.Pattern[str]:
    """Return what finds wishes in words joined by spaces; the group that fits names the kind."""
    lead, article, adjective, before, behind = (
        _any_of("around", g) for g in ("lead", "article", "adjective", "before", "behind")
    )
    middle = rf"(?: {article})*(?: {adjective})*(?: {before}(?: de)?)?"
    kinds = _data()["kind"]
    loose = [
        rf"(?P<{k}>(?: {lead})?{middle} {_any_of('kind', k)})"
        for k in kinds
        if k not in {_ANY, _PLAIN}
    ]
    bound = [rf"(?P<{k}> {lead}{middle} {_any_of('kind', k)})" for k in (_PLAIN, _ANY)]
    return re.compile(rf"(?:{'|'.join(loose + bound)})(?: {behind})*(?= )")


# --- what it is wished for ------------------------------------------------------------------------


def _parts(said: Sequence[Token], wishes: Sequence[_Wish]) -> list[tuple[list[Token], list[str]]]:
    """Return the words each wish is about: those before it, or behind it where it leads.

    Wishes side by side ("Excel and PDF") are about the same words.
    """
    groups: list[list[_Wish]] = []
    for wish in wishes:
        between = said[groups[-1][-1].end : wish.first] if groups else said
        if groups and all(t.plain in _leaning() for t in between):
            groups[-1].append(wish)
        else:
            groups.append([wish])
    leads = all(t.plain in _leaning() for t in said[: groups[0][0].first])
    cuts = [g[0].first for g in groups] if leads else [g[-1].end for g in groups]
    cuts = [0, *(cuts[1:] if leads else cuts[:-1]), len(said)]
    parts: list[tuple[list[Token], list[str]]] = []
    for n, group in enumerate(groups):
        part = _without_verbs(said, range(cuts[n], cuts[n + 1]), group)
        parts.append((part, list(dict.fromkeys(w.kind for w in group))))
    return parts


def _without_verbs(
    said: Sequence[Token], places: Sequence[int], wishes: Sequence[_Wish]
) -> list[Token]:
    """Return the words of a part without its wishes and the verbs that belong to them."""
    gone = {n for w in wishes for n in range(w.first, w.end)}
    gone |= {n for n in places if said[n].plain in _words("verb", "sending")}
    for wish in wishes:
        place = wish.first - 1
        while place in places and (place in gone or said[place].plain in _lean()):
            place -= 1
        beside = {place, wish.end} & set(places)
        gone |= {n for n in beside if said[n].plain in _words("verb", "making")}
        before = range(places[0], wish.first)
        leads = all(n in gone or said[n].plain in _leaning() for n in before)
        if leads and wish.end in places and said[wish.end].plain in _words("lean", "of"):
            gone.add(wish.end)
    return [said[n] for n in places if n not in gone]


def _planned(
    vocabulary: Vocabulary, request: ModelRequest, plan: Plan, words: str, part: Sequence[Token]
) -> tuple[list[Call] | None, str]:
    """Return the reading calls of a message's part, without its verb of making if need be.

    None when it is about more than reading; no calls when something has to be asked first.
    """
    asked = ""
    making = next((n for n, t in enumerate(part) if t.plain in _words("verb", "making")), None)
    rest = [t for n, t in enumerate(part) if n != making]
    for tried in (part, rest, [_uncompounded(t) for t in rest]):
        calls, text = plan(_saying(request, _text(words, tried)))
        if calls:
            reads = all(vocabulary.tools[c.tool].effect is Effect.READ for c in calls)
            return (calls, text) if reads else (None, "")
        asked = asked or text
    return [], asked


def _uncompounded(token: Token) -> Token:
    """Return what a German list is of: Kundenliste, Kontaktübersicht."""
    ending = next((e for e in _words("lean", "compound") if token.plain.endswith(e)), "")
    letters = len(token.text) - len(ending)
    return replace(token, text=token.text[:letters]) if ending and letters > 2 else token  # noqa: PLR2004 - Los


def _text(words: str, part: Sequence[Token]) -> str:
    """Return words as they were written, with the signs between those that stood together."""
    text = ""
    for n, token in enumerate(part):
        gap = words[part[n - 1].end : token.start] if n else ""
        text += (gap if not any(c.isalnum() for c in gap) else " ") + token.text
    behind = words[part[-1].end :] if part else ""
    return text + ("?" if "?" in behind else "")


def _saying(request: ModelRequest, words: str) -> ModelRequest:
    """Return a request whose last message of the member reads otherwise."""
    messages = list(request.messages)
    last = max(n for n, m in enumerate(messages) if m.get("role") == "user")
    messages[last] = messages[last] | {"content": words}
    return replace(request, messages=messages)


def _again(vocabulary: Vocabulary, old: Sequence[Step]) -> list[Call]:
    """Return the last call that showed something, to be made anew from its first row."""
    step = next((s for s in reversed(old) if s.ok and _takes_file(vocabulary, s.tool)), None)
    if step is None:
        return []
    paged = bool(step.arguments.get("offset"))
    left_out = {"offset", *(["limit"] if paged else [])}
    return [Call(step.tool, {k: v for k, v in step.arguments.items() if k not in left_out})]


def _takes_file(vocabulary: Vocabulary, name: str) -> bool:
    tool = vocabulary.tools.get(name)
    return tool is not None and tool.effect is Effect.READ and issubclass(tool.args, Shown)


# --- words ----------------------------------------------------------------------------------------


@cache
def _lean() -> frozenset[str]:
    return frozenset(w for p in _words("lean", "words") for w in p.split())


@cache
def _leaning() -> frozenset[str]:
    """Return what says nothing of its own beside a wish, verbs of making and sending included."""
    return _lean() | _words("verb", "sending") | _words("verb", "making")


@cache
def _words(section: str, group: str) -> frozenset[str]:
    return frozenset(" ".join(p.split()) for p in _data()[section][group].split("|") if p.strip())


def _any_of(section: str, group: str) -> str:
    longest_first = sorted(_words(section, group), key=lambda w: (-len(w), w))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


@cache
def _data() -> dict[str, dict[str, str]]:
    here = resources.files("agent.models.offline")
    return tomllib.loads(here.joinpath("filing.toml").read_text("utf8"))
