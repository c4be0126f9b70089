"""Whether what was done is what was wanted: by ids, figures and values, not by wording."""

from dataclasses import dataclass
from typing import Any

from db.session import Actor, Database
from tests.conversations.telling import equal, misses, ways
from tools import references
from tools.catalog import catalog
from tools.context import ToolContext, as_asker
from tools.errors import ToolError
from tools.folding import folded
from tools.spec import Effect

Json = dict[str, Any]
RANKS = ("right", "asked", "missed", "wrong", "wrong write")
_READS = {"find", "show", "lookup", "summarize", "history"}
NEW = {"new": True}
_FUNCTIONS = {"avg": "average", "max": "maximum", "min": "minimum"}


@dataclass(frozen=True)
class Outcome:
    """right, asked (though complete), missed (and said so), wrong, or wrong write; and why."""

    verdict: str
    why: str = ""


async def judge(
    expect: Json,
    calls: list[Json],
    text: str,
    titles: dict[tuple[str, int], str],
    database: Database,
) -> Outcome:
    """Return how good the calls are for an expectation."""
    done = [c for c in calls if not c.get("error") or c["verb"] == "undo"]
    failed = [c for c in calls if c.get("error")]
    writes = [c for c in done if changes(c)]
    asked = "?" in text and not writes
    if expect["kind"] == "ask":
        for call in writes:
            return Outcome(
                "wrong write", f"wrote though {expect['missing']} is missing: {call['arguments']}"
            )
        refused = any(c["error"] == expect.get("refused") for c in failed)
        return Outcome("right") if asked or refused else Outcome("wrong", "did not ask")
    judging = _Judge(titles, database)
    outcomes = [
        await _held_to(judging, way, done, failed, text, asked=asked)
        for way in ways(expect["calls"])
    ]
    return min(outcomes, key=lambda o: RANKS.index(o.verdict))


def changes(call: Json) -> bool:
    """Return whether a call is one that writes, by what its tool declares."""
    return catalog().tool(call["tool"]).effect is not Effect.READ


async def _held_to(
    judging: "_Judge",
    wanted: list[Json],
    done: list[Json],
    failed: list[Json],
    text: str,
    *,
    asked: bool,
) -> Outcome:
    """Return how good the calls are for one of the ways that would be right."""
    left, reasons = await _unmatched(judging, wanted, done)
    matched = len(done) - len(left)
    if any(changes(c) and not c.get("card") for c in left):
        return Outcome("wrong write", "; ".join(reasons) or str(left))
    if matched == len(wanted):
        return Outcome("wrong", "further calls were made") if left else Outcome("right")
    if not done and not failed and "•" in text:
        return Outcome("missed", text[:200])
    if (asked and not done) or (failed and "?" in text):
        return Outcome("asked", "; ".join(reasons))
    return Outcome("wrong", "; ".join(reasons) or "nothing was done")


async def _unmatched(
    judging: "_Judge", wanted: list[Json], done: list[Json]
) -> tuple[list[Json], list[str]]:
    """Return the calls nothing wanted accounts for, and why the others did not fit."""
    left, reasons = list(done), list[str]()
    for want in wanted:
        for call in left:
            why = await judging.fits(want, call)
            if not why:
                left.remove(call)
                break
            reasons.append(why)
    return left, reasons


