"""Where sentences end, decided so early that a stream can be passed on while it arrives."""

import re

_ABBREVIATIONS = frozenset(
    [
        "nr",
        "no",
        "bzw",
        "ca",
        "z",
        "b",
        "u",
        "a",
        "d",
        "h",
        "i",
        "r",
        "s",
        "o",
        "v",
        "usw",
        "etc",
        "vgl",
        "inkl",
        "exkl",
        "zzgl",
        "abs",
        "art",
        "str",
        "mio",
        "mrd",
        "tsd",
        "max",
        "min",
        "dr",
        "hr",
        "fr",
        "hrn",
        "prof",
        "ing",
        "evtl",
        "ggf",
        "approx",
        "e",
        "g",
        "vs",
        "incl",
        "excl",
        "est",
        "dept",
        "inc",
        "ltd",
        "co",
        "p",
        "ej",
        "aprox",
        "sr",
        "sra",
        "núm",
        "num",
        "pág",
        "tel",
        "st",
        "fa",
        "gr",
        "lfd",
        "mwst",
        "ust",
        "std",
        "sog",
        "bspw",
        "allg",
        "bes",
        "fig",
        "cf",
        "al",
        "c",
        "jan",
        "feb",
        "mär",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "okt",
        "oct",
        "nov",
        "dez",
        "dec",
        "ene",
        "abr",
        "ago",
        "dic",
        "di",
        "mo",
        "mi",
        "do",
        "sa",
        "so",
    ]
)
_CANDIDATE = re.compile(r"\n|[.!?…]+[\"'”“’»)\]*_]*")
_LAST_WORD = re.compile(r"([^\W_]+)\.[\"'”“’»)\]*_]*$")
_DAY_NUMBER = 31


class Sentences:
    """Takes a text in pieces, gives it back in sentences; joined they are the text.

    A sentence ends at a line's end, or at `.`, `!`, `?` or `…` followed by white space and
    something a sentence begins with. White space stays with the sentence before it, up to and
    including the line's end.
    """

    def __init__(self) -> None:
        self._held = ""
        self._looked = 0

    def feed(self, piece: str) -> list[str]:
        """Return the sentences that are complete now."""
        self._held += piece
        found: list[str] = []
        while (end := self._end()) is not None:
            found.append(self._held[:end])
            self._held = self._held[end:]
            self._looked = 0
        return found

    def close(self) -> list[str]:
        """Return what is left."""
        rest, self._held, self._looked = self._held, "", 0
        return [rest] if rest else []

    def _end(self) -> int | None:
        """Return where the first sentence ends; None while that cannot be told."""
        for match in _CANDIDATE.finditer(self._held, self._looked):
            if match.group() == "\n":
                return match.end()
            end = self._after(match)
            if end is None:
                self._looked = match.start()
                return None
            if end:
                return end
            self._looked = match.end()
        return None

    def _after(self, match: re.Match[str]) -> int | None:
        """Return where the sentence ends after a full stop, 0 when it does not, None: not yet."""
        text, stop = self._held, match.end()
        gap = re.compile(r"[^\S\n]*").match(text, stop)
        following = gap.end() if gap else stop
        if following >= len(text):
            return None
        if following == stop and text[stop] != "\n":
            return 0
        if text[following] == "\n":
            return following + 1
        return following if _ends(text[: match.end()], text[following]) else 0


def _ends(before: str, following: str) -> bool:
    """Whether a sentence ends with `before` when `following` comes next."""
    if following.islower():
        return False
    word = _LAST_WORD.search(before[-40:])
    if word is None or "://" in before.rsplit(maxsplit=1)[-1]:
        return True
    last = word.group(1)
    if last.casefold() in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()):
        return False
    if last.isdecimal():
        return _ends_after_number(before, last, following)
    return True


def _ends_after_number(before: str, last: str, following: str) -> bool:
    """Whether `24.` ends a sentence: not as an ordinal, a day, or a list's number."""
    if following.isdigit():
        return False
    lead = before[-44:].rstrip("\"'”“’»)]*_").rstrip(".")
    lead = lead[: len(lead) - len(last)]
    if lead.endswith(("-", "/")) or (lead.endswith((",", ".")) and lead[-2:-1].isdigit()):
        return True
    return int(last[:9]) > _DAY_NUMBER
