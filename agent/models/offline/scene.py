"""What a clause is read against: the vocabulary, the conversation so far, the language, the day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from agent.models.offline.lexicon import dimensions
from agent.models.offline.memory import Memory, Step
from agent.models.offline.reading import Piece
from agent.models.offline.text import stem, words_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo, Vocabulary
from agent.models.offline.wording import either, say
from db.enums import LOCALES, Locale
from tools.references import KnownName
from tools.spec import AnyTool

Json = dict[str, Any]


class Unclear(Exception):  # noqa: N818 - it is a question to the member
    """Something has to be asked; `text` is the question in the member's language, `key` which."""

    def __init__(self, text: str, key: str = "") -> None:
        super().__init__(text)
        self.text, self.key = text, key


class NotUnderstood(Exception):  # noqa: N818 - it is an answer to the member
    """Nothing in a clause can be acted on."""


@dataclass(frozen=True)
class Call:
    """A call the planner proposes.

    Attributes:
        tool, arguments: as the runner takes them.
        unread: words nothing was made of; a change is then shown on a card first.
        wanted: the record itself was asked for, not only named.
        implied: what is set was not named but follows, as a bare day is a follow-up's; shown first.
        noted: what stands in a note only, though a deal or the like may be meant; it is said.
    """

    tool: str
    arguments: Json
    unread: tuple[str, ...] = ()
    wanted: bool = field(default=False, compare=False)
    implied: bool = field(default=False, compare=False)
    noted: str = field(default="", compare=False)


@dataclass
class Clause:
    """One request within a message.

    Attributes:
        pieces: in order, punctuation included.
        text: as written.
        question: it is asked, not told.
    """

    pieces: list[Piece]
    text: str
    question: bool = False

    @property
    def content(self) -> list[Piece]:
        """The pieces without punctuation."""
        return [p for p in self.pieces if not p.sign]

    def does(self, role: str, *values: str) -> bool:
        """Whether some piece has a role."""
        return any(p.does(role, *values) for p in self.pieces)

    def first(self, role: str, *values: str) -> Piece | None:
        """Return the first piece that has a role."""
        return next((p for p in self.pieces if p.does(role, *values)), None)


@dataclass
class Scene:
    """Everything a clause is read against.

    Attributes:
        told: calls of earlier clauses of the same message.
        known: the records the member may see, by name.
    """

    vocabulary: Vocabulary
    memory: Memory
    locale: Locale
    today: date
    told: list[Call] = field(default_factory=list[Call])
    known: Sequence[KnownName] = ()

    def ask(self, key: str, **values: object) -> Unclear:
        """Return a question to raise."""
        return Unclear(say(key, self.locale, **values), key)

    def noun(self, key: str) -> NounInfo:
        """Return a noun."""
        return self.vocabulary.nouns[key]

    def background(self, entity: str) -> bool:
        """Whether a noun is what others are placed by (regions, ports, people), not worked on."""
        noun = self.vocabulary.nouns.get(entity)
        if noun is None or noun.refs_to("member"):
            return False
        refs = {f.field.ref for f in noun.fields.values() if f.field.ref}
        return all(self.background(r) for r in refs if r != entity)

    def tool(self, verb: str, noun: str) -> str:
        """Return the name of a noun's tool.

        Raises:
            NotUnderstood: the noun has no such tool.
        """
        found = self.noun(noun).tools.get(verb) if noun in self.vocabulary.nouns else None
        if found is None:
            raise NotUnderstood
        return found.name

    def argument(self, tool: AnyTool, key: str) -> FieldInfo | None:
        """Return the field of a tool's noun that an argument is called like."""
        noun = self.vocabulary.nouns.get(tool.noun)
        return noun.fields.get(key) if noun else None

    def referred(self, tool: AnyTool, key: str) -> str | None:
        """Return the noun an argument refers to, None when it is a value."""
        info = self.argument(tool, key)
        if info is not None:
            return info.field.ref
        return key if key in self.vocabulary.nouns else None

    def special(self, verb: str, noun: str | None = None) -> str | None:
        """Return a tool of its own by verb, of a noun if given."""
        for tool in self.vocabulary.specials:
            if tool.verb == verb and (noun is None or tool.noun == noun):
                return tool.name
        return None

    def call_of(self, step: Step) -> tuple[str, str] | None:
        """Return verb and noun of an earlier call."""
        tool = self.vocabulary.tools.get(step.tool)
        return (tool.verb, tool.noun) if tool else None

    def last(self, *verbs: str) -> Step | None:
        """Return the last call of earlier messages with one of the verbs."""
        for step in reversed(self.memory.old):
            kind = self.call_of(step)
            if kind and kind[0] in verbs:
                return step
        return None

    def one(self, names: Iterable[KnownName], text: str) -> KnownName:
        """Return the one record names stand for.

        Raises:
            Unclear: they stand for several.
        """
        found = {(n.entity, n.id): n for n in reversed(list(names))}
        if len(found) != 1:
            choices = either(sorted({n.title for n in found.values()})[:6], self.locale)
            raise self.ask("which_of", text=text, choices=choices)
        return next(iter(found.values()))

    def focus(self, *, itself: bool = False) -> tuple[str, str] | None:
        """Return noun and title of the record last spoken of, None when it is not one.

        Args:
            itself: not the party of a note that was written last.
        """
        for call in reversed(self.told):
            kind = self.vocabulary.tools[call.tool]
            found = self._pointed(kind.noun, call.arguments) or self._made(kind, call.arguments)
            found = found or self._listed_for(kind.noun, call.arguments)
            if found:
                return found
        for step in reversed(self.memory.old):
            found = self._record(step)
            kind = self.call_of(step)
            if found and itself and kind and kind[0] == "create" and kind[1] != found[0]:
                return None
            if found:
                return found
            if step.rows:
                return None
        return None

    def _record(self, step: Step) -> tuple[str, str] | None:
        kind = self.call_of(step)
        if kind is None or kind[1] not in self.vocabulary.nouns:
            return None
        pointed = self._pointed(kind[1], step.arguments)
        if pointed:
            return pointed
        noun = self.noun(kind[1])
        if len(step.rows) == 1 and step.result.get("total", 1) == 1:
            title = step.rows[0].get(noun.entity.title)
            return (noun.key, str(title)) if title else None
        if kind[0] == "create" and step.result.get("record"):
            return noun.key, str(step.result["record"])
        return None

    def _listed_for(self, key: str, arguments: Json) -> tuple[str, str] | None:
        """Return the only record the rows of a list of the same message belong to."""
        noun = self.vocabulary.nouns.get(key)
        held = [c for c in arguments.get("where") or [] if c.get("op") == "is"]
        fields = noun.fields if noun else {}
        refs = [(fields[c["field"]].field.ref, c["value"]) for c in held if c["field"] in fields]
        told = [(ref, value) for ref, value in refs if ref and not self.background(ref)]
        return (str(told[0][0]), str(told[0][1])) if len(told) == 1 else None

    def _made(self, tool: AnyTool, arguments: Json) -> tuple[str, str] | None:
        """Return the record a call of the same message creates."""
        noun = self.vocabulary.nouns.get(tool.noun)
        title = arguments.get(noun.entity.title) if noun and tool.verb == "create" else None
        return (tool.noun, str(title)) if title else None

    def _pointed(self, key: str, arguments: Json) -> tuple[str, str] | None:
        """Return the record a call names: its own, or of a note the party it is about."""
        noun = self.vocabulary.nouns.get(key)
        if noun is None:
            named = arguments.get("noun"), arguments.get("record")
            return (str(named[0]), str(named[1])) if all(named) else None
        if key in arguments:
            return key, str(arguments[key])
        if noun.entity.stored(noun.entity.field(noun.entity.title)) or "where" in arguments:
            return None
        refs = [f for f in noun.fields.values() if f.field.ref and f.field.ref != "member"]
        told = [f for f in refs if f.key in arguments and f.field.listed]
        return (str(told[0].field.ref), str(arguments[told[0].key])) if told else None

    def row(self, number: int) -> tuple[str, str]:
        """Return noun and title of a row last shown; -1 is the last.

        Raises:
            Unclear: nothing was shown, or fewer rows.
        """
        step = next((s for s in reversed(self.memory.old) if s.rows), None)
        kind = self.call_of(step) if step else None
        if step is None or kind is None or kind[1] not in self.vocabulary.nouns:
            raise self.ask("no_earlier")
        place = number - 1 if number > 0 else len(step.rows) + number
        if not 0 <= place < len(step.rows):
            raise self.ask("no_such_row", shown=len(step.rows))
        row = step.rows[place]
        title = row.get(self.noun(kind[1]).entity.title)
        return kind[1], str(title) if isinstance(title, str) else f"#{row.get('id')}"


