"""The switch from an exact scan to HNSW with iterative scan, for many passages.

Below the limit an exact scan is quicker and never misses anything; see notes on retrieval. The
index is made by the owner role when a process starts after a migration or a new corpus, one per
model because each has its own dimensions; `by_vector` uses it as soon as it is there.
"""

from collections.abc import Callable

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from db.session import driver_url

MANY = 50_000
_MODELS = text(
    "SELECT m.name, count(*), min(vector_dims(e.embedding::vector)) FROM embedding_model m"
    " JOIN passage_embedding e ON e.model = m.name GROUP BY m.name HAVING count(*) > :above"
)
_INDEX = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON passage_embedding"
    " USING hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops) WHERE model = {model}"
)


def ensure_index(owner_url: str, on_step: Callable[[str], None], above: int = MANY) -> list[str]:
    """Index every model that has read more than `above` passages; return the indexes' names."""
    engine = create_engine(driver_url(owner_url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    made: list[str] = []
    with engine.connect() as connection:
        for model, _, dimensions in connection.execute(_MODELS, {"above": above}).all():
            on_step("index of vectors")
            name = "ix_vectors_" + "".join(c if c.isalnum() else "_" for c in model)[-40:]
            quoted = "'" + str(model).replace("'", "''") + "'"
            statement = _INDEX.format(index=name, dimensions=int(dimensions), model=quoted)
            connection.execute(text(statement.replace(":", "\\:")))
            made.append(name)
    return made
