"""Which figures the answer to a call holds, and of what: the same ones by whatever tool.

A figure is named by what it counts, a price and a score by their unit and form (`EUR`, `cva`), since
those never mix. What it is of is a record's title or the value it was grouped by; "" is all together.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Json = dict[str, Any]
Told = dict[str, Json]
Titles = Mapping[tuple[str, int], str]
_NAMES = {
    "free_bags": "free",
    "sold_bags": "sold",
    "reserved_bags": "reserved",
    "kilos": "open_kg",
}
CENT = Decimal("0.01")
_ADDED = ("sum_", "count")  # what may be added up over the groups that units keep apart


def misses(wanted: Json, call: Json, titles: Titles) -> str:
    """Return which wanted figures a call does not tell, empty when it tells them all."""
    if wanted.get("held"):
        rows = [[r.get("roaster"), r.get("bags")] for r in call["result"].get("held", [])]
        return "" if all(pair in rows for pair in wanted["held"]) else f"held {rows}"
    found, result = told(call, titles), wanted["result"]
    if not all(isinstance(v, dict) for v in result.values()):
        parts = [v for k, v in found.items() if k]
        whole = found.get("") or (parts[0] if len(parts) == 1 else {})
        return _lacks(result, whole)
    named = {_same_label(k): v for k, v in result.items()}
    got = {_same_label(k): v for k, v in found.items() if k}
    if not got and len(named) == 1:
        got = {label: found.get("", {}) for label in named}
    if "top" in wanted:
        got = dict(list(got.items())[: wanted["top"]])
    of_these = list(got) == list(named) if "top" in wanted else got.keys() == named.keys()
    if not of_these and not (wanted.get("among") and named.keys() <= got.keys()):
        return f"of {list(got)}, not {list(named)}"
    return "; ".join(filter(None, (_lacks(v, got[k]) for k, v in named.items())))


def told(call: Json, titles: Titles) -> Told:
    """Return what is told: label → figure → value."""
    result, said, noun = call["result"], call["arguments"], call["noun"]
    found: Told = {}
    if call["verb"] == "summarize":
        by = [k.replace(":", "_") for k in said.get("by", [])]
        for group in result.get("groups", []):
            label = " / ".join(str(group[k]) for k in by if group.get(k) is not None)
            _add(found, label, noun, {k: v for k, v in group.items() if k not in by})
        return found
    if call["verb"] == "check":
        return {str(result.get("shipment")): {"missing": result.get("missing")}}
    for row in [*result.get("rows", []), *result.get("months", [])]:
        _add(found, _label(call, row, titles), noun, row)
    if call["verb"] in {"stock", "exposure"}:
        _add(found, "", noun, {k: v for k, v in result.items() if not isinstance(v, list)})
    return found


def _label(call: Json, row: Json, titles: Titles) -> str:
    if call["verb"] in {"find", "show"}:
        return titles.get((call["noun"], row.get("id", 0)), str(row.get("id")))
    if call["verb"] == "review":
        return str(call["result"].get("lot"))
    keys = ("code", call["arguments"].get("by", ""), "futures_month")
    return next((str(row[k]) for k in keys if row.get(k) is not None), "")


def _add(found: Told, label: str, noun: str, row: Json) -> None:
    held = found.setdefault(label, {})
    for key, value in row.items():
        if value is None:
            continue
        name = _figure(noun, key, row)
        held[name] = held[name] + value if name in held and key.startswith(_ADDED) else value


def _figure(noun: str, key: str, row: Json) -> str:
    bare = key.removeprefix("sum_").removeprefix("average_")
    if bare in {"cup_score", "mean"} and not key.startswith(("minimum_", "maximum_")):
        return str(row.get("cup_protocol", bare))
    if bare == "value":
        return str(row.get("currency", bare))
    if noun == "lot" and bare == "bags":
        return "purchased"
    return _NAMES.get(bare, bare)


def _same_label(label: str) -> str:
    """Return a label whose parts, when there are several, stand in no order."""
    return " / ".join(sorted(label.split(" / ")))


def _lacks(wanted: Json, got: Json) -> str:
    wrong = {k: got.get(k) for k, v in wanted.items() if not equal(got.get(k), v, _within(k))}
    return f"figures {wrong}, not {wanted}" if wrong else ""


def _within(figure: str) -> Decimal:
    """Return how far a figure may be off: exposure is told to a tenth of a kilo."""
    return Decimal("0.05") if figure == "open_kg" else CENT


def equal(one: Any, other: Any, within: Decimal = CENT) -> bool:
    """Return whether two figures agree but for rounding, two lists in what they hold."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    try:
        return abs(Decimal(str(one)) - Decimal(str(other))) < within
    except InvalidOperation:
        return str(one) == str(other)


def ways(calls: Iterable[Json]) -> list[list[Json]]:
    """Return the lists of calls that are equally good: one of `any_of`, with and without `optional`."""
    found: list[list[Json]] = [[]]
    for call in calls:
        if "any_of" in call:
            choices = [way for one in call["any_of"] for way in ways(one)]
        elif call.get("optional"):
            choices = [[call], []]
        else:
            choices = [[call]]
        found = [[*before, *choice] for before in found for choice in choices]
    return found
