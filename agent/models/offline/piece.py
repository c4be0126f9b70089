"""A stretch of a message and everything it may be."""

from dataclasses import dataclass

from agent.models.offline.lexicon import Sense
from agent.models.offline.vocabulary import Term
from tools.calc.reading.dates import DateRead
from tools.calc.reading.numbers import NumberRead
from tools.references import KnownName


@dataclass(frozen=True)
class Piece:
    """A stretch of a message and everything it may be.

    Attributes:
        start, end: letters in the message.
        text: as written.
        plain: folded, slips mended.
        names: records it names; several when it fits several.
        values: known values of text fields, `entity` being "noun.field".
        day, number: what it reads as.
        terms: nouns, fields and words of closed vocabularies.
        senses: what it does as a function word.
        quote: what stood in quotation marks.
        sign: punctuation.
        whole: the record's full name or code was said, not a part of it.
        code: the noun whose records are called like this, when none is called just so.
    """

    start: int
    end: int
    text: str
    plain: str = ""
    names: tuple[KnownName, ...] = ()
    values: tuple[KnownName, ...] = ()
    day: DateRead | None = None
    number: NumberRead | None = None
    terms: tuple[Term, ...] = ()
    senses: tuple[Sense, ...] = ()
    quote: str = ""
    sign: bool = False
    whole: bool = True
    code: str = ""

    def does(self, role: str, *values: str) -> bool:
        """Whether it has a role, and one of the values if any are given."""
        return any(s.role == role and (not values or s.value in values) for s in self.senses)

    def value_of(self, role: str) -> str:
        """Return the first value of a role, empty when it has none."""
        return next((s.value for s in self.senses if s.role == role), "")

    @property
    def unknown(self) -> bool:
        """Whether nothing is known about it."""
        return not (self.sign or self.names or self.values or self.day or self.number) and not (
            self.terms or self.senses or self.quote
        )

    @property
    def idle(self) -> bool:
        """Whether it is a common word nothing is known about: no name, no figure."""
        return self.unknown and self.text.isalpha() and self.text.islower()

    def nouns(self) -> list[Term]:
        """Return the nouns it may be."""
        return [t for t in self.terms if t.kind == "noun"]

    def fields(self, entity: str) -> list[Term]:
        """Return the fields of a noun it may be."""
        return [t for t in self.terms if t.kind == "field" and t.entity == entity]

    def words(self, entity: str) -> list[Term]:
        """Return the words of closed vocabularies of a noun it may be."""
        return [t for t in self.terms if t.kind == "word" and t.entity == entity]

    def words_any(self) -> list[Term]:
        """Return the words of closed vocabularies it may be, whatever the noun."""
        return [t for t in self.terms if t.kind == "word"]

    def entities(self) -> set[str]:
        """Return the nouns of the records it names."""
        return {n.entity for n in self.names}
