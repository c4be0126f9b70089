"""What is told with a talk but is no part of its note: when to follow up, and what was agreed.

"Mit Vits telefoniert, wollen 10 Sack, Dienstag nachfassen": the talk is logged, the follow-up is
set. What was agreed stands in the note; that no deal is made of it is said.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from agent.models.offline.certainty import parts_of
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene, is_about
from agent.models.offline.vocabulary import NounInfo

_MARKS = ",;–—"
_WEEK = timedelta(days=7)
Due = tuple[str, str, date, bool]  # noun, its field, the day, whether another may be meant


def without_due(scene: Scene, noun: NounInfo, clause: Clause) -> tuple[Clause, Due | None]:
    """Return a talk without the part that says when to follow up, and what that part says."""
    parts = parts_of(clause.pieces, _MARKS)
    if len(parts) < 2 or clause.question:  # noqa: PLR2004 - a talk, and something behind it
        return clause, None
    due = _due(scene, noun, clause, parts[-1])
    if due is None:
        return clause, None
    end = parts[-2][-1].end
    kept = [p for p in clause.pieces if p.end <= end]
    return Clause(kept, clause.text[: end - clause.pieces[0].start]), due


def with_rest(
    scene: Scene, noun: NounInfo, clause: Clause, log: Call, due: Due | None
) -> list[Call]:
    """Return a talk's log, the follow-up said with it, and what of the note might be more."""
    calls = [log]
    agreed = _agreed(noun, clause)
    if agreed:
        calls = [Call(log.tool, log.arguments, noted=agreed)]
    if due is None:
        return calls
    key, field, day, unsure = due
    title = next((str(v) for k, v in log.arguments.items() if k == key), "")
    if not title:
        return calls
    change = Call(scene.tool("change", key), {key: title, field: day.isoformat()}, implied=unsure)
    return [*calls, change]


def _due(scene: Scene, noun: NounInfo, clause: Clause, part: Sequence[Piece]) -> Due | None:
    """Return the follow-up a part sets: its field is said, and one day still to come."""
    days = [p.day for p in part if p.day]
    if len(days) != 1 or any(p.names or p.number or p.quote for p in part):
        return None
    for key in _parties(noun, clause):
        for info in scene.noun(key).fields.values():
            said = any(t.key == info.key for p in part for t in p.fields(key))
            if said and info.is_date and info.writable and is_about(info, "next"):
                day, unsure = _coming(days[0].start, days[0].alternatives, scene.today)
                return (key, info.key, day, unsure) if day else None
    return None


def _coming(first: date | None, others: Sequence[date], today: date) -> tuple[date | None, bool]:
    """Return the first day after today a word may mean: said today, "Tuesday" is next week's."""
    days = sorted(d for d in {first, *others} if d is not None and d > today)
    if days:
        return days[0], len({first, *others}) > 1
    return (first + _WEEK, True) if first == today and first is not None else (None, False)


def _parties(noun: NounInfo, clause: Clause) -> list[str]:
    refs = [f.field.ref for f in noun.fields.values() if f.field.ref and f.field.ref != "member"]
    return [str(r) for r in refs if any(r in p.entities() for p in clause.content)]


def _agreed(noun: NounInfo, clause: Clause) -> str:
    """Return the part of a talk that counts or prices goods: more than a note may be meant."""
    for part in parts_of(clause.pieces, _MARKS + ":."):
        counted = [p for p in part if p.number and (p.number.unit or p.number.kind == "money")]
        if counted and not any(_parties(noun, Clause([p], "")) for p in part):
            begin, end = part[0].start, part[-1].end
            offset = clause.pieces[0].start
            return clause.text[begin - offset : end - offset].strip()
    return ""
