"""One retry loop, then the next model, then the planner; and never twice to whoever has read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from agent.models.port import Model, ModelError, ModelReply, ModelRequest, OnText
from agent.models.retry import Breaker, Pace, with_fallbacks
from tests.agent.models.conftest import REQUEST, Ear, Serve, failing, model_at
from tests.standins.model_script import Fault, Say


@dataclass
class Clock:
    """A time that passes only when somebody sleeps or says so."""

    now: float = 0
    slept: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def pace(self) -> Pace:
        return Pace(clock=self, sleep=self.sleep, chance=lambda: 0.5)


@dataclass
class Scripted:
    """A model that raises or returns what it is told, without a wire."""

    name: str
    does: list[ModelError | str]
    before: Callable[[], None] = lambda: None
    asked: int = 0
    knows_tools: bool = False

    async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:
        """Do the next thing, the last one again and again."""
        del request
        self.asked += 1
        self.before()
        what = self.does.pop(0) if len(self.does) > 1 else self.does[0]
        if isinstance(what, ModelError):
            raise what
        await on_text(what)
        return ModelReply(what, model=f"{self.name}-2026-11-02")


def error(
    kind: str = "unavailable", *, retryable: bool = True, wait: float | None = None
) -> ModelError:
    return ModelError(f"{kind}!", kind=kind, retryable=retryable, retry_after=wait)


def together(models: Sequence[Model], clock: Clock, breaker: Breaker | None = None) -> Model:
    """Models as one, with a breaker and a clock of the test's own."""
    return with_fallbacks(models, breaker=breaker or Breaker(clock), pace=clock.pace)


# --- over the wire ---


async def test_a_busy_provider_is_asked_again_when_it_said(serve: Serve) -> None:
    server = await serve([Fault("rate_limit", retry_after="7"), Say("Yes.")])
    clock = Clock()
    reply = await together([model_at(server)], clock).reply(REQUEST, Ear())
    assert reply.text == "Yes."
    assert clock.slept == [7]
    assert len(server.requests) == 2


async def test_a_provider_that_is_down_gives_way_to_the_next(serve: Serve) -> None:
    first = await serve([Fault("server", times=3)])
    second = await serve([Say("From the second.")])
    clock, ear = Clock(), Ear()
    model = together([model_at(first, "openai/first"), model_at(second, "openai/second")], clock)

    reply = await model.reply(REQUEST, ear)

    assert (model.name, reply.model) == ("openai/first", "openai/second")
    assert "".join(ear.pieces) == "From the second."
    assert clock.slept == [0.5, 1.0]
    assert first.requests == [second.requests[0] | {"model": "first"}] * 3


async def test_an_answer_that_broke_off_is_never_asked_again(serve: Serve) -> None:
    first = await serve([Fault("cut", text="The lot is")])
    second = await serve()
    ear = Ear()
    caught = await failing(together([model_at(first), model_at(second)], Clock()), ear)
    assert (caught.kind, caught.text_shown) == ("cut", True)
    assert "".join(ear.pieces) == "The lot is"
    assert (len(first.requests), len(second.requests)) == (1, 0)


@pytest.mark.parametrize("fault", ["auth", "context", "quota"])
async def test_what_will_not_get_better_goes_on_at_once(serve: Serve, fault: str) -> None:
    first = await serve([Fault(fault)])  # pyright: ignore[reportArgumentType]
    second = await serve([Say("Yes.")])
    clock = Clock()
    models = [model_at(first, "openai/first"), model_at(second, "openai/second")]
    reply = await together(models, clock).reply(REQUEST, Ear())
    assert (reply.model, clock.slept) == ("openai/second", [])


async def test_the_last_fallback_gets_the_same_question(serve: Serve) -> None:
    first = await serve([Fault("server", times=3)])
    heard: list[ModelRequest] = []

    class Planner:
        name = "offline"
        knows_tools = True

        async def reply(self, request: ModelRequest, on_text: OnText) -> ModelReply:
            """Keep the question."""
            await on_text("Planned.")
            heard.append(request)
            return ModelReply("Planned.", model="offline")

    reply = await together([model_at(first), Planner()], Clock()).reply(REQUEST, Ear())
    assert reply.model == "offline"
    assert heard == [REQUEST]


# --- the loop itself ---


