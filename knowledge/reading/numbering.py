"""How numbered units begin: Art. 38, § 12, 1.2.3, Annex II, (4); and how they are located."""

import re
from dataclasses import dataclass

_ARTICLE = re.compile(
    r"(?:art(?:ikel|icle|[ií]culo)?\.?)\s*(?P<number>\d+[a-z]?(?:\^?bis|\^?ter)?)(?![\w.]*\d)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"§\s*(?P<number>\d+[a-z]?)(?!\s*(?:Abs|Satz|Nr|und|bis|,))")
_ANNEX = re.compile(
    r"(?P<word>annex|anhang|anlage|anexo)\s*(?P<number>[IVXLC]+|\d+|[A-Z])?(?=\s|[.:–-]|$)",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,3}){1,4})\.?\s+(?=[^\W\d_])")
_CLAUSE = re.compile(
    r"(?:clause|klausel|cl[aá]usula|ziffer)\s+(?P<number>\d+[a-z]?)\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"(?P<number>\d{1,3})[.)]\s+(?=\S)")
_PARAGRAPH = re.compile(r"\((?P<number>\d{1,3}[a-z]?)\)\s*(?=\S)")
_LONGEST_TITLE = 160
_SENTENCE_END = re.compile(r"[.;,]\s*$")
_MENTION = re.compile(
    r"\s*(?:\(\d+\)\s*)?(?:of|der|des|del|de|or|and|und|oder|y|o|gilt|applies|shall|is)\b"
)


@dataclass(frozen=True)
class Mark:
    """The number a line begins with.

    Attributes:
        locator: "Art. 38", "§ 12", "1.2.3", "Annex II"; of a part of a unit "(4)".
        depth: 0 annex, 1 article, section or clause, then one per point; parts of units are 9.
    """

    locator: str
    depth: int


PART = 9


def mark_of(line: str, *, heading: bool) -> Mark | None:
    """Return the number a line begins with, None when it begins with none.

    Args:
        line: the text's first line.
        heading: whether the document itself says that it is a heading; else a line that merely
            mentions an article, or runs on like a sentence, begins no unit.
    """
    alone = heading or (len(line) <= _LONGEST_TITLE and not _SENTENCE_END.search(line))
    for pattern, prefix in ((_ARTICLE, "Art. "), (_SECTION, "§ "), (_CLAUSE, "Clause ")):
        found = pattern.match(line)
        if found and (alone or prefix == "§ ") and not _mentions(line, found.end(), heading):
            return Mark(f"{prefix}{found['number']}", 1)
    if (found := _ANNEX.match(line)) and alone and (heading or found["number"] or line.isupper()):
        return Mark(f"Annex {(found['number'] or '').upper()}".strip(), 0)
    if (found := _DECIMAL.match(line)) is not None:
        return Mark(found["number"], found["number"].count(".") + 1)
    if (found := _PARAGRAPH.match(line)) is not None:
        return Mark(f"({found['number']})", PART)
    if (found := _ORDINAL.match(line)) is not None:
        return Mark(found["number"], 1) if heading else Mark(f"({found['number']})", PART)
    return None


def _mentions(line: str, end: int, heading: bool) -> bool:
    return not heading and _MENTION.match(line, end) is not None
