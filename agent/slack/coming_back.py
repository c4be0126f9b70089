"""What comes by itself, on its way to Slack: briefs, reminders, alerts; to their member alone.

The schedule decides that something is due and stores it as a parcel in the same transaction; here
it is given its place: the member's DM, and for a shipment one thread.
"""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from agent.slack.blocks import actions, button
from agent.slack.client import RefusedError, call, myself, open_direct
from agent.slack.hearing import FRONT
from agent.slack.place import Place
from agent.slack.text import pieces, plain
from agent.slack.words import SLACK
from agent.turn import Services
from db.enums import Locale
from db.models import Member
from db.queries import members, outbox, turns
from db.queries.outbox import Parcel
from db.queries.turns import Heard
from db.session import Actor
from tools.due import Due

Json = dict[str, Any]
KIND = "slack_due"
_SECTION = 2_900
_ACTOR = Actor.system("slack")


async def remember(session: AsyncSession, due: Due) -> None:
    """Store something due as a parcel, once, not to leave before its hour."""
    locale: Locale = (await members.by_id(session, due.member_id)).locale.value  # type: ignore[assignment]
    payload: Json = {
        "member": due.member_id,
        "kind": due.kind,
        "locale": locale,
        "text": due.message(locale),
        "order": vars(due.order) if due.order else None,
        "thread_key": due.thread_key,
        "acknowledge": due.acknowledge.arguments if due.acknowledge else None,
    }
    await outbox.put(session, due.effect_key, KIND, payload, not_before=due.hold_until)


async def note(session: AsyncSession, effect_key: str, member_id: int, text: str) -> None:
    """Store a line for a member's DM, once."""
    payload: Json = {"member": member_id, "kind": "note", "locale": "en", "text": text}
    payload |= {"order": None, "thread_key": None, "acknowledge": None}
    await outbox.put(session, effect_key, KIND, payload)


async def place_of(services: Services, client: AsyncWebClient, parcel: Parcel) -> Place:
    """Return where a member is told things: their DM, in the thread of what it belongs to.

    Raises:
        RefusedError: they are no longer with us, or nobody in Slack.
    """
    number, thread_key = int(parcel.payload["member"]), parcel.payload.get("thread_key")
    async with services.database.reading(_ACTOR) as session:
        try:
            member = await members.by_id(session, number)
        except members.NoSuchMemberError as error:
            raise RefusedError("member_gone") from error
        root = await outbox.root_of(session, KIND, number, thread_key) if thread_key else None
    user = member.slack_id or await _user_of(client, member)
    direct = await open_direct(client, user)
    team = (await myself(client))["team_id"]
    return Place(team, direct, user, root)


async def _user_of(client: AsyncWebClient, member: Member) -> str:
    try:
        return str((await call(client, "users.lookupByEmail", email=member.email))["user"]["id"])
    except RefusedError as error:
        raise RefusedError("nobody in Slack has the member's address") from error


async def begin(services: Services, parcel: Parcel, place: Place) -> None:
    """Begin a turn that shows what an order finds: the morning brief."""
    order, locale = parcel.payload["order"], parcel.payload["locale"]
    payload: Json = {"text": SLACK["day"].format(locale), "order": order, "slack": place.kept()}
    heard = Heard(FRONT, place.channel, "message", payload, f"slack:{parcel.effect_key}")
    await turns.hear_all(services.database, [(int(parcel.payload["member"]), heard)])


def blocks_of(parcel: Parcel) -> list[Json]:
    """Return a notice as blocks, with what to press when it is seen to."""
    found: list[Json] = [
        {"type": "section", "text": {"type": "plain_text", "text": piece}}
        for piece in pieces(plain(str(parcel.payload["text"])), _SECTION)
    ]
    acknowledge = parcel.payload.get("acknowledge")
    if acknowledge:
        pressed = button("acknowledge", str(acknowledge["alert"]), parcel.payload["locale"])
        found.append(actions([pressed], f"seen:{parcel.id}"))
    return found
