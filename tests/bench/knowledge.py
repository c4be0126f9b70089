"""The knowledge base: questions found and answered, and searching as it grows.

Made-up passages share the corpus's words: each is a passage of ours with a third of its words
replaced by others, in a version of its own that holds, or held until some years ago.
"""

import asyncio
import json
import random
import statistics
import time
from dataclasses import dataclass
from datetime import date

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from db.address import Address
from db.embedded import OWNER_ROLE
from db.rls import APP_ROLE
from db.session import Actor, Database, driver_url
from knowledge import vectors
from knowledge.embedding import OwnEmbedding
from knowledge.meaning import Meaning
from knowledge.question import Question
from knowledge.search import search
from knowledge.shipped import ensure_corpus
from knowledge.vector_index import ensure_index
from knowledge.vectors import ensure_vectors
from tests.bench.places import demo_database, scratch_server
from tests.bench.report import Line, percentile
from tests.questions import score
from tests.questions.question_set import TODAY, questions

SIZES = (1_000, 10_000, 100_000)
_OLD = 0.3  # share of made-up passages whose version held long ago
_BATCH = 2_000
_SEED = 5
_ENDED = date(2015, 12, 31)
_TARGET_MS = 50
_HALVES = ("tune", "dev", "test")
_MIXED = 1 / 3
_SHIPPED = (
    "SELECT p.lang, p.heading_path, p.body, e.embedding::text"
    " FROM passage p JOIN passage_embedding e ON e.passage_id = p.id ORDER BY p.id LIMIT 500"
)
_SIZES_ON_DISK = (
    "SELECT pg_total_relation_size('passage') + pg_total_relation_size('passage_term'),"
    " pg_total_relation_size('passage_embedding')"
)
_VERSION = """
WITH d AS (INSERT INTO document (work_key, title, kind, tier) VALUES (%s, %s, 'note', 4) RETURNING id)
INSERT INTO document_version (document_id, name, label, lang, title, sha256, media_type, origin,
    passages, read_on, valid_from, valid_to)
SELECT id, %s, '1', %s, %s, %s, 'text/plain', 'shipped', 1, '2026-01-01', '2010-01-01', %s FROM d
RETURNING id
"""


@dataclass(frozen=True)
class Seed:
    """A passage with its vector, ours or made up of one of ours."""

    lang: str
    heading: str
    body: str
    vector: list[float]


def measure(*, quick: bool) -> list[Line]:
    """Score every half (totals), then let the knowledge base grow."""
    lines: list[Line] = []
    for half, told in score.measure(_HALVES[:1] if quick else _HALVES, quick=quick).items():
        lines += [Line(f"{half}: {w.strip()}", f, t) for w, f, t in score.lines(told)]
    return lines + growth(SIZES[:1] if quick else SIZES)


def growth(sizes: tuple[int, ...]) -> list[Line]:
    """Time searches while made-up passages are added."""
    lines: list[Line] = []
    with scratch_server("knowledge") as server:
        demo_database(server)
        owner = server.url("demo", OWNER_ROLE)
        ensure_corpus(owner, _quiet)
        ensure_vectors(owner, _quiet)
        for size in sizes:
            top_up(owner, size)
            lines += asyncio.run(_timed(server.url("demo", APP_ROLE), owner, size))
    return lines


def _quiet(_step: str) -> None:
    """Report nothing."""


def top_up(owner_url: str, size: int) -> None:
    """Add made-up passages, with vectors, until there are so many."""
    rng = random.Random(_SEED + size)  # noqa: S311 - made-up text, no secret
    with psycopg.connect(Address(owner_url).libpq) as owner:
        owner.execute("SELECT set_config('app.actor', 'system:bench', false)")
        seeds, own = _seeds(owner), _own(owner_url)
        words = [w for seed in seeds for w in seed.body.split()]
        (there,) = owner.execute("SELECT count(*) FROM passage").fetchone() or (0,)
        for start in range(there, size, _BATCH):
            version = _version(owner, rng, start)
            made = [_made(rng, seeds, words) for _ in range(min(_BATCH, size - start))]
            ids = _insert(owner, version, made)
            with (
                owner.cursor() as cursor,
                cursor.copy(
                    "COPY passage_embedding (model, passage_id, version_id, embedding) FROM STDIN"
                ) as copy,
            ):
                for number, seed in zip(ids, made, strict=True):
                    copy.write_row((own.name, number, version, str(seed.vector)))
            owner.execute(
                "UPDATE document_version SET status = 'released' WHERE id = %s", [version]
            )
            owner.commit()
            owner.execute("SELECT set_config('app.actor', 'system:bench', false)")
        owner.execute("UPDATE embedding_model SET passages = %s", [size])
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")


