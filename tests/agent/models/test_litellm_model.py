"""The adapter against a provider's real protocol on loopback: answers, and every way to fail."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from agent.models.litellm_model import LiteLLMModel
from agent.models.port import Json, ModelError
from tests.agent.models.conftest import REQUEST, Ear, Serve, failing, model_at
from tests.standins.model_script import Call, Fault, Kind, Say

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-hush-1234567890abcdef"


async def test_text_is_passed_on_in_the_order_it_was_said(serve: Serve) -> None:
    server = await serve([Say("Nineteen bags, 1,311 kg. Grüße, señor!")])
    ear = Ear()

    reply = await model_at(server).reply(REQUEST, ear)

    assert len(ear.pieces) > 3
    assert "".join(ear.pieces) == reply.text == "Nineteen bags, 1,311 kg. Grüße, señor!"
    assert (reply.finish, reply.calls, reply.model) == ("stop", [], "openai/stand-in")


async def test_it_asks_in_one_streamed_request_with_the_system_prompt_first(serve: Serve) -> None:
    server = await serve([Say("Yes.")])

    await model_at(server).reply(REQUEST, Ear())

    (asked,) = server.requests
    assert asked["messages"][0] == {"role": "system", "content": REQUEST.system}
    assert asked["messages"][1:] == REQUEST.messages
    assert asked["tools"] == REQUEST.tools
    assert asked["stream_options"] == {"include_usage": True}


async def test_without_tools_none_are_sent(serve: Serve) -> None:
    server = await serve([Say("Yes.")])
    await model_at(server).reply(replace(REQUEST, tools=[]), Ear())
    assert "tools" not in server.requests[0]


async def test_parallel_calls_split_into_pieces_come_out_whole(serve: Serve) -> None:
    calls = [
        Call("find_lots", {"text": "gewaschen, ab 84 Punkten"}, "a"),
        Call("find_lots", {"text": "natural"}, "b"),
        Call("show_day", ""),
    ]
    server = await serve([Say("Looking.", calls, cached_tokens=12)])

    reply = await model_at(server).reply(REQUEST, Ear())

    assert [(c.id, c.name, c.arguments) for c in reply.calls] == [
        ("a", "find_lots", {"text": "gewaschen, ab 84 Punkten"}),
        ("b", "find_lots", {"text": "natural"}),
        ("call_2", "show_day", {}),
    ]
    assert reply.finish == "tool_calls"
    assert reply.usage.tokens_in > 20
    assert reply.usage.tokens_cached == 12


@pytest.mark.parametrize(
    "written",
    ['{"text": ', '"text"', "[1]", "null", '{"text": NaN}', '{"text": "a\\u0000b"}', "[" * 2000],
)
async def test_arguments_that_are_no_object_are_kept_as_written(serve: Serve, written: str) -> None:
    server = await serve([Say(calls=[Call("find_lots", written)])])
    (call,) = (await model_at(server).reply(REQUEST, Ear())).calls
    assert call.arguments is None
    assert call.raw == written


async def test_an_invented_tool_is_passed_on_for_the_gate_to_refuse(serve: Serve) -> None:
    server = await serve([Say(calls=[Call("launch_ship", {"name": "Hamburg"})])])
    (call,) = (await model_at(server).reply(REQUEST, Ear())).calls
    assert (call.name, call.arguments) == ("launch_ship", {"name": "Hamburg"})


async def test_what_no_database_stores_is_left_out_of_the_text(serve: Serve) -> None:
    server = await serve([Say("a\x00b \ud83d")])
    reply = await model_at(server).reply(REQUEST, Ear())
    reply.text.encode("utf8")
    assert reply.text.startswith("ab ")
    assert "\x00" not in reply.text


async def test_the_cost_of_an_unknown_model_is_unknown(serve: Serve) -> None:
    server = await serve([Say("Yes.")])
    reply = await model_at(server).reply(REQUEST, Ear())
    assert reply.usage.tokens_out > 0
    assert reply.usage.cost_usd is None


async def test_the_cost_of_a_known_model_is_a_decimal(serve: Serve) -> None:
    server = await serve([Say("Yes.")])
    reply = await model_at(server, "openai/gpt-4o-mini").reply(REQUEST, Ear())
    assert isinstance(reply.usage.cost_usd, Decimal)
    assert 0 < reply.usage.cost_usd < Decimal("0.001")
    assert reply.model == "openai/gpt-4o-mini"


FAULTS: list[tuple[Kind, str, bool]] = [
    ("rate_limit", "rate_limit", True),
    ("quota", "rate_limit", False),
    ("server", "unavailable", True),
    ("overloaded", "unavailable", True),
    ("context", "context", False),
    ("auth", "auth", False),
    ("html", "unavailable", True),
    ("empty", "empty", True),
    ("cut", "cut", True),
    ("trickle_off", "empty", True),
    ("error_event", "cut", True),
]


@pytest.mark.parametrize(("fault", "kind", "retryable"), FAULTS)
async def test_each_fault_has_its_kind_and_is_asked_once(
    serve: Serve, fault: Kind, kind: str, retryable: bool
) -> None:
    server = await serve([Fault(fault)])
    error = await failing(model_at(server))
    assert (error.kind, error.retryable, error.text_shown) == (kind, retryable, False)
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", ["cut", "trickle_off", "error_event"])
async def test_an_answer_that_breaks_off_after_text_says_so(serve: Serve, fault: Kind) -> None:
    server = await serve([Fault(fault, text="The lot is")])
    ear = Ear()
    error = await failing(model_at(server), ear)
    assert (error.kind, error.text_shown) == ("cut", True)
    assert "".join(ear.pieces) == "The lot is"


async def test_calls_of_an_answer_that_trickled_off_are_not_believed(serve: Serve) -> None:
    server = await serve([Fault("trickle_off", calls=[Call("find_lots", {"text": "a"})])])
    assert (await failing(model_at(server))).kind == "cut"


@pytest.mark.parametrize(("text", "shown"), [("", False), ("The lot is", True)])
async def test_silence_is_waited_for_half_the_time_only(
    serve: Serve, text: str, shown: bool
) -> None:
    kind: Kind = "stall" if text else "hang"
    server = await serve([Fault(kind, text=text, seconds=5)])
    error = await failing(model_at(server, timeout_seconds=1))
    assert (error.kind, error.retryable, error.text_shown) == ("timeout", True, shown)


async def test_an_answer_that_never_ends_runs_out_of_time(serve: Serve) -> None:
    server = await serve([Fault("drip", seconds=0.2)])
    error = await failing(model_at(server, timeout_seconds=1))
    assert (error.kind, error.text_shown) == ("timeout", True)


async def test_a_provider_that_is_not_there_is_unavailable(serve: Serve) -> None:
    server = await serve()
    await server.stop()
    error = await failing(model_at(server))
    assert (error.kind, error.retryable) == ("unavailable", True)


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("0.5", 0.5), ("soon", None), ("-1", None), (None, None)]
)
async def test_how_long_to_wait_is_read_from_the_provider(
    serve: Serve, header: str | None, seconds: float | None
) -> None:
    server = await serve([Fault("rate_limit", retry_after=header)])
    assert (await failing(model_at(server))).retry_after == seconds


async def test_what_the_provider_refuses_is_named_without_its_words(serve: Serve) -> None:
    server = await serve()
    twice = replace(REQUEST, tools=[*REQUEST.tools, *REQUEST.tools])
    with pytest.raises(ModelError) as caught:
        await model_at(server).reply(twice, Ear())
    assert (caught.value.kind, caught.value.retryable) == ("bad_request", False)
    assert "tools[1].function.name" in str(caught.value)


async def test_a_conversation_that_is_too_long_says_so(serve: Serve) -> None:
    server = await serve(context_tokens=10)
    assert (await failing(model_at(server))).kind == "context"


async def test_the_key_is_in_no_error(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = await serve(key="another")  # which answers 401 and quotes the whole key

    error = await failing(model_at(server))

    assert error.kind == "auth"
    assert KEY not in f"{error} {error!r} {error.__cause__}"
    assert error.__suppress_context__
    assert KEY not in caplog.text


async def test_the_key_of_the_environment_is_used(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = await serve([Say("Yes.")], key=KEY)
    assert (await model_at(server).reply(REQUEST, Ear())).text == "Yes."


async def test_a_listener_that_fails_is_not_the_models_fault(serve: Serve) -> None:
    server = await serve([Say("Yes, certainly.")])

    async def deaf(_piece: str) -> None:
        raise KeyError(_piece)

    with pytest.raises(KeyError):
        await model_at(server).reply(REQUEST, deaf)


def test_importing_the_adapter_imports_no_litellm() -> None:
    program = (
        "import json, sys, agent.models.litellm_model, agent.models.retry, agent.tracing\n"
        "print(json.dumps([m for m in ('litellm', 'openai', 'langfuse') if m in sys.modules]))"
    )
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == []


def test_the_port_is_kept() -> None:
    model = LiteLLMModel("openai/stand-in", base_url=None, timeout_seconds=1)
    assert model.name == "openai/stand-in"


async def test_without_a_key_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # were it asked, nothing would leave
    error = await failing(LiteLLMModel("openai/stand-in", base_url=None, timeout_seconds=5))
    assert (error.kind, error.retryable) == ("auth", False)


async def test_a_turn_that_is_stopped_lets_go_at_once(serve: Serve) -> None:
    server = await serve([Fault("stall", text="The lot is", seconds=30)])
    heard = asyncio.Event()

    async def ear(_piece: str) -> None:
        heard.set()

    asking = asyncio.create_task(model_at(server).reply(REQUEST, ear))
    await heard.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 1)


async def test_answers_at_the_same_time_do_not_mix(serve: Serve) -> None:
    def echo(request: Json) -> Say:
        return Say(f"You said {request['messages'][-1]['content']}, didn't you?")

    server = await serve(echo)
    said = [f"{n} bags" for n in range(12)]
    requests = [replace(REQUEST, messages=[{"role": "user", "content": s}]) for s in said]
    replies = await asyncio.gather(*(model_at(server).reply(r, Ear()) for r in requests))
    assert [r.text for r in replies] == [f"You said {s}, didn't you?" for s in said]
