"""The tools every noun gets: find, summarize, show, create, change, retire."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, create_model

from db.enums import Role
from tools import finding, summarizing, writing
from tools.context import ToolContext
from tools.entity import Entity, Field
from tools.finding import FindArgs
from tools.spec import AnyTool, Approval, Args, Effect, Examples, Names, Result, Shown, Tool
from tools.summarizing import SummarizeArgs

VERBS = ("find", "summarize", "show", "create", "change", "retire")

# What people say around the noun; the nouns themselves come from the declaration.
_EXAMPLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "find": (("Zeig mir die {nouns}",), ("Show me the {nouns}",), ("Muéstrame {nouns}",)),
    "summarize": (("Wie viele {nouns}?",), ("How many {nouns}?",), ("¿Cuántos {nouns}?",)),
    "show": (("Zeig {noun} {title}",), ("Show {noun} {title}",), ("Muestra {noun} {title}",)),
    "create": (("Leg {noun} {title} an",), ("Add {noun} {title}",), ("Crea {noun} {title}",)),
    "change": (
        ("Setz {field} von {title} auf {value}",),
        ("Set {field} of {title} to {value}",),
        ("Pon {field} de {title} en {value}",),
    ),
    "retire": (
        ("Archiviere {noun} {title}",),
        ("Archive {noun} {title}",),
        ("Archiva {noun} {title}",),
    ),
}


def tools_of(
    entity: Entity,
    verbs: Sequence[str] = VERBS,
    *,
    examples: dict[str, Examples] | None = None,
    approval: Approval = Approval.OWN_WORDS,
    notes: dict[str, str] | None = None,
    topics: dict[str, Names] | None = None,
) -> list[AnyTool]:
    """Return the tools of a noun.

    Args:
        entity: its declaration.
        verbs: which of the six it gets.
        examples: requests of its own, per verb, besides the usual ones.
        approval: when its writes may run without a card.
        notes: a sentence for the model, per verb.
        topics: words that tell such a request or entry, per verb.
    """
    made: list[AnyTool] = []
    for verb in verbs:
        args, effect, permission, told = _PARTS[verb](entity)
        own = (examples or {}).get(verb)
        made.append(
            Tool(
                name=f"{verb}_{entity.key}{'s' if verb in {'find', 'summarize'} else ''}",
                verb=verb,
                noun=entity.key,
                description=" ".join([told, (notes or {}).get(verb, "")]).strip(),
                args=args,
                run=_RUNS[verb](entity),
                examples=_examples(entity, verb, own),
                effect=effect,
                permission=permission,
                approval=approval,
                topic=(topics or {}).get(verb),
            )
        )
    return made


def _examples(entity: Entity, verb: str, own: Examples | None) -> Examples:
    usual = dict(zip(("de", "en", "es"), _EXAMPLES[verb], strict=True))
    keep = {"title": "{title}", "field": "{field}", "value": "{value}"}
    said = {
        lo: tuple(
            t.format(noun=entity.noun.label(lo), nouns=entity.nouns.label(lo), **keep)
            for t in texts
        )
        for lo, texts in usual.items()
    }
    return Examples(**{lo: (*(getattr(own, lo) if own else ()), *said[lo]) for lo in said})


# --- what each verb does -------------------------------------------------------------------------

Running = Callable[[ToolContext, Any], Any]


def _run_find(entity: Entity) -> Running:
    async def run(ctx: ToolContext, args: FindArgs) -> Result:
        return await finding.find(ctx, entity, args)

    return run


def _run_summarize(entity: Entity) -> Running:
    async def run(ctx: ToolContext, args: SummarizeArgs) -> Result:
        return await summarizing.summarize(ctx, entity, args)

    return run


def _run_show(entity: Entity) -> Running:
    async def run(ctx: ToolContext, args: Any) -> Result:
        return await writing.show(ctx, entity, str(getattr(args, entity.key)))

    return run


def _run_create(entity: Entity) -> Running:
    async def run(ctx: ToolContext, args: Any) -> Result:
        return await writing.create(ctx, entity, args)

    return run


def _run_change(entity: Entity) -> Running:
    async def run(ctx: ToolContext, args: Any) -> Result:
        return await writing.change(ctx, entity, args)

    return run


def _run_retire(entity: Entity) -> Running:
    async def run(ctx: ToolContext, args: Any) -> Result:
        return await writing.retire(ctx, entity, str(getattr(args, entity.key)))

    return run


_RUNS: dict[str, Callable[[Entity], Running]] = {
    "find": _run_find,
    "summarize": _run_summarize,
    "show": _run_show,
    "create": _run_create,
    "change": _run_change,
    "retire": _run_retire,
}

# --- what each verb takes ------------------------------------------------------------------------

Parts = tuple[type[Args], Effect, Role, str]


def _parts_find(entity: Entity) -> Parts:
    told = (
        f"List {_plural(entity)}: filter, sort, page; total counts all that fit. "
        f"Lists: contains means holds; between, in take a list; prices need unit, as EUR/kg. "
        f"Unknown values are left out and counted. sort: -field descends. columns: more to show. "
        f"Fields: {_fields(entity)}."
    )
    return FindArgs, Effect.READ, entity.read, told


def _parts_summarize(entity: Entity) -> Parts:
    told = (
        f"Count, sum, average, minimum or maximum over {_plural(entity)}, grouped by fields"
        f"{_periods(entity)}; fields and filters as in find_{entity.key}s. "
        f"Unknown values are left out and counted; "
        f"money is never mixed across units. Groups are shown to the member as a table."
    )
    return SummarizeArgs, Effect.READ, entity.read, told


def _parts_show(entity: Entity) -> Parts:
    args = _model(entity, "show", {entity.key: (str, ...)}, Shown)
    return args, Effect.READ, entity.read, f"Everything known of one {_said(entity)}."


def _parts_create(entity: Entity) -> Parts:
    must = {f.key for f in writing.needed(entity)}
    fields: dict[str, Any] = {
        f.key: (_type(entity, f), ...) if f.key in must else (_type(entity, f) | None, None)
        for f in writing.writable(entity)
    }
    fields["even_if_similar"] = (bool, False)
    args = _model(entity, "create", fields)
    return args, Effect.WRITE, entity.write, f"Add one {_said(entity)}."


def _parts_change(entity: Entity) -> Parts:
    fields: dict[str, Any] = {entity.key: (str, ...)}
    fields |= {f.key: (_type(entity, f) | None, None) for f in writing.writable(entity)}
    fields["clear"] = (list[str], [])
    args = _model(entity, "change", fields)
    told = f"Set fields of one {_said(entity)}; clear: fields to empty."
    return args, Effect.WRITE, entity.write, told


def _parts_retire(entity: Entity) -> Parts:
    args = _model(entity, "retire", {entity.key: (str, ...)})
    return args, Effect.WRITE, entity.write, f"Archive one {_said(entity)} (undo brings it back)."


_PARTS: dict[str, Callable[[Entity], Parts]] = {
    "find": _parts_find,
    "summarize": _parts_summarize,
    "show": _parts_show,
    "create": _parts_create,
    "change": _parts_change,
    "retire": _parts_retire,
}


def _said(entity: Entity) -> str:
    return entity.noun.label("en")


def _plural(entity: Entity) -> str:
    return entity.nouns.label("en")


def _fields(entity: Entity) -> str:
    readable = [f for f in entity.fields if not entity.free_text(f)]
    return ", ".join(_hint(entity, f) for f in readable)


def _periods(entity: Entity) -> str:
    dated = next((f.key for f in entity.fields if entity.kind(f) in {"date", "instant"}), "")
    return f" (dates by period: {dated}:month, :quarter, :year)" if dated else ""


def _hint(entity: Entity, field: Field) -> str:
    words = entity.words(field)
    unit = any(field.key in f.unit_from[:2] for f in entity.fields)  # said as EUR/kg
    if words is not None and not unit:
        return f"{field.key}({'|'.join(str(w) for w in words)})"
    kind = entity.kind(field)
    return f"{field.key}({kind})" if kind in {"date", "flag", "list"} else field.key


def _model(
    entity: Entity, verb: str, fields: dict[str, Any], base: type[Args] = Args
) -> type[Args]:
    name = f"{verb}_{entity.key}".title().replace("_", "")
    return create_model(f"{name}Args", __base__=base, **fields)


def _type(entity: Entity, field: Field) -> Any:
    words, kind = entity.words(field), entity.kind(field)
    about = _about(entity, field)
    if kind == "words" and words is not None:
        items = {"type": "string", "enum": [str(w) for w in words]}
        return _typed(list[str], {"type": "array", "items": items} | about)
    if words is not None:
        return _typed(str, {"type": "string", "enum": [str(w) for w in words]} | about)
    if kind == "list":
        return _typed(list[str], {"type": "array", "items": {"type": "string"}} | about)
    if kind in {"integer", "decimal", "money"}:
        return _typed(Decimal, {"type": "number"} | about)
    if kind == "flag":
        return _typed(bool, {"type": "boolean"} | about)
    if kind in {"date", "instant"}:
        return _typed(str, {"type": "string", "format": "date"} | about)
    if kind == "time":
        return _typed(str, {"type": "string", "description": "HH:MM"})
    return _typed(str, {"type": "string"} | about)


def _typed(kind: Any, schema: dict[str, Any]) -> Any:
    reader = _spread if kind == list[str] else _unchanged
    return Annotated[kind, BeforeValidator(reader), WithJsonSchema(schema)]


def _unchanged(value: Any) -> Any:
    return value


def _spread(value: Any) -> Any:
    """Take a single word where a list is asked for, as several models write it."""
    return [value] if isinstance(value, str) else value


def _about(entity: Entity, field: Field) -> dict[str, str]:
    if field.unit and not field.key.endswith(field.unit):
        return {"description": field.unit}
    if field.ref and field.ref != field.key:
        return {"description": f"{field.ref}, by name"}
    return {"description": "free text, as the member said it"} if entity.free_text(field) else {}