def _seeds(owner: psycopg.Connection) -> list[Seed]:
    rows = owner.execute(_SHIPPED).fetchall()
    return [Seed(lang, heading, body, json.loads(vector)) for lang, heading, body, vector in rows]


def _own(owner_url: str) -> OwnEmbedding:
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with Session(engine) as session:
        kept = vectors.fitted(session)
        own = vectors.load(session, kept.name) if kept else None
    if own is None:
        raise RuntimeError("no reduction was fitted")
    return own


def _version(owner: psycopg.Connection, rng: random.Random, start: int) -> int:
    key, ended = f"made-up-{start}", _ENDED if rng.random() < _OLD else None
    given = [key, key, f"{key}/1.de", "de", key, key, ended]
    row = owner.execute(_VERSION, given).fetchone()
    return int(row[0]) if row else 0


def _made(rng: random.Random, seeds: list[Seed], words: list[str]) -> Seed:
    """Return a passage with a third of its words, and of its vector, from elsewhere."""
    seed, other = rng.choice(seeds), rng.choice(seeds)
    body = " ".join(w if rng.random() > _MIXED else rng.choice(words) for w in seed.body.split())
    pairs = zip(seed.vector, other.vector, strict=True)
    return Seed(seed.lang, seed.heading, body, [(1 - _MIXED) * a + _MIXED * b for a, b in pairs])


def _insert(owner: psycopg.Connection, version: int, made: list[Seed]) -> list[int]:
    found = owner.execute(
        "INSERT INTO passage (version_id, ord, locator, heading_path, body, lang, tokens)"
        " SELECT %s, n, n::text, h, b, l, 100 FROM"
        " unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS x (l, h, b, n)"
        " RETURNING id",
        [version, [m.lang for m in made], [m.heading for m in made], [m.body for m in made]],
    )
    return [int(row[0]) for row in found]


async def _timed(app_url: str, owner_url: str, size: int) -> list[Line]:
    database, meaning = Database(app_url), Meaning()
    await database.open()
    try:
        exact = await _round(database, meaning)
        words, vector = _sizes(owner_url)
        lines = [
            _line(size, "exact scan", exact),
            Line(f"{size:,} passages: size", f"words {words} MB, vectors {vector} MB"),
        ]
        if size >= SIZES[-1]:
            ensure_index(owner_url, _quiet)
            near = await _round(database, meaning)
            _, vector = _sizes(owner_url)
            kept = statistics.mean(
                len(set(a) & set(b)) / max(1, len(a))
                for a, b in zip(exact[1], near[1], strict=True)
            )
            lines += [
                _line(size, "HNSW, iterative scan", near),
                Line(f"{size:,} passages: vectors with index", f"{vector} MB"),
                Line(f"{size:,} passages: same places under the filter", f"{kept:.2f}"),
            ]
        return lines
    finally:
        await database.close()


Round = tuple[list[float], list[list[tuple[str, str, str]]]]


async def _round(database: Database, meaning: Meaning) -> Round:
    """Search for every tuning question twice; time the second."""
    asked = [q for q in questions() if q.half == "tune"]
    times: list[float] = []
    places: list[list[tuple[str, str, str]]] = []
    for timed in (False, True):
        for q in asked:
            async with database.reading(Actor.system("bench")) as session:
                own = await meaning.embedder(session)
                began = time.perf_counter()
                hits = await search(session, Question(q.text, q.lang), TODAY, own)
                if timed:
                    times.append(1_000 * (time.perf_counter() - began))
                    places.append([f.place for f in hits.found])
    return times, places


def _line(size: int, how: str, found: Round) -> Line:
    p50, p95 = statistics.median(found[0]), percentile(found[0], 0.95)
    aimed = size == SIZES[1]
    return Line(
        f"{size:,} passages: a search, {how}",
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms",
        f"p95 < {_TARGET_MS} ms" if aimed else "",
        p95 < _TARGET_MS if aimed else None,
    )


def _sizes(owner_url: str) -> tuple[int, int]:
    with psycopg.connect(Address(owner_url).libpq) as owner:
        row = owner.execute(_SIZES_ON_DISK).fetchone() or (0, 0)
    return int(row[0]) // 2**20, int(row[1]) // 2**20
