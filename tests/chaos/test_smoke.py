"""The long run in short: two workers are killed, nothing is lost, doubled or out of order."""

import asyncio

from tests.chaos.__main__ import arguments, run


def test_two_kills_leave_a_right_history() -> None:
    given = arguments().parse_args(["--kills", "2", "--restarts", "0"])
    verdict = asyncio.run(run(given))
    wrong = ("never answered", "answered twice", "never done", "done twice", "out of order")
    assert [verdict[key] for key in wrong] == [0] * len(wrong), verdict
    assert verdict["messages"] >= 4
    assert verdict["violations of Slack's rules"] == 0
