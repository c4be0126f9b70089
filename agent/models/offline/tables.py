"""A file that came with a message: looked into, or taken in when that is what is said.

A table takes the noun its rows are, a document none. Which tools take a kept file, and how an
order for one begins, their declarations say.
"""

import re
from collections.abc import Sequence

from agent.models.offline.nouns import named_noun
from agent.models.offline.piece import Piece
from agent.models.offline.scene import Call, Clause, Scene
from agent.models.offline.text import stem, words_of
from db.enums import LOCALES
from tools.spec import AnyTool, Effect

KEPT = re.compile(r"\[([^\]\n]{1,200}): (sha256:[0-9a-f]{64})\]")
_TAKES = {"noun", "file", "name"}
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")


def table_call(scene: Scene, pieces: Sequence[Piece], words: str) -> list[Call] | None:
    """Return what is to be done with the file a message brings, None when it brings none.

    Raises:
        Unclear: what the rows of a table are is not said.
    """
    found = KEPT.search(words)
    if found is None:
        return None
    own = words[: found.start()]
    begun = {stem(w) for w in words_of(own)}
    kept = {"file": found[2], "name": found[1]}
    said = [p for p in pieces if p.end <= found.start()]
    noun = named_noun(scene, Clause(said, own)) if said else None
    if not found[1].lower().endswith(_TABLES if noun is None else (*_TABLES, ".txt")):
        tool = _tool(scene, begun, set(kept))
        return [Call(tool.name, kept)] if tool else None
    if noun is None:
        raise scene.ask("which_record", noun=found[1])
    tool = _tool(scene, begun, _TAKES)
    return [Call(tool.name, {"noun": noun} | kept)] if tool else None


def _tool(scene: Scene, said: set[str], needed: set[str]) -> AnyTool | None:
    """Return the changing tool whose examples begin with a word that was said, else the reading."""
    takers = [t for t in scene.vocabulary.specials if _required(t) == needed]
    for tool in takers:
        begins = {stem(words_of(e)[0]) for lo in LOCALES for e in getattr(tool.examples, lo)}
        if tool.effect is not Effect.READ and begins & said:
            return tool
    return next((t for t in takers if t.effect is Effect.READ), None)


def _required(tool: AnyTool) -> set[str]:
    return {name for name, told in tool.args.model_fields.items() if told.is_required()}
