"""What leaves for Slack: every message once, in order, also when somebody dies in between.

A message carries its name as the id of its first block. A sender writes down what arrived after
each message; whoever comes after a crash looks for the name in the thread before posting again.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agent.reply import Reply
from agent.slack import coming_back
from agent.slack.blocks import Attached, Drawing, Part, parts_of
from agent.slack.client import (
    NotNowError,
    RefusedError,
    UnclearError,
    call,
    find_block,
    find_files,
    find_orphan,
    open_direct,
    upload,
)
from agent.slack.home import publish
from agent.slack.place import Place
from agent.slack.streams import Streams, may_show_all, replaced
from agent.slack.text import locale_of, mrkdwn
from agent.slack.words import SLACK
from agent.turn import Services
from db.enums import Locale
from db.queries import cards, outbox
from db.queries.outbox import STALE_SECONDS, Answered, Parcel
from db.session import Actor
from tools.errors import ToolError
from tools.reports.making import content_of

Json = dict[str, Any]
_ACTOR = Actor.system("slack")
_AT_ONCE = 20
_UNCLEAR_SECONDS = 2
_MOST_ATTEMPTS = 40
_log = structlog.get_logger()


@dataclass(frozen=True)
class _Sending:
    """A parcel on its way; after `until` another sender may have it, so nothing is posted."""

    parcel: Parcel
    place: Place
    receipt: Json
    until: float


class Delivery:
    """Sends what is due. Holds nothing that another process could not find in the database."""

    def __init__(
        self,
        services: Services,
        client: AsyncWebClient,
        streams: Streams,
        stale_seconds: int = STALE_SECONDS,
    ) -> None:
        self.services, self.client, self.streams = services, client, streams
        self.stale_seconds = stale_seconds

    async def send_due(self, mine: int | None = None) -> int:
        """Send everything that may leave now, or what leaves a conversation just worked here.

        Returns:
            How many parcels there were.
        """
        sent = 0
        while True:
            async with self.services.database.writing(_ACTOR) as session:
                parcels = await outbox.take(session, _AT_ONCE, self.stale_seconds, mine)
            # One of each conversation at most, so none waits for another's; notices in their order,
            # as a thread begins with the first.
            answers = [p for p in parcels if p.conversation_id is not None]
            notices = [p for p in parcels if p.conversation_id is None]
            await asyncio.gather(*(self._send(p) for p in answers), self._send_all(notices))
            sent += len(parcels)
            if not parcels:
                return sent

    async def _send_all(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            await self._send(parcel)

    async def _send(self, parcel: Parcel) -> None:
        try:
            await self._try(parcel)
        except outbox.OvertakenError:
            _log.info("parcel overtaken", parcel=parcel.effect_key)

    async def _try(self, parcel: Parcel) -> None:
        try:
            if parcel.kind == "slack_reply":
                await self._reply(parcel)
            else:
                await self._notice(parcel)
        except RefusedError as refused:
            _log.warning("slack refused", parcel=parcel.effect_key, why=str(refused))
            async with self.services.database.writing(_ACTOR) as session:
                await outbox.give_up(session, parcel, str(refused))
        except NotNowError as later:
            await self._put_off(parcel, str(later), later.seconds)
        except UnclearError as unclear:
            await self._put_off(parcel, str(unclear), _UNCLEAR_SECONDS)

    def _until(self) -> float:
        """Return until when a parcel is surely ours: a call may take the other half of the time."""
        return self.services.ticks() + self.stale_seconds / 2

    async def _put_off(self, parcel: Parcel, why: str, seconds: float) -> None:
        async with self.services.database.writing(_ACTOR) as session:
            if parcel.attempts >= _MOST_ATTEMPTS:
                _log.error("slack given up", parcel=parcel.effect_key, why=why)
                await outbox.give_up(session, parcel, why)
            else:
                await outbox.put_off(session, parcel, why, seconds)

    # --- answers -------------------------------------------------------------------------------

    async def _reply(self, parcel: Parcel) -> None:
        inbox_id = int(parcel.payload["inbox"])
        async with self.services.database.reading(_ACTOR) as session:
            found = await outbox.answered(session, inbox_id)
        place, reply = Place.of(found.payload), Reply.from_stored(found.reply)
        stream = self.streams.take(inbox_id)
        if place.kind == "home":
            await publish(self.services, self.client, place, found, reply)
            await self._done(parcel, {})
            return
        if self._is_refusal(found, reply):
            await self._whisper(place, reply)
            await self._done(parcel, {})
            return
        reader = locale_of(found.locale) if place.is_direct else None
        named = parcel.effect_key, inbox_id
        drawing = Drawing(self.services.catalog, locale_of(reply.language), *named, reader)
        sending = _Sending(parcel, place, dict(parcel.receipt), self._until())
        if reply.private and not await may_show_all(self.services.database, place):
            sending = await self._moved_to_dm(sending, drawing.locale)
            stream = None
        parts = parts_of(reply, drawing)
        if stream is not None:
            parts, stands = await stream.finish(reply, drawing)
            sending.receipt.update(stands)
        else:  # worked elsewhere, or before a crash: something of it may be there
            await self._look(sending, [p.key for p in parts])
            await self._look_for_files(sending, parts)
            await self._adopt(sending, parts)
        for part in parts:
            await self._post(sending, part, found)
        await self._done(parcel, sending.receipt)

    def _is_refusal(self, found: Answered, reply: Reply) -> bool:
        return found.kind == "decision" and reply.outcome in {"refused", "failed"}

    async def _whisper(self, place: Place, reply: Reply) -> None:
        """Tell a refusal to the one it is for; the card keeps its buttons."""
        await call(
            self.client,
            "chat.postEphemeral",
            channel=place.channel,
            user=place.user,
            thread_ts=place.thread,
            text=mrkdwn(reply.text),
        )

    async def _moved_to_dm(self, sending: _Sending, locale: Locale) -> _Sending:
        """Leave a line in the channel and go on in the member's DM."""
        text = SLACK["private"].format(locale)
        key = f"{sending.parcel.effect_key}#private"
        line = {"type": "section", "block_id": key, "text": {"type": "plain_text", "text": text}}
        if sending.parcel.attempts > 1:
            await self._look(sending, [key])
        await self._post(sending, Part(key, text, [line]), None)
        direct = await open_direct(self.client, sending.place.user)
        there = replace(sending.place, channel=direct, thread=None, kind="im", ts=None)
        return replace(sending, place=there)

    async def _look(self, sending: _Sending, keys: list[str]) -> None:
        """Note which messages a sender before us posted without living to write it down."""
        missing = [k for k in keys if k not in sending.receipt]
        if missing:
            place = sending.place
            sending.receipt.update(
                await find_block(self.client, place.channel, place.thread, missing)
            )

    async def _look_for_files(self, sending: _Sending, parts: list[Part]) -> None:
        """Note which files are there already: a file bears no key, but stands below its request."""
        missing = {p.file.name: p.key for p in parts if p.file and p.key not in sending.receipt}
        if missing and sending.parcel.attempts > 1:
            place = sending.place
            there = await find_files(self.client, place.channel, place.thread, place.ts)
            sending.receipt.update({k: there[n] for n, k in missing.items() if n in there})

    async def _adopt(self, sending: _Sending, parts: list[Part]) -> None:
        """Finish the message a crash left half streamed, instead of leaving it and posting anew."""
        place = sending.place
        if not parts or parts[0].key in sending.receipt or not place.thread or not place.ts:
            return
        orphan = await find_orphan(self.client, place.channel, place.thread, place.ts)
        if orphan is not None and await replaced(self.client, place, orphan, parts[0]):
            sending.receipt[parts[0].key] = orphan

    async def _post(self, sending: _Sending, part: Part, found: Answered | None) -> None:
        """Post one message unless it is there, and write down that it is."""
        if part.key not in sending.receipt:
            if self.services.ticks() > sending.until:  # stopped for long, or Slack was very slow
                raise outbox.OvertakenError(sending.parcel.effect_key)
            if part.file is not None:
                sending.receipt[part.key] = await self._upload(sending.place, part, part.file)
            else:
                sending.receipt[part.key] = await self._say(sending.place, part)
        if part.card is not None and found is not None:
            await self._keep_card(sending, part, found)
        async with self.services.database.writing(_ACTOR) as session:
            await outbox.arrived(session, sending.parcel, sending.receipt, done=False)

    async def _say(self, place: Place, part: Part) -> str:
        answer = await call(
            self.client,
            "chat.postMessage",
            channel=place.channel,
            thread_ts=place.thread,
            text=part.text,
            blocks=list(part.blocks),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def _upload(self, place: Place, part: Part, file: Attached) -> str:
        """Send a file into the thread, or the sentence that it cannot be had there."""
        try:
            made = file.made
            content = content_of(made, self.services.runner.files) if made else file.content
            return await upload(
                self.client, channel=place.channel, thread_ts=place.thread, filename=file.name,
                content=content, alt_txt=(made or {}).get("alt") or None,
            )  # fmt: skip
        except (ToolError, RefusedError) as error:  # no longer kept, or not allowed
            _log.warning("file not sent", file=file.name, why=str(error))
            text = {"type": "plain_text", "text": part.text}
            line = {"type": "section", "block_id": part.key, "text": text}
            return await self._say(place, replace(part, file=None, blocks=[line]))

    async def _keep_card(self, sending: _Sending, part: Part, found: Answered) -> None:
        direct = sending.place.is_direct
        receipt = {
            "channel": sending.place.channel,
            "ts": sending.receipt[part.key],
            "shown": "pending",
            "locale": found.locale if direct else locale_of(str(found.reply["language"])),
        }
        async with self.services.database.writing(_ACTOR) as session:
            await cards.card_shown(session, int(part.card or 0), receipt)

    async def _done(self, parcel: Parcel, receipt: Json) -> None:
        async with self.services.database.writing(_ACTOR) as session:
            await outbox.arrived(session, parcel, receipt, done=True)

    # --- notices -------------------------------------------------------------------------------

    async def _notice(self, parcel: Parcel) -> None:
        """Send what comes by itself: a notice, or a turn that finds out what there is to say."""
        place = await coming_back.place_of(self.services, self.client, parcel)
        if parcel.payload["order"]:
            await coming_back.begin(self.services, parcel, place)
            await self._done(parcel, {})
            return
        sending = _Sending(parcel, place, dict(parcel.receipt), self._until())
        if parcel.attempts > 1:
            await self._look(sending, [parcel.effect_key])
        first, *rest = coming_back.blocks_of(parcel)
        blocks = [{**first, "block_id": parcel.effect_key}, *rest]
        text = mrkdwn(str(parcel.payload["text"]))
        await self._post(sending, Part(parcel.effect_key, text, blocks), None)
        await self._done(parcel, sending.receipt)
