"""Container numbers (ISO 6346:2022): four letters, six digits, a check digit."""

import re

# Letters count from 10 and skip the multiples of 11 (ISO 6346, annex A).
_VALUES = {str(n): n for n in range(10)} | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (n for n in range(10, 39) if n % 11),
        strict=True,
    )
)


def check_digit(owner_and_serial: str) -> int:
    """Return the check digit of ten characters, such as MSKU123456.

    Each value counts twice as much as the one before it; the sum is taken modulo 11, ten reads 0.
    """
    total = sum(_VALUES[c] << place for place, c in enumerate(owner_and_serial))
    return total % 11 % 10


def check_digit_fits(number: str) -> bool:
    """Return whether a text is a container number with its right check digit."""
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", number):
        return False
    return check_digit(number[:10]) == int(number[10])
