"""The corpus the product brings, in the database: released with the product, upgraded with it.

What people decided stands: a version they withdrew is only proposed again when its text changed,
one they replaced ends where theirs begins, and what they reviewed stays when the product drops it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from db.enums import (
    LOCALES,
    DocumentOrigin,
    VersionStatus,
)
from db.models import Document, DocumentVersion
from knowledge import corpus_file
from knowledge.convention import new_document, new_version
from knowledge.corpus_file import CorpusError, CorpusFile
from knowledge.recheck import Recheck
from knowledge.shipped import Shipped
from knowledge.storing import NewVersion, add_document, add_version


@dataclass
class Loaded:
    """What loading came to, by the names of versions."""

    released: list[str]
    proposed: list[str]
    gone: list[str]


def load_corpus(session: Session, wanted: Sequence[Shipped]) -> Loaded:
    """Bring the corpus into a database, in the caller's transaction as the owner role.

    Raises:
        CorpusError: a file cannot be used, or two would hold on the same day.
    """
    session.execute(text("SELECT set_config('app.actor', 'system:corpus', true)"))
    return _Loading(session, wanted).done()


class _Loading:
    def __init__(self, session: Session, wanted: Sequence[Shipped]) -> None:
        self.session = session
        self.wanted = {file.name: file for file in wanted}
        live = session.scalars(select(DocumentVersion).where(DocumentVersion.retired_at.is_(None)))
        self.live = {version.name: version for version in live}
        self.hashes = {version.sha256 for version in self.live.values()}
        self.documents = {d.work_key: d for d in session.scalars(select(Document))}
        self.loaded = Loaded([], [], [])

    def done(self) -> Loaded:
        """Retire what changed or is gone, then write what is new, older versions first."""
        new = [self._parsed(f) for f in self.wanted.values() if f.sha256 not in self.hashes]
        before = {v.name: _kept(v) for v in self.live.values() if self._is_past(v)}
        self.loaded.gone = sorted(set(before) - set(self.wanted))
        self._retire(before)
        for file, _ in sorted(new, key=lambda each: _standing(each[0])):
            self._know(file)
        for file, sha256 in sorted(new, key=lambda each: _age(each[0])):
            self._write(file, sha256, before.get(file.key))
        return self.loaded

    def _parsed(self, shipped: Shipped) -> tuple[CorpusFile, str]:
        found = corpus_file.parse(shipped.data.decode("utf8"), shipped.name)
        if found.key != shipped.name:
            raise CorpusError(f"{shipped.name}: by its front matter it is {found.key}")
        return found, shipped.sha256

    def _is_past(self, version: DocumentVersion) -> bool:
        """Return whether a version of the product's is replaced or dropped by it."""
        if version.origin is not DocumentOrigin.SHIPPED:
            return False
        wanted = self.wanted.get(version.name)
        return version.reviewed_by_id is None if wanted is None else wanted.sha256 != version.sha256

    def _retire(self, before: dict[str, "_Kept"]) -> None:
        numbers = [kept.id for kept in before.values()]
        past = update(DocumentVersion).where(DocumentVersion.id.in_(numbers))
        gone = {"status": VersionStatus.WITHDRAWN, "retired_at": func.now()}
        self.session.execute(past.values(gone).execution_options(synchronize_session=False))

    def _know(self, file: CorpusFile) -> None:
        """Write the work of a file that is not there yet, or note that it was read again."""
        document = self.documents.get(file.work_key)
        if document is None:
            self.documents[file.work_key] = add_document(
                self.session, new_document(file), file.read
            )
        elif document.recheck_every and (document.rechecked_on or file.read) < file.read:
            document.rechecked_on = file.read
            document.next_recheck = Recheck.parse(document.recheck_every).due(file.read)

    def _write(self, file: CorpusFile, sha256: str, before: "_Kept | None") -> None:
        """Write a version: released, unless people withdrew it or released another for its days.

        Where theirs begins later, it ends the day before: theirs is the newer one.
        """
        document, new = self.documents[file.work_key], new_version(file, sha256)
        theirs = self._in_the_way(document, new)
        if theirs and _begin(theirs[0].valid_from) > _begin(new.valid_from):
            new = replace(new, valid_to=_begin(theirs[0].valid_from) - timedelta(days=1))
            theirs = []
        proposed = bool(theirs) or (before is not None and before.withdrawn)
        status = VersionStatus.PROPOSED if proposed else VersionStatus.RELEASED
        version = add_version(self.session, document, replace(new, status=status))
        (self.loaded.proposed if proposed else self.loaded.released).append(version.name)

    def _in_the_way(self, document: Document, new: NewVersion) -> Sequence[DocumentVersion]:
        """Return the versions people released that hold on days of a new one, earliest first."""
        rows = self.session.scalars(
            select(DocumentVersion)
            .where(
                DocumentVersion.document_id == document.id,
                DocumentVersion.lang == new.lang,
                DocumentVersion.status == VersionStatus.RELEASED,
                DocumentVersion.retired_at.is_(None),
                DocumentVersion.valid.op("&&")(func.daterange(new.valid_from, new.valid_to, "[]")),
            )
            .order_by(DocumentVersion.valid_from.nulls_first())
        ).all()
        for row in rows:
            if row.origin is DocumentOrigin.SHIPPED and row.reviewed_by_id is None:
                raise CorpusError(f"{new.label}.{new.lang} and {row.name} hold on the same days")
        return rows


@dataclass(frozen=True)
class _Kept:
    """What people may have decided about a version that is replaced: that it is out."""

    id: int
    withdrawn: bool


def _kept(version: DocumentVersion) -> _Kept:
    return _Kept(version.id, version.status is VersionStatus.WITHDRAWN)


def _begin(day: date | None) -> date:
    return day or date.min


def _standing(file: CorpusFile) -> tuple[int, str, int]:
    """Order the files of a work so that the one that names it comes first: newest, then German."""
    newest = -_begin(file.valid_from).toordinal()
    return newest, file.work_key, LOCALES.index(file.language)


def _age(file: CorpusFile) -> tuple[date, str]:
    return _begin(file.valid_from), file.key
