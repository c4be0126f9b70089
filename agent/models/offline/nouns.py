"""Which noun a clause is about: the one it names, else the one that explains most of it."""

from agent.models.offline.reading import Piece
from agent.models.offline.scene import Clause, Scene, fields_about, fields_to, is_about
from agent.models.offline.vocabulary import FieldInfo, NounInfo

_STILL = 1.05  # what was just spoken of is meant rather than something that explains as much
_HAPPENING = 0.1  # what happens to a thing on a day says more of it than a word for the event
_DETAIL = 0.85  # what only belongs to other records is seldom meant when nothing names it


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
        if _grouped(content, place) or wanting(content, place):
            continue
        (beside if _described(content, place, keys) else plain).extend(keys[:1])
    return plain[0] if plain else beside[0] if beside else None


def wanting(content: list[Piece], place: int) -> bool:
    """Whether a noun is only who wants something: a customer is after naturals over 86."""
    if all(t.plural for t in content[place].nouns()) or not content[place].nouns():
        return False
    asked = any(p.does("act") and not p.does("stop") for p in content[:place])
    return not asked and any(p.does("wants") for p in content[place + 1 : place + 3])


def _told(clause: Clause) -> list[Piece]:
    """Return the pieces of a clause without who wants it."""
    content = clause.content
    return [p for n, p in enumerate(content) if not wanting(content, n)]


def _fitting(scene: Scene, keys: list[str]) -> list[str]:
    """Order nouns of the same name: the richer one first."""
    return sorted(dict.fromkeys(keys), key=lambda k: -weight(scene.noun(k)))


def _described(content: list[Piece], place: int, keys: list[str]) -> bool:
    following = content[place + 1 : place + 3]
    for piece in following:
        if piece.entities() & set(keys) or _compound(content[place], piece):
            return True
        if not piece.does("stop"):
            break
    return False


def _compound(first: Piece, second: Piece) -> bool:
    """Whether two nouns are one word, the second what it is about: Kaffeeröster."""
    return first.end == second.start and bool(second.nouns())


def _grouped(content: list[Piece], place: int) -> bool:
    """Whether a noun stands after "per": it says how things are grouped."""
    before = content[place - 1] if place else None
    return before is not None and before.does("group")


def kind_of(scene: Scene, piece: Piece) -> str | None:
    """Return the noun a new record of a kind is: a lead is a roaster, a visit no record."""
    words = [t for t in piece.words_any() if not piece.nouns()]
    nouns = {t.entity for t in words if scene.noun(t.entity).refs_to("member")}
    told = [n for n in nouns if scene.noun(n).entity.stored(scene.noun(n).title.field)]
    return told[0] if len(told) == 1 and len(nouns) == 1 else None


def weight(noun: NounInfo) -> int:
    """Return how central a noun is: how much is known of it."""
    return len(noun.fields)


def guess_noun(scene: Scene, clause: Clause, before: str | None = None) -> str | None:
    """Return the noun that explains a clause best, None when none explains anything.

    Args:
        scene: what it is read against.
        clause: the clause.
        before: the noun just spoken of, meant still when it explains as much.
    """
    found = guesses(scene, clause, before)
    return found[0] if found else None


def guesses(scene: Scene, clause: Clause, before: str | None = None) -> list[str]:
    """Return the nouns that explain something of a clause, the best first."""
    scored: list[tuple[float, float, str]] = []
    named = {t.entity for p in clause.content for t in p.nouns()}
    for noun in scene.vocabulary.nouns.values():
        if noun.entity.apart and noun.key not in named:
            continue
        score = sum(_explains(scene, noun, p) for p in _told(clause))
        entity = noun.entity
        if not (entity.stored(entity.field(entity.title)) or noun.refs_to("member")):
            score *= _DETAIL
        if _happening(noun, clause):
            score += _HAPPENING
        if _untouched(noun, clause):
            score += 1
        if noun.key == before:
            score *= _STILL
        if score > 0:
            scored.append((score, weight(noun), noun.key))
    return [key for _, _, key in sorted(scored, key=lambda s: s[:2], reverse=True)]


def _happening(noun: NounInfo, clause: Clause) -> bool:
    """Whether something of a noun happens on a day: arrives before Christmas."""
    said = [p.value_of("happen") for p in clause.content if p.does("happen")]
    return any(p.day for p in clause.content) and any(fields_about(noun, h) for h in said)


