"""What can be asked here, and which tool does what."""

from collections.abc import Sequence
from functools import cache
from math import log

from rapidfuzz import fuzz

from db.enums import LOCALES, Locale, Role
from tools.catalog import catalog
from tools.context import ToolContext
from tools.entity import Entity
from tools.errors import Said
from tools.folding import folded
from tools.meant import noun_key
from tools.overview import examples_from, overview_of
from tools.spec import AnyTool, Args, Column, Effect, Examples, Json, Names, Result, Table, tool

_MOST_TOOLS = 5
_GOOD_ENOUGH = 0.75
_CLOSE = 86
_SHORT = 240  # characters of a description that tell tools apart

VERBS: dict[str, Names] = {
    "find": Names("suchen|finden|auflisten|zeigen|welche", "find|search|list|which", "buscar|listar|encontrar|qué"),
    "summarize": Names("zählen|auswerten|summieren|Durchschnitt|wie viele", "count|summarize|sum|average|how many", "contar|resumir|sumar|promedio|cuántos"),
    "show": Names("anzeigen|zeigen|Details", "show|details|display", "mostrar|ver|detalles"),
    "create": Names("anlegen|erfassen|neu|eintragen|notieren", "create|add|new|log|record", "crear|añadir|nuevo|anotar|registrar"),
    "change": Names("ändern|setzen|erhöhen|senken|aktualisieren", "change|set|update|raise|lower", "cambiar|modificar|subir|bajar|actualizar"),
    "retire": Names("archivieren|löschen|entfernen", "archive|delete|remove", "archivar|borrar|eliminar"),
    "lookup": Names("verfolgen|orten|wo ist", "track|locate|where is", "rastrear|localizar|dónde está"),
    "correct": Names("korrigieren|berichtigen", "correct|fix", "corregir"),
    "history": Names("Verlauf|wer hat geändert|wann geändert", "history|who changed|when changed", "historial|quién cambió|cuándo cambió"),
    "undo": Names("zurücknehmen|rückgängig", "undo|revert|take back", "deshacer|revertir"),
    "read_notes": Names("Notizen lesen", "read notes", "leer notas"),
    "note": Names("Beleg notieren", "note evidence", "anotar fuente"),
    "add": Names("aufnehmen|hinzufügen", "add|invite", "añadir|invitar"),
    "change_role": Names("Rolle ändern", "change role", "cambiar rol"),
    "deactivate": Names("deaktivieren|sperren", "deactivate|lock", "desactivar|bloquear"),
    "set_language": Names("Sprache einstellen", "set language", "cambiar idioma"),
}  # fmt: skip

_HELP = Said(
    de="{held} Frag einfach in deinen Worten, zum Beispiel: {examples} Jede Liste gibt es auch „als Excel“, CSV, PDF oder Diagramm.",
    en="{held} Just ask in your own words, for example: {examples} Every list can be had “as Excel”, CSV, PDF or chart.",
    es="{held} Pregunta con tus palabras, por ejemplo: {examples} Cada lista se puede pedir «en Excel», CSV, PDF o gráfico.",
)
_ABOUT = Said(
    de="{nouns}: {verbs}. Zum Beispiel: {examples}",
    en="{nouns}: {verbs}. For example: {examples}",
    es="{nouns}: {verbs}. Por ejemplo: {examples}",
)
_FOUND = Said(
    de="Passende Werkzeuge: {names}.", en="Tools that fit: {names}.", es="Herramientas: {names}."
)
_NO_TOOL = Said(
    de="Dafür gibt es kein Werkzeug.",
    en="There is no tool for that.",
    es="No hay ninguna herramienta para eso.",
)
_NOUN = Said(de="Worum es geht", en="About", es="Sobre qué")
_CAN = Said(de="Was geht", en="What can be done", es="Qué se puede hacer")


class HelpArgs(Args):
    """What about; everything when nothing is said."""

    topic: str | None = None


