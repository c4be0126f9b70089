"""Taking a document in: read, named, written as a proposal. Nothing of it is in answers yet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.enums import DocumentKind, DocumentOrigin, Jurisdiction, Language, VersionStatus
from db.models import Document, DocumentVersion
from knowledge import corpus_file
from knowledge.comparing import Stands, difference, in_short, passages_of
from knowledge.convention import new_document, new_version
from knowledge.reading.document import ReadDocument
from knowledge.storing import (
    STEP,
    NewDocument,
    NewPassage,
    NewVersion,
    add_document,
    add_version,
    free_key,
    free_label,
)

TEAM_TIER = 4  # an explainer or note of our own, until somebody says that it is more


@dataclass(frozen=True)
class About:
    """What is said of a document beside what it holds.

    Attributes:
        sha256: of the bytes as they came.
        origin: how it came.
        today: the day it came; names the version when nobody names it.
        document: the work it is a version of, None for a new one.
        url: where it came from.
    """

    sha256: str
    origin: DocumentOrigin
    today: date
    file_name: str | None = None
    document: Document | None = None
    title: str | None = None
    label: str | None = None
    lang: Language | None = None
    kind: DocumentKind = DocumentKind.NOTE
    tier: int = TEAM_TIER
    jurisdiction: Jurisdiction | None = None
    url: str | None = None
    recheck_every: str | None = None


def sha256(data: bytes) -> str:
    """Return what a content is told from others by."""
    return hashlib.sha256(data).hexdigest()


def propose(session: Session, read: ReadDocument, about: About) -> DocumentVersion:
    """Write a document that was read as a proposed version, with its work when that is new."""
    title = about.title or read.title
    document = about.document or _work(session, title, about)
    lang = about.lang or Language(read.lang)
    label = free_label(session, document, about.label or about.today.isoformat(), lang.value)
    passages = [
        NewPassage(
            locator=piece.locator,
            heading_path=STEP.join(dict.fromkeys((title, *piece.path))),
            body=piece.body,
            refs=piece.refs,
            read_on=about.today,
        )
        for piece in read.pieces
    ]
    new = NewVersion(
        label=label,
        lang=lang,
        title=title,
        sha256=about.sha256,
        media_type=read.media_type,
        origin=about.origin,
        read_on=about.today,
        passages=passages,
        file_name=about.file_name,
        official_reference=about.url,
        change_note=_change_note(session, about.document, lang, passages),
    )
    return add_version(session, document, new)


def _change_note(
    session: Session, document: Document | None, lang: Language, passages: Sequence[NewPassage]
) -> str | None:
    """Return what a version changes of the newest one relied on, None when there is none."""
    if document is None:
        return None
    older = session.scalar(
        select(DocumentVersion)
        .where(
            DocumentVersion.document_id == document.id,
            DocumentVersion.lang == lang,
            DocumentVersion.status == VersionStatus.RELEASED,
            DocumentVersion.retired_at.is_(None),
        )
        .order_by(DocumentVersion.valid_from.desc().nulls_last(), DocumentVersion.id.desc())
        .limit(1)
    )
    if older is None:
        return None
    new = [Stands(p.locator, p.body) for p in passages]
    return in_short(difference(passages_of(session, older), new)) or None


def propose_own(session: Session, text: str, about: About) -> DocumentVersion:
    """Write a file of our own convention as a proposal: it says itself what it is and its days.

    Raises:
        CorpusError: it cannot be used.
    """
    file = corpus_file.parse(text, about.file_name or "document")
    document = session.scalar(select(Document).where(Document.work_key == file.work_key))
    if document is None:
        document = add_document(session, new_document(file), file.read)
    new = new_version(file, about.sha256, about.origin)
    label = free_label(session, document, new.label, new.lang.value)
    return add_version(session, document, replace(new, label=label, file_name=about.file_name))


def _work(session: Session, title: str, about: About) -> Document:
    new = NewDocument(
        work_key=free_key(session, title),
        title=title,
        kind=about.kind,
        tier=about.tier,
        jurisdiction=about.jurisdiction,
        url=about.url,
        recheck_every=about.recheck_every,
    )
    return add_document(session, new, about.today)
