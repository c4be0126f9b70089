"""A tool's arguments as providers take them: inlined, without titles, defaults, nulls."""

from typing import Any

from tools.spec import AnyTool

Json = dict[str, Any]
_DROPPED = {"title", "default", "$defs", "additionalProperties"}
_CHARS_PER_TOKEN = 4


def openai_schema(tool: AnyTool) -> Json:
    """Return a tool as an OpenAI-shaped function."""
    schema = tool.args.model_json_schema()
    parameters = _plain(schema, schema.get("$defs", {}))
    parameters.setdefault("properties", {})
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": parameters,
        },
    }


def _plain(node: Any, definitions: Json) -> Any:
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[str(node["$ref"]).rsplit("/", 1)[-1]], definitions)
    options = [o for o in node.get("anyOf", []) if o != {"type": "null"}]
    if len(options) == 1:
        rest = {k: v for k, v in node.items() if k not in {"anyOf", *_DROPPED}}
        return _plain(options[0] | rest, definitions)
    dropped = _DROPPED | ({"description"} if "properties" in node else set())  # a class's docstring
    return {
        str(k): {str(name): _plain(v2, definitions) for name, v2 in v.items()}
        if k == "properties"
        else _plain(v, definitions)
        for k, v in node.items()
        if k not in dropped
    }
