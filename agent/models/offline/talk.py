"""Greetings, thanks and "what can you do": answered with requests that would run."""

from collections.abc import Sequence

from agent.models.offline.missing import offers
from agent.models.offline.reading import Piece
from agent.models.offline.scene import Scene
from agent.models.offline.wording import say
from tools.references import KnownName


def small_talk(scene: Scene, pieces: Sequence[Piece], known: Sequence[KnownName]) -> str:
    """Return the answer to a message that is only talk, empty otherwise."""
    content = [p for p in pieces if not p.sign]
    talk = [p for p in content if p.does("talk")]
    if not talk or any(not (p.does("talk") or p.does("stop")) for p in content):
        return ""
    kind = talk[-1].value_of("talk")
    if kind == "thanks":
        return say("thanks", scene.locale)
    known_nouns = sorted(scene.vocabulary.nouns.values(), key=lambda n: n.entity.apart)
    nouns = ", ".join(n.label(scene.locale, many=True) for n in known_nouns)
    head = say(kind, scene.locale, **({"nouns": nouns} if kind == "help" else {}))
    return f"{head}\n{offers(scene, known)}"
