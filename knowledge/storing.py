"""Writing documents, versions and passages: one document at a time, whole or not at all.

The caller holds the transaction. Functions are synchronous over a `Session`; tools call them
through `AsyncSession.run_sync`, the product's own corpus over a plain connection.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from db.enums import (
    Certainty,
    DocumentKind,
    DocumentOrigin,
    Jurisdiction,
    Language,
    VersionStatus,
)
from db.models import Document, DocumentVersion, Passage
from knowledge.reading.pieces import tokens
from knowledge.recheck import Recheck

STEP = " › "  # between the headings of a path
_LONGEST_KEY = 60


@dataclass(frozen=True)
class NewDocument:
    """A work that is not there yet; see `Document`."""

    work_key: str
    title: str
    kind: DocumentKind
    tier: int
    jurisdiction: Jurisdiction | None = None
    url: str | None = None
    recheck_every: str | None = None


@dataclass(frozen=True)
class NewPassage:
    """A passage as it is written; see `Passage`."""

    locator: str
    heading_path: str
    body: str
    context: str = ""
    refs: tuple[str, ...] = ()
    certainty: Certainty | None = None
    source_note: str | None = None
    read_on: date | None = None
    confirm: str | None = None


@dataclass(frozen=True)
class NewVersion:
    """A version as it is written; see `DocumentVersion`."""

    label: str
    lang: Language
    title: str
    sha256: str
    media_type: str
    origin: DocumentOrigin
    read_on: date
    passages: Sequence[NewPassage]
    file_name: str | None = None
    act: str | None = None
    number: str | None = None
    official_reference: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    validity_note: str | None = None
    change_note: str | None = None
    status: VersionStatus = VersionStatus.PROPOSED


def version_name(work_key: str, label: str, lang: str) -> str:
    """Return what a version is called: `eudr/2025-2650.de`."""
    return f"{work_key}/{label}.{lang}"


def slug(text: str) -> str:
    """Return a title as the key of a work: `merkblatt-einfuhr-2026`."""
    spelled = text.casefold()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        spelled = spelled.replace(letter, letters)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_KEY].strip("-")
    return words or "document"


def known(session: Session, sha256: str) -> DocumentVersion | None:
    """Return the version that holds this very content already."""
    return session.scalar(
        select(DocumentVersion).where(
            DocumentVersion.sha256 == sha256, DocumentVersion.retired_at.is_(None)
        )
    )


def free_key(session: Session, title: str) -> str:
    """Return a key for a new work that no other has."""
    wanted = slug(title)
    same = func.starts_with(Document.work_key, wanted)
    taken = set(session.scalars(select(Document.work_key).where(same)))
    return _free(wanted, taken)


def free_label(session: Session, document: Document, wanted: str, lang: str) -> str:
    """Return a label for a new version that none of the document in this language has."""
    labels = select(DocumentVersion.label).where(
        DocumentVersion.document_id == document.id,
        DocumentVersion.lang == Language(lang),
        DocumentVersion.retired_at.is_(None),
    )
    return _free(wanted, set(session.scalars(labels)))


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 2))
    return next(key for key in (wanted, *numbered) if key not in taken)


def add_document(session: Session, new: NewDocument, read_on: date) -> Document:
    """Write a work; when it is to be read again, its first day is counted from when it was read."""
    rhythm = Recheck.parse(new.recheck_every) if new.recheck_every else None
    document = Document(
        **vars(new),
        rechecked_on=read_on if rhythm else None,
        next_recheck=rhythm.due(read_on) if rhythm else None,
    )
    session.add(document)
    session.flush()
    return document


def add_version(session: Session, document: Document, new: NewVersion) -> DocumentVersion:
    """Write a version with all its passages.

    Passages are written while it is still a proposal, which is all the database allows; a version
    that comes released is released when they stand.
    """
    values = {key: value for key, value in vars(new).items() if key not in {"passages", "status"}}
    version = DocumentVersion(
        **values,
        document_id=document.id,
        name=version_name(document.work_key, new.label, new.lang.value),
        passages=len(new.passages),
    )
    session.add(version)
    session.flush()
    session.execute(
        insert(Passage),
        [_row(version, order, passage) for order, passage in enumerate(new.passages)],
    )
    if new.status is not VersionStatus.PROPOSED:
        version.status = new.status
        session.flush()
    return version


def _row(version: DocumentVersion, order: int, passage: NewPassage) -> dict[str, object]:
    return {
        **vars(passage),
        "refs": list(passage.refs),
        "version_id": version.id,
        "ord": order,
        "lang": version.lang,
        "tokens": tokens(passage.body),
    }
