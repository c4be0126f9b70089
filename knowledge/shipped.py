"""Whether a database holds the corpus the product brings: asked at every start, so it is cheap.

Files are hashed, not parsed; what loads them is imported only when they differ.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from db.enums import DocumentOrigin
from db.models import DocumentVersion
from db.session import driver_url

if TYPE_CHECKING:
    from knowledge.corpus_loading import Loaded

# Two processes that start at once must not load at once; any number will do.
_LOCK = 7_311_946


@dataclass(frozen=True)
class Shipped:
    """A file of the corpus as it lies there."""

    name: str
    sha256: str
    data: bytes


def shipped_files() -> list[Shipped]:
    """Return the files of the corpus in the order of their names, not parsed."""
    corpus = resources.files("knowledge").joinpath("corpus")
    works = sorted((d for d in corpus.iterdir() if d.is_dir()), key=lambda d: d.name)
    return [
        Shipped(f"{work.name}/{file.name.removesuffix('.md')}", _sha256(data), data)
        for work in works
        for file in sorted(work.iterdir(), key=lambda f: f.name)
        if file.name.endswith(".md")
        for data in [file.read_bytes()]
    ]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def ensure_corpus(
    owner_url: str, on_step: Callable[[str], None], files: Sequence[Shipped] | None = None
) -> "Loaded | None":
    """Bring the corpus into a migrated database when it differs, all of it or nothing.

    Args:
        owner_url: address with the owner role.
        on_step: called when there is something to load.
        files: another corpus than the one shipped.

    Returns:
        What was done, None when the database holds exactly this corpus already.

    Raises:
        CorpusError: a file cannot be used, or two would hold on the same day.
    """
    wanted = shipped_files() if files is None else files
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with Session(engine) as session, session.begin():
        if _is_loaded(session, wanted):
            return None
        on_step("customs knowledge")
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _is_loaded(session, wanted):
            return None
        from knowledge.corpus_loading import load_corpus

        return load_corpus(session, wanted)


def _is_loaded(session: Session, wanted: Sequence[Shipped]) -> bool:
    """Return whether every file stands there as it is, and nothing the product has dropped."""
    columns = DocumentVersion.sha256, DocumentVersion.origin, DocumentVersion.reviewed_by_id
    rows = session.execute(select(*columns).where(DocumentVersion.retired_at.is_(None)))
    held = {sha: origin is DocumentOrigin.SHIPPED and by is None for sha, origin, by in rows}
    hashes = {file.sha256 for file in wanted}
    return hashes <= set(held) and all(sha in hashes for sha, ours in held.items() if ours)
