"""The stand-in's Socket Mode, driven by the real Bolt application and its aiohttp handler."""

import pytest

from tests.standins.slack import Channel, Person, SlackServer

pytestmark = pytest.mark.usefixtures("careless")


async def test_a_direct_message_is_answered(slack: SlackServer, ana: Person) -> None:
    asked = ana.dm("How many bags?")
    answers = await slack.until(lambda: slack.answers(ana.im, asked.ts))
    assert [a.shown for a in answers] == ["Two bags."]
    assert slack.deliveries[0].acked
    slack.assert_clean()


async def test_a_mention_arrives_twice_and_a_careless_application_answers_twice(
    slack: SlackServer, ana: Person, room: Channel
) -> None:
    asked = ana.mention(room, "how many bags?")
    await slack.until(lambda: len(slack.answers(room, asked.ts)) == 2)
    events = [d.payload for d in slack.deliveries if d.payload["event"].get("user") == ana.id]
    assert {e["event"]["type"] for e in events} == {"message", "app_mention"}
    assert len({e["event_id"] for e in events}) == 2
    assert len({e["event"]["ts"] for e in events}) == 1
