"""Signed HTTP instead of Socket Mode: what is not signed as it must be is not heard."""

import pytest

from db.models import Inbox
from tests.agent.slack.conftest import Signed
from tests.agent.slack.test_faults import rows_of

QUESTION = "Wie viele Lose haben wir?"


async def test_a_signed_event_is_stored_before_it_is_acknowledged(signed: Signed) -> None:
    signed.anna.dm(QUESTION)
    await signed.slack.courier.idle()
    assert await rows_of(signed.database, Inbox) == 1
    assert [d.status for d in signed.slack.deliveries if d.status] == [200]


@pytest.mark.parametrize("how", ["wrong_signature", "stale_timestamp", "no_signature"])
async def test_what_is_not_signed_right_is_refused(signed: Signed, how: str) -> None:
    signed.http.tamper = how  # type: ignore[assignment]
    signed.anna.dm(QUESTION)
    await signed.slack.until(lambda: any(d.status for d in signed.slack.deliveries), 10)
    assert signed.slack.deliveries[0].status == 401
    assert await rows_of(signed.database, Inbox) == 0


async def test_a_replayed_request_is_one_message(signed: Signed) -> None:
    signed.anna.dm(QUESTION)
    await signed.slack.courier.idle()
    await signed.http.replay(signed.http.sent[0])
    assert await rows_of(signed.database, Inbox) == 1
