"""All nouns and tools there are, found by looking into the folders that hold them.

A module of `tools.nouns` or `tools.abilities` says `ENTITIES = (…)`, `TOOLS = (…)` and, when it is
tied to shipments, `CONCERNED = (…)`; nothing else has to know it exists.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

from rapidfuzz import fuzz, process

import tools.abilities
import tools.nouns
from db.enums import LOCALES
from tools.concerned import Concerned
from tools.context import Asker, allows
from tools.entity import Entity
from tools.errors import Said, ToolError
from tools.schema import openai_schema
from tools.spec import AnyTool

Json = dict[str, Any]
_CHARS_PER_TOKEN = 4

_NO_TOOL = Said(
    de="Ein Werkzeug {tool} gibt es nicht.",
    en="There is no tool {tool}.",
    es="No existe la herramienta {tool}.",
)
_NO_ENTITY = Said(
    de="Die Art „{noun}“ gibt es nicht. Möglich: {choices}.",
    en="There is no noun “{noun}”. Possible: {choices}.",
    es="No existe «{noun}». Posible: {choices}.",
)


class Catalog:
    """Every tool by name and every noun by key.

    Raises:
        ValueError: two declarations share a name.
    """

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self.tools: dict[str, AnyTool] = {}
        self.entities: dict[str, Entity] = {}
        self.concerned: list[Concerned] = []
        for module in modules:
            for entity in getattr(module, "ENTITIES", ()):
                _put(self.entities, entity.key, entity)
            for tool in getattr(module, "TOOLS", ()):
                _put(self.tools, tool.name, tool)
            self.concerned += getattr(module, "CONCERNED", ())
        self.concerned.sort(key=lambda c: c.rank)
        self._tables = {e.model.__tablename__: e for e in self.entities.values()}
        self._schemas: dict[str, Json] = {}
        self._tokens: dict[str, int] = {}

    def tool(self, name: str) -> AnyTool:
        """Return a tool.

        Raises:
            ToolError: there is none of that name; choices holds the nearest.
        """
        if name in self.tools:
            return self.tools[name]
        near = [
            n for n, _, _ in process.extract(name, list(self.tools), scorer=fuzz.WRatio, limit=3)
        ]
        raise ToolError("unknown_tool", _NO_TOOL, next="fix", choices=near, tool=name[:60])

    def entity(self, key: str) -> Entity:
        """Return a noun.

        Raises:
            ToolError: there is none of that key.
        """
        found = self.find_entity(key)
        if found is None:
            choices = ", ".join(self.entities)
            said = _NO_ENTITY.partly(choices=choices)
            raise ToolError("unknown_noun", said, next="fix", noun=key[:60])
        return found

    def find_entity(self, key: str) -> Entity | None:
        """Return a noun, None when a tool is about something else."""
        return self.entities.get(key)

    def entity_of_table(self, table: str) -> Entity | None:
        """Return the noun a table holds."""
        return self._tables.get(table)

    def reference(self, tool: AnyTool, key: str, arguments: Json) -> str | None:
        """Return the noun an argument refers to, None when it is a value.

        An argument called like a noun, or like a reference field of the tool's noun, refers to it;
        `record` refers to the noun named in `noun`.
        """
        if key == "record" and "noun" in arguments:
            named = str(arguments["noun"])
            return named if named in self.entities else None
        entity = self.find_entity(tool.noun)
        if entity is not None and entity.has(key):
            return entity.field(key).ref
        return key if key in self.entities else None

    def openai_schema(self, tool: AnyTool) -> Json:
        """Return a tool as providers take it."""
        if tool.name not in self._schemas:
            self._schemas[tool.name] = openai_schema(tool)
        return self._schemas[tool.name]

    def tokens(self, tool: AnyTool) -> int:
        """Return what a tool's schema costs in a prompt, at four characters a token."""
        if tool.name not in self._tokens:
            text = json.dumps(self.openai_schema(tool), ensure_ascii=False)
            self._tokens[tool.name] = len(text) // _CHARS_PER_TOKEN
        return self._tokens[tool.name]

    def for_role(self, asker: Asker) -> list[AnyTool]:
        """Return the tools a member may call."""
        return [t for t in self.tools.values() if allows(asker.role, t.permission)]

    def schema(self) -> Json:
        """Return entities, fields and tools, for `coffeestudio schema --json`."""
        return {
            "entities": [_entity_json(e) for e in self.entities.values()],
            "tools": [
                {
                    "name": t.name,
                    "verb": t.verb,
                    "noun": t.noun,
                    "description": t.description,
                    "effect": str(t.effect),
                    "permission": str(t.permission),
                    "approval": str(t.approval),
                    "parameters": self.openai_schema(t)["function"]["parameters"],
                    "examples": {lo: list(getattr(t.examples, lo)) for lo in LOCALES},
                }
                for t in self.tools.values()
            ],
        }


def _put(held: dict[str, Any], key: str, value: Any) -> None:
    if key in held:
        raise ValueError(f"{key!r} is declared twice")
    held[key] = value


def _entity_json(entity: Entity) -> Json:
    return {
        "key": entity.key,
        "title": entity.title,
        "names": {lo: entity.noun.all(lo) for lo in LOCALES},
        "fields": [
            {
                "key": f.key,
                "kind": entity.kind(f),
                "names": {lo: f.names.all(lo) for lo in LOCALES},
                "unit": f.unit,
                "ref": f.ref,
                "words": [str(w) for w in entity.words(f) or ()],
                "writable": f.write is not None and entity.stored(f),
                "read": str(f.read),
                "free_text": entity.free_text(f),
                "personal": entity.personal(f),
            }
            for f in entity.fields
        ],
    }


@cache
def catalog() -> Catalog:
    """Return the catalogue of this product."""
    return Catalog(_modules(tools.nouns, tools.abilities))


def _modules(*packages: ModuleType) -> list[ModuleType]:
    found: list[ModuleType] = []
    for package in packages:
        names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
        found += [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return found
