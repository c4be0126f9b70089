"""What a question names that a passage must name as well, or it answers something else.

A passage on German import VAT is near a question on Swiss import VAT in every measure there is;
what tells them apart is the country. The same holds for goods, substances, carriers and bodies, and
for what is asked of them: a fine, a refund, a fee. `glossary/outside.tsv` and `attributes.tsv`
list them, written from knowledge of the trade.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from db.enums import LOCALES, Locale
from knowledge import glossary_file
from knowledge.found import Found
from knowledge.terms import stem, terms
from knowledge.words import folded_words

Kind = Literal[
    "member_state", "country", "origin", "good", "substance", "carrier", "body", "matter",
    "topic", "attribute", "year", "name", "subject",
]  # fmt: skip
_SHORT = 3
_OLDEST = 2009  # the oldest rules we hold are of this year
_YEAR = re.compile(r"\b(1[89]\d\d|20[0-3]\d)\b")
# Who asks what something costs wants an amount, or that it is free.
_PRICED = re.compile(
    r"\d\s?(?:EUR|USD|€|\$|US-Cent|cent)|(?:EUR|USD|€|\$)\s?\d|kostenlos|gebührenfrei|"
    r"free of charge|gratis|gratuit",
    re.IGNORECASE,
)
_COSTS = re.compile(r"\bwhat (?:does|do|did|would) .* costs?\W*$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z][A-Z.]{1,4}")
# What is said of all countries of a kind is said of each.
_ALL_OF = {
    "member_state": ("mitgliedstaat", "member state", "estado miembro", "estados miembros"),
    "origin": (
        "ursprungslander",
        "ursprunge",
        "anden",
        "andean",
        "andin",
        "all origins",
        "todos los origenes",
        "drittlander",
        "drittlandszollsatz",
        "third country duty",
        "derecho para terceros paises",
        "every origin",
        "cualquier origen",
    ),
}


@dataclass(frozen=True)
class Facet:
    """One thing a passage must name; `said` is how it is called, per language."""

    kind: Kind
    key: str
    said: dict[Locale, str]

    @property
    def off_topic(self) -> bool:
        """Whether it is nothing of our work."""
        return self.kind == "topic"


Phrase = tuple[str, ...]
Phrases = frozenset[tuple[str, Phrase]]  # by the language of their stems, or as they are said
_AS_SAID = ""


@dataclass(frozen=True)
class _Entry:
    facet: Facet
    asked: Phrases
    exact: tuple[str, ...]  # abbreviations, as they are written
    named: Phrases


@cache
def _entries() -> tuple[_Entry, ...]:
    return (*_outside(), *_attributes())


def _outside() -> Iterator[_Entry]:
    for row in glossary_file.table("outside.tsv", ("kind", "key", *LOCALES)):
        terms = {lang: row[lang].split("|") for lang in LOCALES}
        short = tuple({t for of in terms.values() for t in of if _ABBREVIATION.fullmatch(t)})
        kind: Kind = row["kind"]  # type: ignore[assignment] - the table is checked by a test
        # "Partido" is a match, "a partir de" is not: what is nothing of ours must be said just so.
        exact = kind == "topic"
        words: Phrases = frozenset(
            (_AS_SAID, tuple(folded_words(t))) if exact else (lang, _stems(t, lang))
            for lang in LOCALES
            for t in terms[lang]
            if t not in short
        )
        said: dict[Locale, str] = {lang: terms[lang][0] for lang in LOCALES}
        yield _Entry(Facet(kind, row["key"], said), words, short, words)


def _attributes() -> Iterator[_Entry]:
    columns = ("key", *LOCALES, "asked", "named")
    for row in glossary_file.table("attributes.tsv", columns):
        said: dict[Locale, str] = {lang: row[lang] for lang in LOCALES}
        asked, named = (
            frozenset((_AS_SAID, tuple(folded_words(t))) for t in row[side].split("|"))
            for side in ("asked", "named")
        )
        yield _Entry(Facet("attribute", row["key"], said), asked, (), named)


def _stems(text: str, lang: Locale) -> Phrase:
    return tuple(_stem(w, lang) for w in folded_words(text))


def _stem(word: str, lang: Locale) -> str:
    """Return the stem of a word, the word itself when so little is left that it means nothing."""
    found = stem(word, lang)
    return found if len(found) > _SHORT else word


def facets(question: str, lang: Locale) -> list[Facet]:
    """Return what a question names that is no matter of course in our documents."""
    # What is part of a longer term of ours is nothing of its own: "swiss water", "via Rotterdam".
    words = [
        w for t in terms(question, lang) if len(t.words) == 1 or not t.concepts for w in t.words
    ]
    held, whole = _held(" ".join(words)), _held(question)
    found = [
        e.facet
        for e in _entries()
        if _says(whole if e.facet.kind == "attribute" else held, e.asked, lang)
        or any(_stands(t, question) for t in e.exact)
    ]
    fee = next(e.facet for e in _entries() if e.facet.key == "fee")
    if fee not in found and _COSTS.search(question):
        found.append(fee)
    years = {int(y) for y in _YEAR.findall(question)}
    found += [Facet("year", str(y), dict.fromkeys(LOCALES, str(y))) for y in years if y < _OLDEST]
    return found


def _held(text: str) -> dict[str, str]:
    """Return a text as phrases are looked for in it: as it is said, and by stems per language."""
    stems = {lang: _joined(_stems(text, lang)) for lang in LOCALES}
    return {_AS_SAID: _joined(folded_words(text)), **stems}


def _joined(stems: Sequence[str]) -> str:
    return f" {' '.join(stems)} "


def _says(held: dict[str, str], phrases: Phrases, lang: Locale) -> bool:
    """Whether one of the phrases stands in a text: its own language's, or a name in another's."""
    return any(
        _joined(phrase) in held[lo]
        for lo, phrase in phrases
        if lo in {lang, _AS_SAID} or len(phrase[0]) > _SHORT
    )


def _stands(abbreviation: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(abbreviation)}(?!\w)", text) is not None


def missing(wanted: Sequence[Facet], passage: Found) -> list[Facet]:
    """Return what a passage would have to name and does not."""
    if not wanted:
        return []
    text = f"{passage.heading} {passage.body}"
    held = _held(text)
    words = set(folded_words(text))
    entries = {(e.facet.kind, e.facet.key): e for e in _entries()}
    return [f for f in wanted if not _names(f, entries.get((f.kind, f.key)), text, held, words)]


def _names(
    facet: Facet, entry: _Entry | None, text: str, held: dict[str, str], words: set[str]
) -> bool:
    if entry is None:
        return facet.key in words
    if facet.key == "fee" and not _PRICED.search(text):
        return False
    if any(said in held[_AS_SAID] for said in _ALL_OF.get(facet.kind, ())):
        return True
    return _says(held, entry.named, "de") or any(_stands(t, text) for t in entry.exact)
