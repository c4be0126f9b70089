"""Delivery months of coffee futures as exchanges write them: H7 is March 2027."""

from datetime import date

from agent.models.offline.vocabulary import FieldInfo

LETTERS = "FGHJKMNQUVXZ"  # January to December


def holds_months(info: FieldInfo) -> bool:
    """Whether a text field holds delivery months, going by its name."""
    return info.kind == "text" and "month" in info.key.split("_")


def month_code(day: date) -> str:
    """Return the delivery month of a day in short: H7 for March 2027."""
    return f"{LETTERS[day.month - 1]}{day.year % 10}"


def month_codes(first: date) -> list[str]:
    """Return the ways a delivery month is written: Z6, Z26, KCZ6, 2026-12."""
    short, year = month_code(first), f"{LETTERS[first.month - 1]}{first.year % 100:02}"
    return [short, year, f"KC{short}", f"KC{year}", f"{first:%Y-%m}"]
