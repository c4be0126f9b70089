"""Buttons and windows: what a press asks for is stored; whether it may be is asked when worked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp

from agent.messages import say
from agent.slack import cards
from agent.slack.client import call, open_direct
from agent.slack.edge import ANYTHING, AlienError, patiently
from agent.slack.front import Front
from agent.slack.hearing import words_of
from agent.slack.incoming import Action, Kept, Numbered, Pressed, Raw, Window
from agent.slack.place import Place
from agent.slack.words import SLACK
from db.queries import approvals, feedback
from db.session import Actor
from tools.context import Asker

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]


class Pressing:
    """Everything that can be pressed or sent in."""

    def __init__(self, front: Front) -> None:
        self.front, self.client, self.services = front, front.client, front.services

    def listen(self, app: AsyncApp) -> None:
        """Register with Bolt; what none of ours has the name of is refused last."""
        for name, press in (
            ("approve", self.on_approve), ("reject", self.on_reject), ("edit", self.on_edit),
            ("undo", self.on_undo), ("acknowledge", self.on_acknowledge),
            ("feedback", self.on_feedback),
        ):  # fmt: skip
            app.action(name)(patiently(press))
        app.shortcut("ask_about")(patiently(self.on_shortcut))
        app.view("reject")(patiently(self.on_rejected))
        app.view("edit")(patiently(self.on_edited))
        app.view("ask_about")(patiently(self.on_asked))
        for register in (app.action, app.shortcut, app.view, app.options):
            register(ANYTHING)(patiently(self.on_unknown))

    # --- buttons -------------------------------------------------------------------------------

    async def on_approve(self, ack: Ack, body: Raw, action: Raw) -> None:
        """Hear an approval; whether it is theirs to give is asked when it is worked."""
        pressed, what = Pressed.model_validate(body), Numbered.model_validate(action)
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        if asker is not None:
            verdict: Json = {"approval": what.value, "verdict": "approved"}
            await self.front.heard(asker, place, "decision", verdict, _press(pressed, what))
        await ack()

    async def on_reject(self, ack: Ack, body: Raw, action: Raw) -> None:
        """Ask why not."""
        pressed, what = Pressed.model_validate(body), Numbered.model_validate(action)
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        if asker is not None:
            await self._open(pressed, cards.reject_window(what.value, place, asker.locale))
        await ack()

    async def on_edit(self, ack: Ack, body: Raw, action: Raw) -> None:
        """Open a proposal for editing, as it stands."""
        pressed, what = Pressed.model_validate(body), Numbered.model_validate(action)
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        approval = await self._open_approval(asker, place, what.value) if asker else None
        if asker is not None and approval is not None:
            catalog = self.services.catalog
            await self._open(pressed, cards.edit_window(approval, catalog, place, asker.locale))
        await ack()

    async def on_undo(self, ack: Ack, body: Raw, action: Raw) -> None:
        """Hear an undo: it takes the same road as every other call."""
        pressed, what = Pressed.model_validate(body), Numbered.model_validate(action)
        order = {"tool": "undo", "arguments": {"change_set": what.value}}
        await self._ordered(pressed, what, order, partial(say, "undo_number", number=what.value))
        await ack()

    async def on_acknowledge(self, ack: Ack, body: Raw, action: Raw) -> None:
        """Hear that an alert is seen to."""
        pressed, what = Pressed.model_validate(body), Action.model_validate(action)
        order = {"tool": "acknowledge_alert", "arguments": {"alert": what.value}}
        await self._ordered(pressed, what, order, SLACK["acknowledged"].format)
        await ack()

    async def on_feedback(self, ack: Ack, body: Raw, action: Raw) -> None:
        """Keep what a member thought of an answer."""
        pressed, what = Pressed.model_validate(body), Action.model_validate(action)
        verdict, _, number = what.value.partition(":")
        if verdict not in {"good", "bad"} or not number.isdecimal():
            raise AlienError("feedback")
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        if asker is not None:
            async with self.services.database.writing(Actor.member(asker.id)) as session:
                kept = await feedback.give(session, int(number), asker.id, verdict)
            said = SLACK["thanks" if kept else "not_here"].format(asker.locale)
            await self.front.tell(replace(place, kind="channel"), said)
        await ack()

    async def on_unknown(self, ack: Ack, body: Raw) -> None:
        """Refuse a button or window that none of ours is: one of an older version, or forged."""
        pressed = Pressed.model_validate(body)
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        if asker is not None:
            await self.front.tell(place, SLACK["not_here"].format(asker.locale))
        await ack()

    # --- windows -------------------------------------------------------------------------------

    async def on_rejected(self, ack: Ack, body: Raw, view: Raw) -> None:
        """Hear a rejection with its reason."""
        window, place, asker = await self._sent_in(body, view)
        if asker is not None:
            verdict: Json = {"approval": _number(window.private_metadata), "verdict": "rejected"}
            verdict |= {"reason": window.entered("reason") or None}
            await self.front.heard(asker, place, "decision", verdict, _sent(place, window))
        await ack()

    async def on_edited(self, ack: Ack, body: Raw, view: Raw) -> None:
        """Hear an edited proposal: a new call, so a new card and a new digest."""
        window, place, asker = await self._sent_in(body, view)
        number = _number(window.private_metadata)
        approval = await self._open_approval(asker, place, number) if asker else None
        if asker is not None and approval is not None:
            arguments = cards.edited(approval, window.entered)
            # The words name nothing on purpose: what a card held is not the member's own text.
            words = SLACK["changed_by_you"].format(asker.locale, what=approval.tool)
            payload: Json = {
                "text": words,
                "order": {"tool": approval.tool, "arguments": arguments},
            }
            await self.front.heard(asker, place, "message", payload, _sent(place, window))
        await ack()

    async def on_shortcut(self, ack: Ack, body: Raw) -> None:
        """Ask what to do with a message somebody wrote."""
        pressed = Pressed.model_validate(body)
        if pressed.channel is None or pressed.message is None:
            raise AlienError("shortcut")
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        if asker is not None:
            text = words_of(pressed.message.text, self.front.bot.user)
            await self._open(pressed, cards.ask_window(text, place, asker.locale))
        await ack()

    async def on_asked(self, ack: Ack, body: Raw, view: Raw) -> None:
        """Hear the question about a message: what is quoted is somebody else's text."""
        window, place, asker = await self._sent_in(body, view)
        if asker is not None:
            about = window.private_metadata.about.splitlines()
            quoted = "\n".join(f"> {line}" for line in about)
            direct = await open_direct(self.client, place.user)
            there = replace(place, channel=direct, thread=None, kind="im", ts=None)
            payload: Json = {"text": f"{window.entered('question') or ''}\n\n{quoted}"}
            await self.front.heard(asker, there, "message", payload, _sent(place, window))
        await ack()

    # --- inside --------------------------------------------------------------------------------

    async def _ordered(
        self, pressed: Pressed, what: Action | Numbered, order: Json, words: Callable[[Any], str]
    ) -> None:
        """Hear a call somebody chose by a button."""
        place = self.front.clicked(pressed)
        asker = await self.front.presser(pressed, place)
        if asker is not None:
            payload: Json = {"text": words(asker.locale), "order": order}
            await self.front.heard(asker, place, "message", payload, _press(pressed, what))

    async def _open(self, pressed: Pressed, window: Json) -> None:
        await call(self.client, "views.open", trigger_id=pressed.trigger_id, view=window)

    async def _sent_in(self, body: Raw, view: Raw) -> tuple[Window, Place, Asker | None]:
        """Return a window, where it was opened and who sent it in: nobody but who opened it."""
        pressed, window = Pressed.model_validate(body), Window.model_validate(view)
        place = window.private_metadata.slack
        if (place.team, place.user) != (self.front.bot.team, pressed.user.id):
            raise AlienError("window")
        return window, place, await self.front.presser(pressed, place)

    async def _open_approval(
        self, asker: Asker, place: Place, number: int
    ) -> approvals.StoredApproval | None:
        """Return an approval that can still be decided; else its member is told so."""
        async with self.services.database.reading(Actor.member(asker.id)) as session:
            found = await approvals.get(session, number, self.services.clock())
        if found is not None and found.status == "pending":
            return found
        await self.front.tell(place, SLACK["not_open"].format(asker.locale, number=number))
        return None


def _number(kept: Kept) -> int:
    if kept.approval is None:
        raise AlienError("window")
    return kept.approval


def _press(pressed: Pressed, action: Action | Numbered) -> str:
    """Return what makes a press the same one again when Slack delivers it twice."""
    what = f"{action.action_id}:{action.value}:{action.action_ts}"
    return f"slack:press:{pressed.user.id}:{what}"


def _sent(place: Place, window: Window) -> str:
    return f"slack:{place.team}:view:{window.id}"
