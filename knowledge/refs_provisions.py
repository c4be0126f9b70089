"""Provisions: `Art. 26 Abs. 4`, `artículo 26, apartado 4`, `§§ 13–19`, `Anhang I`."""

import re
from collections.abc import Iterator

from knowledge.reference import Reference

_LONGEST_RANGE = 40  # provisions; what spans more is a slip, not a range
_SUB = (
    r"(?:\s?\((?P<p>\d{1,2}[a-z]?)\)|\.(?P<q>\d{1,2})(?![\d.,]*\d)|"
    r",?\s*(?:Abs(?:atz|\.)?|para(?:graphs?|\.)?|apartados?|apdo\.?|párrafos?)\s*"
    r"(?P<r>\d{1,2}[a-z]?)(?:\s?[–-]\s?(?P<s>\d{1,2}))?)?"
    r"(?:\s?\((?P<x>[a-z])\)|,?\s*(?:Buchst(?:abe|\.)?|lit\.?|point|letra)\s*\(?(?P<z>[a-z])\)?(?!\w))?"
)
_ONE = re.compile(rf"(?P<n>\d{{1,3}}[a-z]?)(?![\d]|[.,]\d{{3}}){_SUB}", re.IGNORECASE)
_NEXT = re.compile(
    r"\s*(?P<to>–|-|bis|to|al?|hasta)\s*(?=\d)|\s+(?:und|oder|and|or|y|o|e)\s+(?=\d)"
)
_ARTICLE = re.compile(
    r"\b(?:Art(?:ikeln?|icles?|ículos?|iculos?|s?\.|t\.)?)\s*(?=\d)", re.IGNORECASE
)
_SECTION = re.compile(
    r"§{1,2}\s*(?=\d)|\b(?:Paragraf(?:en)?|Paragraphs?|sections?|sec\.)\s+(?=\d)", re.IGNORECASE
)
_ANNEX = re.compile(
    r"\b(?:Anhangs?|Anhängen?|Anlagen?|Annex(?:es)?|anexos?)\s+(?P<a>[IVX]+|\d{1,2})\b"
    r"(?:\s*(?:und|and|y|/)\s*(?P<b>[IVX]+|\d{1,2})\b)?",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10}


def provisions(text: str) -> Iterator[Reference]:
    """Find articles, sections and annexes, also in lists and ranges."""
    for found in _ANNEX.finditer(text):
        numbers = [each for each in (found["a"], found["b"]) if each]
        yield Reference(tuple(f"annex:{_arabic(each)}" for each in numbers), *found.span())
    for kind, cue in (("art", _ARTICLE), ("par", _SECTION)):
        for found in cue.finditer(text):
            refs, end = _listed(text, found.end(), kind)
            if refs:
                yield Reference(refs, found.start(), end)


def _listed(text: str, start: int, kind: str) -> tuple[tuple[str, ...], int]:
    """Read numbers from a place on as long as they go on: 8–11, 46 und 48, 16 and 20."""
    refs: list[str] = []
    previous, ranged, end = 0, False, start
    while one := _ONE.match(text, end):
        number = int(re.sub(r"\D", "", one["n"]))
        if ranged and 0 < number - previous <= _LONGEST_RANGE:
            refs += [f"{kind}:{n}" for n in range(previous + 1, number)]
        refs += _forms(one, kind)
        previous, end = number, one.end()
        more = _NEXT.match(text, end)
        if more is None or _ONE.match(text, more.end()) is None:
            break
        ranged, end = bool(more["to"]), more.end()
    return tuple(dict.fromkeys(refs)), end


def _forms(one: re.Match[str], kind: str) -> list[str]:
    """Return a provision with all its parts, then without them: art:71(1)(e), art:71(1), art:71."""
    whole = f"{kind}:{one['n'].lower()}"
    sub = one["p"] or one["q"] or one["r"]
    if not sub:
        return [whole]
    part, letter = f"{whole}({sub.lower()})", one["x"] or one["z"]
    last = one["s"] and sub.isdigit() and int(one["s"])
    more = [f"{whole}({n})" for n in range(int(sub) + 1, last + 1)] if last else []
    return [*([f"{part}({letter.lower()})"] if letter else []), part, *more, whole]


def _arabic(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=True))
