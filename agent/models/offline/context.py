"""Follow-ups: narrowing, replacing, paging and picking from what was shown before."""

from datetime import date, timedelta
from typing import Any

from agent.models.offline.figures import Shape, shape_of
from agent.models.offline.filters import Found, filters_of
from agent.models.offline.memory import Step
from agent.models.offline.nouns import named_noun
from agent.models.offline.reads import own_records, summary_arguments
from agent.models.offline.scene import Call, Clause, Scene, fields_about
from agent.models.offline.text import words_of
from agent.models.offline.vocabulary import NounInfo

Json = dict[str, Any]
_PAGE = 20
_SHORT = 4
_LEADING = frozenset(("ok", "okay", "gut", "vale", "bien", "bueno", "right", "so", "ah"))
_ASKED = ("which", "when", "who", "where", "list")
_UNITS = {"days": 1, "weeks": 7}


def follow_up(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the calls of a clause that only makes sense after an earlier one, else None.

    Raises:
        Unclear: it points to something that was not shown.
    """
    for step in (_more, _picked, _refined, _asked_field):
        calls = step(scene, clause)
        if calls is not None:
            return calls
    return None


def _more(scene: Scene, clause: Clause) -> list[Call] | None:
    """Page on: "more", "the next ones"."""
    if not clause.does("page") or any(p.names or p.terms or p.day for p in clause.content):
        return None
    if any(p.unknown for p in clause.content):
        return None
    last = scene.last("find")
    if last is None:
        if scene.memory.old or len(clause.content) > _SHORT:
            return None
        raise scene.ask("no_earlier")
    if not last.tool.startswith("find_"):
        return None
    shown = int(last.arguments.get("limit", _PAGE))
    number = next((p.number for p in clause.content if p.number), None)
    arguments = last.arguments | {"offset": int(last.arguments.get("offset", 0)) + shown}
    if number is not None:
        arguments["limit"] = int(number.value)
    return [Call(last.tool, arguments)]


def _picked(scene: Scene, clause: Clause) -> list[Call] | None:
    """Open one of the rows shown: "the third one"."""
    nth = next((p for p in clause.content if p.does("nth") and not p.terms), None)
    if (
        nth is None
        or not scene.memory.old
        or clause.does("act", "change", "retire", "raise", "lower", "create")
    ):
        return None
    if any(p.names or p.day or p.nouns() or p.words_any() for p in clause.content if p is not nth):
        return None
    if any(p.terms for p in clause.content) and not clause.does("act", *_ASKED):
        return None
    if clause.does("sup") or clause.does("sort"):
        return None
    number = next(
        (p for p in clause.content if p.number and p.number.kind == "cardinal" and p is not nth),
        None,
    )
    if number is not None:
        return None
    key, title = scene.row(int(nth.value_of("nth")))
    return [Call(scene.tool("show", key), {key: title})]


def _refined(scene: Scene, clause: Clause) -> list[Call] | None:
    """Ask the last list or figure again, with other or further conditions."""
    last = scene.last("find", "summarize")
    kind = scene.call_of(last) if last else None
    if last is None or kind is None or kind[1] not in scene.vocabulary.nouns:
        return None
    key = named_noun(scene, clause)
    if key not in (None, kind[1]) or not _points_back(scene, clause, key):
        return None
    noun = scene.noun(kind[1])
    shape = shape_of(scene, noun, clause, figures=kind[0] == "summarize")
    found = filters_of(scene, noun, clause, shape.used)
    own_records(noun, clause, found)
    if not (found.where or shape.sort or shape.measures or shape.by or shape.limit or found.asked):
        return None
    return [_again(scene, clause, noun, last, shape, found)]


def _points_back(scene: Scene, clause: Clause, key: str | None) -> bool:
    """Whether a clause leans on the last result: "of those", "only", "and in Hamburg?"."""
    content = clause.content
    if clause.does("act", "change", "create", "retire", "undo", "history"):
        return False
    told = [p for p in content if p.plain not in _LEADING] or content
    first = told[0] if told else None
    leads = first is not None and (
        first.does("same") or first.does("conj") or first.plain in {"nein", "no", "und", "and", "y"}
    )
    back = clause.does("ana", "them") and not any(
        p.names for p in content if any(not scene.background(e) for e in p.entities())
    )
    if key is not None:
        return clause.does("only") and (back or leads or not clause.does("act"))
    verbs = clause.does("act", "list", "which", "count")
    if clause.does("act", "count", "which") and _open(scene, clause):
        return True
    bare = not verbs and not any(p.unknown for p in content) and len(content) <= 2 * _SHORT
    return (
        clause.does("only")
        or leads
        or back
        or clause.does("instead")
        or clause.does("sort")
        or bare
    )


def _open(scene: Scene, clause: Clause) -> bool:
    """Whether a short question names nothing of its own, so that it is about what was shown."""
    told = [p for p in clause.content if not p.does("stop")]
    if scene.focus() is not None or len(told) > _SHORT:
        return False
    return not any(p.names or p.values or p.day or p.unknown or p.nouns() for p in told)


def _again(
    scene: Scene, clause: Clause, noun: NounInfo, last: Step, shape: Shape, found: Found
) -> Call:
    where = _merged(last.arguments.get("where") or [], found.where, clause)
    kind = scene.call_of(last)
    summary = kind is not None and kind[0] == "summarize"
    if shape.measures or shape.by or summary:
        if summary:
            shape.measures = shape.measures or _measures(found, last)
            shape.by = shape.by or list(last.arguments.get("by") or [])
        return Call(scene.tool("summarize", noun.key), summary_arguments(shape, where))
    arguments: Json = {k: v for k, v in last.arguments.items() if k in {"sort", "columns", "limit"}}
    arguments |= {"where": where} if where else {}
    if shape.sort:
        arguments["sort"] = shape.sort
        arguments.pop("limit", None)
    if shape.limit:
        arguments["limit"] = shape.limit
    columns = [f.key for f in found.asked if not f.free_text]
    arguments |= {"columns": columns} if columns else {}
    return Call(scene.tool("find", noun.key), arguments)


def _measures(found: Found, last: Step) -> list[Json]:
    """Return the measures of a figure asked again: of another field when one is named."""
    numbers = [f for f in found.asked if f.is_number]
    before: list[Json] = list(last.arguments.get("measures") or [{"function": "count"}])
    if not numbers:
        return before
    function = before[0]["function"] if before[0].get("field") else "sum"
    return [{"function": function, "field": numbers[0].key}]


def _merged(before: list[Json], fresh: list[Json], clause: Clause) -> list[Json]:
    """Return earlier conditions with new ones: of the same field they replace, unless narrowing."""
    narrowing = clause.does("only") or clause.does("ana", "them")
    fields = {c["field"] for c in fresh}
    kept = [
        c for c in before
        if c["field"] not in fields or (narrowing and c.get("op") == "contains" and c not in fresh)
    ]  # fmt: skip
    return [*kept, *[c for c in fresh if c not in kept]]


def _asked_field(scene: Scene, clause: Clause) -> list[Call] | None:
    """Show the record last spoken of when one of its fields is asked for: "what's his email"."""
    focus = scene.focus()
    arriving = _under_way(scene, clause, focus) if focus else None
    if arriving is not None:
        return [arriving]
    if focus is None or any(p.names or p.number or p.day or p.values for p in clause.content):
        return None
    if any(p.nouns() and not (p.fields(focus[0]) and clause.does("ana")) for p in clause.content):
        return None
    asked = any(p.fields(focus[0]) for p in clause.content) or clause.does("happen")
    asked = asked or (
        clause.does("ana", "it") and (clause.does("act", "where") or clause.does("take"))
    )
    if not asked or not (
        clause.question
        or clause.does("act", "which", "list", "when", "who", "where")
        or clause.does("ana")
    ):
        return None
    if clause.does("act", "change", "create", "retire", "history", "evidence"):
        return None
    return [Call(scene.tool("show", focus[0]), {focus[0]: focus[1]})]


def _under_way(scene: Scene, clause: Clause, focus: tuple[str, str]) -> Call | None:
    """Look up what carries the record last spoken of: "and when does it get in?"."""
    said = next((p.value_of("happen") for p in clause.content if p.does("happen")), None)
    if said is None or not clause.does("act", "when", "where") or not clause.does("ana"):
        return None
    if any(p.names or p.nouns() or p.day for p in clause.content):
        return None
    if fields_about(scene.noun(focus[0]), said):
        return None
    for tool in scene.vocabulary.specials:
        fits = tool.verb == "lookup" and tool.noun in scene.vocabulary.nouns
        if fits and fields_about(scene.noun(tool.noun), said):
            return Call(tool.name, {"text": focus[1]})
    return None


def corrected(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the last change again with another value: "to 9.10 instead", "a week later".

    Raises:
        Unclear: the value is not certain.
    """
    last = scene.last("change", "create")
    kind = scene.call_of(last) if last else None
    if last is None or kind is None or kind[1] not in scene.vocabulary.nouns:
        return None
    if any(p.names for p in clause.content) or clause.question:
        return None
    noun = scene.noun(kind[1])
    target = scene.focus()
    if kind[0] == "change":
        target = (kind[1], str(last.arguments.get(noun.key)))
    elif last.result.get("id") and not noun.entity.stored(noun.entity.field(noun.entity.title)):
        target = (kind[1], f"#{last.result['id']}")  # what was just made has no name of its own
    if (
        target is None
        or target[0] != noun.key
        or any(p.terms and not p.number for p in clause.content)
    ):
        return None
    values = _shifted(noun, last, clause) or _replaced(noun, last, clause)
    return (
        [Call(scene.tool("change", noun.key), {noun.key: target[1]} | values)] if values else None
    )


def _shifted(noun: NounInfo, last: Step, clause: Clause) -> Json:
    """Move the date last set by what was said: "a week later"."""
    dates = [k for k in last.arguments if k in noun.fields and noun.fields[k].is_date]
    later = clause.first("shift")
    if len(dates) != 1 or later is None:
        return {}
    number = next((p.number for p in clause.content if p.number), None)
    days = (
        int(number.value) * _UNITS[number.unit]
        if number and number.unit in _UNITS
        else _spelled(clause)
    )
    if not days:
        return {}
    way = 1 if later.value_of("shift") == "later" else -1
    day = date.fromisoformat(str(last.arguments[dates[0]])) + timedelta(days=way * days)
    return {dates[0]: day.isoformat()}


def _spelled(clause: Clause) -> int:
    """Return the days of "a week", "ein Tag", "una semana"."""
    spans = {"week": 7, "woche": 7, "semana": 7, "day": 1, "tag": 1, "dia": 1, "fortnight": 14}
    return next((spans[w] for p in clause.content for w in words_of(p.text) if w in spans), 0)


def _replaced(noun: NounInfo, last: Step, clause: Clause) -> Json:
    """Put another figure, day or word in the place of the one last set."""
    known = {k: noun.fields[k] for k in last.arguments if k in noun.fields and k != noun.key}
    number = next(
        (p.number for p in clause.content if p.number and p.number.kind != "ordinal"), None
    )
    day = next((p.day for p in clause.content if p.day), None)
    if number is not None and number.certain:
        fits = [k for k, f in known.items() if f.is_number]
        if len(fits) != 1:
            return {}
        value = number.value
        units = {
            k: last.arguments[k] for k in known[fits[0]].field.unit_from if k in last.arguments
        }
        return {fits[0]: int(value) if value == int(value) else float(value)} | units
    if day is not None and day.certain and day.start == day.end and day.start is not None:
        fits = [k for k, f in known.items() if f.is_date]
        return {fits[0]: day.start.isoformat()} if len(fits) == 1 else {}
    return {}
