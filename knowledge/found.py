"""A passage as a search found it: its words, where they stand, and whether they hold."""

from dataclasses import dataclass
from datetime import date

from knowledge.planted import stated


@dataclass(frozen=True)
class Found:
    """One passage with its source.

    Attributes:
        id: of the passage.
        work: what the source is called in every version and language.
        label: which version it is, the same in every language.
        locator: where the passage stands, the same in every language.
        context: the questions it answers; searched, never quoted.
        body: its words, without sentences that give orders to whoever answers.
        certainty: H, M, L or open, as the author of the version found it; None: not said.
        confirm: what is to be read or asked before it is relied on.
        tier: 1 law, 2 authority, 3 association or carrier, 4 explainer or our own note.
        released: whether it is used in answers at all.
        confirmed_by, confirmed_on: who confirmed these words, and when; then they are certain.
        reviewed_by, reviewed_on: who compared the version with its source, and when.
        score: how well it fits, comparable within one search.
    """

    id: int
    version_id: int
    work: str
    label: str
    locator: str
    heading: str
    context: str
    body: str
    lang: str
    title: str
    act: str | None
    number: str | None
    tier: int
    valid_from: date | None
    valid_to: date | None
    certainty: str | None
    confirm: str | None
    source_note: str | None
    read_on: date | None
    released: bool = True
    confirmed_by: str | None = None
    confirmed_on: date | None = None
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    score: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", stated(self.body))  # however it was come by

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what is the same place in every language."""
        return self.work, self.label, self.locator

    @property
    def certain(self) -> bool:
        """Whether it may be said without "to be confirmed"."""
        return self.certainty in {None, "H"}

    def holds(self, day: date) -> bool:
        """Return whether its version holds on a day; an unknown start or end excludes none."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)
