"""Showing an answer sentence by sentence, each one checked against its sources first (law 8)."""

import json
import re
from typing import TYPE_CHECKING, Any

from agent.grounding import Figure, Figures, SentenceGate
from agent.messages import say
from agent.models.port import ModelError, ModelRequest
from agent.pasted import is_pasted, without_links
from agent.prompting import is_free_text
from db.enums import Locale
from db.queries.transcript import StoredCall, StoredResult
from tools.calc.reading.language import guess_language

if TYPE_CHECKING:
    from agent.turn import TurnRun

Json = dict[str, Any]
_MOST_RESULTS = 8_000
_REPAIR = """Tool results: {results}
Sentence: {sentence}
Not backed: {figures}.
Rewrite it so that it uses only figures from the results, or say that it is not known."""


class Speaker:
    """Hears a model's text as it arrives and shows the sentences that are backed."""

    def __init__(self, run: "TurnRun") -> None:
        self.run = run
        self.gate = SentenceGate(figures_of(run), run.locale)
        self.spoken = ""
        self.heard = ""

    async def hear(self, piece: str) -> None:
        """Take a piece of the answer; whole backed sentences go out at once."""
        self.heard += piece
        await self._pass_on(self.gate.feed(piece))

    async def close(self, text: str) -> None:
        """Take the end of the answer; a model that did not stream is heard here."""
        if not self.heard and text:
            self.gate = SentenceGate(figures_of(self.run), self.run.locale)
            await self._pass_on(self.gate.feed(text))
        await self._pass_on(self.gate.close())
        if self.spoken.strip():
            self.run.said.append(self.spoken)

    async def cut(self) -> None:
        """The answer broke off: say so when part of it was shown."""
        if self.spoken.strip():
            self.run.said.append(self.spoken)
            await self._say(" " + say("cut_short", self.run.locale))

    async def _pass_on(self, events: list[Any]) -> None:
        for event in events:
            if event.held:
                await self._repair(event)
            else:
                await self._say(event.text)

    async def _say(self, text: str) -> None:
        self.spoken += text
        await self.run.sink.sentence(text)

    async def _repair(self, held: Any) -> None:
        """Ask once for the failing sentence alone; what is still unbacked is left out."""
        run = self.run
        mended = await self._again(held)
        if mended is not None:
            await self._say(mended)
            return
        figures = [u.text for u in held.unbacked]
        run.unbacked += figures
        shown = ", ".join(dict.fromkeys(self._named(u) for u in held.unbacked))
        await self._say(" " + say("unbacked", run.locale, figure=shown) + "\n")

    def _named(self, figure: Figure) -> str:
        """Return how to call a figure nobody gave; an address would be a link if it were shown."""
        is_link = any(r.kind == "link" for r in figure.readings)
        return say("an_address", self.run.locale) if is_link else figure.text

    async def _again(self, held: Any) -> str | None:
        run = self.run
        if run.answered_by in {"offline", "order"}:
            return None  # there is no model that could say it better
        figures = ", ".join(u.text for u in held.unbacked)
        results = json.dumps(_results(run), ensure_ascii=False, default=str)[:_MOST_RESULTS]
        asked = _REPAIR.format(results=results, sentence=held.text.strip(), figures=figures)
        request = ModelRequest(
            system="You repair one sentence. Answer with the sentence only.",
            messages=[{"role": "user", "content": asked}],
            tools=[],
            locale=run.locale,
            today=run.today,
        )
        try:
            reply = await run.model.reply(request, _unheard)
        except ModelError:
            return None  # the sentence is left out and said to be unbacked, which is the answer
        run.budget.used(reply.usage)
        gate = SentenceGate(figures_of(run), run.locale)
        events = [*gate.feed(reply.text), *gate.close()]
        return None if any(e.held for e in events) or not reply.text else f" {reply.text.strip()} "


async def _unheard(piece: str) -> None:
    """A repair is shown only when it is whole and backed."""


def _results(run: "TurnRun") -> list[Json]:
    return [
        {k: v for k, v in c.result.data.items() if k != "_view"}
        for m in run.transcript
        for c in m.calls
        if c.result is not None
    ]


def figures_of(run: "TurnRun") -> Figures:
    """Return everything this conversation has figures from: results and the member's words.

    The same ones as long as nothing has been added to them in this turn.
    """
    calls = [c for m in run.transcript for c in m.calls if c.result is not None]
    given = (len(run.transcript), run.read, [(c.id, c.result) for c in calls])
    if run.figures is None or run.figures[0] != given:
        run.figures = given, _figures_of(run, calls)
    return run.figures[1]


def _figures_of(run: "TurnRun", calls: list[StoredCall]) -> Figures:
    said = [run.words, *(m.text for m in run.transcript if m.role == "member")]
    words = [without_links(text) if is_pasted(text) else text for text in said]
    today: tuple[str, Json] = ("today", {"today": run.today.isoformat()})
    results = [(c.id, _vouched(run, c, c.result)) for c in calls if c.result is not None]
    read: tuple[str, Json] = ("records", {"names": list(run.read)})
    return Figures.of([today, read, *results], [], words, run.locale)


def _vouched(run: "TurnRun", call: StoredCall, result: StoredResult) -> Json:
    """Return what a call gave; outsiders' text gives figures, but no address to click on."""
    given = _given(call, result)
    return without_links(given) if is_free_text(call.tool, run.services.catalog) else given


def _given(call: StoredCall, result: StoredResult) -> Json:
    """Return what a call gave: its data, the table shown beside it, its changes.

    A failed call only repeats what it was called with: a figure the model made up does not become
    true by being refused, so its own arguments are taken out of what it says.
    """
    data: Json = {"changes": list(result.changes), **result.data}
    if result.status not in {"failed", "refused"}:
        return data
    told = {key: str(data.get(key, "")) for key in ("message", "said")}
    for value in _scalars(call.arguments):
        made_up = rf"(?<!\w){re.escape(value)}(?!\w)"
        told = {key: re.sub(made_up, "…", text) for key, text in told.items()}
    return data | told


def _scalars(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [s for v in value.values() for s in _scalars(v)]
    if isinstance(value, list):
        return [s for v in value for s in _scalars(v)]
    return [] if value is None or value == "" else [str(value)]


def language_of(words: str, fallback: Locale) -> Locale:
    """Return the language a message is written in, the member's own when it cannot be told."""
    language, confidence = guess_language(words)
    return language if confidence >= 0.6 else fallback  # noqa: PLR2004 - below that it is a guess
