"""What Slack would never send, and what only looks like it: by kind of payload."""

from typing import Any

from tests.agent.slack.conftest import Workspace

Json = dict[str, Any]
SECRET = "Geheimwort4711"  # stands in every forged text, and must stand in no log line
TOKEN = "verif9f31"
ABSURD = {
    "right to left": f"\u202e{SECRET} \u200f\u2067 olleH",
    "null bytes": f"Wie viele\x00 Lose {SECRET} \ud83d haben wir?\x00",
    "forty thousand": f"{SECRET} " + "ä" * 40_000,
    "nothing to be seen": "\u200b\u2060\u00ad",
    "markup": f"<!channel> <@U0NOBODY> <https://evil.invalid/{SECRET}|x> &lt;script&gt;",
}


def pressed(workspace: Workspace, action_id: str, value: Any, **changes: Any) -> Json:
    """Return a press of Anna's in her DM; `changes` replace parts of it, None takes them away."""
    anna = workspace.anna
    action = {"action_id": action_id, "block_id": "b", "type": "button", "action_ts": "1.000001"}
    body: Json = {
        "type": "block_actions", "token": TOKEN, "trigger_id": "1.2.3",
        "team": {"id": workspace.front.bot.team, "domain": "coffee"},
        "user": {"id": anna.id, "team_id": workspace.front.bot.team, "name": SECRET},
        "channel": {"id": anna.im.id, "name": "directmessage"},
        "message": {"type": "message", "ts": "1.000001", "text": SECRET},
        "container": {"type": "message"},
        "actions": [action | ({} if value is None else {"value": value})],
    }  # fmt: skip
    return {k: v for k, v in (body | changes).items() if v is not None}


def sent_in(workspace: Workspace, callback: str, metadata: Any, **changes: Any) -> Json:
    """Return a window Anna sends in, carrying this."""
    view: Json = {
        "id": f"V{abs(hash(str((callback, metadata, changes)))) % 10**9}", "type": "modal",
        "callback_id": callback, "private_metadata": metadata, "title": SECRET,
        "state": {"values": {"reason": {"value": {"type": "plain_text_input", "value": SECRET}}}},
    }  # fmt: skip
    whole = pressed(workspace, "x", "1", channel=None, message=None, actions=None, container=None)
    return whole | {"type": "view_submission", "view": view | changes}


def command(workspace: Workspace, text: Any, **changes: Any) -> Json:
    """Return a slash command of Anna's."""
    anna = workspace.anna
    body: Json = {
        "token": TOKEN, "team_id": workspace.front.bot.team, "team_domain": "coffee",
        "channel_id": anna.im.id, "user_id": anna.id, "user_name": SECRET, "command": "/coffee",
        "text": text, "trigger_id": f"t{abs(hash(str(text))) % 10**9}", "api_app_id": "A0",
    }  # fmt: skip
    return {k: v for k, v in (body | changes).items() if v is not None}


def event(workspace: Workspace, said: Any, **changes: Any) -> Json:
    """Return an event; a dictionary is a message of Anna's with these fields replaced."""
    anna = workspace.anna
    message: Json = {
        "type": "message", "channel": anna.im.id, "channel_type": "im", "user": anna.id,
        "text": SECRET, "ts": "1795887233.000001",
    }  # fmt: skip
    inner = (
        {k: v for k, v in (message | said).items() if v is not None}
        if isinstance(said, dict)
        else said
    )
    body: Json = {
        "type": "event_callback", "token": TOKEN, "team_id": workspace.front.bot.team,
        "api_app_id": "A0", "event_id": "Ev0FORGED", "event": inner, "event_time": 1,
        "authorizations": [{"team_id": workspace.front.bot.team, "user_id": workspace.front.bot.user}],
    }  # fmt: skip
    return {k: v for k, v in (body | changes).items() if v is not None}


