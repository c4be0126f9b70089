"""What happens in a turn: plan asks the model, gate checks what it proposed, act runs it.

Each returns where to go next; the graph is `agent.graph`.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any, Literal

from agent import prompting, selection
from agent.messages import say
from agent.models.port import ModelError, ModelReply, ModelRequest
from agent.speaking import Speaker
from agent.turn import Step, TurnRun
from db.queries.transcript import StoredCall, StoredMessage
from db.storable import storable
from tools.approval import Origin
from tools.outcome import Outcome, Turn
from tools.spec import AnyTool, Effect

Json = dict[str, Any]
Next = Literal["plan", "gate", "act", "end"]
_STOP_LOOK_SECONDS = 0.1


async def plan(run: TurnRun) -> Next:
    """Ask the model what to do or say next."""
    ended = "stopped" if run.stop() else None
    limit = run.budget.spent()
    if ended or limit:
        key, values = limit or (str(ended), {})
        await _end_with(run, say(key, run.locale, **values), "partial" if limit else "answered")
        return "end"
    speaker = Speaker(run)
    try:
        reply = await _ask(run, speaker)
    except ModelError as error:
        await _model_failed(run, speaker, error)
        return "end"
    except StoppedError:
        await _end_with(run, say("stopped", run.locale), "answered")
        return "end"
    run.budget.used(reply.usage)
    run.answered_by = reply.model
    if reply.model not in ("", run.model.name):  # stays set: from here on changes need a card
        run.fallback = f"{run.model.name} → {reply.model}"
    run.read = reply.read
    await speaker.close(reply.text)
    return _proposed(run, reply, speaker.spoken) if reply.calls else "end"


class StoppedError(Exception):
    """The member asked to stop while the model was answering."""


async def _unless_stopped(run: TurnRun, answering: Coroutine[Any, Any, ModelReply]) -> ModelReply:
    """Wait for the model, and drop it as soon as the member stops the turn."""
    task = asyncio.create_task(answering)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_STOP_LOOK_SECONDS)
            if run.stop() and not task.done():
                raise StoppedError
        return task.result()
    finally:
        task.cancel()


async def _ask(run: TurnRun, speaker: Speaker) -> ModelReply:
    await run.sink.status(say("thinking", run.locale))
    request = request_of(run)
    with run.services.tracer.generation(run.model.name, tools=len(request.tools)) as span:
        reply = await _unless_stopped(run, run.model.reply(request, speaker.hear))
        span.update(model=reply.model, usage=reply.usage, calls=[c.name for c in reply.calls])
    return reply


def request_of(run: TurnRun) -> ModelRequest:
    """Return what the model is asked: prompt, trimmed transcript, and the tools that fit."""
    catalog = run.services.catalog
    offered = [] if run.model.knows_tools else _offered(run)
    history = prompting.chat_messages(
        run.transcript,
        catalog,
        inbox_id=run.work.id,
        budget_tokens=run.services.settings.prompt_tokens,
    )
    now = prompting.situation(run.asker, run.today, run.company.name, run.company.demo)
    return ModelRequest(
        system=f"{prompting.system_prompt()}\n{now}",
        messages=history,
        tools=[catalog.openai_schema(tool) for tool in offered],
        locale=run.locale,
        today=run.today,
    )


def _offered(run: TurnRun) -> list[AnyTool]:
    """Return the tools of this step; what was found or tried comes first."""
    calls = [c for m in run.transcript for c in m.calls]
    asked = [n for o in run.outcomes if o.tool == "find_tools" for n in o.data.get("names", [])]
    tried = [o.tool for o in run.outcomes if o.tool != "find_tools"]
    recent = [c.tool for c in calls[-6:]]
    chosen = selection.select_tools(
        run.services.catalog, run.asker, run.words, recent, [*asked, *tried], list(run.offered)
    )
    run.offered |= {t.name for t in chosen}
    return chosen


def _proposed(run: TurnRun, reply: ModelReply, spoken: str) -> Next:
    """Re-key the model's calls: ids of some providers repeat, ours are the turn's own.

    What is kept of the words beside them is what was shown, so what had been checked.
    """
    first = 1 + sum(len(m.calls) for m in run.transcript if m.inbox_id == run.work.id)
    run.pending = [
        StoredCall(
            id=f"{run.work.id}-{first + n}",
            conversation_id=run.work.conversation_id,
            inbox_id=run.work.id,
            message_id=0,
            tool=call.name,
            arguments=storable(call.arguments),
            arguments_hash="",
            raw=storable(call.raw) or None,
            tainted=run.free_text,
            fallback=run.fallback is not None,
            doubtful=call.doubtful,
        )
        for n, call in enumerate(reply.calls)
    ]
    run.proposing = spoken
    return "gate"


async def gate(run: TurnRun) -> Next:
    """Validate and class every proposed call.

    They are stored in one transaction with what they found or did, before it is shown: a crash
    before that plans again, and nothing has happened.
    """
    runner = run.services.runner
    run.budget.proposed(run.pending)
    turn = turn_of(run)
    proposed, failed = runner.checked(turn, run.proposing, run.answered_by, run.pending)
    run.outcomes += failed
    done = {o.call_id for o in failed}
    run.pending = [c for c in proposed.calls if c.id not in done]
    if run.pending:
        run.unstored = proposed, failed
    else:
        run.transcript.append(await runner.store(turn, proposed, failed))
    return "act"


async def act(run: TurnRun) -> Next:
    """Run the proposed calls: reads in parallel, changes in order and together."""
    turn = turn_of(run)
    reads = [c for c in run.pending if _effect(run, c) is Effect.READ]
    writes = [c for c in run.pending if _effect(run, c) is not Effect.READ]
    if reads:
        await run.sink.status(_doing(run, "looking", reads))
        await _begun(run, "looking", reads)
        outcomes = await asyncio.gather(*(_read(run, turn, c) for c in reads))
        await _store_reads(run, turn, outcomes)
        if not writes and await _is_said(run, outcomes):
            return "end"
    if writes and not run.stop():
        await run.sink.status(_doing(run, "writing", writes))
        await _begun(run, "writing", writes)
        outcomes, message = await run.services.runner.write(turn_of(run), writes, run.unstored)
        await _ended(run, "writing", writes, outcomes)
        run.outcomes += outcomes
        _keep(run, message)
    run.pending, run.unstored = [], None  # stopped before its changes: never proposed
    waiting = any(o.status == "awaiting" for o in run.outcomes)
    # What was read beside a card still has to be told; the card's own words are added by code.
    return "end" if waiting and not reads else "plan"


async def _is_said(run: TurnRun, outcomes: Sequence[Outcome]) -> bool:
    """Show what a tool answered when all that ran is final: no model says it in other words."""
    tools = [run.services.catalog.tool(o.tool) for o in outcomes]
    if not all(t.final and o.status == "ok" for t, o in zip(tools, outcomes, strict=True)):
        return False
    for outcome in outcomes:
        text = str(outcome.data["said"])
        run.said.append(text)
        await run.sink.sentence(text)
    return True


async def _store_reads(run: TurnRun, turn: Turn, outcomes: Sequence[Outcome]) -> None:
    """Commit what reads found, and their calls when they are not stored yet."""
    proposed, failed = run.unstored or (None, [])
    stored = await run.services.runner.store(turn, proposed, [*failed, *outcomes])
    _keep(run, stored)
    run.outcomes += outcomes


def _keep(run: TurnRun, stored: StoredMessage | None) -> None:
    """Put a message as it stands into the transcript: a new one, or again with its results."""
    if stored is None:
        return
    if run.unstored is None:
        run.transcript[-1] = stored
    else:
        run.transcript.append(stored)
        run.unstored = None


async def _read(run: TurnRun, turn: Turn, call: StoredCall) -> Outcome:
    with run.services.tracer.tool(call.tool, call.id) as span:
        outcome = await run.services.runner.read(turn, call)
        span.update(status=outcome.status)
    await _ended(run, "looking", [call], [outcome])
    return outcome


def _effect(run: TurnRun, call: StoredCall) -> Effect:
    return run.services.catalog.tool(call.tool).effect


def _doing(run: TurnRun, key: str, calls: Sequence[StoredCall]) -> str:
    """Return what is being done and to which nouns, in the member's language."""
    catalog = run.services.catalog
    nouns = dict.fromkeys(catalog.tool(c.tool).noun for c in calls)
    entities = [catalog.find_entity(n) for n in nouns]
    what = ", ".join(e.nouns.label(run.locale) for e in entities if e)
    return say(key, run.locale, what=what) if what else say("thinking", run.locale)


