"""What a clause wants done, in the order in which it is certain."""

import itertools

from agent.models.offline.begun import begun_calls
from agent.models.offline.context import corrected, follow_up
from agent.models.offline.creates import create_calls
from agent.models.offline.forms import by_form
from agent.models.offline.logs import log_calls
from agent.models.offline.nouns import guess_noun, kind_of, named_noun
from agent.models.offline.openings import pointed_calls
from agent.models.offline.patterns import by_pattern
from agent.models.offline.people import person
from agent.models.offline.reading import Piece
from agent.models.offline.reads import read_calls
from agent.models.offline.scene import Call, Clause, NotUnderstood, Scene
from agent.models.offline.specials import about_record, by_example
from agent.models.offline.topics import by_topic
from agent.models.offline.writes import change_calls, retire_calls
from tools.references import KnownName

_WRITES = ("create", "retire", "change", "raise", "lower", "clear")
_FEW = 3
_ASKS = ("which", "count", "when", "who", "where", "why")


def calls_of(scene: Scene, clause: Clause) -> list[Call]:
    """Return the calls of a clause.

    Raises:
        Unclear: something has to be asked.
        NotUnderstood: nothing can be made of it.
    """
    ordered = by_pattern(scene, clause.text)
    ordered = begun_calls(scene, clause) if ordered is None else ordered
    if ordered is not None:
        return ordered
    if clause.does("compose") and not clause.does("act", "create"):
        raise NotUnderstood
    for step in (
        _undone,
        _told,
        pointed_calls,
        _logged,
        _entered,
        _ordered,
        _amended,
        follow_up,
        _topic,
        _several,
        _single,
        _stated,
        _example,
    ):
        calls = step(scene, clause)
        if calls is not None:
            return calls
    return read_calls(scene, clause)


def _undone(scene: Scene, clause: Clause) -> list[Call] | None:
    tool = scene.special("undo")
    if not clause.does("act", "undo") or tool is None or _asks_besides(clause):
        return None
    return [Call(tool, {})]


def _asks_besides(clause: Clause) -> bool:
    """Whether something else is asked: "how much does customs give back?" undoes nothing."""
    strange = [p for p in clause.content if p.unknown or p.number]
    return clause.question and (bool(strange) or clause.does("act", *_ASKS))


