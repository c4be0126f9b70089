"""Which of our three languages a document is in, told by the small words every text is full of."""

import re

_WORDS = re.compile(r"[^\W\d_]+")
_SMALL = {
    "de": "der die das und ist von zu den mit für auf im des dem ein eine nicht sind nach bei wird "
    "werden oder aus als auch sich bis über durch zum zur einer einem eines wenn kann er es sie",
    "en": "the and of to in is for on with by as that are be or from at an this which not it shall "
    "must may has have if any was will their they under its been who what",
    "es": "el la los las de del y que en un una es para con por se no al su sus como o si más este "
    "esta son ser lo le ha han debe pueden entre sobre según",
}
_SETS = {lang: frozenset(words.split()) for lang, words in _SMALL.items()}


def language_of(text: str) -> str:
    """Return de, en or es: whose small words stand most often; German when none stands at all."""
    words = _WORDS.findall(text[:50_000].casefold())
    counts = {lang: sum(word in small for word in words) for lang, small in _SETS.items()}
    return max(counts, key=lambda lang: counts[lang])
