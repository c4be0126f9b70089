"""Searches over passages: by words (BM25), by reference, by vector; only what holds on a day.

Every search returns (passage id, score), best first. Row-level security hides what the member may
not see; a version that is not released, or does not hold on the day, is never found.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

Scored = list[tuple[int, float]]
Place = tuple[str, str, str]

_HELD = """
    held AS MATERIALIZED (
        SELECT v.id, v.lang, v.passages FROM document_version v
        WHERE v.status = 'released' AND v.retired_at IS NULL AND v.valid @> CAST(:as_of AS date))"""


@dataclass(frozen=True)
class Weighing:
    """How BM25 counts: Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009).

    Attributes:
        heading, context: how often a word counts that stands there.
        usual: the length, in stems, that is neither rewarded nor held against a passage.
        few, common: a word that stands in more passages than `few` and in a larger share than
            `common` tells nothing apart and is not counted.
    """

    k1: float = 1.2
    b: float = 0.6
    heading: float = 1.0
    context: float = 2.0
    usual: float = 36.0
    few: float = 300.0
    common: float = 0.3


@dataclass(frozen=True)
class Said:
    """Words to look for in one language, and what finding one of them counts."""

    lang: str
    words: str
    weight: float


@dataclass(frozen=True)
class At:
    """Where a passage stands: its source, version and locator, the same in every language."""

    id: int
    lang: str
    place: Place


# Versions carry the rule of who may see them and are few: what a stem stands in is held against
# them, not against passages. IS TRUE keeps that a look into a hash: taken for a join, the planner,
# who expects few versions to hold, reads the stems once per version.
_BM25 = text(
    f"""
    WITH {_HELD},
    said AS (
        SELECT * FROM unnest(
            CAST(:langs AS text[]), CAST(:texts AS text[]), CAST(:weights AS float8[])
        ) AS s (lang, words, weight)),
    asked AS MATERIALIZED (
        SELECT s.lang, u.lexeme AS term, max(s.weight) AS weight
        FROM said s, LATERAL unnest(to_tsvector(fts_cfg(s.lang), s.words)) u GROUP BY 1, 2),
    posting AS MATERIALIZED (
        SELECT a.lang, a.weight, there.n, t.df, t.ids, t.parts
        FROM asked a
        JOIN (SELECT lang, sum(passages)::float8 AS n FROM held GROUP BY lang) there USING (lang)
        CROSS JOIN LATERAL (
            SELECT count(*)::float8 AS df, array_agg(passage_id) AS ids,
                   array_agg(tf * (:k1 + 1)
                             / (tf + :k1 * (1 - :b + :b * length / :usual))) AS parts
            FROM (SELECT x.passage_id, x.version_id, x.length,
                         (:heading * x.a + :context * x.b + x.c)::float8 AS tf
                  FROM passage_term x WHERE x.lang = a.lang AND x.term = a.term OFFSET 0) hit
            WHERE (hit.version_id IN (SELECT id FROM held)) IS TRUE) t
        WHERE t.df > 0 AND t.df <= greatest(:few, :common * there.n)),
    scored AS (
        SELECT p.lang, u.id AS passage_id,
               sum(p.weight * ln(1 + (p.n - p.df + 0.5) / (p.df + 0.5)) * u.part) AS score
        FROM posting p CROSS JOIN LATERAL unnest(p.ids, p.parts) AS u (id, part) GROUP BY 1, 2),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY lang ORDER BY score DESC, passage_id) AS rank
        FROM scored)
    SELECT lang, passage_id, score FROM ranked WHERE rank <= :most ORDER BY lang, rank
    """  # noqa: S608 - the only part put in is a constant of this module
)

_BY_REFERENCE = text(
    f"""
    WITH {_HELD}
    SELECT t.passage_id, count(*)::float8 AS score
    FROM passage_term t JOIN held h ON h.id = t.version_id
    WHERE t.lang = 'ref' AND t.term = ANY (:refs)
    GROUP BY 1 ORDER BY score DESC, 1 LIMIT :most
    """  # noqa: S608 - the only part put in is a constant of this module
)

_BY_PLACE = text(
    f"""
    WITH {_HELD}
    SELECT p.id, -w.ord::float8
    FROM unnest(CAST(:works AS text[]), CAST(:labels AS text[]), CAST(:locators AS text[]))
         WITH ORDINALITY AS w (work, label, locator, ord)
    JOIN document d ON d.work_key = w.work
    JOIN document_version v ON v.document_id = d.id AND v.label = w.label AND v.lang = :lang
    JOIN held h ON h.id = v.id
    JOIN passage p ON p.version_id = v.id AND p.locator = w.locator
    ORDER BY w.ord, p.id
    """  # noqa: S608 - the only part put in is a constant of this module
)

# The cast lets an HNSW index of these dimensions serve it; without one it is an exact scan. Relaxed
# order may be slightly out of order, so what came is sorted again.
_BY_VECTOR = """
    WITH near AS MATERIALIZED (
        SELECT e.passage_id AS id,
               e.embedding::halfvec({dimensions}) <=> CAST(:vector AS halfvec({dimensions})) AS far
        FROM passage_embedding e
        WHERE e.model = :model AND (e.version_id IN (
            SELECT v.id FROM document_version v
            WHERE v.status = 'released' AND v.retired_at IS NULL
              AND v.valid @> CAST(:as_of AS date))) IS TRUE
        ORDER BY far LIMIT :most)
    SELECT id, (1 - far)::float8 FROM near ORDER BY far, id
    """
_ITERATIVE = text("SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true)")

_READ = text(
    """
    SELECT p.id, p.version_id, d.work_key AS work, v.label, p.locator,
           p.heading_path AS heading, p.context, p.body, p.lang, v.title, v.act, v.number,
           d.tier, v.valid_from, v.valid_to,
           CASE WHEN c.name IS NULL THEN p.certainty ELSE 'H' END AS certainty,
           CASE WHEN c.name IS NULL THEN p.confirm END AS confirm,
           p.source_note, coalesce(p.read_on, v.read_on) AS read_on,
           v.status = 'released' AND v.retired_at IS NULL AS released,
           c.name AS confirmed_by, c.approved_on AS confirmed_on,
           r.name AS reviewed_by, v.reviewed_on
    FROM passage p
    JOIN document_version v ON v.id = p.version_id JOIN document d ON d.id = v.document_id
    LEFT JOIN member r ON r.id = v.reviewed_by_id
    LEFT JOIN LATERAL (
        SELECT m.name, f.approved_on
        FROM fact f JOIN member m ON m.id = f.approved_by_id
        JOIN passage o ON o.id = f.passage_id JOIN document_version w ON w.id = o.version_id
        WHERE md5(f.quote) = md5(p.body) AND f.quote = p.body AND f.status = 'approved'
          AND f.retired_at IS NULL AND o.lang = p.lang AND o.locator = p.locator
          AND w.document_id = v.document_id
        ORDER BY f.approved_on DESC, f.id DESC LIMIT 1) c ON true
    WHERE p.id = ANY (:ids)
    """
)

_PLACES = text(
    """
    SELECT p.id, p.lang, d.work_key, v.label, p.locator
    FROM passage p
    JOIN document_version v ON v.id = p.version_id JOIN document d ON d.id = v.document_id
    WHERE p.id = ANY (:ids)
    """
)

_SAME_PLACE = text(
    """
    SELECT here.id AS found, there.id AS other, there.lang
    FROM passage here
    JOIN document_version v ON v.id = here.version_id
    JOIN document_version w ON w.document_id = v.document_id AND w.label = v.label
        AND w.status = 'released' AND w.retired_at IS NULL AND w.valid = v.valid
    JOIN passage there ON there.version_id = w.id AND there.locator = here.locator
    WHERE here.id = ANY (:ids)
    """
)


async def by_words(
    session: AsyncSession, said: Sequence[Said], as_of: date, most: int, weighing: Weighing
) -> dict[str, Scored]:
    """Return per language what holds the words, any of them, by BM25."""
    if not said:
        return {}
    found = await session.execute(
        _BM25,
        {
            "langs": [s.lang for s in said],
            "texts": [s.words for s in said],
            "weights": [s.weight for s in said],
            "as_of": as_of,
            "most": most,
            **asdict(weighing),
        },
    )
    lists: dict[str, Scored] = {}
    for lang, passage, score in found:
        lists.setdefault(lang, []).append((passage, score))
    return lists


async def by_reference(
    session: AsyncSession, refs: Sequence[str], as_of: date, most: int
) -> Scored:
    """Return what names the same codes, articles and acts; what names more of them first."""
    if not refs:
        return []
    found = await session.execute(_BY_REFERENCE, {"refs": list(refs), "as_of": as_of, "most": most})
    return [(passage, score) for passage, score in found]


async def by_place(
    session: AsyncSession, wanted: Sequence[Place], lang: str, as_of: date
) -> Scored:
    """Return what stands at places, in their order, where there is a text in the language."""
    if not wanted:
        return []
    works, labels, locators = (list(column) for column in zip(*wanted, strict=True))
    given = {"works": works, "labels": labels, "locators": locators, "lang": lang, "as_of": as_of}
    return [(n, score) for n, score in await session.execute(_BY_PLACE, given)]


async def by_vector(
    session: AsyncSession, model: str, vector: Sequence[float], as_of: date, most: int
) -> Scored:
    """Return what lies nearest, by cosine, among one model's vectors."""
    await session.execute(_ITERATIVE)
    given = {"model": model, "vector": str(list(vector)), "as_of": as_of, "most": most}
    found = await session.execute(text(_BY_VECTOR.format(dimensions=len(vector))), given)
    return [(passage, score) for passage, score in found]


