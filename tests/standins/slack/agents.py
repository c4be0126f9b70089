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
    world.need_look(args)
    if args.get("thread_ts") is None:
        if channel.kind != "im":
            raise SlackError("invalid_thread_ts")
        return channel.id, ""
    try:
        return channel.id, world.message(channel.id, str(args["thread_ts"])).thread
    except SlackError as error:
        raise SlackError("thread_not_found") from error


def _session_thread(world: World, args: Json) -> Thread:
    """Return the thread of a session; unlike a prompt's, it must be named."""
    if args.get("thread_ts") is None:
        raise SlackError("invalid_arguments", "thread_ts is required in channels and DMs")
    if len(args.get("title") or "") > _TITLE:
        raise SlackError("invalid_arguments", f"title is longer than {_TITLE} characters")
    return _thread(world, args)


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
    _name(world, _thread(world, args), args["title"])
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
    thread = _session_thread(world, args)
    if args["status"] not in SESSION_STATUSES:
        raise SlackError("invalid_arguments", f"no status of a session: {args['status']}")
    initiator = args.get("initiator_user_id")
    if initiator and initiator not in world.channels[thread[0]].members:
        raise SlackError("user_not_in_channel")
    if thread not in world.sessions:
        world.sessions[thread] = Session(title=args.get("title"))
        if args.get("title"):  # of a new session only; later it is a rename
            _name(world, thread, args["title"])
    session = world.sessions[thread]
    session.status = args["status"]
    found: Json = {"status": session.status, "title": session.title or ""}
    if "agent_session_stopped" not in world.events:
        found["warning"] = "missing_agent_session_stopped_event_subscription"
    return found


def _name(world: World, thread: Thread, title: str) -> None:
    world.titles[thread] = title
    world.watch.unfetched(title, "title")


def _rename(world: World, args: Json) -> Json:
    thread = _session_thread(world, args)
    if thread not in world.sessions:
        raise SlackError("session_not_found")
    world.sessions[thread].title = args["title"]
    _name(world, thread, args["title"])
    return {"title": args["title"]}


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
    ),
    "agents.sessions.rename": method(_rename, "channel_id title", "thread_ts", "chat:write"),
}
