"""Law 2: one declaration per tool; a new noun or tool needs no edit in `agent/`."""

import ast
from pathlib import Path

import pytest

from db.enums import LOCALES
from tools.arguments import validated
from tools.catalog import catalog
from tools.errors import InvalidArguments
from tools.spec import Effect

ROOT = Path(__file__).parents[2]
CATALOG = catalog()


@pytest.mark.parametrize("name", sorted(CATALOG.tools))
def test_a_declaration_is_whole(name: str) -> None:
    tool = CATALOG.tools[name]
    assert tool.description.endswith(".") and len(tool.description) < 900
    assert tool.effect in set(Effect)
    for locale in LOCALES:
        assert getattr(tool.examples, locale), f"{name} has no example in {locale}"
    schema = CATALOG.openai_schema(tool)["function"]
    assert schema["name"] == name
    assert set(schema["parameters"]["properties"]) == set(tool.args.model_fields)
    with pytest.raises(InvalidArguments):
        validated(tool, {"no_such_argument": 1})


@pytest.mark.parametrize("key", sorted(CATALOG.entities))
def test_a_noun_is_called_something_everywhere(key: str) -> None:
    entity = CATALOG.entities[key]
    for names in (entity.noun, entity.nouns, *(f.names for f in entity.fields)):
        assert all(all(names.all(locale)) for locale in LOCALES)
    for field in entity.fields:
        assert entity.kind(field)
        assert not field.ref or field.ref in CATALOG.entities
        assert all(entity.has(k) for k in field.unit_from)


def test_the_agent_names_no_noun() -> None:
    nouns = set(CATALOG.entities) | {f"{k}s" for k in CATALOG.entities}
    derived = {t.name for t in CATALOG.tools.values() if t.noun in CATALOG.entities}
    meant = {"member", "company", "members"}  # who asks, and whose house it is: not trade
    for path in sorted((ROOT / "agent").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in (nouns | derived) - meant, f"{path.name}:{node.lineno}"
