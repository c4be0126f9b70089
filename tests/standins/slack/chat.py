"""`chat.*` but for streams, and `reactions.add`."""

from tests.standins.slack.method import Method, form_only, method
from tests.standins.slack.records import Channel, Json, Message, SlackError
from tests.standins.slack.validity import (
    MARKDOWN_CHARACTERS,
    TEXT_CHARACTERS,
    check_blocks,
    check_metadata,
)
from tests.standins.slack.world import World

_LOOK = "icon_emoji icon_url username"


def content(world: World, args: Json) -> Json:
    """Return the checked text, blocks, attachments and metadata a message is made of."""
    blocks = check_blocks(args["blocks"]) if args.get("blocks") else []
    text = args.get("text") or ""
    if markdown := args.get("markdown_text"):
        if args.get("text") or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_CHARACTERS:
            raise SlackError("msg_too_long")
        text = markdown
    if not (text or blocks or args.get("attachments")):
        raise SlackError("no_text")
    if len(text) > TEXT_CHARACTERS:
        world.violations.append(f"text of {len(text)} characters was cut at {TEXT_CHARACTERS}")
        text = text[:TEXT_CHARACTERS]
    found: Json = {"text": text, "blocks": _with_ids(world, blocks)}
    found["attachments"] = args.get("attachments") or []
    if args.get("metadata"):
        found["metadata"] = check_metadata(args["metadata"])
    return found


def _with_ids(world: World, blocks: list[Json]) -> list[Json]:
    return [b if b.get("block_id") else {**b, "block_id": world.new_id("b")} for b in blocks]


def thread_of(world: World, channel: Channel, args: Json) -> str | None:
    """Return the thread to write into; it must be there."""
    given = args.get("thread_ts")
    if given is None:
        return None
    try:
        return world.message(channel.id, str(given)).thread
    except SlackError as error:
        raise SlackError("thread_not_found") from error


def own_message(world: World, args: Json, refusal: str) -> Message:
    """Return the application's own message to change, or refuse."""
    channel = world.channel(args["channel"])
    message = world.message(channel.id, str(args["ts"]))
    if message.user != world.bot_user:
        raise SlackError(refusal)
    return message


def _post(world: World, args: Json) -> Json:
    channel = world.joined(args["channel"])
    world.need_look(args)
    unfurl = not (args.get("unfurl_links") is False and args.get("unfurl_media") is False)
    message = Message(
        channel.id, "", world.bot_user, bot_id=world.bot_id, team=world.team_id, unfurl=unfurl,
        thread_ts=thread_of(world, channel, args), client_msg_id=args.get("client_msg_id"),
        broadcast=bool(args.get("reply_broadcast")), **content(world, args),
    )  # fmt: skip
    message.ts = world.new_ts()
    world.write(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _post_ephemeral(world: World, args: Json) -> Json:
    channel = world.joined(args["channel"])
    world.need_look(args)
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    message = Message(
        channel.id, "", world.bot_user, bot_id=world.bot_id, team=world.team_id,
        thread_ts=thread_of(world, channel, args), ephemeral_to=args["user"],
        **content(world, args),
    )  # fmt: skip
    message.ts = world.new_ts()
    world.write(message)
    return {"message_ts": message.ts}


def rewrite(world: World, message: Message, new: Json) -> None:
    """Replace what a message says, remembering the buttons it had."""
    before = message.as_json()
    message.earlier.append(message.blocks)
    message.text, message.blocks = new["text"], new["blocks"]
    message.attachments = new.get("attachments") or []
    message.metadata = new.get("metadata", message.metadata)
    message.edited = world.new_ts()
    world.look_at(message)
    if not message.ephemeral_to:
        world.tell(message, "message_changed", before)


def _update(world: World, args: Json) -> Json:
    message = own_message(world, args, "cant_update_message")
    if message.stream is not None and not message.stream.stopped:
        # Allowed: it is how an application goes on when its stream has died (python-slack-sdk #1859).
        message.stream.stopped = True
    if len(args.get("text") or "") > TEXT_CHARACTERS:
        raise SlackError("msg_too_long")
    new = content(world, args)
    if "blocks" not in args and not args.get("attachments"):
        new["blocks"] = []  # new text alone replaces the blocks
    if message.stream is not None:
        message.stream.tasks.clear()
        message.stream.plan_title = None
    rewrite(world, message, new)
    return {
        "channel": message.channel, "ts": message.ts, "text": message.text,
        "message": message.as_json(),
    }  # fmt: skip


def _delete(world: World, args: Json) -> Json:
    message = own_message(world, args, "cant_delete_message")
    before = message.as_json()
    message.deleted = True
    world.tell(message, "message_deleted", before)
    return {"channel": message.channel, "ts": message.ts}


def _permalink(world: World, args: Json) -> Json:
    channel = world.channel(args["channel"])
    message = world.message(channel.id, str(args["message_ts"]))
    link = f"https://coffee.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _react(world: World, args: Json) -> Json:
    channel = world.joined(args["channel"])
    message = world.message(channel.id, str(args["timestamp"]))
    users = message.reactions.setdefault(args["name"].strip(":"), [])
    if world.bot_user in users:
        raise SlackError("already_reacted")
    users.append(world.bot_user)
    return {}


METHODS: dict[str, Method] = {
    "chat.postMessage": method(
        _post,
        "channel",
        "text blocks attachments markdown_text thread_ts reply_broadcast unfurl_links unfurl_media"
        f" mrkdwn link_names parse metadata client_msg_id as_user {_LOOK}",
        "chat:write",
    ),
    "chat.postEphemeral": method(
        _post_ephemeral,
        "channel user",
        f"text blocks attachments markdown_text thread_ts link_names parse as_user {_LOOK}",
        "chat:write",
    ),
    "chat.update": method(
        _update,
        "channel ts",
        "text blocks attachments markdown_text link_names parse metadata reply_broadcast file_ids"
        " as_user",
        "chat:write",
    ),
    "chat.delete": method(_delete, "channel ts", "as_user", "chat:write"),
    "chat.getPermalink": form_only(method(_permalink, "channel message_ts")),
    "reactions.add": method(_react, "channel name timestamp", "", "reactions:write"),
}
