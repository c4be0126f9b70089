"""`files.*`: the two-step upload, and what may be downloaded again."""

import secrets

from tests.standins.slack.chat import thread_of
from tests.standins.slack.method import Method, method
from tests.standins.slack.records import File, Json, Message, SlackError
from tests.standins.slack.world import World

_MOST_ALT = 1_000


def new_file(world: World, name: str, user: str, size: int) -> File:
    """Register a file that has no content yet."""
    file_id = world.new_id("F")
    url = f"{world.base}/files-pri/{world.team_id}-{file_id}/download/{name}"
    world.files[file_id] = File(file_id, name, user, size, url)
    return world.files[file_id]


def _upload_url(world: World, args: Json) -> Json:
    length = int(args["length"])
    if length <= 0:
        raise SlackError("invalid_arguments", "length must be more than 0")
    if len(args.get("alt_txt") or "") > _MOST_ALT:
        raise SlackError("alt_txt_too_large")
    file = new_file(world, args["filename"], world.bot_user, length)
    file.alt_txt = args.get("alt_txt") or ""
    secret = f"{file.id}-{secrets.token_hex(8)}"
    return {"upload_url": f"{world.base}/upload/v1/{secret}", "file_id": file.id}


def _complete(world: World, args: Json) -> Json:
    found: list[File] = []
    for one in args["files"]:
        file = world.files.get(one.get("id"))
        if file is None or file.complete:
            raise SlackError("file_not_found")
        if file.content is None:
            raise SlackError("file_not_found", "nothing was uploaded")
        file.title = one.get("title") or file.name
        found.append(file)
    given = args.get("channels") or args.get("channel_id") or ""
    channels = [world.joined(c) for c in given.split(",") if c]
    threads = [thread_of(world, channel, args) for channel in channels]
    for file in found:
        file.complete = True
    for channel, thread in zip(channels, threads, strict=True):
        for file in found:
            file.channels.append(channel.id)
        text = args.get("initial_comment") or ""
        message = Message(
            channel.id, world.new_ts(), world.bot_user, text=text, thread_ts=thread,
            bot_id=world.bot_id, team=world.team_id, files=list(found),
        )  # fmt: skip
        world.write(message)
    return {"files": [f.as_json() for f in found]}


def _info(world: World, args: Json) -> Json:
    file = world.files.get(args["file"])
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": file.as_json(), "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": method(
        _upload_url, "filename length", "alt_txt snippet_type", "files:write"
    ),
    "files.completeUploadExternal": method(
        _complete, "files", "channel_id channels initial_comment thread_ts", "files:write"
    ),
    "files.info": method(_info, "file", "count cursor limit page", "files:read"),
}