def _untouched(noun: NounInfo, clause: Clause) -> bool:
    """Whether it is asked whom nobody has spoken to: a noun that holds the last contact."""
    if not (clause.does("has", "not") and clause.does("act", "who")):
        return False
    told = any(p.does("talked") or p.does("happen", "touch") for p in clause.content)
    return told and any(f.is_date for f in fields_about(noun, "touch"))


def _explains(scene: Scene, noun: NounInfo, piece: Piece) -> float:
    """Return how well a noun takes a piece in: 1 wholly, 0 not at all."""
    own = piece.fields(noun.key)
    said = [
        (1.0 if any(t.shown for t in own) else 0.9) if own else 0.0,
        1.0 if piece.words(noun.key) else 0.0,
        _explains_value(noun, piece),
        _explains_figure(noun, piece),
        0.8 if piece.does("unit") and weights_of(noun) else 0.0,
        _explains_day(noun, piece),
        *(_explains_record(scene, noun, e) for e in piece.entities()),
    ]
    return max(said)


def _explains_value(noun: NounInfo, piece: Piece) -> float:
    """Return how well a known value fits: less when it is first of all another noun's word."""
    if not any(v.entity.split(".")[0] == noun.key for v in piece.values):
        return 0.0
    return 0.8 if piece.words_any() else 1.0


def _explains_record(scene: Scene, noun: NounInfo, entity: str) -> float:
    if fields_to(noun, entity, scene.vocabulary):
        return 1.0
    return 0.6 if entity == noun.key else 0.0


def _explains_figure(noun: NounInfo, piece: Piece) -> float:
    if piece.number is None:
        return 0.0
    if piece.number.unit:
        return 0.8 if unit_fields(noun, piece) else 0.0
    yearly = 1990 <= piece.number.value <= 2100 and _holds_years(noun)  # noqa: PLR2004 - years
    return 0.5 if yearly else 0.0


def _explains_day(noun: NounInfo, piece: Piece) -> float:
    happens = piece.does("happen") and fields_about(noun, piece.value_of("happen"))
    if happens:
        return 1.0
    if piece.day is None:
        return 0.0
    if piece.text.isdigit() and _holds_years(noun):
        return 0.9
    dates = sum(f.is_date for f in noun.fields.values())
    return 0.8 if dates == 1 else 0.5 if dates else 0.0


def _holds_years(noun: NounInfo) -> bool:
    return any(is_about(f, "year") for f in noun.fields.values())


def unit_fields(noun: NounInfo, piece: Piece) -> list[FieldInfo]:
    """Return the fields a figure's unit speaks of: kg, %, m, a price, or a field's own name."""
    unit = piece.number.unit if piece.number else None
    if not unit:
        return []
    own = [noun.fields[t.key] for t in piece.fields(noun.key) if noun.fields[t.key].is_number]
    if own and piece.number and piece.number.kind != "money":
        return own
    if piece.number and piece.number.kind == "money":
        return [f for f in noun.fields.values() if len(f.field.unit_from) > 1]
    fits = [
        f
        for f in noun.fields.values()
        if f.is_number and (f.field.unit == unit or unit_word(f, unit))
    ]
    return sorted(fits, key=lambda f: "weight" not in f.called())


def is_price_unit(noun: NounInfo, content: list[Piece], place: int) -> bool:
    """Whether a weight stands behind a currency: in euros per kilo."""
    if place >= len(content):
        return False
    money = [f.field.unit_from for f in noun.fields.values() if len(f.field.unit_from) > 1]
    for near in content[max(0, place - 2) : place]:
        for term in near.words(noun.key):
            siblings = {k for unit in money if term.key in unit for k in unit if k != term.key}
            if any(t.key in siblings for t in content[place].words(noun.key)):
                return True
    return False


def weights_of(noun: NounInfo) -> list[FieldInfo]:
    """Return a noun's fields that hold weights, the one simply called weight first."""
    fits = [f for f in noun.fields.values() if f.is_number and f.field.unit == "kg"]
    return sorted(fits, key=lambda f: "weight" not in f.called())


def unit_word(info: FieldInfo, unit: str) -> bool:
    """Whether a field counts in a unit that is its own name (bags), or holds such a weight."""
    if unit in {"t", "lb", "qq", "g"}:
        return info.field.unit == "kg"
    return any(n in (unit, f"{unit}s") for n in info.called())
