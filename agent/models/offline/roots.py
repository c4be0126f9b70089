"""What is left of a verb without its endings: one root for every form it is said in."""

import re
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from db.enums import Locale

_LANGUAGES: dict[Locale, str] = {"de": "german", "en": "english", "es": "spanish"}
_SHORTEST = 4
_PREFIXES = (
    "zurück", "zurueck", "zuruck", "hinzu", "zusammen", "heraus", "runter", "herab", "nach",
    "fest", "raus", "rein", "hoch", "durch", "auf", "aus", "ein", "vor", "weg", "los", "an",
    "ab", "um", "zu",
)  # fmt: skip
_INSIDE = re.compile(rf"({'|'.join(_PREFIXES)})(?:ge|zu)(\w{{3,}})")
_PARTICIPLE = re.compile(r"ge(\w{3,}(?:t|en))")
_CLITICS = re.compile(
    r"(\w{2,}?(?:[aei]r|[aei]ndo|[aei]d|[aei]|n))(?:[mts]e|nos)?(?:l[aoe]s?|me|nos|se)"
)
_SPELT = (("qu", "c"), ("gu", "g"), ("z", "c"), ("j", "g"), ("v", "b"))


@lru_cache(maxsize=20_000)
def root(plain: str, locale: Locale) -> str:
    """Return the root of a folded word; short words and those with figures stay whole.

    German participles and infinitives with something inside lose it (angelegt, anzulegen →
    anleg); Spanish ones their pronouns, and letters that only follow the next vowel are written
    one way (aplace, aplazar → aplac).
    """
    if len(plain) < _SHORTEST or not plain.isalpha():
        return plain
    if locale == "de":
        return re.sub(r"s?t$", "", _stem(re.sub(r"iert$", "ier", _german(plain)), locale))
    if locale == "es":
        return _spanish(_stem(plain, locale))
    return _stem(plain, locale)


def roots(plain: str, locale: Locale) -> tuple[str, ...]:
    """Return every root a word may have: its own, and without the pronouns at its end."""
    found = [root(plain, locale)]
    match = _CLITICS.fullmatch(plain) if locale == "es" else None
    if match is not None and len(match[1]) >= _SHORTEST:
        found.append(root(match[1], locale))
    return tuple(dict.fromkeys(found))


def _german(plain: str) -> str:
    inside = _INSIDE.fullmatch(plain)
    if inside is not None:
        return inside[1] + inside[2]
    participle = _PARTICIPLE.fullmatch(plain)
    return participle[1] if participle is not None else plain


def _spanish(stemmed: str) -> str:
    for said, written in _SPELT:
        if stemmed.endswith(said):
            stemmed = stemmed[: -len(said)] + written
    return re.sub(r"ie(?=[^aeiou]+$)", "e", re.sub(r"ue(?=[^aeiou]+$)", "o", stemmed))


@cache
def _stemmer(locale: Locale) -> Any:
    return snowballstemmer.stemmer(_LANGUAGES[locale])


def _stem(word: str, locale: Locale) -> str:
    return str(_stemmer(locale).stemWord(word))