@tool(
    HelpArgs,
    verb="help",
    noun="help",
    effect=Effect.READ,
    permission=Role.VIEWER,
    core=True,
    examples=Examples(
        de=("Was kannst du?", "Hilfe", "Was kann ich mit {topic} machen?"),
        en=("What can you do?", "Help", "What can I do with {topic}?"),
        es=("¿Qué puedes hacer?", "Ayuda", "¿Qué puedo hacer con {topic}?"),
    ),
)  # fmt: skip
async def help(ctx: ToolContext, args: HelpArgs) -> Result:  # noqa: A001 - the tool's own name
    """What this member can ask and order here, with requests that work on the rows there are."""
    tools = catalog().for_role(ctx.asker)
    examples = await examples_from(ctx)
    entity = _topic(args.topic)
    if entity is not None:
        return _about(ctx, entity, tools)
    held = await overview_of(ctx)
    rows = _rows(tools, ctx.asker.locale)
    filled = Said(*(held.summary.format(lo, **held.values) for lo in LOCALES))
    columns = [Column("noun", _NOUN), Column("can", _CAN)]
    return Result(
        {"nouns": rows, "examples": examples, "counts": held.values},
        _HELP,
        {"held": filled, "examples": _quoted(examples)},
        table=Table("help", columns, rows, len(rows)),
    )


def _topic(said: str | None) -> Entity | None:
    """Return the noun a topic names; anything else gets the whole overview."""
    wanted = folded(said or "")
    for entity in catalog().entities.values() if wanted else ():
        if wanted in {folded(n) for n in _names_of(entity)} | {entity.key}:
            return catalog().find_entity(noun_key(wanted))
    return None


def _about(ctx: ToolContext, entity: Entity, tools: Sequence[AnyTool]) -> Result:
    own = [t for t in tools if t.noun == entity.key]
    locale = ctx.asker.locale
    verbs = list(dict.fromkeys(t.verb for t in own))
    examples = [e for t in own for e in getattr(t.examples, locale)[:1]]
    can = Said(*(", ".join(_verb(v, lo) for v in verbs) for lo in LOCALES))
    told: Json = {"noun": entity.key, "tools": [t.name for t in own], "examples": examples}
    values: Json = {"nouns": entity.nouns.said, "verbs": can, "examples": _quoted(examples[:4])}
    return Result(told, _ABOUT, values)


def _rows(tools: Sequence[AnyTool], locale: Locale) -> list[Json]:
    """Return per noun what can be done with it; what has no noun of its own comes last."""
    verbs: dict[str, list[str]] = {}
    for found in tools:
        verbs.setdefault(found.noun, []).append(found.verb)
    rows: list[Json] = []
    others: list[str] = []
    for noun, done in verbs.items():
        entity = catalog().find_entity(noun)
        labels = [_verb(v, locale) for v in dict.fromkeys(done)]
        if entity is None:
            others += [
                label for v, label in zip(dict.fromkeys(done), labels, strict=True) if v in _ALONE
            ]
        else:
            rows.append(
                {"id": len(rows) + 1, "noun": entity.nouns.label(locale), "can": ", ".join(labels)}
            )
    if others:
        rows.append({"id": len(rows) + 1, "noun": "…", "can": ", ".join(dict.fromkeys(others))})
    return rows


_ALONE = frozenset({"history", "undo", "read_notes", "note"})  # told without a noun of their own


def _verb(verb: str, locale: Locale) -> str:
    names = VERBS.get(verb)
    return names.label(locale) if names else verb.replace("_", " ")


def _quoted(examples: Sequence[str]) -> Said:
    de, en, es = (f"{a}{f'{b} · {a}'.join(examples)}{b}" for a, b in ("„“", "“”", "«»"))
    return Said(de=de, en=en, es=es)


class FindToolsArgs(Args):
    """What one wants to do, in any of the three languages."""

    query: str


@tool(
    FindToolsArgs,
    verb="find_tools",
    noun="tool",
    effect=Effect.READ,
    permission=Role.VIEWER,
    core=True,
    examples=Examples(
        de=("Welches Werkzeug kann {query}?", "Gibt es etwas für {query}?"),
        en=("Which tool can {query}?", "Is there something for {query}?"),
        es=("¿Qué herramienta puede {query}?", "¿Hay algo para {query}?"),
    ),
)  # fmt: skip
async def find_tools(ctx: ToolContext, args: FindToolsArgs) -> Result:
    """Find tools that are not offered, by what you want to do; they can be called afterwards."""
    names = matching(catalog().for_role(ctx.asker), args.query)
    if not names:
        return Result({"names": [], "tools": []}, _NO_TOOL)
    tools = [catalog().tool(n) for n in names]
    told = {t.name: _short(t.description) for t in tools}
    return Result({"names": names, "tools": told}, _FOUND, {"names": ", ".join(names)})