@cache
def is_about(info: FieldInfo, dimension: str) -> bool:
    """Whether a field's names speak of a dimension (price, place, arrival …)."""
    wanted = {stem(w) for p in dimensions().get(dimension, ()) for w in words_of(p)}
    said = {stem(w) for lo in LOCALES for n in info.field.names.all(lo) for w in words_of(n)}
    return bool(wanted & said)


@cache
def says(plain: str, dimension: str) -> bool:
    """Whether folded words speak of a dimension."""
    wanted = {stem(w) for p in dimensions()[dimension] for w in words_of(p)}
    return any(stem(w) in wanted for w in plain.split())


def fields_about(noun: NounInfo, dimension: str) -> list[FieldInfo]:
    """Return a noun's fields that speak of a dimension."""
    return [f for f in noun.fields.values() if is_about(f, dimension)]


def in_time(noun: NounInfo, info: FieldInfo, first: date | None, today: date) -> FieldInfo:
    """Return the expected day instead of the actual one for a day that is still to come."""
    if first is None or first <= today or is_about(info, "expected"):
        return info
    for dimension in ("arrive", "depart"):
        about = [f for f in fields_about(noun, dimension) if f.is_date]
        coming = [f for f in about if is_about(f, "expected") and not is_about(f, "first")]
        if info in about and coming:
            return coming[0]
    return info


def places_of(noun: NounInfo) -> list[FieldInfo]:
    """Return a noun's text fields that hold places."""
    return [
        f
        for f in fields_about(noun, "place")
        if f.kind == "text" and not f.field.ref and not f.field.via
    ]


def target_of(noun: NounInfo, info: FieldInfo, vocabulary: Vocabulary) -> str | None:
    """Return the noun a field points to, directly or through another reference."""
    if info.field.via is None:
        return info.field.ref
    outer = noun.fields[info.field.via[0]].field.ref
    inner = vocabulary.nouns[outer].fields[info.field.via[1]] if outer in vocabulary.nouns else None
    return inner.field.ref if inner else None


def fields_to(noun: NounInfo, entity: str, vocabulary: Vocabulary) -> list[FieldInfo]:
    """Return a noun's fields that point to a noun."""
    return [f for f in noun.fields.values() if target_of(noun, f, vocabulary) == entity]