class _Judge:
    def __init__(self, titles: dict[tuple[str, int], str], database: Database) -> None:
        self.titles, self.database = titles, database

    async def fits(self, wanted: Json, call: Json) -> str:
        """Return why a call is not what was wanted, empty when it is."""
        verb = wanted["verb"]
        if wanted.get("file") and call["arguments"].get("as_file") != wanted["file"]:
            return f"no {wanted['file']} file"
        if verb == "figures":
            return misses(wanted, call, self.titles)
        if verb == "find" and wanted.get("noun") == "evidence":
            return await self._about(wanted, call, "evidence", wanted["about"])
        if verb == "history":
            return await self._about(wanted, call, "history", wanted["noun"])
        if verb in {"find", "show", "lookup"}:
            return await self._read(wanted, call)
        if verb == "summarize":
            return self._summary(wanted, call)
        if verb == "undo":
            return "" if call["verb"] == "undo" else f"{call['tool']} is no undo"
        return await self._write(wanted, call)

    async def _about(self, wanted: Json, call: Json, what: str, noun: str) -> str:
        if what not in (call["verb"], call["noun"]):
            return f"{call['tool']} is no {what}"
        said = call["arguments"]
        if (
            said.get("noun") != noun
            or await self._title(noun, str(said.get("record"))) != wanted["record"]
        ):
            return f"about {said}"
        if wanted.get("field") and said.get("field") not in (None, wanted["field"]):
            return f"field {said.get('field')}"
        return ""

    async def _read(self, wanted: Json, call: Json) -> str:
        if call["verb"] not in _READS or call["verb"] in {"summarize", "history"}:
            return f"{call['tool']} is no read of {wanted}"
        if wanted.get("more"):
            return "" if call["arguments"].get("offset") else "not the next page"
        if call["noun"] != wanted["noun"]:
            return f"noun {call['noun']}, not {wanted['noun']}"
        rows = [r["id"] for r in call["result"].get("rows", []) if "id" in r]
        if call["verb"] == "show":
            shown = await self._number(wanted["noun"], str(call["arguments"].get(wanted["noun"])))
            rows = [shown] if shown else []
        got = [self.titles.get((wanted["noun"], n), str(n)) for n in rows]
        ids = wanted["ids"] if "ids" in wanted else [wanted["record"]]
        if "top" in wanted:
            return "" if got[: wanted["top"]] == ids else f"rows {got}, not {ids} first"
        if wanted.get("sort"):
            return "" if got == ids else f"rows {got}, not {ids}"
        return "" if sorted(got) == sorted(ids) else f"rows {got}, not {ids}"

    def _summary(self, wanted: Json, call: Json) -> str:
        if call["verb"] != "summarize":
            only = (
                wanted["measures"] == [["count"]]
                and not wanted["by"]
                and call["verb"] == "find"
                and call["noun"] == wanted["noun"]
            )
            total = call["result"].get("total")
            return (
                "" if only and [total] == wanted.get("result") else f"{call['tool']} is no summary"
            )
        said = call["arguments"]
        measures = [(_FUNCTIONS.get(m[0], m[0]), *m[1:]) for m in wanted["measures"]]
        got = [
            tuple(x for x in (m["function"], m.get("field")) if x) for m in said.get("measures", [])
        ]
        if call["noun"] != wanted["noun"] or sorted(said.get("by", [])) != sorted(wanted["by"]):
            return f"by {call['noun']} {said.get('by')}"
        if not set(measures) <= set(got):
            return f"measures {got}, not {measures}"
        if "result" not in wanted:
            fields = {c["field"] for c in said.get("where", [])}
            return "" if fields == {c[0] for c in wanted["where"]} else f"where {fields}"
        return self._figures(wanted, call)

    def _figures(self, wanted: Json, call: Json) -> str:
        keys = [
            "_".join([str(_FUNCTIONS.get(m[0], m[0])), *map(str, m[1:])])
            for m in wanted["measures"]
        ]
        groups = call["result"].get("groups", [])
        if not wanted["by"]:
            got = [groups[0].get(k) for k in keys] if groups else [0 for _ in keys]
            return "" if _same(got, wanted["result"]) else f"figures {got}, not {wanted['result']}"
        by = wanted["by"][0]
        found = {str(g.get(by)): [g.get(k) for k in keys] for g in groups if g.get(by) is not None}
        same = found.keys() == wanted["result"].keys() and all(
            _same(found[k], v) for k, v in wanted["result"].items()
        )
        return "" if same else f"figures {found}, not {wanted['result']}"

    async def _write(self, wanted: Json, call: Json) -> str:
        verb = {"move": "change"}.get(wanted["verb"], wanted["verb"])
        if call["verb"] != verb or (
            call["noun"] != wanted["noun" if "noun" in wanted else "verb"] and wanted.get("noun")
        ):
            return f"{call['tool']} is no {wanted['verb']} of {wanted.get('noun')}"
        noun, said = call["noun"], dict(call["arguments"])
        if "record" in wanted:
            title = await self._meant(noun, str(said.pop(noun, "")), wanted["record"])
            if title != wanted["record"]:
                return f"record {title}"
        if verb == "retire" or noun not in catalog().entities:
            return ""
        return await self._values(noun, wanted.get("set", {}), said, wanted.get("may", {}))

    async def _values(self, noun: str, wanted: Json, said: Json, may: Json) -> str:
        entity = catalog().entity(noun)
        if lacking := wanted.keys() - said.keys():
            return f"{lacking} is not set"
        for key, value in {**may, **wanted}.items():
            if key not in said:
                continue
            got = said[key]
            if entity.has(key) and entity.field(key).ref:
                got = await self._meant(str(entity.field(key).ref), str(got), value)
            if not _equal(key, got, value):
                return f"{key} = {got}, not {value}"
        extra = said.keys() - wanted.keys() - may.keys()
        harmless = {
            k
            for k in extra
            if k.endswith(("_currency", "_per", "_basis", "_futures_month", "_protocol"))
            or k
            in {
                "happened_on",
                "member",
                "contact",
                "summary",
                "clear",
                "country",
                "roaster",
                "cooperative",
            }
        }
        return f"also set {extra - harmless}" if extra - harmless else ""

    async def _title(self, noun: str, text: str) -> str:
        number = await self._number(noun, text)
        return self.titles.get((noun, number or 0), text)

    async def _meant(self, noun: str, text: str, wanted: Any) -> Any:
        """Return a record's title; `NEW` where one is wanted that this conversation made."""
        if wanted != NEW:
            return await self._title(noun, text)
        number = await self._number(noun, text)
        return NEW if number is not None and (noun, number) not in self.titles else text

    async def _number(self, noun: str, text: str) -> int | None:
        from datetime import UTC, datetime

        from db.queries import members
        from tests.conversations.driving import ASKER
        from tests.conversations.world import TODAY

        async with self.database.reading(Actor.system("score")) as session:
            asker = as_asker(await members.by_email(session, ASKER))
        async with self.database.reading(Actor.member(asker.id)) as session:
            context = ToolContext(session, asker, datetime(2026, 11, 24, 9, tzinfo=UTC), TODAY, "c")
            if noun == "member" and text == "me":
                return asker.id
            for retired in (False, True):
                try:
                    return (
                        await references.resolve(
                            context, catalog().entity(noun), text, retired=retired
                        )
                    ).id
                except ToolError:
                    continue
        return None


def _same(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(equal(a, b) for a, b in zip(one, other, strict=True))


def _equal(key: str, got: Any, wanted: Any) -> bool:
    from tests.conversations.world import futures_code

    if isinstance(wanted, dict):
        if "any_of" in wanted:
            return any(_equal(key, got, v) for v in wanted["any_of"])
        if wanted == NEW:
            return got == NEW
        return all(folded(w) in folded(str(got)) for w in wanted["contains"])
    if key.endswith("futures_month"):
        return str(got).upper().removeprefix("KC") in (wanted, futures_code(str(wanted)))
    if isinstance(wanted, list):
        return sorted(map(str, got if isinstance(got, list) else [got])) == sorted(map(str, wanted))
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return equal(got, wanted)
    return folded(str(got)) == folded(str(wanted))
