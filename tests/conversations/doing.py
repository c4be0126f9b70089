"""The calls an expectation describes, made for real: what is expected must be possible."""

from typing import Any

from tests.conversations.compare import NEW
from tests.conversations.driving import Direct
from tests.conversations.world import futures_code
from tools.catalog import catalog

Json = dict[str, Any]


class Doing:
    """One conversation's calls; what they create is known to those that follow."""

    def __init__(self, driver: Direct, titles: dict[tuple[str, int], str]) -> None:
        self.driver = driver
        self.numbers = {(noun, title): number for (noun, number), title in titles.items()}
        self.made: dict[str, int] = {}

    async def do(self, wanted: Json) -> Json:
        """Make the call a member's request should lead to; return it with its result."""
        tool, arguments = self._call(wanted)
        done = await self.driver.call(tool, arguments)
        if done["verb"] == "create" and "error" not in done:
            self.made[done["noun"]] = done["result"]["id"]
        return done

    def _call(self, wanted: Json) -> tuple[str, Json]:
        verb, noun = wanted["verb"], wanted.get("noun", "")
        if verb == "figures":
            return wanted["tool"], wanted["arguments"]
        if verb == "find":
            return f"find_{noun}s", self._find(wanted)
        verb = {"move": "change"}.get(verb, verb)
        (tool,) = [t for t in catalog().tools.values() if (t.verb, t.noun) == (verb, noun)]
        said = {k: self._value(noun, k, v) for k, v in wanted.get("set", {}).items()}
        if "record" in wanted:
            said[noun] = self._named(noun, wanted["record"])
        return tool.name, said

    def _find(self, wanted: Json) -> Json:
        where = [dict(zip(("field", "op", "value"), c, strict=False)) for c in wanted["where"]]
        said: Json = {"where": where, "limit": 200}
        return said | {
            k: v for k, v in (("sort", wanted.get("sort")), ("as_file", wanted.get("file"))) if v
        }

    def _value(self, noun: str, key: str, value: Any) -> Any:
        if isinstance(value, dict) and "any_of" in value:
            return self._value(noun, key, value["any_of"][0])
        if isinstance(value, dict) and "contains" in value:
            return " ".join(value["contains"])
        if key.endswith("futures_month"):
            return futures_code(str(value))
        entity = catalog().entities.get(noun)
        ref = entity.field(key).ref if entity and entity.has(key) else None
        return self._named(ref, value) if ref else value

    def _named(self, noun: str, title: Any) -> str:
        if title == NEW:
            return f"#{self.made[noun]}"
        return f"#{self.numbers[noun, title]}" if (noun, title) in self.numbers else str(title)
