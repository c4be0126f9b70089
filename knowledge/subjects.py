"""The subject a question names, which a passage must be about: a fine for coffee tax is not EUDR's.

`glossary/subjects.tsv` lists the regimes, contracts and substances that have passages of their own,
each with what stands for it as well. Of several subjects named, one is enough.
"""

from collections.abc import Sequence
from functools import cache

from db.enums import LOCALES
from knowledge import glossary_file
from knowledge.found import Found
from knowledge.outside import Facet
from knowledge.terms import Term, concepts_of, said_in


@cache
def _kin() -> dict[str, frozenset[str]]:
    """Return every subject with the concepts any one of which tells of it."""
    rows = glossary_file.table("subjects.tsv", ("concept", "kin"))
    return {r["concept"]: frozenset([r["concept"], *r["kin"].split("|")]) for r in rows}


def named(terms: Sequence[Term]) -> list[str]:
    """Return the subjects a question's words name without doubt."""
    sure = (t.concepts for t in terms if len(t.concepts) == 1)
    return list(dict.fromkeys(key for (key,) in sure if key in _kin()))


def unspoken(subjects: Sequence[str], passage: Found) -> list[Facet]:
    """Return the subjects when a passage is about none of them."""
    if not subjects:
        return []
    text = (
        f"{passage.title}. {passage.act or ''}. {passage.heading} {passage.context} {passage.body}"
    )
    told = set(concepts_of(text))
    if any(told & _kin()[key] for key in subjects):
        return []
    return [Facet("subject", key, {lo: said_in(key, lo)[0] for lo in LOCALES}) for key in subjects]
