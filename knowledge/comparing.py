"""What changed between two versions of a document: told by locator, units alike paired by text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import DocumentVersion, Passage

_ALIKE = 0.75  # of 1; less alike, and it is another unit


@dataclass(frozen=True)
class Stands:
    """A unit as it stands in a version."""

    locator: str
    body: str


@dataclass(frozen=True)
class Changed:
    """A unit that both versions hold, in other words or at another place."""

    before: Stands
    after: Stands

    @property
    def moved(self) -> bool:
        """Whether only its number is another."""
        return _same(self.before.body) == _same(self.after.body)


@dataclass(frozen=True)
class Difference:
    """What a version changes of the one before."""

    changed: list[Changed]
    added: list[Stands]
    removed: list[Stands]
    unchanged: int

    @property
    def empty(self) -> bool:
        """Whether both say the same."""
        return not (self.changed or self.added or self.removed)


def passages_of(session: Session, version: DocumentVersion) -> list[Stands]:
    """Return the units of a version in order."""
    rows = session.execute(
        select(Passage.locator, Passage.body)
        .where(Passage.version_id == version.id)
        .order_by(Passage.ord)
    )
    return [Stands(locator, body) for locator, body in rows]


def difference(before: Sequence[Stands], after: Sequence[Stands]) -> Difference:
    """Compare two versions: by locator, then what lost its locator by how alike it reads."""
    old = {unit.locator: unit for unit in before}
    new = {unit.locator: unit for unit in after}
    both = [(old[key], new[key]) for key in old if key in new]
    changed = [Changed(a, b) for a, b in both if _same(a.body) != _same(b.body)]
    removed = [unit for unit in before if unit.locator not in new]
    added = [unit for unit in after if unit.locator not in old]
    for gone in list(removed):
        if (found := _likest(gone, added)) is not None:
            changed.append(Changed(gone, found))
            removed.remove(gone)
            added.remove(found)
    order = {unit.locator: place for place, unit in enumerate(after)}
    changed.sort(key=lambda each: order[each.after.locator])
    same = sum(_same(a.body) == _same(b.body) for a, b in both)
    return Difference(changed, added, removed, same)


def in_short(found: Difference, most: int = 2_000) -> str:
    """Return what changed as one text without words of ours, cut where it gets long."""
    places = [_place(c.before.locator, c.after.locator) for c in found.changed]
    texts = [f"{_same(c.before.body)} → {_same(c.after.body)}" for c in found.changed]
    lines = [f"{place}: {words}" for place, words in zip(places, texts, strict=True)]
    lines += [f"+ {unit.locator}: {_same(unit.body)}" for unit in found.added]
    lines += [f"- {unit.locator}: {_same(unit.body)}" for unit in found.removed]
    text = "\n".join(lines)
    return text if len(text) <= most else f"{text[: most - 2]} …"


def _place(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _likest(gone: Stands, added: Iterable[Stands]) -> Stands | None:
    best, found = _ALIKE, None
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(_same(gone.body))
    for unit in added:
        matcher.set_seq1(_same(unit.body))
        if matcher.quick_ratio() > best and (alike := matcher.ratio()) > best:
            best, found = alike, unit
    return found


def _same(text: str) -> str:
    """Return a text as it is compared: the way lines break is no change."""
    return " ".join(text.split())
