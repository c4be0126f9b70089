"""Codes and addresses in a text: lots, shipments, containers, HS codes, links, e-mail, phones."""

import re
from collections.abc import Iterator

from agent.grounding.dates import Found
from agent.grounding.figure import Reading
from agent.grounding.plain import squeezed
from agent.grounding.vocabulary import unit_word

_LINK = re.compile(
    r"\b[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s<>|\"'“”„«»\])}]+"
    r"|(?:mailto:|javascript:|data:|tel:)[^\s<>|\"'\])}]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|\bwww\.[^\s<>|\"'\])}]+"
    r"|(?<![\w@.-])(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[a-z]{2,}|COM|DE|ORG|NET|PE|EU)(?![\w-])"
    r"(?:[/?#][^\s<>|\"'\])}]*)?"
)
_SPACED = re.compile(
    r"\b[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d\b"
    r"|(?<![\w.,-])\d{4}[ .]\d{2}(?:[ .]\d{2}){1,3}(?![\w-]|[.,]\d)"
    r"|(?<![\w.,-])0\d{3}[ .]\d{2}(?![\w-]|[.,]\d)"
    r"|(?<![\w/.-])\d{3,4}/\d{2,4}(?![\w/-])"
    r"|\+\d[\d ()/-]{5,}\d"
    r"|(?<![\w.,-])0\d{1,4}[ /-]\d{3,}(?:[ -]\d+)*(?!\w)"
    r"|(?<![\w.,-])\d+(?:\.\d+){2,}(?![\w-])"
)
_TOKEN = re.compile(r"[^\W_]+(?:(?:[-/_]|(?<=\d)[.,](?=\d))[^\W_]+)*")
_WORD_AFTER = re.compile(r"-[A-ZÄÖÜ]?[a-zäöüßáéíóúñ]{2,}$")
_GLUED = re.compile(
    r"(?P<sign>[A-Z]{3}|US)?\d[\d.,]*(?:-?(?P<unit>[^\W\d_]+|%|°C)\.?)?(?P<rest>(?:[-/][^\W\d_]+)*)"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|er|ers|te[nrsm]?|ª|º|x)", re.IGNORECASE)
_LOCODE = re.compile(r"\b(?:PE|DE|NL|BE|ES|FR|IT|GB|US|PA|CO|EC|BR|CL|PT|PL|DK|SE)[A-Z]{3}\b")
_HARMLESS = frozenset({"co2", "b2b", "h2o", "24/7"})


def links(text: str) -> Iterator[Found]:
    """Yield web and e-mail addresses, folded as they compare."""
    for match in _LINK.finditer(text):
        shown = match.group().rstrip(".,;:!?…")
        if _is_abbreviation(shown):
            continue
        yield Found(match.start(), match.start() + len(shown), (Reading("link", link(shown)),))


def _is_abbreviation(shown: str) -> bool:
    """Whether dots join no address: z.B., u.a., i.d.R., S.A.C."""
    host = re.split(r"[/?#]", shown, maxsplit=1)[0]
    parts = host.split(".")
    plain_words = "@" not in shown and ":" not in shown and "/" not in shown
    return plain_words and (min(map(len, parts)) < 2 or parts[-2].isdigit())  # noqa: PLR2004


def link(shown: str) -> str:
    """Return an address as it compares: no scheme, no www, no closing slash, host folded."""
    bare = re.sub(r"^(?:https?://|mailto:)", "", shown.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"^www\.", "", bare, flags=re.IGNORECASE).rstrip("/.,;:!?…")
    host, slash, path = bare.partition("/")
    return host.casefold() + slash + path


def codes(text: str) -> Iterator[Found]:
    """Yield codes: anything of letters and digits that is not a number with its unit."""
    for match in _SPACED.finditer(text):
        yield Found(match.start(), match.end(), _readings(match.group()))
    for match in _TOKEN.finditer(text):
        token = _without_word(match.group())
        if is_code(token):
            yield Found(match.start(), match.start() + len(token), _readings(token))
    for match in _LOCODE.finditer(text):
        yield Found(match.start(), match.end(), _readings(match.group()))


def _without_word(token: str) -> str:
    """Return `PE-24` of `PE-24-Lose`; `7-Tage` stays, it begins with its number."""
    if token[0].isdigit():
        return token
    return _WORD_AFTER.sub("", token)


def is_code(token: str) -> bool:
    """Whether a token is a code rather than a word or a number with its unit."""
    has_digit = any(c.isdigit() for c in token)
    if not has_digit or not any(c.isalpha() for c in token) or token.casefold() in _HARMLESS:
        return False
    return not (_is_number_with_unit(token) or _ORDINAL.fullmatch(token))


def _is_number_with_unit(token: str) -> bool:
    match = _GLUED.fullmatch(token)
    if match is None:
        return False
    sign, unit, rest = match["sign"], match["unit"], match["rest"]
    if sign and not unit_word(sign, "money"):
        return False
    if unit is None or unit_word(unit, "money", "measure", "soft", "noun"):
        return True
    glued = not token.startswith(match.group()[: match.start("unit")].rstrip("-") + "-")
    return unit == "k" if glued else len(unit) > 2 or bool(rest)  # noqa: PLR2004 - 4-Augen


def _readings(shown: str) -> tuple[Reading, ...]:
    return (Reading("code", squeezed(shown)),)
