"""Which noun a clause is about: the one it names, else the one that explains most of it."""

from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_to, is_about, places_of
from agent.models.offline.vocabulary import FieldInfo, NounInfo

_GROUPING = ("group",)


def named_noun(scene: Scene, clause: Clause) -> str | None:
    """Return the noun a clause names as what it is about, None when it names none.

    A noun right before a record of its own kind ("cooperative APROCASSI"), after "per" or after
    a figure's preposition only describes something else, unless it is all there is.
    """
    content = clause.content
    plain: list[str] = []
    beside: list[str] = []
    for place, piece in enumerate(content):
        keys = [t.entity for t in piece.nouns()]
        if not keys:
            continue
        keys = _fitting(scene, keys)
        if _grouped(content, place):
            continue
        (beside if _described(content, place, keys) else plain).extend(keys[:1])
    return plain[0] if plain else beside[0] if beside else None


def _fitting(scene: Scene, keys: list[str]) -> list[str]:
    """Order nouns of the same name: the richer one first."""
    return sorted(dict.fromkeys(keys), key=lambda k: -weight(scene.noun(k)))


def _described(content: list[Piece], place: int, keys: list[str]) -> bool:
    following = content[place + 1 : place + 3]
    for piece in following:
        if piece.entities() & set(keys):
            return True
        if not piece.does("stop"):
            break
    return False


def _grouped(content: list[Piece], place: int) -> bool:
    """Whether a noun stands after "per": it says how things are grouped."""
    before = content[place - 1] if place else None
    return before is not None and before.does("group")


def weight(noun: NounInfo) -> int:
    """Return how central a noun is: how much is known of it."""
    return len(noun.fields)


def guess_noun(scene: Scene, clause: Clause) -> str | None:
    """Return the noun that explains a clause best, None when none explains anything."""
    best: tuple[float, float, str] | None = None
    for noun in scene.vocabulary.nouns.values():
        score = sum(_explains(scene, noun, p) for p in clause.content)
        if score > 0 and (best is None or (score, weight(noun)) > best[:2]):
            best = (score, weight(noun), noun.key)
    return best[2] if best else None


def _explains(scene: Scene, noun: NounInfo, piece: Piece) -> float:
    """Return how well a noun takes a piece in: 1 wholly, 0 not at all."""
    scores = [0.0]
    if piece.fields(noun.key):
        scores.append(1.0 if any(t.shown for t in piece.fields(noun.key)) else 0.9)
    if piece.words(noun.key):
        scores.append(1.0)
    if any(v.entity.split(".")[0] == noun.key for v in piece.values):
        scores.append(1.0)
    for entity in piece.entities():
        if fields_to(noun, entity, scene.vocabulary):
            scores.append(1.0)
        elif entity == noun.key:
            scores.append(0.6)
        elif places_of(noun) and entity not in scene.vocabulary.nouns:
            scores.append(0.3)
    if piece.day is not None:
        if piece.text.isdigit() and any(is_about(f, "year") for f in noun.fields.values()):
            scores.append(0.9)
        dates = sum(f.is_date for f in noun.fields.values())
        scores.append(0.8 if dates == 1 else 0.5 if dates else 0.0)
    if piece.number is not None and not piece.number.unit and 1990 <= piece.number.value <= 2100:  # noqa: PLR2004 - years
        scores.append(0.5 if any(is_about(f, "year") for f in noun.fields.values()) else 0.0)
    if piece.number is not None and piece.number.unit:
        scores.append(0.8 if unit_fields(noun, piece) else 0.0)
    if piece.does("happen"):
        from agent.models.offline.scene import fields_about

        scores.append(1.0 if fields_about(noun, piece.value_of("happen")) else 0.0)
    return max(scores)


def unit_fields(noun: NounInfo, piece: Piece) -> list[FieldInfo]:
    """Return the fields a figure's unit speaks of: kg, %, m, a price, or a field's own name."""
    unit = piece.number.unit if piece.number else None
    if not unit:
        return []
    own = [noun.fields[t.key] for t in piece.fields(noun.key) if noun.fields[t.key].is_number]
    if own:
        return own
    if piece.number and piece.number.kind == "money":
        return [f for f in noun.fields.values() if len(f.field.unit_from) > 1]
    fits = [
        f
        for f in noun.fields.values()
        if f.is_number and (f.field.unit == unit or unit_word(f, unit))
    ]
    return sorted(fits, key=lambda f: "weight" not in f.called())


def unit_word(info: FieldInfo, unit: str) -> bool:
    """Whether a field counts in a unit that is its own name (bags), or holds such a weight."""
    if unit in {"t", "lb", "qq", "g"}:
        return info.field.unit == "kg"
    return any(n in (unit, f"{unit}s") for n in info.called())
