"""The vectors of passages, kept up with the passages there are; never made at a question.

Our own reduction is fitted again when many passages have come or gone, or the glossary changed;
until then new passages are read by the one there is. A model is listed in `embedding_model` in the
same transaction as its last vectors, so that a search never meets half of them.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from db.session import driver_url
from knowledge import glossary_file, terms
from knowledge.embedding import OwnEmbedding, fit

OnStep = Callable[[str], None]
_SCHEME = 1  # raise it when the same texts would get other vectors
_GROWN = 0.1  # share of passages come or gone, from which on the reduction is fitted again
_OWN = "own-%"


@dataclass(frozen=True)
class Unread:
    """A passage as a model reads it."""

    id: int
    text: str


@dataclass(frozen=True)
class Fitted:
    """Our own reduction as it stands in the database, without its bytes."""

    name: str
    made_of: str
    passages: int


_TEXT = "p.heading_path || '. ' || p.context || '. ' || p.body"
_LIVE = "passage p JOIN document_version v ON v.id = p.version_id AND v.retired_at IS NULL"
_ALL = text(f"SELECT p.id, {_TEXT} FROM {_LIVE} ORDER BY p.id")  # noqa: S608 - constants of this module
_MISSING = text(
    f"SELECT p.id, {_TEXT} FROM {_LIVE} WHERE NOT EXISTS ("  # noqa: S608 - constants of this module
    "SELECT FROM passage_embedding e WHERE e.model = :model AND e.passage_id = p.id) "
    "ORDER BY p.id LIMIT :most"
)
_MISSING_OF = text(
    f"SELECT p.id, {_TEXT} FROM {_LIVE} WHERE p.version_id = :version AND NOT EXISTS ("  # noqa: S608 - constants of this module
    "SELECT FROM passage_embedding e WHERE e.model = :model AND e.passage_id = p.id) ORDER BY p.id"
)
_COUNT = text(f"SELECT count(*) FROM {_LIVE}")  # noqa: S608 - constants of this module
_FITTED = text(
    "SELECT name, made_of, passages FROM embedding_model"
    " WHERE fitted IS NOT NULL ORDER BY at DESC LIMIT 1"
)
_STORE = text(
    "INSERT INTO passage_embedding (model, passage_id, version_id, embedding)"
    " SELECT :model, p.id, p.version_id, CAST(:vector AS halfvec) FROM passage p WHERE p.id = :id"
    " ON CONFLICT DO NOTHING"
)
_LIST = text(
    "INSERT INTO embedding_model (name, made_of, passages, fitted)"
    " VALUES (:name, :made_of, :passages, :fitted)"
    " ON CONFLICT (name) DO UPDATE SET at = now(), made_of = excluded.made_of,"
    " passages = excluded.passages, fitted = excluded.fitted"
)
_DROP = (
    text("DELETE FROM passage_embedding WHERE model LIKE :own AND model <> :kept"),
    text("DELETE FROM embedding_model WHERE name LIKE :own AND name <> :kept"),
)


def passages_there(session: Session) -> list[Unread]:
    """Return every passage of a version that is not retired."""
    return [Unread(n, words) for n, words in session.execute(_ALL)]


def unread(session: Session, model: str, most: int | None) -> list[Unread]:
    """Return passages a model has not read yet."""
    rows = session.execute(_MISSING, {"model": model, "most": most})
    return [Unread(n, words) for n, words in rows]


def unread_of(session: Session, model: str, version: int) -> list[Unread]:
    """Return the passages of a version that a model has not read yet."""
    rows = session.execute(_MISSING_OF, {"model": model, "version": version})
    return [Unread(n, words) for n, words in rows]


def fitted(session: Session) -> Fitted | None:
    """Return our own reduction, None when none was fitted yet."""
    row = session.execute(_FITTED).one_or_none()
    return Fitted(*row) if row else None


def fit_is_due(session: Session) -> bool:
    """Whether the reduction must be fitted: none yet, another glossary, many passages changed."""
    kept, there = fitted(session), session.scalar(_COUNT) or 0
    if kept is None or kept.made_of != made_of():
        return there > 1
    return abs(there - kept.passages) > _GROWN * kept.passages


@cache
def made_of() -> str:
    """Return a mark of what is read beside the passages: the way of reading and the glossary."""
    said = [(c.key, dict(c.terms)) for c in glossary_file.shipped().concepts.values()]
    heard = {key: dict(words) for key, words in glossary_file.colloquial().items()}
    return f"{_SCHEME}-{zlib.crc32(repr((said, heard)).encode()):08x}"


@dataclass(frozen=True)
class Made:
    """A reduction and what it makes of every passage it was fitted on."""

    embedding: OwnEmbedding
    vectors: list[tuple[int, list[float]]]


def made(passages: Sequence[Unread]) -> Made:
    """Fit the reduction and read every passage; takes seconds, so never in a transaction."""
    concepts = glossary_file.shipped().concepts
    said = [" ".join(t for of in c.terms.values() for t in of) for c in concepts.values()]
    own = fit([*(p.text for p in passages), *said], terms.concepts_of, sorted(concepts))
    return Made(own, [(p.id, own.vector(p.text)) for p in passages])


def keep(session: Session, new: Made) -> None:
    """Store a reduction with its vectors; the newest counts."""
    name = new.embedding.name
    store(session, name, new.vectors)
    given = {"name": name, "made_of": made_of(), "passages": len(new.vectors)}
    session.execute(_LIST, given | {"fitted": new.embedding.stored()})


def store(session: Session, model: str, vectors: Iterable[tuple[int, Sequence[float]]]) -> None:
    """Store vectors of passages."""
    rows = [{"model": model, "id": n, "vector": str(list(v))} for n, v in vectors]
    if rows:
        session.execute(_STORE, rows)


def list_model(session: Session, name: str) -> None:
    """Say that an outside model has read every passage."""
    there = session.scalar(_COUNT) or 0
    given = {"name": name, "made_of": "asked", "passages": there, "fitted": None}
    session.execute(_LIST, given)


def load(session: Session, name: str) -> OwnEmbedding | None:
    """Return a stored reduction of ours."""
    given = {"name": name}
    stored = session.scalar(text("SELECT fitted FROM embedding_model WHERE name = :name"), given)
    return OwnEmbedding.from_stored(stored, terms.concepts_of) if stored else None


def ensure_vectors(owner_url: str, on_step: OnStep) -> None:
    """Bring our own vectors up to date after documents were loaded, as the owner.

    Reductions that were replaced since are dropped, which the application itself may not do.
    """
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with Session(engine) as session, session.begin():
        due = fit_is_due(session)
        there = passages_there(session) if due else []
    if due:
        on_step("searching by meaning")
        new = made(there)
        with Session(engine) as session, session.begin():
            keep(session, new)
    with Session(engine) as session, session.begin():
        kept = fitted(session)
        for statement in _DROP:
            session.execute(statement, {"own": _OWN, "kept": kept.name if kept else ""})
