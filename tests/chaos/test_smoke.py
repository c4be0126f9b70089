"""The long run in short: two workers are killed, nothing is lost, doubled or out of order."""

import asyncio

from tests.chaos.__main__ import WRONG, arguments, run


def test_two_kills_leave_a_right_history() -> None:
    given = arguments().parse_args(["--kills", "2", "--restarts", "0"])
    verdict = asyncio.run(run(given))
    assert [verdict[key] for key in WRONG] == [0] * len(WRONG), verdict
    assert verdict["messages"] >= 4
