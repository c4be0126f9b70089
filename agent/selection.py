"""Which tools a model is offered this turn: a fixed core and those the request is about.

Matching uses the tools' own declarations (names of nouns and verbs in three languages), so a new
tool is offered without an edit here. The rest is one `find_tools` call away.
"""

from collections.abc import Sequence
from typing import Any

from db.enums import LOCALES
from tools.approval import plain
from tools.catalog import Catalog
from tools.context import Asker, allows
from tools.spec import AnyTool

Json = dict[str, Any]
TOKEN_BUDGET = 3_000
_READS = ("find", "summarize", "show", "lookup", "history")
_WRITES = ("change", "create", "retire")


def select_tools(
    catalog: Catalog, asker: Asker, words: str, recent: Sequence[str], asked: Sequence[str]
) -> list[AnyTool]:
    """Return the tools to offer, best first, within the token budget.

    Args:
        catalog: all tools.
        asker: whose role decides what may be offered.
        words: the member's message.
        recent: names of tools used lately in the conversation, newest last.
        asked: names `find_tools` returned in this turn: always offered.
    """
    allowed = [t for t in catalog.tools.values() if allows(asker.role, t.permission)]
    said = f" {plain(words)} "
    scores = {t.name: _score(t, catalog, said, recent, asked) for t in allowed}
    ranked = sorted(allowed, key=lambda t: -scores[t.name])
    chosen: list[AnyTool] = []
    left = TOKEN_BUDGET
    for tool in ranked:
        cost = catalog.tokens(tool)
        if scores[tool.name] > 0 and cost <= left:
            chosen.append(tool)
            left -= cost
    return sorted(chosen, key=lambda t: t.name)


def _score(
    tool: AnyTool, catalog: Catalog, said: str, recent: Sequence[str], asked: Sequence[str]
) -> float:
    score = 100.0 if tool.core else 0.0
    score += 80.0 if tool.name in asked else 0.0
    score += 6.0 if tool.name in recent else 0.0
    score += _noun_score(tool, catalog, said, recent)
    score += _example_score(tool, said)
    return score + (
        1.5 if score and tool.verb in _READS else 0.5 if score and tool.verb in _WRITES else 0
    )


def _noun_score(tool: AnyTool, catalog: Catalog, said: str, recent: Sequence[str]) -> float:
    entity = catalog.find_entity(tool.noun)
    if entity is None:
        return 0.0
    names = [n for lo in LOCALES for n in (*entity.noun.all(lo), *entity.nouns.all(lo))]
    if any(f" {plain(n)} " in said for n in names):
        return 20.0
    if any(len(n) > 3 and plain(n)[:5] in said for n in names):  # noqa: PLR2004 - a stem, for inflections and compounds
        return 12.0
    return 5.0 if any(catalog.tools[r].noun == entity.key for r in recent if r in catalog.tools) else 0


def _example_score(tool: AnyTool, said: str) -> float:
    """Words a tool's own examples share with the request, rare ones counting."""
    examples = [e for lo in LOCALES for e in getattr(tool.examples, lo)]
    words = {w for e in examples for w in plain(e).split() if len(w) > 4}  # noqa: PLR2004 - short words carry no topic
    return min(6.0, 2.0 * sum(1 for w in words if f" {w} " in said))
