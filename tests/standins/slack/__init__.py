"""An honest Slack on loopback; see README.md."""

from tests.standins.slack.clock import FakeClock, RealClock
from tests.standins.slack.people import Person
from tests.standins.slack.records import Channel, Delivery, Message, Refused, View
from tests.standins.slack.server import SlackServer

__all__ = [
    "Channel",
    "Delivery",
    "FakeClock",
    "Message",
    "Person",
    "RealClock",
    "Refused",
    "SlackServer",
    "View",
]