def alien_presses(workspace: Workspace) -> dict[str, Json]:
    """Return presses that fit nothing of ours."""
    nobody = {"id": "U0NOBODY", "team_id": workspace.front.bot.team}
    values = ("abc", "-1", "0", "9" * 30, "1e3", "²", "1; DROP TABLE lot", "", None, ["1"], 1.5)
    found = {f"approve {v!r}": pressed(workspace, "approve", v) for v in values}
    found |= {
        f"{a} without a value": pressed(workspace, a, None) for a in ("undo", "edit", "reject")
    }
    found |= {f"feedback {v!r}": pressed(workspace, "feedback", v)
              for v in ("good:x", "meh:1", "good:²", "good", f"good:{'9' * 40}", "bad:999999")}  # fmt: skip
    found |= {
        "a button of an older version": pressed(workspace, "grant_everything", SECRET),
        "no user": pressed(workspace, "approve", "1", user=None),
        "a user that is a word": pressed(workspace, "approve", "1", user=SECRET),
        "a user of markup": pressed(workspace, "approve", "1", user={"id": "<!channel>"}),
        "nobody": pressed(workspace, "approve", "1", user=nobody),
        "a channel that is a list": pressed(workspace, "approve", "1", channel=[1]),
        "a message of numbers": pressed(workspace, "approve", "1", message={"ts": 5, "text": 7}),
        "no actions": pressed(workspace, "approve", "1", actions=[]),
        "actions that are none": pressed(workspace, "approve", "1", actions="approve"),
    }
    return found


def alien_windows(workspace: Workspace) -> dict[str, Json]:
    """Return windows that carry what ours never do."""
    place = {"team": workspace.front.bot.team, "channel": workspace.anna.im.id, "thread": None,
             "user": workspace.anna.id, "kind": "im", "ts": None}  # fmt: skip

    def kept(**changes: Any) -> str:
        import json

        return json.dumps({"approval": 4242, "slack": place | changes})

    found = {
        f"metadata {m[:20]!r}": sent_in(workspace, "reject", m)
        for m in ("", "no json", "[]", "null", '{"slack": {}}', '{"slack": 5}', '{"approval": 1}')
    }
    return found | {
        "metadata that is no text": sent_in(workspace, "reject", {"approval": 1}),
        "somebody else's window": sent_in(workspace, "reject", kept(user=workspace.luis.id)),
        "another team's window": sent_in(workspace, "edit", kept(team="T0OTHER")),
        "a window nobody opens": sent_in(workspace, "grant", kept()),
        "a state that is a list": sent_in(workspace, "edit", kept(), state=[1]),
        "values that are numbers": sent_in(workspace, "edit", kept(), state={"values": {"a": 1}}),
        "no window at all": sent_in(workspace, "edit", kept()) | {"view": SECRET},
    }


def alien_events(workspace: Workspace) -> dict[str, Json]:
    """Return events with fields missing or of another kind."""
    fields: dict[str, Json] = {
        "no user": {"user": None}, "a user that is a number": {"user": 5},
        "a channel of markup": {"channel": "<!channel>"}, "no channel": {"channel": None},
        "a channel that is a number": {"channel": 7}, "a time that is none": {"ts": "soon"},
        "no time": {"ts": None}, "a thread that is a list": {"thread_ts": ["1.0"]},
        "a text that is a list": {"text": ["a"]}, "files that are words": {"files": SECRET},
        "a file of the wrong size": {"files": [{"name": "a.csv", "size": "huge"}]},
        "a file that is null": {"files": [None]}, "a team of markup": {"user_team": "<!here>"},
    }  # fmt: skip
    found = {name: event(workspace, changed) for name, changed in fields.items()}
    return found | {
        "an event that is a list": event(workspace, ["message"]),
        "an event that is a word": event(workspace, "message"),
        "an event of no kind": event(workspace, {"type": None}),
        "an event of an unknown kind": event(workspace, {"type": "coffee_spilled"}),
        "no event": event(workspace, {}, event=None),
        "authorizations of words": event(workspace, {}, authorizations="all"),
        "a payload of an unknown kind": {"type": "hello", "text": SECRET},
        "an empty payload": {},
    }
