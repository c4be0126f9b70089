"""What the tools' declarations call things: the planner's only knowledge of the trade."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from agent.models.offline.text import stem, undigraph, words_of
from db.enums import LOCALES, Locale, Word
from tools.catalog import Catalog
from tools.entity import Entity, Field
from tools.spec import AnyTool, Kind

Phrase = tuple[str, ...]
TermKind = Literal["noun", "field", "word"]
_SHORTEST_STEM = 4


@dataclass(frozen=True)
class Term:
    """One thing a phrase may mean.

    Attributes:
        kind: a noun, a field of one, or a word of a closed vocabulary a field may hold.
        entity: the noun's key.
        key: the field's key; empty for a noun.
        value: the stored word; empty for nouns and fields.
        locale: the language the phrase is from.
        plural: the phrase names several of the noun.
        shown: it is the name shown, not a synonym.
    """

    kind: TermKind
    entity: str
    key: str = ""
    value: str = ""
    locale: Locale = "en"
    plural: bool = False
    shown: bool = True


@dataclass(frozen=True)
class FieldInfo:
    """A field as the planner needs it."""

    field: Field
    kind: Kind
    words: type[Word] | None
    free_text: bool
    writable: bool

    @property
    def key(self) -> str:
        """Its name in tool calls."""
        return self.field.key

    @property
    def is_number(self) -> bool:
        """Whether its values are figures."""
        return self.kind in {"integer", "decimal", "money"}

    @property
    def is_date(self) -> bool:
        """Whether its values are days or instants."""
        return self.kind in {"date", "instant"}

    def label(self, locale: Locale) -> str:
        """Return what it is called."""
        return self.field.names.label(locale)

    def called(self) -> set[str]:
        """Return every folded name of it, in all languages."""
        return {" ".join(words_of(n)) for lo in LOCALES for n in self.field.names.all(lo)}


@dataclass(frozen=True)
class NounInfo:
    """A noun of the trade with its fields and the tools that act on it, by verb."""

    entity: Entity
    fields: dict[str, FieldInfo]
    tools: dict[str, AnyTool]

    @property
    def key(self) -> str:
        """Its name in tool calls."""
        return self.entity.key

    @property
    def title(self) -> FieldInfo:
        """The field that names a record."""
        return self.fields[self.entity.title]

    def refs_to(self, entity: str) -> list[FieldInfo]:
        """Return the reference fields that point to a noun."""
        return [f for f in self.fields.values() if f.field.ref == entity]

    def label(self, locale: Locale, *, many: bool = False) -> str:
        """Return what one, or several, of it are called."""
        return (self.entity.nouns if many else self.entity.noun).label(locale)


@dataclass
class Vocabulary:
    """Nouns, fields, words and tools as the catalog declares them."""

    nouns: dict[str, NounInfo]
    specials: list[AnyTool]
    tools: dict[str, AnyTool]
    phrases: dict[Phrase, tuple[Term, ...]] = field(default_factory=dict[Phrase, tuple[Term, ...]])
    stems: dict[Phrase, tuple[Term, ...]] = field(default_factory=dict[Phrase, tuple[Term, ...]])
    singles: list[str] = field(default_factory=list[str])
    longest: int = 1

    @classmethod
    def of(cls, catalog: Catalog) -> "Vocabulary":
        """Return the vocabulary of a catalog; nothing else is known to the planner."""
        tools = dict(catalog.tools)
        nouns = {e.key: _noun(e, tools.values()) for e in catalog.entities.values()}
        crud = {t.name for n in nouns.values() for t in n.tools.values()}
        specials = [t for t in tools.values() if t.name not in crud]
        made = cls(nouns, specials, tools)
        made._learn()
        return made

    def field(self, entity: str, key: str) -> FieldInfo:
        """Return a field of a noun."""
        return self.nouns[entity].fields[key]

    def called(self, term: Term) -> list[Phrase]:
        """Return every way to say a word of a closed vocabulary, in all languages."""
        info = self.nouns[term.entity].fields[term.key]
        word = next((w for w in info.words or () if str(w) == term.value), None)
        return [words_of(n) for lo in LOCALES for n in word.names(lo)] if word else []

    def lookup(self, phrase: Phrase) -> tuple[Term, ...]:
        """Return what a phrase means as it stands, else without its endings."""
        exact = self.phrases.get(phrase)
        if exact is not None:
            return exact
        return self.stems.get(tuple(stem(w) for w in phrase), ())

    def _learn(self) -> None:
        found: dict[Phrase, dict[Term, None]] = defaultdict(dict)
        for phrase, term in self._said():
            found[phrase][term] = None
        self.phrases = {p: tuple(t) for p, t in found.items()}
        stems: dict[Phrase, dict[Term, None]] = defaultdict(dict)
        for phrase, terms in self.phrases.items():
            if any(len(w) >= _SHORTEST_STEM for w in phrase):
                stems[tuple(stem(w) for w in phrase)].update(dict.fromkeys(terms))
        self.stems = {p: tuple(t) for p, t in stems.items()}
        self.singles = [p[0] for p in self.phrases if len(p) == 1 and len(p[0]) >= _SHORTEST_STEM]
        self.longest = max((len(p) for p in self.phrases), default=1)

    def _said(self) -> Iterable[tuple[Phrase, Term]]:
        for noun in self.nouns.values():
            for locale in LOCALES:
                for text, term in _terms(noun, locale):
                    phrase = words_of(text)
                    if phrase:
                        yield phrase, term
                        yield tuple(undigraph(w) for w in phrase), term
        yield from self._borrowed()

    def _borrowed(self) -> Iterable[tuple[Phrase, Term]]:
        """Lend the words of a closed vocabulary to text fields of the same name elsewhere.

        A contact's language is a text, a member's is a word: "Spanish" means the same for both.
        """
        closed = [
            f
            for n in self.nouns.values()
            for f in n.fields.values()
            if f.words and len(f.words) > 1
        ]
        for noun in self.nouns.values():
            for info in noun.fields.values():
                if info.kind != "text" or info.field.ref or info.field.via or info.words:
                    continue
                lender = next((f for f in closed if f.label("en") == info.label("en")), None)
                for word in (lender.words if lender else None) or ():
                    for locale in LOCALES:
                        for text in word.names(locale):
                            yield (
                                words_of(text),
                                Term("word", noun.key, info.key, str(word), locale),
                            )


def _noun(entity: Entity, tools: Iterable[AnyTool]) -> NounInfo:
    fields = {f.key: _field(entity, f) for f in entity.fields}
    mine = {t.verb: t for t in tools if t.noun == entity.key and _is_crud(t, entity)}
    return NounInfo(entity, fields, mine)


def _field(entity: Entity, declared: Field) -> FieldInfo:
    return FieldInfo(
        field=declared,
        kind=entity.kind(declared),
        words=entity.words(declared),
        free_text=entity.free_text(declared),
        writable=declared.write is not None and entity.stored(declared),
    )


_SHAPES = {
    "find": "where",
    "summarize": "measures",
    "create": None,
    "show": "",
    "change": "",
    "retire": "",
}


def _is_crud(tool: AnyTool, entity: Entity) -> bool:
    """Whether a tool has the arguments of the derived tool of its verb."""
    if tool.verb not in _SHAPES:
        return False
    needed = _SHAPES[tool.verb]
    if needed is None:
        return any(key in tool.args.model_fields for key in (f.key for f in entity.fields))
    return (needed or entity.key) in tool.args.model_fields


def _terms(noun: NounInfo, locale: Locale) -> Iterable[tuple[str, Term]]:
    entity = noun.entity
    for names, plural in ((entity.noun, False), (entity.nouns, True)):
        for n, text in enumerate(names.all(locale)):
            yield text, Term("noun", entity.key, locale=locale, plural=plural, shown=n == 0)
    for info in noun.fields.values():
        for n, text in enumerate(info.field.names.all(locale)):
            yield text, Term("field", entity.key, info.key, locale=locale, shown=n == 0)
        for word in info.words or ():
            for n, text in enumerate([*word.names(locale), str(word)]):
                yield (
                    text,
                    Term("word", entity.key, info.key, str(word), locale=locale, shown=n == 0),
                )
