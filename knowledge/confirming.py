"""A named person's word on a statement: it is confirmed as it stands in a passage.

A confirmation is a fact whose quote is the whole passage. It holds for these very words at this
place of the document, so also in a later version that leaves them as they are, and in no other.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.enums import Certainty, DocumentOrigin, FactStatus, VersionStatus
from db.models import DocumentVersion, Fact, Member, Passage


@dataclass(frozen=True)
class Confirmed:
    """Who confirmed a passage, and when."""

    by: str
    on: date


@dataclass(frozen=True)
class Open:
    """A statement answers call "to be confirmed", and what is to be read or asked for it."""

    passage: int
    place: str
    words: str
    how: str | None


def confirmation(session: Session, passage: Passage) -> Confirmed | None:
    """Return by whom the words of a passage are confirmed, None when nobody did."""
    row = session.execute(
        select(Member.name, Fact.approved_on)
        .select_from(Fact)
        .join(Member, Member.id == Fact.approved_by_id)
        .join(Passage, Passage.id == Fact.passage_id)
        .join(DocumentVersion, DocumentVersion.id == Passage.version_id)
        .where(
            DocumentVersion.document_id == _work(passage),
            Passage.lang == passage.lang,
            Passage.locator == passage.locator,
            func.md5(Fact.quote) == func.md5(passage.body),
            Fact.quote == passage.body,
            Fact.status == FactStatus.APPROVED,
            Fact.retired_at.is_(None),
        )
        .order_by(Fact.approved_on.desc(), Fact.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    name, on = row
    return Confirmed(name, on) if on else None


def _work(passage: Passage):  # noqa: ANN202 - a scalar subquery
    version = DocumentVersion.id == passage.version_id
    return select(DocumentVersion.document_id).where(version).scalar_subquery()


def confirm(
    session: Session, passage: Passage, signer: tuple[int, date], source: str | None
) -> list[Fact]:
    """Note that a member confirmed a passage; what ships says the same in each language.

    Args:
        session: in a transaction of the member who says so.
        passage: whose words.
        signer: who, and on which day.
        source: what was read, or who was asked.
    """
    facts: list[Fact] = []
    for place, version in _same_place(session, passage):
        if confirmation(session, place) is not None:
            continue
        fact = Fact(
            key=f"{version.name} {place.locator}",
            passage_id=place.id,
            quote=place.body,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            status=FactStatus.APPROVED,
            approved_by_id=signer[0],
            approved_on=signer[1],
            source_note=source,
        )
        session.add(fact)
        session.flush()
        facts.append(fact)
    return facts


def _same_place(session: Session, passage: Passage) -> list[tuple[Passage, DocumentVersion]]:
    """Return a passage, and of what ships the same place in the other languages."""
    version = session.get_one(DocumentVersion, passage.version_id)
    if version.origin is not DocumentOrigin.SHIPPED:
        return [(passage, version)]
    rows = session.execute(
        select(Passage, DocumentVersion)
        .join(DocumentVersion, DocumentVersion.id == Passage.version_id)
        .where(
            DocumentVersion.document_id == version.document_id,
            DocumentVersion.label == version.label,
            DocumentVersion.origin == DocumentOrigin.SHIPPED,
            DocumentVersion.status == VersionStatus.RELEASED,
            DocumentVersion.retired_at.is_(None),
            Passage.locator == passage.locator,
        )
        .order_by(Passage.lang)
    )
    return [(place, of) for place, of in rows]


def to_confirm(session: Session, lang: str, today: date, most: int) -> tuple[list[Open], int]:
    """Return what holds today in a language and is to be confirmed, and how much there is of it.

    What comes first is what is least certain, of the weightier source.
    """
    found = session.execute(
        select(Passage, DocumentVersion.title)
        .join(DocumentVersion, DocumentVersion.id == Passage.version_id)
        .where(
            Passage.lang == lang,
            Passage.certainty.in_([Certainty.MEDIUM, Certainty.LOW, Certainty.OPEN]),
            DocumentVersion.status == VersionStatus.RELEASED,
            DocumentVersion.retired_at.is_(None),
            DocumentVersion.valid.op("@>")(today),
        )
        .order_by(DocumentVersion.title, Passage.ord)
    ).all()
    rows = [(p, title) for p, title in found if confirmation(session, p) is None]
    opened = [Open(p.id, f"{title}, {p.locator}", p.body, p.confirm) for p, title in rows[:most]]
    return opened, len(rows)