async def read(session: AsyncSession, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return passages with their sources, by id; what a person confirmed is certain."""
    found = await session.execute(_READ, {"ids": list(ids)})
    return {row["id"]: dict(row) for row in found.mappings()}


async def places(session: AsyncSession, ids: Sequence[int]) -> dict[int, At]:
    """Return where passages stand, by id; without what the member may not see."""
    found = await session.execute(_PLACES, {"ids": list(ids)})
    return {n: At(n, lang, (work, label, locator)) for n, lang, work, label, locator in found}


async def same_places(session: AsyncSession, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return for each passage the same place in every language there is, itself included.

    Languages of a version that do not hold on the same days, since one was replaced, are apart.
    """
    places: dict[int, dict[str, int]] = {}
    for found, other, lang in await session.execute(_SAME_PLACE, {"ids": list(ids)}):
        places.setdefault(found, {})[lang] = other
    return places


_RARITY = text(
    """
    SELECT w.word, count(DISTINCT t.passage_id)
    FROM unnest(CAST(:words AS text[])) AS w (word)
    LEFT JOIN LATERAL unnest(to_tsvector(fts_cfg(:lang), w.word)) u ON true
    LEFT JOIN passage_term t ON t.lang = :lang AND t.term = u.lexeme
    GROUP BY w.word
    """
)

_HOLDING = text(
    """
    SELECT t.passage_id, w.word
    FROM unnest(CAST(:words AS text[])) AS w (word)
    CROSS JOIN LATERAL unnest(to_tsvector(fts_cfg(:lang), w.word)) u
    JOIN passage_term t ON t.lang = :lang AND t.term = u.lexeme
    WHERE t.passage_id = ANY (:ids)
    """
)


async def rarity(session: AsyncSession, lang: str, words: Sequence[str]) -> dict[str, int]:
    """Return in how many passages of a language each word stands, in any of its forms."""
    found = await session.execute(_RARITY, {"lang": lang, "words": list(words)})
    return {str(word): int(count) for word, count in found}


async def holding(
    session: AsyncSession, lang: str, words: Sequence[str], ids: Sequence[int]
) -> dict[int, set[str]]:
    """Return which of the words stand in each passage of a language."""
    found = await session.execute(_HOLDING, {"lang": lang, "words": list(words), "ids": list(ids)})
    holds: dict[int, set[str]] = {n: set() for n in ids}
    for passage, word in found:
        holds[passage].add(word)
    return holds
