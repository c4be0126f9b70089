"""A question looked up: what it is like, what is found for it, and which of that answers it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import precedent
from knowledge.embedding import EmbedderUnavailable
from knowledge.fitting import fits
from knowledge.judging import Judged, judged
from knowledge.meaning import Meaning
from knowledge.question import Question
from knowledge.search import Hits, Tuning, search

LOOKED_AT = 8
_WIDE = Tuning(most=LOOKED_AT)


async def looked_up(
    session: AsyncSession, question: Question, as_of: date, meaning: Meaning
) -> tuple[Hits, Judged]:
    """Return what was found for a question on a day, and how it was judged.

    When the configured embedding model does not answer, our own vectors are asked instead.
    """
    like = precedent.shipped().like(question)
    embedder = await meaning.embedder(session)
    try:
        hits = await search(session, question, as_of, embedder, _WIDE, like)
    except EmbedderUnavailable:
        own = await meaning.own(session)
        hits = await search(session, question, as_of, own, _WIDE, like)
    return hits, judged(question, await fits(session, question, hits.found), like)
