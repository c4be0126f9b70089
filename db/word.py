"""What a closed vocabulary is made of: a word that knows how people say it in three languages."""

from enum import StrEnum
from typing import Literal, Self

Locale = Literal["de", "en", "es"]
LOCALES: tuple[Locale, ...] = ("de", "en", "es")


class Word(StrEnum):
    """A member of a closed vocabulary that knows how people say it."""

    de: str
    en: str
    es: str

    def __new__(cls, value: str, de: str, en: str, es: str) -> Self:
        """Make the stored value and its names; `|` separates synonyms, the shown one first."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.de, word.en, word.es = de, en, es
        return word

    def names(self, locale: Locale) -> list[str]:
        """Return every name of the word in a language, the shown one first."""
        return str(getattr(self, locale)).split("|")

    def label(self, locale: Locale) -> str:
        """Return the name to show in a language."""
        return self.names(locale)[0]