async def test_the_first_models_answer_bears_its_configured_name() -> None:
    model = together([Scripted("openai/first", ["Yes."])], Clock())
    assert (await model.reply(REQUEST, Ear())).model == "openai/first"


async def test_three_attempts_and_no_more() -> None:
    model, clock = Scripted("a", [error()]), Clock()
    assert (await failing(together([model], clock))).kind == "unavailable"
    assert (model.asked, clock.slept) == (3, [0.5, 1.0])


async def test_pauses_vary() -> None:
    chances = iter([0.0, 1.0])
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep, chance=lambda: next(chances))
    model = with_fallbacks([Scripted("a", [error()])], breaker=Breaker(clock), pace=pace)
    await failing(model)
    assert clock.slept == [0.25, 1.5]


@pytest.mark.parametrize(("wait", "slept"), [(10.0, [10.0]), (0.0, [0.0]), (10.5, [])])
async def test_a_long_wait_is_not_waited_for(wait: float, slept: list[float]) -> None:
    clock = Clock()
    model = Scripted("a", [error("rate_limit", wait=wait), "Yes."])
    other = Scripted("b", ["Other."])
    reply = await together([model, other], clock).reply(REQUEST, Ear())
    assert clock.slept == slept
    assert reply.model == ("a" if slept else "b")


async def test_a_model_that_took_its_time_to_fail_is_not_asked_again() -> None:
    clock = Clock()

    def half_a_minute() -> None:
        clock.now += 30

    slow, other = Scripted("slow", [error("timeout")], half_a_minute), Scripted("b", ["Yes."])
    assert (await together([slow, other], clock).reply(REQUEST, Ear())).model == "b"
    assert slow.asked == 1


async def test_when_all_fail_the_chosen_models_trouble_is_told() -> None:
    models = [Scripted("a", [error("auth", retryable=False)]), Scripted("b", [error()])]
    assert (await failing(together(models, Clock()))).kind == "auth"


async def test_a_listener_that_fails_is_not_retried() -> None:
    model = Scripted("a", ["Yes."])

    async def deaf(_piece: str) -> None:
        raise KeyError(_piece)

    with pytest.raises(KeyError):
        await together([model, Scripted("b", ["No."])], Clock()).reply(REQUEST, deaf)
    assert model.asked == 1


# --- the breaker ---


async def test_a_failing_model_is_left_out_for_a_minute_then_tried_once() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    bad, good = Scripted("bad", [error(retryable=False)]), Scripted("good", ["Yes."])
    model = together([bad, good], clock, breaker)

    for _ in range(5):
        assert (await model.reply(REQUEST, Ear())).model == "good"
    assert bad.asked == 3

    clock.now += 60
    for _ in range(2):
        await model.reply(REQUEST, Ear())
    assert bad.asked == 4

    bad.does = ["Well again."]
    clock.now += 60
    for _ in range(2):
        assert (await model.reply(REQUEST, Ear())).model == "bad"


async def test_only_failures_in_a_row_count() -> None:
    clock = Clock()
    bad = error(retryable=False)
    shaky = Scripted("shaky", [bad, bad, "Yes.", bad, bad, "Yes."])
    model = together([shaky, Scripted("good", ["Yes."])], clock)
    answered = [(await model.reply(REQUEST, Ear())).model for _ in range(6)]
    assert answered == ["good", "good", "shaky", "good", "good", "shaky"]


@pytest.mark.parametrize("kind", ["context", "bad_request"])
async def test_our_own_mistakes_say_nothing_about_a_model(kind: str) -> None:
    clock = Clock()
    model = Scripted("a", [error(kind, retryable=False)])
    for _ in range(4):
        await together([model, Scripted("b", ["Yes."])], clock, Breaker(clock)).reply(
            REQUEST, Ear()
        )
    assert model.asked == 4


async def test_the_only_model_is_asked_even_when_it_keeps_failing() -> None:
    clock = Clock()
    alone = Scripted("alone", [error(retryable=False)])
    model = together([alone], clock)
    for _ in range(5):
        assert (await failing(model)).kind == "unavailable"
    assert alone.asked == 5


async def test_turns_of_one_process_share_what_they_know() -> None:
    name = "openai/shared-by-all"
    bad = Scripted(name, [error(retryable=False)])
    for _ in range(4):  # as wiring does it: a new object for each turn
        await with_fallbacks([bad, Scripted("good", ["Yes."])]).reply(REQUEST, Ear())
    assert bad.asked == 3
