"""A passage cut into what can be quoted: sentences, list items and table rows, word for word."""

import re
from itertools import pairwise

# After these a full stop ends no sentence.
_SHORT = frozenset(
    """
    art artt abs nr no núm num ziff anh kap bzw ca z b d h u a inkl exkl zzgl ggf evtl vgl s
    lit usw etc e g i reg vo dir impl del approx max min mio std st dr ej p pág pag ud uds
    aprox incl excl vs cf ff
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_END = re.compile(r"[.!?…][\"”“»’)\]]*\s+(?=[\"„“«¿¡(\[]?[\w§*])")
_MAIL_HEAD = re.compile(r"(?:From|To|Cc|Date|Subject): ")  # a line of its own, without a full stop
_LAST_WORD = re.compile(r"([^\W_]+)[.!?…][\"”“»’)\]]*\s*$")


def sentences(body: str) -> list[str]:
    """Return the quotable pieces of a body in their order; each stands in it word for word."""
    found: list[str] = []
    for line in _lines(body):
        found += _of_line(line)
    return found


def _lines(body: str) -> list[str]:
    """Return paragraphs, list items and table rows; what only wraps is one line."""
    lines: list[str] = []
    for line in body.splitlines():
        if not line.strip():
            lines.append("")
        elif _MAIL_HEAD.match(line):
            lines += [line, ""]
        elif lines and lines[-1] and not re.match(r"\s*([-*•|]|\d+[.)]\s)", line):
            lines[-1] += f"\n{line}"
        else:
            lines.append(line)
    return [line.strip() for line in lines if line.strip() and not re.fullmatch(r"[\s|:-]+", line)]


def _of_line(line: str) -> list[str]:
    if line.startswith("|"):
        return [line]
    ends = [m.end() for m in _END.finditer(line) if _really_ends(line[: m.end()])]
    cuts = [0, *ends, len(line)]
    return [piece for a, b in pairwise(cuts) if (piece := line[a:b].strip())]


def _really_ends(before: str) -> bool:
    """Return whether the full stop is no abbreviation's and no ordinal's: "Art. 4", "30. Mai"."""
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last[1]
    ordinal = word.isdigit() and len(word) < len("100")
    return word.casefold() not in _SHORT and not ordinal and len(word) > 1
