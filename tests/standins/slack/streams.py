"""`chat.startStream`, `chat.appendStream`, `chat.stopStream`."""

from tests.standins.slack.chat import own_message
from tests.standins.slack.method import Method, method
from tests.standins.slack.records import Json, Message, SlackError, Stream
from tests.standins.slack.validity import (
    MARKDOWN_CHARACTERS,
    check_blocks,
    check_chunks,
    check_metadata,
)
from tests.standins.slack.world import Session, World

# The content of a stream is text or chunks from its first payload on, never both
# (docs.slack.dev/reference/methods/chat.appendStream; NousResearch/hermes-agent #104173).
STREAM_SECONDS = 300.0  # counted from the start, however much is appended (python-slack-sdk #1859)
_ENDED = ("complete", "error")
SESSION_STATUSES = ("processing", "active", "suspended", "closed")


def _checked(args: Json) -> list[Json]:
    """Return what a call adds, as chunks."""
    text = args.get("markdown_text") or ""
    chunks = check_chunks(args["chunks"]) if args.get("chunks") else []
    if text and chunks:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    if text:
        chunks = [{"type": "markdown_text", "text": text}]
    said = sum(len(c["text"]) for c in chunks if c["type"] == "markdown_text")
    if said > MARKDOWN_CHARACTERS:
        raise SlackError("msg_too_long")
    return chunks


def _keep_mode(stream: Stream, args: Json) -> None:
    """Raise when a stream of text is given chunks, or the other way round."""
    given = "text" if args.get("markdown_text") else "chunks" if args.get("chunks") else None
    if given and stream.mode and given != stream.mode:
        raise SlackError("streaming_mode_mismatch")
    stream.mode = stream.mode or given


def _task(world: World, stream: Stream, chunk: Json) -> None:
    """Begin a task or go on with it; Slack takes any order, but a task that has ended has."""
    before = stream.tasks.setdefault(chunk["id"], {})
    if before.get("status") in _ENDED and chunk["status"] not in _ENDED:
        world.violations.append(f"task {chunk['id']} goes on after its end")
    before |= {k: v for k, v in chunk.items() if k != "type"}
    stream.history.append((chunk["id"], chunk["status"]))


def _add(world: World, message: Message, chunks: list[Json]) -> None:
    stream = message.stream
    assert stream is not None
    for chunk in chunks:
        if chunk["type"] == "markdown_text":
            message.text += chunk["text"]
        elif chunk["type"] == "task_update":
            _task(world, stream, chunk)
        elif chunk["type"] == "plan_update":
            stream.plan_title = chunk["title"]
        else:
            message.blocks = check_blocks([*message.blocks, *chunk["blocks"]])
    world.look_at(message)


def _start(world: World, args: Json) -> Json:
    channel = world.joined(args["channel"])
    world.need_look(args)
    if channel.kind != "im":
        if not args.get("recipient_user_id"):
            raise SlackError("missing_recipient_user_id")
        if not args.get("recipient_team_id"):
            raise SlackError("missing_recipient_team_id")
    if args.get("task_display_mode", "timeline") not in ("timeline", "plan"):
        raise SlackError("invalid_arguments", "task_display_mode is timeline or plan")
    chunks = _checked(args)
    try:
        thread = world.message(channel.id, str(args["thread_ts"])).thread
    except SlackError as error:
        raise SlackError("thread_not_found") from error
    stream = Stream(world.clock.now())
    _keep_mode(stream, args)
    message = Message(
        channel.id, world.new_ts(), world.bot_user, thread_ts=thread, bot_id=world.bot_id,
        team=world.team_id, stream=stream,
    )  # fmt: skip
    world.write(message)
    _add(world, message, chunks)
    return {"channel": channel.id, "ts": message.ts}


def _streaming(world: World, args: Json) -> Message:
    message = own_message(world, args, "message_not_owned_by_app")
    stream = message.stream
    if stream is None or stream.stopped or world.clock.now() - stream.started > STREAM_SECONDS:
        raise SlackError("message_not_in_streaming_state")
    return message


def _append(world: World, args: Json) -> Json:
    message = _streaming(world, args)
    chunks = _checked(args)
    if not chunks:
        raise SlackError("no_text")
    assert message.stream is not None
    _keep_mode(message.stream, args)
    _add(world, message, chunks)
    return {"channel": message.channel, "ts": message.ts}


def _stop(world: World, args: Json) -> Json:
    message = _streaming(world, args)
    chunks = _checked(args)
    blocks = check_blocks(args["blocks"]) if args.get("blocks") else []
    metadata = check_metadata(args["metadata"]) if args.get("metadata") else None
    status = args.get("session_status")
    if status is not None and status not in SESSION_STATUSES:
        raise SlackError("invalid_arguments", f"no status of a session: {status}")
    assert message.stream is not None
    _keep_mode(message.stream, args)
    before = message.as_json()
    if blocks:
        message.blocks = check_blocks([*message.blocks, *blocks])
    _add(world, message, chunks)
    message.metadata = metadata or message.metadata
    message.stream.stopped = True
    running = [k for k, t in message.stream.tasks.items() if t["status"] == "in_progress"]
    if running:
        world.violations.append(f"a stream ended while tasks ran: {', '.join(running)}")
    if status is not None:
        world.sessions.setdefault((message.channel, message.thread), Session()).status = status
    world.tell(message, "message_changed", before)
    return {"channel": message.channel, "ts": message.ts, "message": message.as_json()}


METHODS: dict[str, Method] = {
    "chat.startStream": method(
        _start,
        "channel thread_ts",
        "markdown_text chunks recipient_user_id recipient_team_id task_display_mode"
        " icon_emoji icon_url username",
        "chat:write",
    ),
    "chat.appendStream": method(_append, "channel ts", "markdown_text chunks", "chat:write"),
    "chat.stopStream": method(
        _stop, "channel ts", "markdown_text chunks blocks metadata session_status", "chat:write"
    ),
}
