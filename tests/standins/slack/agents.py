"""`assistant.threads.*` and `agents.sessions.*`."""

from tests.standins.slack.method import Method, method
from tests.standins.slack.records import Json, SlackError
from tests.standins.slack.streams import SESSION_STATUSES
from tests.standins.slack.world import Session, Status, Thread, World

_PROMPTS = 4
_LOADING_MESSAGES = 10
_TITLE = 200


def _thread(world: World, args: Json) -> Thread:
    channel = world.joined(args["channel_id"])
    if args.get("thread_ts") is None:
        if channel.kind != "im":
            raise SlackError("invalid_thread_ts")
        return channel.id, ""
    try:
        return channel.id, world.message(channel.id, str(args["thread_ts"])).thread
    except SlackError as error:
        raise SlackError("thread_not_found") from error


def _title_of(args: Json) -> str | None:
    title = args.get("title")
    if title is not None and len(title) > _TITLE:
        raise SlackError("invalid_arguments", f"title is longer than {_TITLE} characters")
    return title


def _set_status(world: World, args: Json) -> Json:
    thread = _thread(world, args)
    loading: list[str] = args.get("loading_messages") or []
    if len(loading) > _LOADING_MESSAGES:
        raise SlackError("invalid_arguments", f"no more than {_LOADING_MESSAGES} loading_messages")
    world.watch.unfetched([args["status"], *loading], "status")
    world.status_log.append((thread, args["status"]))
    if args["status"]:
        world.all_statuses[thread] = Status(args["status"], loading, world.clock.now())
    else:
        world.all_statuses.pop(thread, None)
    return {}


def _set_title(world: World, args: Json) -> Json:
    thread = _thread(world, args)
    world.watch.unfetched(args["title"], "title")
    world.titles[thread] = args["title"]
    return {}


def _set_prompts(world: World, args: Json) -> Json:
    channel, thread = _thread(world, args)
    prompts = args["prompts"]
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= _PROMPTS:
        raise SlackError("invalid_arguments", f"between 1 and {_PROMPTS} prompts allowed")
    for prompt in prompts:
        if set(prompt) != {"title", "message"} or not all(prompt.values()):
            raise SlackError("invalid_arguments", "a prompt has a title and a message")
    world.watch.unfetched(prompts, "prompts")
    world.prompts[channel, thread or None] = prompts
    return {}


def _session_status(world: World, args: Json) -> Json:
    thread = _thread(world, args)
    if args["status"] not in SESSION_STATUSES:
        raise SlackError("invalid_arguments", f"no status of a session: {args['status']}")
    title = _title_of(args)
    session = world.sessions.setdefault(thread, Session())
    session.status = args["status"]
    session.title = title or session.title
    if title:
        world.titles[thread] = title
    if "agent_session_stopped" in world.events:
        return {}
    return {"warning": "missing_agent_session_stopped_event_subscription"}


def _rename(world: World, args: Json) -> Json:
    thread = _thread(world, args)
    if thread not in world.sessions:
        raise SlackError("session_not_found")
    title = _title_of(args) or ""
    world.sessions[thread].title = title
    world.titles[thread] = title
    return {}


_LOOK = "icon_emoji icon_url username"
METHODS: dict[str, Method] = {
    "assistant.threads.setStatus": method(
        _set_status,
        "channel_id thread_ts status",
        f"loading_messages {_LOOK}",
        "chat:write",
        "assistant:write",
    ),
    "assistant.threads.setTitle": method(
        _set_title, "channel_id thread_ts title", "", "assistant:write"
    ),
    "assistant.threads.setSuggestedPrompts": method(
        _set_prompts, "channel_id prompts", "thread_ts title", "assistant:write"
    ),
    "agents.sessions.setStatus": method(
        _session_status,
        "channel_id status",
        f"thread_ts title initiator_user_id {_LOOK}",
        "chat:write",
        "assistant:write",
    ),
    "agents.sessions.rename": method(
        _rename, "channel_id title", "thread_ts", "chat:write", "assistant:write"
    ),
}
