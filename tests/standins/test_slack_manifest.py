"""The manifest, held against what Slack's own schema says of every key it uses.

Derived, field by field, on 2026-11-28 from slackapi/manifest-schema (MIT),
schemas/manifest.schema.2.0.0.json at 085a10465ae92ca3215ab53c6bfab7768941fd50; of its 1,300 lines
a manifest like ours touches these, by the names of its definitions:

- top level: `display_information` is required, nothing unknown is allowed
- app-manifests.metadata: major_version and minor_version are integers
- …display_information.schema: name 1-35, description 1-140, background_color 4-7, #rgb or #rrggbb
- …features.agent_view: agent_description to 300, at most 4 suggested_prompts of title and message
  (both required, no limit given; ours are kept short), no other keys but actions, which we lack
- …features.app_home: three flags
- …features.bot_user: display_name 1-80 (required), always_online
- …features.shortcuts: at most 10; name 1-24, type message or global, callback_id 1-255,
  description 1-150, all required
- …features.slash_commands: at most 50; command 2-32 beginning with "/", description 1-2000,
  usage_hint 1-1000, should_escape; url is for HTTP only
- …oauth_config.scopes: at most 255 bot scopes of at most 50 characters
- …settings.event_subscriptions: at most 100 different bot_events of at most 50 characters
- …settings.interactivity: is_enabled is required
- …settings.schema: org_deploy_enabled, socket_mode_enabled, token_rotation_enabled are flags

Which scope an event takes is said on its page, docs.slack.dev/reference/events/<event>/.
"""

import copy
import json
from typing import Any

import jsonschema
import pytest

Json = dict[str, Any]
_FLAG = {"type": "boolean"}
_NUMBER = {"type": "integer"}
EVENTS = {  # any one of these scopes will do
    "agent_session_stopped": {"assistant:write", "chat:write"},
    "app_context_changed": {"assistant:write"},
    "app_home_opened": set[str](),
    "app_mention": {"app_mentions:read"},
    "file_shared": {"files:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "user_change": {"users:read"},
}


def text(longest: int, shortest: int = 1, pattern: str = "") -> Json:
    return {"type": "string", "minLength": shortest, "maxLength": longest, "pattern": pattern}


def thing(*optional: str, **required: Json) -> Json:
    more = {name: {} for name in optional}
    return {
        "type": "object",
        "properties": {**required, **more},
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: Json, most: int) -> Json:
    return {"type": "array", "items": item, "maxItems": most, "uniqueItems": True}


SCHEMA = thing(
    _metadata=thing(major_version=_NUMBER, minor_version=_NUMBER),
    display_information=thing(
        name=text(35),
        description=text(140),
        background_color=text(7, 4, "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
    ),
    features=thing(
        agent_view=thing(
            agent_description=text(300),
            suggested_prompts=many(thing(title=text(100), message=text(300)), 4),
        ),
        app_home=thing(
            home_tab_enabled=_FLAG, messages_tab_enabled=_FLAG, messages_tab_read_only_enabled=_FLAG
        ),
        bot_user=thing(display_name=text(80), always_online=_FLAG),
        shortcuts=many(
            thing(
                name=text(24),
                type={"enum": ["message", "global"]},
                callback_id=text(255),
                description=text(150),
            ),
            10,
        ),
        slash_commands=many(
            thing(
                command=text(32, 2, "^/"),
                description=text(2000),
                usage_hint=text(1000),
                should_escape=_FLAG,
            ),
            50,
        ),
    ),
    oauth_config=thing(scopes=thing(bot=many(text(50), 255))),
    settings=thing(
        event_subscriptions=thing(bot_events=many(text(50), 100)),
        interactivity=thing(is_enabled=_FLAG),
        org_deploy_enabled=_FLAG,
        socket_mode_enabled={"const": True},
        token_rotation_enabled=_FLAG,
    ),
)


def test_the_manifest_has_only_keys_slack_knows_within_its_limits(manifest: Json) -> None:
    jsonschema.validate(manifest, SCHEMA)
    assert "http" not in json.dumps(manifest)
    assert [s["callback_id"] for s in manifest["features"]["shortcuts"]] == ["ask_about"]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("features", "assistant_view"), {}),
        (("settings", "request_url"), "https://x.invalid"),
        (("display_information", "name"), "x" * 36),
        (("display_information", "background_color"), "brown"),
        (("features", "agent_view", "agent_description"), "x" * 301),
        (("features", "agent_view", "suggested_prompts"), [{"title": "x"}]),
        (("features", "slash_commands"), [{"command": "coffee", "description": "x"}]),
        (("settings", "interactivity"), {}),
    ],
)
def test_what_slack_would_refuse_is_refused(
    manifest: Json, path: tuple[str, ...], wrong: object
) -> None:
    changed = copy.deepcopy(manifest)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed, SCHEMA)


def test_every_event_is_known_and_may_be_heard(manifest: Json) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        assert not EVENTS[event] or EVENTS[event] & scopes, event
