"""Slips in calendar words: firday, dezmber, miercolse; never a word that may be a name."""

from functools import cache

from db.enums import Locale
from tools.calc.reading.words import words

# Only the writer's own language is mended: Martens in a German message is no martes.
_NAMES: dict[Locale, str] = {
    "de": (
        "januar februar august september oktober november dezember montag dienstag mittwoch"
        " donnerstag freitag samstag sonntag gestern ubermorgen"
    ),
    "en": (
        "january february august september october november december monday tuesday wednesday"
        " thursday friday saturday sunday tomorrow yesterday"
    ),
    "es": (
        "febrero septiembre octubre noviembre diciembre martes miercoles jueves viernes sabado"
        " domingo"
    ),
}  # fmt: skip
_OTHERS = words("sundry nueves jueces salado martens mares martas dominio augusta augusto")
_SHORTEST = 5


def mended(word: str, locale: Locale) -> str | None:
    """Return the month or weekday a folded word misspells by one slip, or None.

    One letter is missing, doubled, exchanged or swapped with its neighbour; the first letter is
    right, and nothing is only added behind (Montage, Fridays, Augusta).
    """
    return None if word in _OTHERS or len(word) < _SHORTEST else _slips(locale).get(word)


@cache
def _slips(locale: Locale) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _NAMES[locale].split():
        for slip in _around(name):
            found.setdefault(slip, name)
    return found


def _around(name: str) -> set[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    slips: set[str] = set()
    for at in range(1, len(name)):
        head, tail = name[:at], name[at:]
        slips.add(head + tail[1:])
        slips.update(head + letter + tail[1:] for letter in letters)
        slips.update(head + letter + tail for letter in letters)
        if len(tail) > 1:
            slips.add(head + tail[1] + tail[0] + tail[2:])
    if name in {"tomorrow", "wednesday"}:
        slips |= {"tomorow", "tommorrow", "tommorow", "tomorro", "wednsday", "wensday", "wendesday"}
    return slips
