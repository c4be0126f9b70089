"""After the calls ran: one sentence from each result, or the question an error leaves."""

from collections.abc import Sequence
from dataclasses import replace

from agent.models.offline.memory import Step
from agent.models.offline.scene import Call, Json, Scene
from agent.models.offline.vocabulary import FieldInfo, NounInfo
from agent.models.offline.wording import either, say
from db.enums import Locale

_MIXED = "mixed_units"


def in_one_unit(scene: Scene, steps: Sequence[Step]) -> list[Call]:
    """Return lists that prices of several units stood in the way of again, in the commonest one."""
    if any(_again(s, steps) for s in steps):
        return []
    made = (_narrowed(scene, s) for s in steps if s.result.get("error") == _MIXED)
    return [call for call in made if call is not None]


def _narrowed(scene: Scene, step: Step) -> Call | None:
    kind = scene.call_of(step)
    noun = scene.vocabulary.nouns.get(kind[1]) if kind else None
    unit = str(step.result.get("likely") or "")
    if noun is None or kind is None or kind[0] != "find" or not unit:
        return None
    where = [*(step.arguments.get("where") or [])]
    keys = [str(step.arguments.get("sort", "")).lstrip("-"), *(str(c["field"]) for c in where)]
    priced = next((noun.fields[k] for k in keys if k in noun.fields and _priced(noun, k)), None)
    if priced is None:
        return None
    return Call(step.tool, step.arguments | {"where": [*where, *_unit(noun, priced, unit)]})


def _priced(noun: NounInfo, key: str) -> bool:
    return len(noun.fields[key].field.unit_from) > 1


def _unit(noun: NounInfo, priced: FieldInfo, unit: str) -> list[Json]:
    """Return the conditions that hold a price to a unit as it is written: EUR/kg."""
    parts = unit.replace("/", " ").split()
    found: list[Json] = []
    for key in priced.field.unit_from:
        words = noun.fields[key].words or ()
        word = next((str(w) for w in words if str(w) in parts), None)
        if word is not None:
            found.append({"field": key, "op": "is", "value": word})
    return found


def _again(step: Step, steps: Sequence[Step]) -> Step | None:
    """Return the step that asked again, in one unit, what a step could not."""
    if step.result.get("error") != _MIXED:
        return None
    bare = replace(step, arguments=step.arguments | {"where": []})
    later = steps[list(steps).index(step) + 1 :]
    return next(
        (s for s in later if s.tool == step.tool and s.arguments | {"where": []} == bare.arguments),
        None,
    )


def after_results(steps: Sequence[Step], locale: Locale) -> str:
    """Return what to say about the calls of this message."""
    return " ".join(dict.fromkeys(_said(s, steps, locale) for s in steps))


def _said(step: Step, steps: Sequence[Step], locale: Locale) -> str:
    if _again(step, steps):
        units = [str(c) for c in step.result.get("choices") or []]
        return say("one_unit", locale, units=", ".join(units), unit=step.result.get("likely"))
    if "error" in step.result:
        message = str(step.result.get("said") or step.result.get("message") or step.result["error"])
        choices = [str(c) for c in step.result.get("choices") or []]
        if message.rstrip().endswith("?"):
            return message
        if choices:
            return f"{message} {say('nearest', locale, choices=either(choices[:6], locale))}"
        key = "not_done_yet" if step.result.get("next") == "fix" else "not_done"
        return say(key, locale, message=message)
    return str(step.result.get("said") or say("done", locale))