def matching(tools: Sequence[AnyTool], query: str) -> list[str]:
    """Return the names of the tools a query is about, best first, five at most.

    Each word of the query speaks for the tools it is a noun, verb, example or field of, in that
    order; a word that speaks for few tools counts more, words that one example says together count
    up to twice. Typos of a letter or two are forgiven.
    """
    words = [w for w in _words(query) if len(w) > 1 and w not in _EMPTY_WORDS]
    scores = dict.fromkeys((t.name for t in tools), 0.0)
    for word in words:
        speaks = {t.name: _score(word, t) for t in tools}
        telling = log(1 + len(tools) / (sum(speaks.values()) or 1))
        for name, weight in speaks.items():
            scores[name] += weight * telling / len(words)
    scores = {name: s * (1 + _together(words, name)) if s else s for name, s in scores.items()}
    best = max(scores.values(), default=0.0)
    good = [n for n, s in scores.items() if s >= max(_GOOD_ENOUGH, best / 3)]
    return sorted(good, key=lambda n: (-scores[n], n))[:_MOST_TOOLS]


_EMPTY_WORDS = frozenset(
    """
    ein eine einen einem einer der die das den dem des und oder mit von zu zum zur für fur ich mir
    a an the of for to and or with from in on at i me my is are it
    un una el la los las de del y o con para por en mi es son al se
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def _score(word: str, found: AnyTool) -> float:
    """Return how much one word of a query speaks for a tool: as noun, verb, example or field."""
    for weight, known in _vocabulary(found.name):
        if word in known or any(_alike(word, other) for other in known):
            return weight
    return 0.0


def _together(words: Sequence[str], name: str) -> float:
    """Return how many of a query's words one example of a tool says, one meaning all of them."""
    said = _examples(name)
    return max((sum(w in e for w in words) for e in said), default=0) / len(words) if words else 0.0


@cache
def _examples(name: str) -> tuple[frozenset[str], ...]:
    told = catalog().tool(name).examples
    return tuple(frozenset(_words(e)) for lo in LOCALES for e in getattr(told, lo))


@cache
def _vocabulary(name: str) -> tuple[tuple[float, frozenset[str]], ...]:
    """Return the words of a tool's declaration with their weights, weightiest first."""
    found = catalog().tool(name)
    entity, said = catalog().find_entity(found.noun), VERBS.get(found.verb)
    nouns = _names_of(entity) if entity else [found.noun]
    verbs = [found.verb, *(v for lo in LOCALES for v in (said.all(lo) if said else ()))]
    examples = [e for lo in LOCALES for e in getattr(found.examples, lo)]
    fields = [n for f in entity.fields for lo in LOCALES for n in f.names.all(lo)] if entity else []
    parts = (
        (3.0, [*nouns, found.name]),
        (2.0, verbs),
        (1.0, [*examples, found.description]),
        (0.4, fields),
    )
    return tuple((w, frozenset(word for t in texts for word in _words(t))) for w, texts in parts)


def _alike(word: str, other: str) -> bool:
    """Whether two words are one, but for an ending or a slip."""
    stem = min(len(word), len(other))
    if stem <= 4:  # noqa: PLR2004 - short words are alike by chance
        return False
    return word[:stem] == other[:stem] or fuzz.ratio(word, other) >= _CLOSE


def _names_of(entity: Entity) -> list[str]:
    return [n for lo in LOCALES for n in (*entity.noun.all(lo), *entity.nouns.all(lo))]


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in folded(text)).split()


def _short(description: str) -> str:
    first = description.split(". ", maxsplit=1)[0].rstrip(".")
    return first if len(first) <= _SHORT else f"{first[: _SHORT - 1]}…"


TOOLS = (help, find_tools)
