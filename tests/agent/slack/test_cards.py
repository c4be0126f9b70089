"""Windows within Slack's limits, and nothing lost on the way through them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.slack.cards import ask_window, edit_window, edited
from agent.slack.place import Place
from db.queries.approvals import StoredApproval
from tests.agent.slack.forged import ABSURD
from tests.standins.slack.validity import check_view
from tools.catalog import catalog

Json = dict[str, Any]
PLACE = Place("T1", "D1", "U1", "1.000001", ts="1.000001")


def proposal(arguments: Json) -> StoredApproval:
    """Return an open approval of a call."""
    return StoredApproval(
        1, 1, "1-1", 1, "change_lot", arguments, "", [], "d", "always", False,
        datetime(2026, 11, 25, tzinfo=UTC), "pending", None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("text", [*ABSURD.values(), '"\\\n' * 5_000, "短い", ""])
def test_a_window_about_any_message_is_one_slack_takes(text: str) -> None:
    view = check_view(ask_window(text, PLACE, "de"))
    assert len(view["private_metadata"]) <= 3_000
    about = json.loads(view["private_metadata"])["about"]
    assert text.startswith(about.removesuffix("…"))


def test_what_is_not_touched_in_the_window_stays_as_it_was() -> None:
    given: Json = {
        "lot": "PE-24-017", "notes": "sehr lang " * 400, "asking_price": 9.1, "crop_year": 2024,
        **{f"more{n}": n for n in range(50)},
    }  # fmt: skip
    approval = proposal(given)
    view = check_view(edit_window(approval, catalog(), PLACE, "es"))
    shown = {b["block_id"]: b["element"].get("initial_value") for b in view["blocks"]}
    assert edited(approval, shown.get) == given
    changed = shown | {"arg:asking_price": "9.2", "arg:crop_year": ""}
    assert edited(approval, changed.get) == {
        k: 9.2 if k == "asking_price" else v for k, v in given.items() if k != "crop_year"
    }
