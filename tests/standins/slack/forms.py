"""What a user's client makes of inputs: what may be filled in, and the state it sends."""

from typing import Any

from tests.standins.slack.records import Blocks, Json, Refused

_TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_PLAIN = {
    "datepicker": "selected_date", "timepicker": "selected_time",
    "datetimepicker": "selected_date_time", "users_select": "selected_user",
    "conversations_select": "selected_conversation", "channels_select": "selected_channel",
    "multi_users_select": "selected_users", "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}  # fmt: skip
_ONE_OF = {"static_select", "radio_buttons", "overflow"}
_SOME_OF = {"multi_static_select", "checkboxes"}


def state_of(blocks: Blocks, values: Json, *, sending: bool) -> Json:
    """Return `state.values`; `values` go by action_id, or by block_id.

    The client checks them, and when `sending` that what must be filled in is.
    """
    left = dict(values)
    state: Json = {}
    for block in blocks:
        inner: list[Json | None] = [block.get("element"), block.get("accessory")]
        inner += block.get("elements", []) if block["type"] == "actions" else []
        for element in (e for e in inner if e and e["type"] in _FILLABLE):
            given = _NOTHING
            for key in (element.get("action_id"), block.get("block_id")):
                if key in left:
                    given = left.pop(key)
            entry = fill(element, given)
            required = sending and block["type"] == "input" and not block.get("optional")
            if required and not _filled(entry):
                raise Refused(f"{block.get('block_id')} must be filled in")
            state.setdefault(block.get("block_id", ""), {})[element["action_id"]] = entry
    if left:
        raise Refused(f"there is no input {', '.join(left)}")
    return state


_NOTHING: Any = object()
_FILLABLE = _TEXTS | set(_PLAIN) | _ONE_OF | _SOME_OF | {"rich_text_input"}


def fill(element: Json, given: Any = _NOTHING) -> Json:
    """Return the state of one element with a value, or with its initial one."""
    kind = element["type"]
    entry: Json = {"type": kind}
    if kind in _TEXTS:
        entry["value"] = _text(
            element, element.get("initial_value") if given is _NOTHING else given
        )
    elif kind in _ONE_OF:
        initial = element.get("initial_option")
        entry["selected_option"] = initial if given is _NOTHING else _option(element, given)
    elif kind in _SOME_OF:
        initial = element.get("initial_options", [])
        chosen = initial if given is _NOTHING else [_option(element, one) for one in given]
        entry["selected_options"] = chosen
    elif kind in _PLAIN:
        key = _PLAIN[kind]
        initial = element.get(key.replace("selected", "initial"))
        entry[key] = initial if given is _NOTHING else given
    else:
        entry["rich_text_value"] = element.get("initial_value") if given is _NOTHING else given
    return entry


def _text(element: Json, value: str | None) -> str | None:
    if not value:
        return None
    longest = element.get("max_length", 3000)
    if len(value) > longest or len(value) < element.get("min_length", 0):
        raise Refused(f"{element['action_id']}: {len(value)} characters are too many or too few")
    return value


def _option(element: Json, value: Any) -> Json:
    groups: list[Json] = [*element.get("option_groups", []), element]
    for option in (o for g in groups for o in g.get("options", [])):
        if value in (option["value"], option):
            return option
    raise Refused(f"{element['action_id']} has no option {value}")


def _filled(entry: Json) -> bool:
    return any(value for key, value in entry.items() if key != "type")