def _told(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return who changed something, or where it is known from."""
    past = clause.does("act", "history") and (_asks(clause) or not _order(scene, clause))
    past = past and not _becoming(clause)
    past = past or (
        clause.does("act", "who")
        and clause.does("act", "change")
        and any(p.names for p in clause.content)
    )
    for wanted, verb in ((clause.does("act", "evidence"), "evidence"), (past, "history")):
        tool = next(
            (t for t in scene.vocabulary.specials if verb in (t.verb, t.noun) and t.verb != "note"),
            None,
        )
        if not wanted or tool is None:
            continue
        if (
            verb == "evidence"
            and not any(p.names for p in clause.content)
            and scene.focus() is None
        ):
            continue
        call = about_record(scene, clause, tool)
        return [call] if call else None
    return None


def _becoming(clause: Clause) -> bool:
    """Whether a statement says what something changed to: "vessel changed to MSC Oriana"."""
    if _asks(clause):
        return False
    verb = next((n for n, p in enumerate(clause.content) if p.does("act", "history")), 0)
    after = clause.content[verb + 1 :]
    valued = any(p.values or p.number or p.day or p.unknown for p in after[1:])
    return bool(after) and after[0].does("to") and valued


def _asks(clause: Clause) -> bool:
    return clause.question or clause.does("act", *_ASKS)


def _logged(scene: Scene, clause: Clause) -> list[Call] | None:
    return log_calls(scene, clause)


def _order(scene: Scene, clause: Clause) -> Piece | None:
    """Return the verb of an order: before any question word, and not merely a noun's name."""
    for place, piece in enumerate(clause.content):
        if piece.does("act", *_ASKS) and not piece.does("stop"):
            return None
        field = place > 0 and scene.locale == "de" and piece.terms and piece.text[:1].isupper()
        if field or piece.names or _beside(clause, piece):
            continue  # "Stufe" is a field there, "stufe" a verb
        if piece.does("act", *_WRITES):
            return piece
    return None


def _beside(clause: Clause, piece: Piece) -> bool:
    """Whether a verb is only a noun here, behind a verb and a name: "bring up X's record"."""
    before = clause.content[: clause.content.index(piece)]
    shown = any(p.does("act", "list") for p in before) and any(p.names for p in before)
    return piece.does("stop") and shown


def _ordered(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the write a clause orders.

    Raises:
        Unclear: a value, record or field is not certain.
    """
    verb = _order(scene, clause)
    if clause.does("new") and not _asks(clause) and _newly(scene, clause):
        return create_calls(scene, clause)
    if verb is None or (_asks(clause) and not _polite(clause)):
        return None
    if verb.does("act", "create") and (_creates(scene, clause, verb)):
        return create_calls(scene, clause)
    if verb.does("act", "retire"):
        kept = _without(scene, clause)
        return kept if kept is not None else retire_calls(scene, clause)
    if _lists(clause):
        return None
    if not verb.does("act", "change", "raise", "lower", "clear", "create"):
        return None
    again = corrected(scene, clause)
    return again if again is not None else change_calls(scene, clause)


def _without(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the last list without what is named: "drop the naturals"; nothing is deleted."""
    if any(p.names or p.does("nth") or p.does("ana", "it") for p in clause.content):
        return None
    last = scene.last("find")
    kind = scene.call_of(last) if last else None
    if last is None or kind is None or not any(p.words(kind[1]) for p in clause.content):
        return None
    noun = scene.noun(kind[1])
    terms = [t for p in clause.content for t in p.words(noun.key)]
    where = [*(last.arguments.get("where") or [])]
    where.append({"field": terms[0].key, "op": "is_not", "value": terms[0].value})
    return [Call(last.tool, last.arguments | {"where": where})]


def _newly(scene: Scene, clause: Clause) -> bool:
    """Whether "new contact at Vits: …" orders a record: "new" right before its noun, in front."""
    content = [p for p in clause.content if not (p.does("stop") and not p.does("new"))]
    content = content[:7] if person(clause) else content[:3]
    pairs = itertools.pairwise(content)
    listed = any(p.does("act", "list") and not p.does("stop") for p in clause.content)
    changed = any(p.does("act", "change", "history") and not p.terms for p in clause.content)
    if (listed and not person(clause)) or (changed and not clause.does("act", "create")):
        return False
    pairs = list(pairs)
    keys = [b.nouns() for a, b in pairs if a.does("new")]
    if any(a.does("new") and kind_of(scene, b) for a, b in pairs):
        return any(p.unknown and p.text[:1].isupper() for p in clause.content)
    return any(
        nouns and not any(t.plural and t.locale == scene.locale for t in nouns) for nouns in keys
    )


def _polite(clause: Clause) -> bool:
    """Whether a question is an order put politely: "can you set …?"."""
    return not clause.does("act", *_ASKS)


def _creates(scene: Scene, clause: Clause, verb: Piece) -> bool:
    if verb.does("act", "change"):
        return clause.does("new") and named_noun(scene, clause) is not None
    if clause.does("new") or person(clause) or any(p.code or p.quote for p in clause.content):
        return True
    named = [p for p in clause.content if p.names and not all(map(scene.background, p.entities()))]
    nouns = {t.entity for p in clause.content for t in p.nouns()}
    return not named or bool(nouns - {e for p in named for e in p.entities()})


def _lists(clause: Clause) -> bool:
    """Whether "make me a list of …" is meant: a list word, several of a noun, no record."""
    plural = any(t.plural for p in clause.content for t in p.nouns())
    named = any(p.names for p in clause.content)
    return (
        plural
        and not named
        and not clause.does("ana")
        and (clause.does("act", "list") or clause.does("sort"))
    )


def _amended(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the last change with another value when a clause only gives that."""
    said = clause.does("instead") or clause.does("shift") or _only_value(scene, clause)
    return corrected(scene, clause) if said and not clause.question else None


def _only_value(scene: Scene, clause: Clause) -> bool:
    """Whether a clause right after a change says but one figure or day: "ach, doch 8,65"."""
    last = scene.memory.old[-1] if scene.memory.old else None
    kind = scene.call_of(last) if last else None
    valued = [p for p in clause.content if p.number or p.day]
    plain = not any(p.names or p.values or p.quote for p in clause.content)
    plain = plain and not any(p.terms for p in clause.content if p not in valued)
    return plain and kind is not None and kind[0] in {"change", "create"} and len(valued) == 1


def _single(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return one record when a clause names it and puts no conditions.

    Raises:
        Unclear: the name fits several.
    """
    named = [p for p in clause.content if p.names]
    if len(named) != 1 or clause.does("agg") or clause.does("compose"):
        return None
    if clause.does("take") and clause.does("own", "me") and not _asks(clause):
        return None
    piece, key = named[0], named_noun(scene, clause)
    if key is not None and key not in piece.entities():
        return None
    others = [p for p in clause.content if p is not piece]
    if _conditioned(clause, piece, others) or _from(clause, piece):
        return None
    fits = _showable(scene, clause, piece, key, others)
    asked = _asks(clause) or clause.does("act", "list") or len(others) <= _FEW
    if not fits or not asked or clause.does("act", "where"):
        return None
    record = scene.one(fits, piece.text)
    return [Call(scene.tool("show", record.entity), {record.entity: record.title})]


def _conditioned(clause: Clause, piece: Piece, others: list[Piece]) -> bool:
    """Whether a clause says more of a record than its name and fields: a value, another noun's."""
    if any(p.day or p.number or _sets(piece, p) for p in others):
        return True
    if not _asks(clause) and clause.does("has", "not"):
        return True
    if not _asks(clause) and any(p.values and not p.names for p in others):
        return True
    valued = any(p.words(e) and not p.nouns() for p in others for e in piece.entities())
    if valued and not (_asks(clause) or clause.does("act", "list")):
        return True
    strange = [p for p in others if p.terms and not p.does("happen")]
    return any(not any(t.entity in piece.entities() for t in p.terms) for p in strange)


def _showable(
    scene: Scene, clause: Clause, piece: Piece, key: str | None, others: list[Piece]
) -> list[KnownName]:
    """Return the records a name may stand for, those worked on before regions and people."""
    fits = [n for n in piece.names if key in (None, n.entity)]
    fits = [n for n in fits if "show" in scene.noun(n.entity).tools]
    fits = [n for n in fits if not scene.background(n.entity)] or fits
    if piece.values and key is None and _bare_place(clause, piece):
        return []
    if key is None and len(others) > 1 and all(scene.background(n.entity) for n in fits):
        return []
    return fits


def _from(clause: Clause, piece: Piece) -> bool:
    """Whether something unnamed of a record is asked for: "anything from COCLA?"."""
    place = clause.content.index(piece)
    before = clause.content[place - 1] if place else None
    others = [p for p in clause.content if p is not piece]
    bare = not any(p.terms or p.does("happen") or p.does("take") for p in others)
    leads = bool(others) and (
        others[0].unknown or others[0].does("stop", "filler") or others[0].does("act", "which")
    )
    return before is not None and before.does("move", "from") and bare and leads and clause.question


def _sets(record: Piece, piece: Piece) -> bool:
    """Whether a piece is a condition rather than the name of one of the record's fields."""
    if piece.nouns() or piece.does("happen"):
        return False
    return bool(piece.words_any()) and not any(piece.fields(e) for e in record.entities())


def _several(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return each of several records a clause merely names: "show SH-26-003 and PE-26-001"."""
    named = [p for p in clause.content if p.names]
    others = [p for p in clause.content if not p.names]
    compared = clause.does("act", "list") and not any(p.terms or p.day or p.number for p in others)
    strange = any(not p.senses or p.terms for p in others) and not compared
    if len(named) < 2 or strange or any(p.does("act", *_WRITES) for p in others):  # noqa: PLR2004 - several
        return None
    handed = any("member" in p.entities() for p in named) and clause.does("to")
    if (
        handed
        or clause.does("take")
        or not (clause.does("act", "list") or len(others) < len(named) + 1)
    ):
        return None
    records = [scene.one(p.names, p.text) for p in named]
    return [Call(scene.tool("show", r.entity), {r.entity: r.title}) for r in records]


def _bare_place(clause: Clause, piece: Piece) -> bool:
    place = clause.content.index(piece)
    return place > 0 and clause.content[place - 1].does("place")


def _stated(scene: Scene, clause: Clause) -> list[Call] | None:
    """Return the change a plain statement about one record amounts to.

    Raises:
        Unclear: a value is not certain.
    """
    if (
        (clause.question and not (clause.does("polite") and _polite(clause)))
        or clause.does("act", "count", "which")
        or clause.does("sup")
        or (clause.does("only") and not clause.does("instead"))
    ):
        return None
    listing = any(p.does("act", "list") and not p.does("stop") for p in clause.content)
    if listing and not clause.does("take"):
        return None
    said = [p for p in clause.content if p.text[:1].isupper() or scene.locale != "de"]
    if any(t.plural for p in said for t in p.nouns() if t.entity not in _owners(clause)):
        return None
    named = any(p.names for p in clause.content)
    if not named and not clause.does("ana") and not scene.told and not scene.focus():
        return None
    try:
        return change_calls(scene, clause, told=True)
    except NotUnderstood:
        return None


def _owners(clause: Clause) -> set[str]:
    return {e for p in clause.content for e in p.entities()}


def _entered(scene: Scene, clause: Clause) -> list[Call] | None:
    call = by_form(scene, clause)
    return [call] if call else None


def _topic(scene: Scene, clause: Clause) -> list[Call] | None:
    call = by_topic(scene, clause)
    return [call] if call else None


def _example(scene: Scene, clause: Clause) -> list[Call] | None:
    call = by_example(scene, clause)
    if call is None:
        return None
    plain = not (clause.does("act", "count") or any(p.names or p.day for p in clause.content))
    if plain and named_noun(scene, clause) == scene.vocabulary.tools[call.tool].noun:
        return [call]  # an example about that very noun is nearer than the list of all of them
    if guess_noun(scene, clause) is not None and named_noun(scene, clause) is not None:
        return None
    return [call]
