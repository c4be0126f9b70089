"""Why a document cannot be taken in; the sentence for people is made where they are spoken to."""

from enum import StrEnum


class Why(StrEnum):
    """Each reason, and what its sentence names."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"  # size, most: megabytes
    UNSUPPORTED = "unsupported"  # suffix
    WRONG_TYPE = "wrong_type"  # suffix, found: what it looks like
    OLD_OFFICE = "old_office"
    ENCRYPTED = "encrypted"
    SCANNED = "scanned"  # pages
    TOO_MANY_PAGES = "too_many_pages"  # pages, most
    TOO_LONG = "too_long"  # most: passages
    BOMB = "bomb"
    TOO_SLOW = "too_slow"  # most: seconds
    BROKEN = "broken"
    FRONT_MATTER = "front_matter"  # detail
    NO_TEXT = "no_text"


class UnreadableError(Exception):
    """A document that is refused, whole: nothing of it is kept."""

    def __init__(self, why: Why, **values: str | int) -> None:
        self.why, self.values = why, values
        super().__init__(f"{why.value}: {values}" if values else why.value)
