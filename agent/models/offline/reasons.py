"""Why something was decided, said behind it: "lost, they took an Ethiopian"."""

from agent.models.offline.certainty import parts_of
from agent.models.offline.scene import Clause
from agent.models.offline.vocabulary import FieldInfo, NounInfo

_MARKS = ",;:–—-"
_REASON = "reason"


def without_reason(noun: NounInfo, clause: Clause) -> tuple[Clause, FieldInfo | None, str]:
    """Return a change without the reason told behind it, the field it belongs in, and its words.

    A noun has a place for the reason of a decision when a field is called `reason`, or
    `lost_reason` for the word `lost`.
    """
    parts = parts_of(clause.pieces, _MARKS)
    if len(parts) < 2 or clause.question:  # noqa: PLR2004 - a decision, and its reason
        return clause, None, ""
    words = [t.value for p in parts[0] for t in p.words(noun.key)]
    keys = [_REASON, *(f"{w}_{_REASON}" for w in words)]
    field = next((noun.fields[k] for k in keys if k in noun.fields), None)
    told = [p for part in parts[1:] for p in part]
    set_there = any(p.fields(noun.key) or p.words(noun.key) or p.names for p in told)
    if not words or field is None or not field.writable or set_there or len(told) < 2:  # noqa: PLR2004 - one word is none
        return clause, None, ""
    offset = clause.pieces[0].start
    begin, end = parts[0][-1].end, told[0].start
    kept = [p for p in clause.pieces if p.end <= begin]
    reason = clause.text[end - offset :].strip(" .;!")
    return Clause(kept, clause.text[: begin - offset]), field, reason
