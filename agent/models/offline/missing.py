"""A message that was not understood: what was, what was not, and three requests that would run."""

from collections.abc import Sequence

from agent.models.offline.reading import Piece
from agent.models.offline.scene import Scene
from agent.models.offline.vocabulary import NounInfo
from agent.models.offline.wording import say
from tools.references import KnownName

_OFFERED = 3
_PATTERNS = {
    "de": ("Zeig die {nouns}", "Zeig {title}", "Wie viele {nouns} haben wir?"),
    "en": ("Show the {nouns}", "Show {title}", "How many {nouns} do we have?"),
    "es": ("Muestra {nouns}", "Muestra {title}", "¿Cuántos registros de {nouns} hay?"),
}


def missed(scene: Scene, pieces: Sequence[Piece], known: Sequence[KnownName]) -> str:
    """Return the answer to a message nothing could be made of."""
    locale = scene.locale
    seen = [p.text for p in pieces if p.names or p.values or p.terms or p.day or p.number]
    left = [p.text for p in pieces if p.unknown]
    parts = [say("miss", locale)]
    parts += [say("recognised", locale, parts=", ".join(dict.fromkeys(seen)))] if seen else []
    parts += [say("unread", locale, parts=", ".join(dict.fromkeys(left)))] if left else []
    head = " ".join([*parts, say("needs_model", locale), say("would_run", locale)])
    return f"{head}\n{offers(scene, known, pieces)}"


def offers(scene: Scene, known: Sequence[KnownName], pieces: Sequence[Piece] = ()) -> str:
    """Return three requests that would run, one a line, about what was mentioned if anything."""
    said = [t.entity for p in pieces for t in p.terms] + [n.entity for p in pieces for n in p.names]
    nouns = list(
        dict.fromkeys([*(k for k in said if k in scene.vocabulary.nouns), *_central(scene)])
    )
    noun = scene.noun(nouns[0])
    named = [n for n in known if n.entity in scene.vocabulary.nouns]
    title = next((n.title for k in nouns for n in named if n.entity == k), None)
    other = scene.noun(nouns[1]) if len(nouns) > 1 else noun
    lines = [
        _PATTERNS[scene.locale][0].format(nouns=_many(noun, scene)),
        _PATTERNS[scene.locale][2].format(nouns=_many(other, scene)),
    ]
    lines[1:1] = [_PATTERNS[scene.locale][1].format(title=title)] if title else []
    return "\n".join(f"• {line}" for line in lines[:_OFFERED])


def _many(noun: NounInfo, scene: Scene) -> str:
    return noun.label(scene.locale, many=True)


def _central(scene: Scene) -> list[str]:
    nouns = scene.vocabulary.nouns.values()
    return [n.key for n in sorted(nouns, key=lambda n: -len(n.fields)) if "find" in n.tools]
