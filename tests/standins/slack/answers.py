"""What an application answers outside the Web API: `response_url` and the ack of a command."""

from aiohttp import web

from tests.standins.slack.chat import content, rewrite, thread_of
from tests.standins.slack.records import Json, Message, SlackError
from tests.standins.slack.world import RESPONSE_SECONDS, RESPONSE_USES, ResponseUrl, World

_KNOWN = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original",
    "unfurl_links", "unfurl_media", "thread_ts", "metadata", "mrkdwn",
}  # fmt: skip


def respond(world: World, key: str, body: Json) -> web.Response:
    """Answer a post to a `response_url`."""
    url = world.response_urls.get(key)
    if url is None or world.clock.now() - url.issued > RESPONSE_SECONDS:
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    if url.uses >= RESPONSE_USES:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    url.uses += 1
    try:
        answer(world, url, body)
    except SlackError as refused:
        return web.json_response(refused.body(), status=400)
    return web.Response(text="ok")


def answer(world: World, url: ResponseUrl, body: Json) -> None:
    """Post, replace or delete as the body says; to one user unless it says otherwise."""
    if unknown := sorted(set(body) - _KNOWN):
        world.violations.append(f"response_url: unknown arguments {', '.join(unknown)}")
    original = _original(world, url)
    if body.get("delete_original") and original is not None:
        original.deleted = True
        return
    new = content(world, body)
    if body.get("replace_original") and original is not None:
        rewrite(world, original, new)
        return
    private = body.get("response_type", "ephemeral") == "ephemeral"
    unfurl = not (body.get("unfurl_links") is False and body.get("unfurl_media") is False)
    message = Message(
        url.channel, world.new_ts(), world.bot_user, bot_id=world.bot_id, team=world.team_id,
        ephemeral_to=url.user if private else None, unfurl=unfurl,
        thread_ts=thread_of(world, world.channels[url.channel], body), **new,
    )  # fmt: skip
    world.write(message)


def _original(world: World, url: ResponseUrl) -> Message | None:
    there = world.by_channel[url.channel]
    return next((m for m in there if m.ts == url.message_ts and not m.deleted), None)
