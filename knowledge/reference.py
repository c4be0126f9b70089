"""One reference found in a text: what it refers to, and where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage of a text that names a code, an act, a provision or a day.

    Attributes:
        refs: its normal forms, the exact one first, then wider: `cn:09011100`, `cn:090111`.
        start: where the passage begins.
        end: where it ends.
    """

    refs: tuple[str, ...]
    start: int
    end: int
