"""What stands around the rows of every file: what it is, as of when, and what is left out."""

from dataclasses import dataclass
from datetime import datetime

from db.enums import Locale


@dataclass(frozen=True)
class Paper:
    """The head of a file.

    Attributes:
        title: what it lists.
        lines: filters, the sentence that counts and says what is unknown, as-of, demo; in order.
        company: whose records.
        now: when they were read, Berlin's clock.
        locale: the reader's language.
    """

    title: str
    lines: tuple[str, ...]
    company: str
    now: datetime
    locale: Locale
