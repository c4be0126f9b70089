"""What people write into the knowledge base themselves: a new note, or other words at one place.

Nothing is changed in place. Other words are a new version of the document that holds every other
passage as it was and says what is new in it; the old version stays to be read.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.enums import DocumentKind, DocumentOrigin, Language, VersionStatus
from db.models import Document, DocumentVersion, Passage
from knowledge.proposing import TEAM_TIER
from knowledge.reading.blocks import clean
from knowledge.refs import references
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

MEDIA_TYPE = "text/markdown"
_NUMBER = re.compile(r"\d+")
_ARROW = " → "
_NEW = "+ "


@dataclass(frozen=True)
class By:
    """Who writes, and on which day."""

    name: str
    today: date

    @property
    def note(self) -> str:
        """What stands as the source of a passage somebody wrote."""
        return f"{self.name}, {self.today.isoformat()}"


@dataclass(frozen=True)
class NewNote:
    """A note of the house: one statement under a title."""

    title: str
    body: str
    lang: Language


def write_note(session: Session, note: NewNote, by: By) -> DocumentVersion:
    """Write a note as a document of its own, with a proposed version."""
    document = add_document(
        session,
        NewDocument(free_key(session, note.title), note.title, DocumentKind.NOTE, TEAM_TIER),
        by.today,
    )
    passage = _written(note.title, "1", note.body, by)
    return _propose(
        session, document, note.title, note.lang, [passage], f"{_NEW}1: {note.body}", by
    )


def add_passage(session: Session, base: DocumentVersion, body: str, by: By) -> DocumentVersion:
    """Write a version of a document that says one thing more, at its end."""
    there = _passages(session, base)
    numbers = [int(n) for p in there for n in _NUMBER.findall(p.locator)[:1]]
    locator = str(max([*numbers, len(there)]) + 1)
    added = _written(base.title, locator, body, by)
    return _follow(session, base, [*there, added], f"{_NEW}{locator}: {added.body}", by)


def change_passage(
    session: Session, base: DocumentVersion, locator: str, body: str, by: By
) -> DocumentVersion:
    """Write a version of a document that has other words at one place.

    Raises:
        LookupError: it has no such place, or says these words already.
    """
    there = _passages(session, base)
    place = _place(there, locator)
    old = there[place]
    if clean(body) == old.body:
        raise LookupError(old.locator)
    written = replace(
        _written(base.title, old.locator, body, by),
        heading_path=old.heading_path,
        context=old.context,
        refs=references(f"{old.heading_path}\n{old.context}\n{body}"),
    )
    told = f"{old.locator}: {old.body}{_ARROW}{written.body}"
    return _follow(session, base, [*there[:place], written, *there[place + 1 :]], told, by)


def locators(session: Session, version: DocumentVersion) -> list[str]:
    """Return the places of a version in order."""
    return [p.locator for p in _passages(session, version)]


def _place(there: Sequence[NewPassage], locator: str) -> int:
    wanted = _bare(locator)
    fitting = [n for n, p in enumerate(there) if _bare(p.locator) == wanted]
    if len(fitting) != 1:
        raise LookupError(locator)
    return fitting[0]


def _bare(locator: str) -> str:
    """Return a locator as it is compared: § 2 Abs. 1 and §2 abs 1 are one place."""
    return "".join(c for c in locator.casefold() if c.isalnum() or c in "§()")


def _written(title: str, locator: str, body: str, by: By) -> NewPassage:
    text = clean(body)
    return NewPassage(
        locator=locator,
        heading_path=f"{title}{STEP}{locator}",
        body=text,
        refs=references(f"{title}\n{text}"),
        source_note=by.note,
        read_on=by.today,
    )


def _passages(session: Session, version: DocumentVersion) -> list[NewPassage]:
    rows = session.scalars(
        select(Passage).where(Passage.version_id == version.id).order_by(Passage.ord)
    )
    return [
        NewPassage(
            locator=p.locator,
            heading_path=p.heading_path,
            body=p.body,
            context=p.context,
            refs=tuple(p.refs),
            certainty=p.certainty,
            source_note=p.source_note,
            read_on=p.read_on,
            confirm=p.confirm,
        )
        for p in rows
    ]


def _follow(
    session: Session,
    base: DocumentVersion,
    passages: Sequence[NewPassage],
    told: str,
    by: By,
) -> DocumentVersion:
    document = session.get_one(Document, base.document_id)
    version = _propose(session, document, base.title, base.lang, passages, told, by)
    version.act, version.number = base.act, base.number
    version.official_reference = base.official_reference
    session.flush()
    return version


def _propose(  # noqa: PLR0913, PLR0917 - a version is what it is made of
    session: Session,
    document: Document,
    title: str,
    lang: Language,
    passages: Sequence[NewPassage],
    told: str,
    by: By,
) -> DocumentVersion:
    label = free_label(session, document, by.today.isoformat(), lang.value)
    wording = json.dumps([document.work_key, label, lang, *((p.locator, p.body) for p in passages)])
    new = NewVersion(
        label=label,
        lang=lang,
        title=title,
        sha256=hashlib.sha256(wording.encode()).hexdigest(),
        media_type=MEDIA_TYPE,
        origin=DocumentOrigin.CONVERSATION,
        read_on=by.today,
        passages=passages,
        change_note=told,
    )
    return add_version(session, document, new)


def untouched_languages(session: Session, base: DocumentVersion) -> list[str]:
    """Return the versions of a document in other languages that hold beside one, unchanged."""
    rows = session.scalars(
        select(DocumentVersion.name)
        .where(
            DocumentVersion.document_id == base.document_id,
            DocumentVersion.label == base.label,
            DocumentVersion.lang != base.lang,
            DocumentVersion.status == VersionStatus.RELEASED,
            DocumentVersion.retired_at.is_(None),
        )
        .order_by(DocumentVersion.name)
    )
    return list(rows)
