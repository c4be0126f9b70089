"""The planner that works without a model: reads a message, proposes calls, or asks."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from agent.models.offline.answering import after_results, in_one_unit
from agent.models.offline.clauses import MOST, clauses_of
from agent.models.offline.filing import filed
from agent.models.offline.forms import by_form
from agent.models.offline.intents import calls_of
from agent.models.offline.joining import gathered, joined
from agent.models.offline.memory import read_memory
from agent.models.offline.missing import missed
from agent.models.offline.openings import text_calls
from agent.models.offline.patterns import by_pattern
from agent.models.offline.piece import Piece
from agent.models.offline.pruning import pruned, requesting, telling, weighty
from agent.models.offline.reading import read_pieces
from agent.models.offline.scene import Call, Clause, NotUnderstood, Scene, Unclear
from agent.models.offline.specials import by_heart
from agent.models.offline.tables import table_call
from agent.models.offline.talk import small_talk
from agent.models.offline.vocabulary import Vocabulary
from agent.models.offline.whole import otherwise_whole, whole_question
from agent.models.offline.wording import say
from agent.models.port import ModelReply, ModelRequest, OnText, ProposedCall
from agent.pasted import is_pasted
from db.enums import LOCALES
from tools.references import KnownName
from tools.spec import Effect

_READ = Effect.READ
_READS_PASTED = "read_pasted"  # the verb of a tool that takes the text of the message itself
_LONGEST = 600
# Questions only a request about our own records leaves: which figure, which day, which of several.
_OURS = {"which_measure", "which_date", "which_of", "which_unit", "several", "no_such_row"}
_LINES = 6
Names = Callable[[], Awaitable[Sequence[KnownName]]]


class OfflinePlanner:
    """Understands the team's usual requests in three languages, without any model.

    Args:
        vocabulary: what the tools' declarations say things are called.
        names: gives the records, and values of text fields, the member may see by name.
    """

    name = "offline"
    knows_tools = True

    def __init__(self, vocabulary: Vocabulary, names: Names) -> None:
        self.vocabulary = vocabulary
        self.names = names

    async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:  # noqa: ARG002
        """Propose calls for the last message, or say a sentence; it does not stream."""
        known = await self.names()
        calls, text = plan(self.vocabulary, known, request)
        numbers = itertools.count(1)
        proposed = [
            ProposedCall(
                f"offline-{next(numbers)}",
                c.tool,
                c.arguments,
                doubtful=bool(c.unread) or c.implied,
            )
            for c in calls
        ]
        finish = "tool_calls" if proposed else "stop"
        # Its sentences are made by code from results, readings and names it looked up itself.
        return ModelReply(text, proposed, finish, self.name, read=(text,) if text else ())


def plan(
    vocabulary: Vocabulary, known: Sequence[KnownName], request: ModelRequest
) -> tuple[list[Call], str]:
    """Return the calls a request asks for, or the sentence to say instead."""

    def unfiled(asked: ModelRequest) -> tuple[list[Call], str]:
        return _in_any_language(vocabulary, known, asked)

    found = filed(vocabulary, request, unfiled)
    if found is not None and found[0]:
        return found
    plain = unfiled(request)
    return plain if found is None or plain[0] else found


def _in_any_language(
    vocabulary: Vocabulary, known: Sequence[KnownName], request: ModelRequest
) -> tuple[list[Call], str]:
    """Return what a request asks for, read in the guessed language or another.

    A few words do not tell their language: what says nothing in the one guessed may be a plain
    question in another. Changes are read in the guessed one alone, since figures differ.
    """
    calls, text = _plan(vocabulary, known, request)
    if calls or "?" in text:
        return calls, text
    for locale in (lo for lo in LOCALES if lo != request.locale):
        other, said = _plan(vocabulary, known, replace(request, locale=locale))
        if other and not said and all(vocabulary.tools[c.tool].effect is _READ for c in other):
            return other, ""
    return calls, text


def _understood(scene: Scene, clause: Clause) -> list[Call]:
    """Return the calls of a clause, none when it is not understood and holds nothing either.

    Raises:
        Unclear: something has to be asked.
        NotUnderstood: it holds something of the trade, or a figure, that nothing was made of.
    """
    shown = any(p.does("act", "list") and not p.does("stop") for p in clause.content)
    try:
        return [replace(c, wanted=shown) for c in calls_of(scene, clause)]
    except NotUnderstood:
        if weighty(clause.content):
            raise
        return []  # "… , which ones?", "two birds, one stone: …"


def _plan(
    vocabulary: Vocabulary, known: Sequence[KnownName], request: ModelRequest
) -> tuple[list[Call], str]:
    memory = read_memory(request.messages)
    scene = Scene(vocabulary, memory, request.locale, request.today, known=known)
    if memory.fresh:
        again = in_one_unit(scene, memory.fresh)
        return again, "" if again else after_results(memory.fresh, request.locale)
    words = memory.words.strip()
    if not words:
        return [], say("empty", request.locale)
    if len(words) > _LONGEST or words.count("\n") > _LINES or is_pasted(words):
        reader = next((t for t in vocabulary.specials if t.verb == _READS_PASTED), None)
        return ([Call(reader.name, {})], "") if reader else ([], say("pasted", request.locale))
    pieces = read_pieces(words, vocabulary, known, request.locale, request.today)
    talk = small_talk(scene, pieces, known)
    if talk:
        return [], talk
    exact = _exact(scene, pieces, words)
    if exact is not None:
        return exact, ""
    asked = whole_question(scene, pieces, words)
    return ([asked], "") if asked else _read_clauses(scene, pieces, words)


def _exact(scene: Scene, pieces: list[Piece], words: str) -> list[Call] | None:
    """Return the call of a message that is one of a tool's examples, as a whole."""
    heard = by_heart(scene, pieces, words)
    return [heard] if heard is not None else by_pattern(scene, words)


def _read_clauses(scene: Scene, pieces: list[Piece], words: str) -> tuple[list[Call], str]:
    """Return the calls a message's clauses ask for, or the sentence to say instead."""
    question, ours = "", False
    try:
        _told(scene, pieces, words)
    except Unclear as unclear:
        question, ours = unclear.text, unclear.key in _OURS
    except NotUnderstood:
        scene.told = []
    asked = None
    if not (question and scene.told):
        asked = otherwise_whole(scene, pieces, words, unclear=ours)
    if asked is not None:
        return [asked], ""
    if question or not scene.told:
        return [], question or missed(scene, pieces, scene.known)
    unread = dict.fromkeys(w for call in scene.told for w in call.unread)
    said = [say("unread", scene.locale, parts=", ".join(unread))] if unread else []
    said += [say("noted", scene.locale, part=c.noted) for c in scene.told if c.noted]
    return scene.told, " ".join(said)


def _told(scene: Scene, pieces: list[Piece], words: str) -> None:
    """Read a message's requests one after the other; each knows those before it."""
    ordered = table_call(scene, pieces, words)
    if ordered is not None:
        scene.told = ordered
        return
    entered = by_form(scene, Clause(pieces, words, any(p.text in "?¿" for p in pieces if p.sign)))
    if entered is not None:
        scene.told = [entered]
        return
    texts = text_calls(scene, pieces, words)
    if texts is not None:
        scene.told, pieces = texts
    rest = clauses_of(requesting(pieces), words) if pieces else []
    for clause in telling(joined(scene, rest, pieces, words))[:MOST]:
        scene.told += [c for c in _understood(scene, clause) if c not in scene.told]
    scene.told = pruned(scene, gathered(scene, scene.told))
