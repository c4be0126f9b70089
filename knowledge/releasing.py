"""A person's word on a version: from which day it holds, what it replaces, or that it is out."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from db.enums import FactStatus, VersionStatus
from db.models import DocumentVersion, Fact, Passage
from knowledge.comparing import Difference, difference, passages_of


class ReleaseError(Exception):
    """A version cannot be released so; `names` are the versions in the way."""

    def __init__(self, why: str, names: list[str]) -> None:
        self.why, self.names = why, names
        super().__init__(f"{why}: {', '.join(names)}")


@dataclass(frozen=True)
class Released:
    """What a release came to.

    Attributes:
        closed: the version it replaces, which now ends the day before.
        difference: what it changes of that one.
        doubted: facts whose words the new version no longer holds: to be approved anew.
    """

    version: DocumentVersion
    closed: DocumentVersion | None
    difference: Difference | None
    doubted: list[Fact]


@dataclass(frozen=True)
class Validity:
    """The days a version holds, first and last included; None: no end known."""

    first: date
    last: date | None


def release(
    session: Session,
    version: DocumentVersion,
    validity: Validity,
    reviewer: tuple[int, date],
    supersedes: DocumentVersion | None = None,
) -> Released:
    """Release a version; what held until then ends the day before.

    Args:
        session: in a transaction of the member who says so.
        version: what is released.
        validity: its days.
        reviewer: who says so, and on which day.
        supersedes: what it replaces; found when not said.

    Raises:
        ReleaseError: another version holds on its days and was not there before it.
    """
    older = _older(session, version, validity, supersedes)
    if older is not None and _ends_after(older, validity.first):
        older.valid_to = validity.first - timedelta(days=1)
        session.flush()
    version.valid_from, version.valid_to = validity.first, validity.last
    version.supersedes_id = older.id if older is not None else None
    version.reviewed_by_id, version.reviewed_on = reviewer
    version.status = VersionStatus.RELEASED
    session.flush()
    return _replaced(session, version, older)


def correct(
    session: Session, version: DocumentVersion, wrong: DocumentVersion, reviewer: tuple[int, date]
) -> Released:
    """Release a version in the place of one that was wrong from its first day on.

    The wrong one is out of all answers, past days included.
    """
    wrong.status = VersionStatus.WITHDRAWN
    session.flush()
    version.valid_from, version.valid_to = wrong.valid_from, wrong.valid_to
    version.supersedes_id = wrong.id
    version.reviewed_by_id, version.reviewed_on = reviewer
    version.status = VersionStatus.RELEASED
    session.flush()
    return _replaced(session, version, wrong)


def _replaced(
    session: Session, version: DocumentVersion, older: DocumentVersion | None
) -> Released:
    if older is None:
        return Released(version, None, None, [])
    changes = difference(passages_of(session, older), passages_of(session, version))
    return Released(version, older, changes, _doubt(session, older, version))


def _older(
    session: Session,
    version: DocumentVersion,
    validity: Validity,
    supersedes: DocumentVersion | None,
) -> DocumentVersion | None:
    """Return the version that is replaced; refuse when others hold on the same days."""
    others = [v for v in in_the_way(session, version, validity) if v is not supersedes]
    later = [v for v in others if v.valid_from and v.valid_from >= validity.first]
    if later:
        raise ReleaseError("later", [v.name for v in later])
    if supersedes is not None:
        if others:
            raise ReleaseError("others", [v.name for v in others])
        if supersedes.valid_from and supersedes.valid_from >= validity.first:
            raise ReleaseError("later", [supersedes.name])
        return supersedes
    return others[0] if others else previous(session, version, validity.first)


def in_the_way(
    session: Session, version: DocumentVersion, validity: Validity
) -> list[DocumentVersion]:
    """Return the released versions of the same work and language that hold on some of the days."""
    days = func.daterange(
        cast(literal(validity.first), Date), cast(literal(validity.last), Date), "[]"
    )
    found = session.scalars(
        _siblings(version).where(DocumentVersion.valid.op("&&")(days))
        .order_by(DocumentVersion.valid_from.nulls_first())
    )  # fmt: skip
    return list(found)


def previous(
    session: Session, version: DocumentVersion, before: date | None = None
) -> DocumentVersion | None:
    """Return the released version before one: what it says it replaces, else the newest older."""
    if version.supersedes_id is not None:
        return session.get(DocumentVersion, version.supersedes_id)
    day = before or version.valid_from
    older = _siblings(version)
    if day is not None:
        begins = DocumentVersion.valid_from
        older = older.where(or_(begins.is_(None), begins < day))
    return session.scalar(older.order_by(DocumentVersion.valid_from.desc().nulls_last()).limit(1))


def _siblings(version: DocumentVersion):  # noqa: ANN202 - a select of versions
    return select(DocumentVersion).where(
        DocumentVersion.document_id == version.document_id,
        DocumentVersion.lang == version.lang,
        DocumentVersion.id != version.id,
        DocumentVersion.status == VersionStatus.RELEASED,
        DocumentVersion.retired_at.is_(None),
    )


def _ends_after(version: DocumentVersion, day: date) -> bool:
    return version.valid_to is None or version.valid_to >= day


def _doubt(session: Session, older: DocumentVersion, newer: DocumentVersion) -> list[Fact]:
    """Take the approval of facts whose words the new version no longer holds."""
    now = aliased(Passage)
    held = select(now.id).where(now.version_id == newer.id, func.strpos(now.body, Fact.quote) > 0)
    facts = session.scalars(
        select(Fact)
        .join(Passage, Passage.id == Fact.passage_id)
        .where(
            Passage.version_id == older.id,
            Fact.status == FactStatus.APPROVED,
            Fact.retired_at.is_(None),
            ~held.exists(),
        )
        .order_by(Fact.id)
    ).all()
    for fact in facts:
        fact.status, fact.approved_by_id, fact.approved_on = FactStatus.PROPOSED, None, None
    session.flush()
    return list(facts)


def review(session: Session, version: DocumentVersion, reviewer: tuple[int, date]) -> None:
    """Note who compared a version with its official source, and when."""
    version.reviewed_by_id, version.reviewed_on = reviewer
    session.flush()


def withdraw(session: Session, version: DocumentVersion) -> None:
    """Take a version out of all answers, past days included; it stays to be read."""
    version.status = VersionStatus.WITHDRAWN
    session.flush()
