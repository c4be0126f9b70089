"""What has to be looked at again: documents whose day has come, answers a replaced version left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.enums import VersionStatus
from db.models import Document, DocumentVersion, KnowledgeAnswer, Member
from knowledge.recheck import Recheck

AFFECTED_DAYS = 90


@dataclass(frozen=True)
class Affected:
    """An answer that relied on a version."""

    id: int
    at: datetime
    asked_by: str
    question: str
    as_of: date
    outcome: str
    version_ids: tuple[int, ...]


def since(now: datetime) -> datetime:
    """Return from when on answers are looked through."""
    return now - timedelta(days=AFFECTED_DAYS)


def rechecks_due(session: Session, today: date, most: int = 100) -> list[Document]:
    """Return the documents that are to be read again by today, longest waiting first.

    Only those of which a version is released: nobody relies on the others.
    """
    relied = select(DocumentVersion.id).where(
        DocumentVersion.document_id == Document.id,
        DocumentVersion.status == VersionStatus.RELEASED,
        DocumentVersion.retired_at.is_(None),
    )
    return list(
        session.scalars(
            select(Document)
            .where(
                Document.next_recheck <= today,
                Document.retired_at.is_(None),
                relied.exists(),
            )
            .order_by(Document.next_recheck, Document.tier, Document.work_key)
            .limit(most)
        )
    )


def rechecked(session: Session, document: Document, today: date) -> None:
    """Note that a document was read again and still stands; it comes back in its rhythm."""
    document.rechecked_on = today
    if document.recheck_every:
        document.next_recheck = Recheck.parse(document.recheck_every).due(today)
    session.flush()


def affected_answers(
    session: Session, versions: Collection[int], now: datetime, most: int = 100
) -> list[Affected]:
    """Return the answers of the last ninety days that relied on some versions, newest first."""
    rows = session.execute(
        select(KnowledgeAnswer, Member.name)
        .join(Member, Member.id == KnowledgeAnswer.member_id)
        .where(
            KnowledgeAnswer.version_ids.op("&&")(list(versions)),
            KnowledgeAnswer.at >= since(now),
        )
        .order_by(KnowledgeAnswer.at.desc())
        .limit(most)
    )
    return [
        Affected(a.id, a.at, name, a.question, a.as_of, a.outcome, tuple(a.version_ids))
        for a, name in rows
    ]
