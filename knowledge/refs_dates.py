"""Days and months written out: `30.12.2026`, `30 December 2026`, `30 de diciembre de 2026`."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge.reference import Reference

_MONTHS = (
    "januar jänner january enero jan ene",
    "februar february febrero feb",
    "märz maerz march marzo mär mar",
    "april abril apr abr",
    "mai may mayo",
    "juni june junio jun",
    "juli july julio jul",
    "august agosto aug ago",
    "september septiembre setiembre sept sep set",
    "oktober october octubre okt oct",
    "november noviembre nov",
    "dezember december diciembre dez dec dic",
)
_NUMBER = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "|".join(sorted(_NUMBER, key=len, reverse=True))
_OF = r"(?:\s+del?)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)",
        r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])",
        r"(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})(?![\d/])",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th|º|°)?{_OF}\s*(?P<w>{_MONTH})\.?{_OF}\s+(?P<y>\d{{4}})(?!\d)",
        rf"\b(?P<w>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)",
        rf"\b(?P<w>{_MONTH})\.?{_OF}\s+(?P<y>\d{{4}})(?!\d)",
    )
)


def dates(text: str) -> Iterator[Reference]:
    """Find days, with their month as the wider form, and months of a year."""
    for pattern in _DATES:
        for found in pattern.finditer(text):
            said = found.groupdict()
            month = int(said["m"]) if said.get("m") else _NUMBER[found["w"].lower()]
            refs = _refs(int(said["y"]), month, said.get("d"))
            if refs:
                yield Reference(refs, *found.span())


def _refs(year: int, month: int, day: str | None) -> tuple[str, ...]:
    try:
        whole = date(year, month, int(day or 1))
    except ValueError:
        return ()
    of_month = f"date:{whole:%Y-%m}"
    return (f"date:{whole.isoformat()}", of_month) if day else (of_month,)
