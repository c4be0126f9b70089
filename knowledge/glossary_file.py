"""The trilingual glossary and the list of German compounds, read from `glossary/*.tsv`.

Pure: text in, values out; `shipped` and `compounds` read what the product brings.
"""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from db.enums import LOCALES, Locale

_CONCEPT = ("concept", *LOCALES, "note")
_AMBIGUOUS = ("language", "term", "concepts", "note")
_COMPOUND = ("compound", "parts")
_COLLOQUIAL = ("concept", *LOCALES)
_LANGUAGES: dict[str, Locale] = {each: each for each in LOCALES}
_OTHER = {
    f"{n}.tsv"
    for n in ["ambiguous", "attributes", "colloquial", "compounds", "outside", "subjects"]
}


class GlossaryError(ValueError):
    """A glossary that contradicts itself, and where."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing of the trade and what it is called; the first term of a language is shown."""

    key: str
    terms: Mapping[Locale, tuple[str, ...]]
    note: str | None

    @property
    def pitfall(self) -> bool:
        """Whether people say the word though the thing does not exist."""
        return (self.note or "").startswith("PITFALL")


@dataclass(frozen=True, slots=True)
class Glossary:
    """Every concept, and which of them a term may mean.

    Attributes:
        concepts: key → concept.
        meanings: language and folded term → keys, more than one only where listed as ambiguous.
    """

    concepts: Mapping[str, Concept]
    meanings: Mapping[tuple[Locale, str], tuple[str, ...]]

    def meaning(self, term: str, language: Locale) -> tuple[Concept, ...]:
        """Return what a term may mean in a language; nothing when it is not of the trade."""
        return tuple(self.concepts[key] for key in self.meanings.get((language, folded(term)), ()))


def folded(term: str) -> str:
    """Return a term as it is compared: composed, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", term).casefold().split())


def read(tables: Mapping[str, str], ambiguous: str) -> Glossary:
    """Build the glossary from tables of concepts by file name, and the table of ambiguous terms."""
    concepts: dict[str, Concept] = {}
    for name, text in tables.items():
        for row in _rows(text, name, _CONCEPT):
            concept = _concept(row, name)
            if concept.key in concepts:
                raise GlossaryError(f"{name}: {concept.key!r} stands twice")
            concepts[concept.key] = concept
    meanings = _meanings(concepts)
    _agree(meanings, _listed(ambiguous))
    return Glossary(MappingProxyType(concepts), MappingProxyType(meanings))


@cache
def shipped() -> Glossary:
    """Return the glossary the product brings."""
    folder = resources.files("knowledge").joinpath("glossary")
    files = sorted(folder.iterdir(), key=lambda f: f.name)
    texts = {f.name: f.read_text("utf8") for f in files if f.name.endswith(".tsv")}
    tables = {name: text for name, text in texts.items() if name not in _OTHER}
    return read(tables, texts["ambiguous.tsv"])


@cache
def compounds() -> Mapping[str, tuple[str, ...]]:
    """Return German compounds, folded → their parts as written: kaffeesteuer → Kaffee, Steuer."""
    text = resources.files("knowledge").joinpath("glossary", "compounds.tsv").read_text("utf8")
    return MappingProxyType(read_compounds(text))


def read_compounds(text: str) -> dict[str, tuple[str, ...]]:
    """Read the table of compounds; every one has at least two parts and stands once."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows(text, "compounds.tsv", _COMPOUND):
        word, parts = folded(row["compound"]), tuple(row["parts"].split())
        if len(parts) < 2:  # noqa: PLR2004 - a compound is two words or more
            raise GlossaryError(f"compounds.tsv: {row['compound']!r} has no two parts")
        if word in found:
            raise GlossaryError(f"compounds.tsv: {row['compound']!r} stands twice")
        found[word] = parts
    return found


@cache
def colloquial() -> Mapping[str, Mapping[Locale, tuple[str, ...]]]:
    """Return what people say instead of the terms of a concept: heard in questions, never said."""
    rows = table("colloquial.tsv", _COLLOQUIAL)
    unknown = sorted({row["concept"] for row in rows} - set(shipped().concepts))
    if unknown:
        raise GlossaryError(f"colloquial.tsv: no concept is called {', '.join(unknown)}")
    return MappingProxyType(
        {row["concept"]: {lang: tuple(row[lang].split("|")) for lang in LOCALES} for row in rows}
    )


def keys_of(name: str) -> list[str]:
    """Return the concepts of one table of the glossary."""
    return [row["concept"] for row in table(name, _CONCEPT)]


def table(name: str, columns: tuple[str, ...], folder: str = "glossary") -> list[dict[str, str]]:
    """Return the rows of another table of a folder; its first line must name the columns."""
    text = resources.files("knowledge").joinpath(folder, name).read_text("utf8")
    return list(_rows(text, name, columns))


def _concept(row: dict[str, str], name: str) -> Concept:
    terms: dict[Locale, tuple[str, ...]] = {}
    for language in LOCALES:
        said = tuple(row[language].split("|"))
        where = f"{name}: {row['concept']!r} in {language!r}"
        if not all(term and term == " ".join(term.split()) for term in said):
            raise GlossaryError(f"{where} has an empty term or stray spaces")
        if len({folded(term) for term in said}) < len(said):
            raise GlossaryError(f"{where} says a term twice")
        terms[language] = said
    return Concept(row["concept"], MappingProxyType(terms), row["note"] or None)


def _meanings(concepts: Mapping[str, Concept]) -> dict[tuple[Locale, str], tuple[str, ...]]:
    found: dict[tuple[Locale, str], tuple[str, ...]] = {}
    for concept in concepts.values():
        for language in LOCALES:
            for term in concept.terms[language]:
                key = (language, folded(term))
                found[key] = (*found.get(key, ()), concept.key)
    return found


def _listed(text: str) -> dict[tuple[Locale, str], frozenset[str]]:
    found: dict[tuple[Locale, str], frozenset[str]] = {}
    for row in _rows(text, "ambiguous.tsv", _AMBIGUOUS):
        if row["language"] not in _LANGUAGES:
            raise GlossaryError(f"ambiguous.tsv: {row['language']!r} is no language of ours")
        term = (_LANGUAGES[row["language"]], folded(row["term"]))
        found[term] = frozenset(row["concepts"].split("|"))
    return found


def _agree(
    meanings: Mapping[tuple[Locale, str], tuple[str, ...]],
    listed: Mapping[tuple[Locale, str], frozenset[str]],
) -> None:
    """Refuse a term of several concepts that is not listed, and a listed one that has not these."""
    several = {term: frozenset(keys) for term, keys in meanings.items() if len(keys) > 1}
    for term in sorted({*several, *listed}):
        if several.get(term) != listed.get(term):
            means = ", ".join(sorted(meanings.get(term, ()))) or "nothing"
            said = ", ".join(sorted(listed.get(term, ()))) or "nothing"
            raise GlossaryError(
                f"{term[1]!r} in {term[0]!r} means {means}, ambiguous.tsv says {said}"
            )


def _rows(text: str, name: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    reader = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(next(reader, ())) != columns:
        raise GlossaryError(f"{name}: the first line must be {' '.join(columns)}")
    for number, cells in enumerate(reader, 2):
        if len(cells) != len(columns) or not cells[0]:
            raise GlossaryError(f"{name}, line {number}: {len(columns)} columns are needed")
        yield dict(zip(columns, cells, strict=True))
