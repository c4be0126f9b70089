"""`views.open`, `views.push`, `views.update`, `views.publish`, and what a submit may answer."""

import secrets

from tests.standins.slack.method import Method, method
from tests.standins.slack.records import Json, SlackError, View
from tests.standins.slack.validity import check_view
from tests.standins.slack.world import World

_DEEPEST = 3


def _new(world: World, user: str, body: Json, below: View | None = None) -> View:
    view_id = world.new_id("V")
    root = below.root if below else view_id
    view = View(view_id, user, body, secrets.token_hex(8), root, below.id if below else None)
    world.all_views[view_id] = view
    world.watch.unfetched(body, f"view {view.callback_id}")
    return view


def replace(world: World, view: View, body: Json) -> None:
    """Put another body into a view; it gets another hash."""
    view.body, view.hash, view.errors = body, secrets.token_hex(8), {}
    world.watch.unfetched(body, f"view {view.callback_id}")


def push(world: World, user: str, body: Json) -> View:
    """Put a modal on top of the ones a user has open."""
    stack = [v for v in world.views if v.user == user]
    if len(stack) >= _DEEPEST:
        raise SlackError("push_limit_reached")
    return _new(world, user, body, stack[-1] if stack else None)


def _modal(given: object) -> Json:
    body = check_view(given)
    if body["type"] != "modal":
        raise SlackError("invalid_arguments", "a home tab is published, not opened")
    return body


def _open(world: World, args: Json) -> Json:
    trigger = world.use_trigger(args["trigger_id"])
    body = _modal(args["view"])
    for view in world.views:
        view.open = view.open and view.user != trigger.user
    return {"view": _new(world, trigger.user, body).as_json()}


def _push(world: World, args: Json) -> Json:
    trigger = world.use_trigger(args["trigger_id"])
    if not trigger.view:
        raise SlackError("invalid_trigger_id")
    return {"view": push(world, trigger.user, _modal(args["view"])).as_json()}


def _update(world: World, args: Json) -> Json:
    body = _modal(args["view"])
    external = args.get("external_id")
    view = world.all_views.get(args.get("view_id") or "")
    if external:
        named = [v for v in world.views if v.body.get("external_id") == external]
        view = named[0] if named else None
    if view is None or not view.open:
        raise SlackError("not_found")
    if args.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    replace(world, view, body)
    return {"view": view.as_json()}


def _publish(world: World, args: Json) -> Json:
    if args["user_id"] not in world.users:
        raise SlackError("user_not_found")
    if not world.manifest["features"].get("app_home", {}).get("home_tab_enabled"):
        raise SlackError("not_enabled")
    body = check_view(args["view"])
    if body["type"] != "home":
        raise SlackError("invalid_arguments", "only a home tab is published")
    view = world.homes.get(args["user_id"])
    if view is None:
        view = _new(world, args["user_id"], body)
        del world.all_views[view.id]
        world.homes[view.user] = view
    elif args.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    else:
        replace(world, view, body)
    return {"view": view.as_json()}


def answer_submit(world: World, view: View, answer: Json | None) -> None:
    """Do what the application answered to a submitted modal."""
    action = (answer or {}).get("response_action")
    if action is None:
        view.open = False
        if view.previous:
            world.all_views[view.previous].open = True
    elif action == "clear":
        for one in world.views:
            one.open = one.open and one.user != view.user
    elif action == "errors":
        view.errors = _errors(view, answer or {})
    elif action in ("update", "push"):
        body = _modal((answer or {}).get("view"))
        if action == "update":
            replace(world, view, body)
        else:
            push(world, view.user, body)
    else:
        raise SlackError("invalid_response_action", str(action))


def _errors(view: View, answer: Json) -> dict[str, str]:
    errors: dict[str, str] = answer.get("errors") or {}
    inputs = {b.get("block_id") for b in view.blocks if b["type"] == "input"}
    if not errors or set(errors) - inputs:
        raise SlackError("invalid_response_action", f"errors name no input: {errors}")
    return errors


METHODS: dict[str, Method] = {
    "views.open": method(_open, "trigger_id view", "interactivity_pointer"),
    "views.push": method(_push, "trigger_id view", "interactivity_pointer"),
    "views.update": method(_update, "view", "view_id external_id hash"),
    "views.publish": method(_publish, "user_id view", "hash"),
}
