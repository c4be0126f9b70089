"""Codes of the customs declaration: tariff headings, documents, procedures, forms, standards."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge.reference import Reference

_CUE = (
    r"(?:KN|CN|NC|HS|SA|TARIC)(?:-?\s?Code)?|Position(?:en)?|Unterposition|Warennummern?|"
    r"Zolltarifnummern?|(?:sub)?headings?|(?:commodity|tariff) codes?|(?:sub)?partidas?"
)
_GROUPED = re.compile(
    rf"(?P<cue>\b(?:{_CUE})\s*:?\s*)?(?<![\d.,/-])(?P<code>\d{{4}}(?P<by>[ .])?\d{{2}}"
    r"(?:(?P=by)?\d{2}){0,2})(?![.,]?\d|[/-]\d)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    rf"(?P<cue>\b(?:{_CUE})\s*:?\s*)?(?<![\d.,/-])(?P<code>\d{{4}})"
    r"(?![.,]?\d|[ /–-]\d|\s?(?:%|kg|t|lb|EUR|USD|€|\$)(?!\w))",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    r"\b(?:Kapitels?|chapters?|capítulos?)\s+(\d{1,2})\b(?![.,]\d)", re.IGNORECASE
)
_OURS = ("0901", "2101", "2202")  # headings understood without a word before them
_EDITIONS = range(2010, 2101)  # HS 2028 is an edition; the system has no such headings
_WHOLE = 8  # digits of a full Combined Nomenclature code

_DOCUMENT = re.compile(r"(?<![\w.-])([CNYU])(\d{3})(?![\w-])", re.IGNORECASE)
_KNOWN = "01 02 07 10 11 21 22 23 31 40 42 43 44 45 46 48 51 53 54 61 63 68 71 76 77 78 91 92 95 96"
_PAIR = rf"(?P<now>{_KNOWN.replace(' ', '|')}){{gap}}(?P<before>00|{_KNOWN.replace(' ', '|')})"
_PROCEDURES = (
    re.compile(r"(?<![\d.,] )(?<![\d.,])" + _PAIR.format(gap=r"[ \u00a0]") + r"(?![.,]?\d| \d)"),
    re.compile(
        r"\b(?:Verfahren(?:scodes?|snummer)?|procedures?(?: code)?|régimen|CPC)\s*:?\s*"
        + _PAIR.format(gap="")
        + r"(?!\d)",
        re.IGNORECASE,
    ),
)
_PREFERENCE = re.compile(
    r"\b(?:Präferenz(?:code)?|preference(?: request| code)?|preferencia)\s*:?\s*(\d{3})\b",
    re.IGNORECASE,
)
_FIXED = {
    "proc:t1": re.compile(r"\bT1\b"),
    "proc:t2": re.compile(r"\bT2\b"),
    "form:eur1": re.compile(r"\bEUR\.?1\b(?![.,]?\d)", re.IGNORECASE),
    "form:0870a": re.compile(r"\b0870a\b", re.IGNORECASE),
    "std:ispm15": re.compile(r"\b(?:ISPM|NIMF)[ -]?15\b", re.IGNORECASE),
}


def tariff(text: str) -> Iterator[Reference]:
    """Find tariff codes in any spelling, with their headings as wider forms, and chapters."""
    for pattern in (_GROUPED, _HEADING):
        for found in pattern.finditer(text):
            digits = re.sub(r"\D", "", found["code"])
            if _is_code(found["code"], digits, cued=bool(found["cue"])):
                lengths = [n for n in (10, 8, 6, 4) if n <= len(digits)]
                yield Reference(tuple(f"cn:{digits[:n]}" for n in lengths), *found.span())
    for found in _CHAPTER.finditer(text):
        yield Reference((f"cn:{int(found[1]):02d}",), *found.span())


def declared(text: str) -> Iterator[Reference]:
    """Find codes of documents, procedures and preferences, forms and standards."""
    for found in _DOCUMENT.finditer(text):
        yield Reference((f"doc:{found[1].lower()}{found[2]}",), *found.span())
    for pattern in _PROCEDURES:
        for found in pattern.finditer(text):
            yield Reference((f"proc:{found['now']}{found['before']}",), *found.span())
    for found in _PREFERENCE.finditer(text):
        yield Reference((f"pref:{found[1]}",), *found.span())
    for ref, pattern in _FIXED.items():
        for found in pattern.finditer(text):
            yield Reference((ref,), *found.span())


def _is_code(written: str, digits: str, *, cued: bool) -> bool:
    """Return whether digits are a tariff code rather than an amount, a day or a number."""
    if int(digits[:2]) not in range(1, 98) or int(digits[:4]) in _EDITIONS:
        return False
    if cued or digits.startswith(_OURS):
        return not _is_amount(written, digits)
    return len(digits) >= _WHOLE and written != digits and not _is_day(digits)


def _is_amount(written: str, digits: str) -> bool:
    """2101.11 is an amount as well as a code; 0901.11 begins like no amount."""
    return "." in written and len(digits) < _WHOLE and not digits.startswith("0")


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True