async def _begun(run: TurnRun, key: str, calls: Sequence[StoredCall]) -> None:
    for call in calls:
        await run.sink.step(Step(call.id, _title(run, key, call), "in_progress"))


async def _ended(
    run: TurnRun, key: str, calls: Sequence[StoredCall], outcomes: Sequence[Outcome]
) -> None:
    """Show what became of calls; one that now waits for a person has done its part."""
    ended = {o.call_id: o.status for o in outcomes}
    for call in calls:
        well = ended.get(call.id) in {"ok", "awaiting"}
        await run.sink.step(Step(call.id, _title(run, key, call), "complete" if well else "error"))


def _title(run: TurnRun, key: str, call: StoredCall) -> str:
    return _doing(run, key, [call]).removesuffix(" …")


def turn_of(run: TurnRun) -> Turn:
    """Return the turn as the runner sees it: where its calls come from, as code knows it."""
    # What this very turn showed was the model's choice: it cannot make a record "the one shown".
    earlier = [m for m in run.transcript if m.inbox_id != run.work.id]
    shown = replace(run, transcript=earlier).shown()
    mine = {c.id: c for m in run.transcript if m.inbox_id == run.work.id for c in m.calls}
    calls = (mine | {c.id: c for c in run.pending}).values()
    known = [c for c in calls if c.tool in run.services.catalog.tools]
    writes = sum(_effect(run, c) is not Effect.READ for c in known)
    origin = Origin(
        words=run.words,
        locale=run.locale,
        today=run.today,
        tainted=run.free_text,
        fallback=run.fallback is not None,
        writes=writes,
        shown=shown,
    )
    asker = replace(run.asker, locale=run.locale)  # tables answer in the language of the message
    return Turn(asker, run.work.conversation_id, run.work.id, origin, run.fence)


async def _model_failed(run: TurnRun, speaker: Speaker, error: ModelError) -> None:
    await speaker.cut()
    changed = any(o.changes and o.status == "ok" for o in run.outcomes)
    key = "model_failed_after" if changed else "model_failed"
    await _end_with(run, say(key, run.locale, kind=error.kind), "failed")


async def _end_with(run: TurnRun, text: str, outcome: str) -> None:
    run.said.append(text)
    run.outcome = outcome
    await run.sink.sentence(text)
