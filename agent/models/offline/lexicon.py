"""The function words of three languages, read from `lexicon.toml`: what verbs and particles do."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from agent.models.offline.roots import root, roots
from agent.models.offline.text import words_of
from db.enums import LOCALES, Locale

Phrase = tuple[str, ...]
_GAP = "…"
_VERBS = frozenset(("act", "happen", "take", "compose", "omit"))  # roles whose words have forms
_SHORTEST_FORM = 4
_ORDERS = frozenset(("change", "raise", "lower", "create", "retire", "clear"))
_PAST: dict[Locale, re.Pattern[str]] = {
    "de": re.compile(r"(?!)"),  # its participles order too: soll verlegt werden
    "en": re.compile(r"ed$"),
    "es": re.compile(r"(?:[ai]d[oa]s?|aron|ieron)$"),
}


@dataclass(frozen=True)
class Sense:
    """What a function word does: its role and value, as `lexicon.toml` explains them."""

    role: str
    value: str


@dataclass
class Lexicon:
    """The function words of one language.

    Attributes:
        phrases: folded words → what they may do.
        gapped: first part → (last part, sense) of phrases with something inside.
        forms: roots of verbs → what the verb may do, in whatever form.
        opened: roots of the first parts of gapped phrases → (last part, sense).
        longest: words of the longest phrase.
    """

    locale: Locale = "en"

    phrases: dict[Phrase, tuple[Sense, ...]] = field(
        default_factory=dict[Phrase, tuple[Sense, ...]]
    )
    gapped: dict[Phrase, tuple[tuple[Phrase, Sense], ...]] = field(
        default_factory=dict[Phrase, tuple[tuple[Phrase, Sense], ...]]
    )
    forms: dict[str, tuple[Sense, ...]] = field(default_factory=dict[str, tuple[Sense, ...]])
    opened: dict[str, tuple[tuple[Phrase, Sense], ...]] = field(
        default_factory=dict[str, tuple[tuple[Phrase, Sense], ...]]
    )
    longest: int = 1

    def add(self, phrase: str, sense: Sense) -> None:
        """Take in one phrase, with or without a gap."""
        if _GAP in phrase:
            first, last = (words_of(part) for part in phrase.split(_GAP))
            self.gapped[first] = (*self.gapped.get(first, ()), (last, sense))
            if len(first) == 1 and sense.role in _VERBS:
                key = root(first[0], self.locale)
                self.opened[key] = (*self.opened.get(key, ()), (last, sense))
            return
        words = words_of(phrase) or (phrase.strip(),)
        self.phrases[words] = (*self.phrases.get(words, ()), sense)
        self.longest = max(self.longest, len(words))
        if len(words) == 1 and sense.role in _VERBS:
            key = root(words[0], self.locale)
            self.forms[key] = tuple(dict.fromkeys((*self.forms.get(key, ()), sense)))

    def formed(self, word: str) -> tuple[Sense, ...]:
        """Return what a folded word does as a form of a verb: aplace, archivierst, moving."""
        if len(word) < _SHORTEST_FORM:
            return ()
        found = next((self.forms[r] for r in roots(word, self.locale) if r in self.forms), ())
        if _PAST[self.locale].search(word):  # what was done is no order to do it
            return tuple(s for s in found if s.role != "act" or s.value not in _ORDERS)
        return found

    def opens(self, word: str) -> tuple[tuple[Phrase, Sense], ...]:
        """Return the gapped phrases a folded word begins as a form of a verb: legst … an."""
        found = next((self.opened[r] for r in roots(word, self.locale) if r in self.opened), ())
        if _PAST[self.locale].search(word):  # "got dropped off" orders nothing
            return tuple(o for o in found if o[1].role != "act" or o[1].value not in _ORDERS)
        return found

    def has(self, word: str) -> bool:
        """Return whether a single folded word is a function word."""
        return (word,) in self.phrases


@cache
def lexicon(locale: Locale) -> Lexicon:
    """Return the function words of a language."""
    found = Lexicon(locale=locale)
    for role, values in _data().items():
        if role in {"dimension", "exonym", "spelling", "real"}:
            continue
        for value, by_language in values.items():
            for phrase in _phrases(role, by_language[locale]):
                found.add(phrase, Sense(role, value))
    return found


@cache
def dimensions() -> dict[str, Sequence[str]]:
    """Return the dimension a superlative speaks of → words found in names of such fields."""
    found = _data()["dimension"]
    return {name: [p.strip() for p in by["any"].split("|")] for name, by in found.items()}


@cache
def exonyms() -> dict[str, str]:
    """Return folded names of places in other languages → their name where they are."""
    found = _data()["exonym"]
    return {
        " ".join(words_of(p)): name for name, by in found.items() for p in _phrases("", by["any"])
    }


@cache
def spellings(locale: Locale) -> dict[str, str]:
    """Return what people write instead of a word, folded → the folded word: ham, is, q."""
    return {word: name for name, by in _data()["spelling"].items() for word in _said(by[locale])}


@cache
def real_words(locale: Locale) -> frozenset[str]:
    """Return everyday words, folded, that look like slips of others and are none."""
    return frozenset(_said(_data()["real"]["word"][locale]))


def _said(text: str) -> list[str]:
    return [" ".join(words_of(p)) for p in _phrases("", text)]


def _phrases(role: str, text: str) -> list[str]:
    if role == "stop":
        return text.split()
    return [p.strip() for p in " ".join(text.split()).split("|") if p.strip()]


@cache
def _data() -> dict[str, dict[str, Any]]:
    here = resources.files("agent.models.offline")
    return tomllib.loads(here.joinpath("lexicon.toml").read_text("utf8"))


def all_lexicons() -> dict[Locale, Lexicon]:
    """Return every language's function words."""
    return {locale: lexicon(locale) for locale in LOCALES}
