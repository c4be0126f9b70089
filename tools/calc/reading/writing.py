"""The value of a written figure: which sign groups thousands and which starts the decimals."""

import re
from decimal import Decimal
from typing import NamedTuple

from db.enums import Locale
from tools.calc.reading.format import GROUPING

_GROUPED = r"[1-9][0-9]{0,2}(?:[.,'’ \u00a0\u202f\u2009][0-9]{3})+"
_MOST_DIGITS = 15  # more than that nobody reads off a page
_GROUP = 3


class Written(NamedTuple):
    """A figure's value; `alternatives` are its readings when `certain` is False for two of them."""

    value: Decimal
    certain: bool
    alternatives: tuple[Decimal, ...] = ()


def read_writing(digits: str, locale: Locale, *, per_weight: bool = False) -> Written | None:
    """Return what a run of digits and signs means, or None when it is no figure (1.2.3).

    Args:
        digits: starts and ends with a digit; between them digits, points, commas, apostrophes and
            blanks.
        locale: the writer's language; decides how one sign before three digits is read.
        per_weight: a price per kilo or pound or a percentage follows, where a figure of thousands
            is unlikely, so three digits behind a sign stay open.
    """
    signs = [c for c in digits if not c.isdigit()]
    kinds = set(signs)
    if not signs:
        return _plain(digits)
    if kinds <= {".", ","} and len(signs) == 1:
        return _one_sign(digits, signs[0], locale, per_weight=per_weight)
    if len(kinds) == 1:
        return _plain(_only_digits(digits)) if _is_grouped(digits) else None
    last = signs[-1]
    whole, _, decimals = digits.rpartition(last)
    if signs.count(last) > 1 or last not in ".," or not _grouped_by_one(whole):
        return None
    return _plain(f"{_only_digits(whole)}.{decimals}")


def _one_sign(digits: str, sign: str, locale: Locale, *, per_weight: bool) -> Written:
    whole, _, rest = digits.partition(sign)
    as_decimal = _plain(f"{whole}.{rest}")
    if len(rest) != _GROUP or not _is_grouped(digits):
        return as_decimal
    as_group = _plain(whole + rest)
    alternatives = (as_decimal.value, as_group.value)
    if sign == GROUPING[locale]:
        return as_group._replace(
            certain=not per_weight, alternatives=alternatives if per_weight else ()
        )
    return as_decimal._replace(certain=False, alternatives=alternatives)


def _plain(digits: str) -> Written:
    significant = len(digits.replace(".", "").lstrip("0"))
    return Written(Decimal(digits), significant <= _MOST_DIGITS)


def _is_grouped(digits: str) -> bool:
    return re.fullmatch(_GROUPED, digits) is not None


def _only_digits(digits: str) -> str:
    return "".join(c for c in digits if c.isdigit())


def _grouped_by_one(whole: str) -> bool:
    return len({c for c in whole if not c.isdigit()}) == 1 and _is_grouped(whole)
