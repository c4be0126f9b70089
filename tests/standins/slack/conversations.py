"""`auth.test`, `apps.connections.open`, `conversations.*` and `users.*`."""

from tests.standins.slack.method import Method, form_only, method
from tests.standins.slack.records import Channel, Json, Message, SlackError
from tests.standins.slack.world import World

_PAGE = 100
_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im"}


def _auth_test(world: World, _args: Json) -> Json:
    return {
        "url": "https://coffee.slack.com/", "team": "Coffee", "user": "coffeestudio",
        "team_id": world.team_id, "user_id": world.bot_user, "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }  # fmt: skip


def _page(found: list[Json], key: str, args: Json) -> Json:
    """Return one page of a list, and where the next begins."""
    try:
        start = int(args.get("cursor") or 0)
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    limit = int(args.get("limit") or _PAGE)
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    end = start + limit
    cursor = str(end) if end < len(found) else ""
    return {
        key: found[start:end],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _read(world: World, args: Json, what: str) -> Channel:
    channel = world.channel(args["channel"])
    world.need(f"{channel.scope_family}:{what}")
    return channel


def _open(world: World, args: Json) -> Json:
    if given := args.get("channel"):
        return {"channel": {"id": world.channel(given).id}}
    users = [u for u in str(args.get("users") or "").split(",") if u]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("not_modelled", "group direct messages are not modelled")
    user = world.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    channel = world.im_with(user.id)
    full = channel.as_json(world.bot_user)
    return {"channel": full if args.get("return_im") else {"id": channel.id}}


def _info(world: World, args: Json) -> Json:
    return {"channel": _read(world, args, "read").as_json(world.bot_user)}


def _members(world: World, args: Json) -> Json:
    channel = _read(world, args, "read")
    answer = _page([{"id": u} for u in sorted(channel.members)], "members", args)
    answer["members"] = [m["id"] for m in answer["members"]]
    return answer


def _list(world: World, args: Json) -> Json:
    kinds = {_KINDS.get(t.strip(), "") for t in (args.get("types") or "public_channel").split(",")}
    families = {"public": "channels", "private": "groups", "im": "im"}
    for kind in kinds - {""}:
        world.need(f"{families[kind]}:read")
    found = [
        c.as_json(world.bot_user)
        for c in world.channels.values()
        if c.kind in kinds and (c.kind == "public" or world.bot_user in c.members)
    ]
    return _page(found, "channels", args)


def _between(messages: list[Message], args: Json) -> list[Message]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if args.get("inclusive"):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


def _replies(world: World, args: Json) -> Json:
    channel = _read(world, args, "history")
    if world.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    thread = world.messages(channel.id, str(args["ts"]))
    if not thread:
        raise SlackError("thread_not_found")
    root, replies = thread[0], thread[1:]
    metadata = bool(args.get("include_all_metadata"))
    found = [m.as_json(metadata=metadata) for m in [root, *_between(replies, args)]]
    if replies:
        found[0] |= {"thread_ts": root.ts, "reply_count": len(replies)}
        found[0] |= {
            "latest_reply": replies[-1].ts,
            "reply_users": sorted({r.user for r in replies}),
        }
    return _page(found, "messages", args)


def _history(world: World, args: Json) -> Json:
    channel = _read(world, args, "history")
    if world.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    top = [m for m in world.messages(channel.id) if m.thread_ts is None or m.broadcast]
    metadata = bool(args.get("include_all_metadata"))
    found = [m.as_json(metadata=metadata) for m in reversed(_between(top, args))]
    return _page(found, "messages", args)


def _user_info(world: World, args: Json) -> Json:
    user = world.users.get(args["user"])
    if user is None:
        raise SlackError("user_not_found")
    locale = bool(args.get("include_locale"))
    with_email = "users:read.email" in world.scopes
    return {"user": user.as_json(with_email=with_email, with_locale=locale)}


def _by_email(world: World, args: Json) -> Json:
    wanted = args["email"].casefold()
    for user in world.users.values():
        ours = user.team_id == world.team_id and not user.deleted
        if ours and user.email and user.email.casefold() == wanted:
            return {"user": user.as_json(with_email=True)}
    raise SlackError("users_not_found")


_TIMES = "cursor inclusive include_all_metadata latest limit oldest"
METHODS: dict[str, Method] = {
    "auth.test": method(_auth_test),
    "conversations.open": method(_open, "", "channel users return_im", "im:write"),
    "conversations.info": form_only(method(_info, "channel", "include_locale include_num_members")),
    "conversations.members": form_only(method(_members, "channel", "cursor limit")),
    "conversations.list": form_only(method(_list, "", "cursor exclude_archived limit types")),
    "conversations.replies": form_only(method(_replies, "channel ts", _TIMES)),
    "conversations.history": form_only(method(_history, "channel", _TIMES)),
    "users.info": form_only(method(_user_info, "user", "include_locale", "users:read")),
    "users.lookupByEmail": form_only(method(_by_email, "email", "", "users:read.email")),
}
