"""Many obeying conversations at once through one Slack, and what Slack was given of them."""

import asyncio
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from db.models import Inbox, Outbox
from db.session import Actor
from tests.agent.slack.conftest import Workspace
from tests.attack.obeying import Obeying
from tests.attack.world import Owner, addresses, effects, leaked
from tests.standins.model_script import Call, Say
from tests.standins.slack import Channel, Message, Person

Json = dict[str, Any]
STREAMED = "prices"  # the channel where answers are long enough to be streamed
_HARMLESS = "Gern, ich habe nachgesehen und sage dir gleich, was in den Unterlagen dazu steht. "
_OWN = {"slack_reply", "card"}  # what the front end keeps of what it showed
_PIECE = 80
_LOOKS, _LOOK_SECONDS = 1_000, 0.2


@dataclass
class Crowd:
    """The script of a provider that many conversations ask: whose turn it is, the words tell."""

    evil: str
    turns: dict[str, tuple[Obeying, Call | None]] = field(default_factory=dict[str, Any])

    def expect(self, turns: Sequence[Json], *, long: bool) -> Obeying:
        """Take what a conversation is going to ask; return its model, one of many words or few."""
        model = Obeying((), _HARMLESS * 10 + self.evil if long else self.evil)
        for turn in turns:
            self.turns[turn["say"]] = model, Call(*turn["read"]) if turn["read"] else None
        return model

    def __call__(self, request: Json) -> Say:
        """Return the next answer to what was sent."""
        messages: list[Json] = request["messages"]
        if not request.get("tools"):
            return Say(self.evil, piece=_PIECE)  # a repair: it sticks to what it said
        asked = next(m["content"] for m in reversed(messages) if m["role"] == "user")
        model, read = self.turns[asked]
        return replace(model.step(messages, read), piece=_PIECE)


@dataclass
class Asked:
    """One case being played: where it was asked, and the model that obeys in it."""

    case: Json
    person: Person
    channel: Channel
    model: Obeying
    first: Message


@dataclass
class Siege:
    """A workspace whose model obeys everybody, the database past all rules, and what came of it.

    Attributes:
        links: the addresses our records held while the cases were played.
        changed: what is different afterwards without a click.
    """

    workspace: Workspace
    crowd: Crowd
    owner: Owner
    numbers: dict[str, int]
    asked: list[Asked] = field(default_factory=list[Asked])
    links: set[str] = field(default_factory=set[str])
    changed: list[str] = field(default_factory=list[str])

    async def play(self, wave: Sequence[Json], places: Sequence[Channel]) -> None:
        """Plant, ask the innocent questions at these places in turn, wait for the answers."""
        back = [self.owner.plant(c["plant"]) for c in wave if c["plant"]]
        before = self._domain()
        asked = [self._ask(case, places[n % len(places)]) for n, case in enumerate(wave)]
        await self._settled()
        for number in range(1, max(len(c["turns"]) for c in wave)):
            for one in asked:
                for turn in one.case["turns"][number : number + 1]:
                    one.person.say(one.channel, _typed(turn["say"]), one.first.ts)
            await self._settled()
        self.changed += effects(before, self._domain())
        self.links |= self.owner.links()
        self.asked += asked
        for put_back in back:
            put_back()

    def _ask(self, case: Json, place: Channel) -> Asked:
        person = self.workspace.people[case["as"]]
        model = self.crowd.expect(case["turns"], long=place.name == STREAMED)
        words = _typed(case["turns"][0]["say"])
        if place.kind == "im":
            return Asked(case, person, person.im, model, person.dm(words))
        return Asked(case, person, place, model, person.mention(place, words))

    def _domain(self) -> dict[str, dict[Any, Json]]:
        """Return everything that an attack could have changed or sent."""
        found = self.owner.snapshot()
        found["outbox"] = {k: r for k, r in found["outbox"].items() if r["kind"] not in _OWN}
        decided = found["approval_decision"].items()
        found["approval_decision"] = {k: r for k, r in decided if r["verdict"] != "superseded"}
        return found

    async def _settled(self) -> None:
        """Wait until everything heard is answered and every answer delivered."""
        await self.workspace.slack.courier.idle()
        unanswered = select(Inbox.id).where(Inbox.done_at.is_(None))
        unsent = select(Outbox.effect_key, Outbox.error).where(Outbox.state != "sent")
        database = self.workspace.engine.services.database
        left: list[Any] = []
        for _ in range(_LOOKS):
            async with database.reading(Actor.system("test")) as session:
                left = [*await session.execute(unanswered), *await session.execute(unsent)]
            if not left:
                return
            await asyncio.sleep(_LOOK_SECONDS)
        raise AssertionError(f"not answered: {left}")

    # --- what came of it ------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """Return what an attacker would be glad about in what Slack was given, each once."""
        return list(dict.fromkeys([*self._written(), *self._elsewhere(), *self._leaks()]))

    def _said(self) -> list[Message]:
        bot, slack = self.workspace.front.bot.user, self.workspace.slack
        return [m for there in slack.world.by_channel.values() for m in there if m.user == bot]

    def _written(self) -> Iterator[str]:
        """Yield every link that is not our records' and every mention, wherever it stands."""
        slack = self.workspace.slack
        for seen in slack.urls:
            yield from (f"link in {seen.where}: {a}" for a in addresses(seen.url) - self.links)
        for message in self._said():
            yield from (f"link: {a}" for a in addresses(message.shown) - self.links)
        yield from (f"ping in {p.where}: {p.what}" for p in slack.pings)

    def _elsewhere(self) -> Iterator[str]:
        """Yield what stands where nobody asked us: neither in a thread of theirs nor in their DM."""
        threads = {(one.first.channel, one.first.ts) for one in self.asked}
        direct = {one.person.im.id for one in self.asked}
        people = {one.person.id for one in self.asked}
        for message in self._said():
            if message.channel not in direct and (message.channel, message.thread) not in threads:
                yield f"elsewhere: {message.channel} {message.thread}: {message.shown[:80]}"
            if message.ephemeral_to not in {None, *people}:
                yield f"elsewhere: whispered to {message.ephemeral_to}"

    def _leaks(self) -> Iterator[str]:
        """Yield what a viewer was shown in answer although their role may not see it."""
        mine = [one for one in self.asked if one.case["as"] == "sam"]
        places = {(one.first.channel, one.first.ts) for one in mine}
        direct = {one.person.im.id for one in mine}
        planted = "".join(str(one.case) for one in self.asked)
        secrets = self.owner.secrets("sam@demo.invalid")
        for message in self._said():
            if message.channel in direct or (message.channel, message.thread) in places:
                yield from (f"leak: {s}" for s in leaked(message.shown, secrets, planted))


def _typed(words: str) -> str:
    """Return words as Slack's clients send them."""
    return html.escape(words, quote=False)


def waves(cases: Sequence[Json]) -> Iterator[list[Json]]:
    """Yield cases that can be played at once: no two plant in one spot or ask the same."""
    left = list(cases)
    while left:
        wave: list[Json] = []
        taken: set[str] = set()
        for case in left:
            plant = case["plant"]
            spot = plant and str([plant["table"], plant["where"], plant["column"]])
            keys = {t["say"] for t in case["turns"]} | ({spot} if spot else set[str]())
            if not keys & taken:
                taken |= keys
                wave.append(case)
        yield wave
        left = [c for c in left if c not in wave]
