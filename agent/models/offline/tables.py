"""A table that came with a message: looked into, or loaded when that is what is said.

Which tools take a kept file, and how an order for one begins, their declarations say.
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


def table_call(scene: Scene, pieces: Sequence[Piece], words: str) -> list[Call] | None:
    """Return what is to be done with the table a message brings, None when it brings none.

    Raises:
        Unclear: what its rows are is not said.
    """
    found = KEPT.search(words)
    if found is None:
        return None
    own = words[: found.start()]
    said = [p for p in pieces if p.end <= found.start()]
    noun = named_noun(scene, Clause(said, own)) if said else None
    if noun is None:
        raise scene.ask("which_record", noun=found[1])
    tool = _tool(scene, {stem(w) for w in words_of(own)})
    return [Call(tool.name, {"noun": noun, "file": found[2], "name": found[1]})] if tool else None


def _tool(scene: Scene, said: set[str]) -> AnyTool | None:
    """Return the changing tool whose examples begin with a word that was said, else the reading."""
    takers = [t for t in scene.vocabulary.specials if set(t.args.model_fields) >= _TAKES]
    for tool in takers:
        begins = {stem(words_of(e)[0]) for lo in LOCALES for e in getattr(tool.examples, lo)}
        if tool.effect is not Effect.READ and begins & said:
            return tool
    return next((t for t in takers if t.effect is Effect.READ), None)
