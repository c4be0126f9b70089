"""Traces arrive masked and whole, and a trace server that is gone is felt by nobody."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from agent.models.port import Usage
from agent.settings import Settings
from agent.tracing import LangfuseTracer, Tracer, Untraced, make_tracer, mask
from tests.standins.langfuse_server import LangfuseServer

ROOT = Path(__file__).resolve().parents[2]


def keys() -> tuple[str, str]:
    """A pair of keys of a test's own: Langfuse keeps one client for each in a process."""
    return f"pk-lf-{secrets.token_hex(8)}", f"sk-lf-{secrets.token_hex(8)}"


def traced(host: str, public: str, secret: str) -> LangfuseTracer:
    """The tracer of a configuration, as the product builds it."""
    given = {
        "LANGFUSE_PUBLIC_KEY": public,
        "LANGFUSE_SECRET_KEY": secret,
        "LANGFUSE_HOST": host,
    }
    tracer = make_tracer(Settings.model_validate(given))
    assert isinstance(tracer, LangfuseTracer)
    return tracer


def one_turn(tracer: Tracer, said: str = "answered") -> None:
    """What a turn tells its tracer."""
    with tracer.turn(12, 34, 5) as turn:
        with tracer.generation("openai/stand-in", tools=7) as span:
            usage = Usage(100, 20, 40, Decimal("0.0125"))
            span.update(model="openai/other", usage=usage, calls=["find_lots"])
        with tracer.tool("find_lots", "34-1") as span:
            span.update(status="ok")
        turn.update(outcome=said)


async def sent(server: LangfuseServer, tracer: LangfuseTracer, said: str = "answered") -> None:
    """Run a turn and wait until its trace arrived."""
    one_turn(tracer, said)
    await asyncio.to_thread(tracer.flush)
    assert len(server.spans) == 3


async def test_a_turn_arrives_as_one_trace() -> None:
    pair = keys()
    async with LangfuseServer(*pair) as server:
        await sent(server, traced(server.host, *pair))

    turn, model, tool = server.named("turn"), server.named("model"), server.named("find_lots")
    assert {s.trace_id for s in server.spans} == {turn.trace_id}
    assert model.parent_id == tool.parent_id == turn.span_id
    for span in server.spans:
        assert span.attributes["session.id"] == "conversation-12"
        assert span.attributes["user.id"] == "member-5"
    assert turn.attributes["langfuse.observation.metadata.outcome"] == '"answered"'
    assert model.attributes["langfuse.observation.type"] == "generation"
    assert model.attributes["langfuse.observation.model.name"] == "openai/other"
    assert json.loads(model.attributes["langfuse.observation.usage_details"]) == {
        "input": 60,
        "cache_read_input_tokens": 40,
        "output": 20,
    }
    assert json.loads(model.attributes["langfuse.observation.cost_details"]) == {"total": 0.0125}
    assert tool.attributes["langfuse.observation.metadata.status"] == '"ok"'


async def test_a_resumed_turn_joins_its_trace() -> None:
    pair = keys()
    async with LangfuseServer(*pair) as server:
        tracer = traced(server.host, *pair)
        one_turn(tracer)
        one_turn(tracer)
        with tracer.turn(12, 35, 5):
            pass
        await asyncio.to_thread(tracer.flush)
    assert len(server.spans) == 7
    assert len({s.trace_id for s in server.spans}) == 2


async def test_what_leaves_is_masked() -> None:
    pair = keys()
    said = "jörg@rosta.example +49 40 1234567 sk-abcdef1234567890 Bearer hush-hush"
    async with LangfuseServer(*pair) as server:
        await sent(server, traced(server.host, *pair), said)
    told = server.named("turn").attributes["langfuse.observation.metadata.outcome"]
    assert json.loads(told) == "[e-mail] [phone] [key] [key]"
    for hidden in (b"rg@", b"rosta.example", b"1234567", b"hush"):
        assert hidden not in server.raw


async def test_an_error_passes_and_only_its_kind_is_told() -> None:
    pair = keys()
    async with LangfuseServer(*pair) as server:
        tracer = traced(server.host, *pair)
        with pytest.raises(ValueError, match="secret words"), tracer.turn(1, 2, 3):
            raise ValueError("the member's secret words")
        await asyncio.to_thread(tracer.flush)
    turn = server.named("turn")
    assert turn.attributes["langfuse.observation.level"] == "ERROR"
    assert turn.attributes["langfuse.observation.status_message"] == "ValueError"
    assert turn.events == 0
    assert b"secret words" not in server.raw


async def test_concurrent_turns_keep_their_own_spans() -> None:
    pair = keys()

    async def turn(tracer: Tracer, number: int) -> None:
        with tracer.turn(number, 1, number):
            await asyncio.sleep(0.01)
            with tracer.tool("find_lots", "1-1"):
                await asyncio.sleep(0.01)

    async with LangfuseServer(*pair) as server:
        tracer = traced(server.host, *pair)
        await asyncio.gather(*(turn(tracer, n) for n in range(8)))
        await asyncio.to_thread(tracer.flush)
    turns = {s.span_id: s for s in server.spans if s.name == "turn"}
    tools = [s for s in server.spans if s.name == "find_lots"]
    assert len(turns) == len(tools) == 8
    assert {s.parent_id for s in tools} == set(turns)
    for tool in tools:
        parent = turns[tool.parent_id]
        assert tool.attributes["session.id"] == parent.attributes["session.id"]


async def test_a_server_that_refuses_the_keys_is_felt_by_nobody() -> None:
    pair = keys()
    async with LangfuseServer(*keys()) as server:
        tracer = traced(server.host, *pair)
        one_turn(tracer)
        await asyncio.to_thread(tracer.flush)
    assert server.spans == []
    assert server.refused


@pytest.mark.parametrize("silent", [True, False])
async def test_a_dead_server_slows_no_turn(silent: bool) -> None:
    pair = keys()
    server = LangfuseServer(*pair, silent=silent)
    async with server:
        host = server.host
        if silent:
            assert _hundred_turns(traced(host, *pair)) < 1
    if not silent:  # nobody listens there any more
        assert _hundred_turns(traced(host, *pair)) < 1


def _hundred_turns(tracer: Tracer) -> float:
    began = time.perf_counter()
    for _ in range(100):
        one_turn(tracer)
    return time.perf_counter() - began


def test_a_process_ends_soon_though_the_server_is_dead() -> None:
    public, secret = keys()
    program = (
        "import time; from agent.settings import load; from agent.tracing import make_tracer\n"
        "tracer = make_tracer(load())\n"
        "with tracer.turn(1, 2, 3): pass\n"
        "print(type(tracer).__name__, time.time(), flush=True)"
    )
    env = os.environ | {
        "LANGFUSE_PUBLIC_KEY": public,
        "LANGFUSE_SECRET_KEY": secret,
        "LANGFUSE_HOST": "http://127.0.0.1:9",
    }
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    kind, done = ran.stdout.split()
    assert kind == "LangfuseTracer"
    assert time.time() - float(done) < 4
    assert ran.stderr == ""


@pytest.mark.parametrize(
    "given",
    [{}, {"LANGFUSE_PUBLIC_KEY": "pk"}, {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": ""}],
)
def test_without_both_keys_nothing_is_traced(given: dict[str, str]) -> None:
    tracer = make_tracer(Settings.model_validate(given))
    assert isinstance(tracer, Untraced)
    one_turn(tracer)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to maria.lopez+x@coop-norte.example.pe.", "write to [e-mail]."),
        ("call +49 (0)40 123 45-67 or 0170 1234567", "call [phone] or [phone]"),
        ("WhatsApp 987 654 321", "WhatsApp [phone]"),
        ("xoxb-123456789012-abcdef and pplx-0123456789abcdef", "[key] and [key]"),
        ("smtp://user:pass@mail.example:587", "smtp://[login]@mail.example:587"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "[key]"),
    ],
)
def test_personal_data_and_secrets_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "openai/gpt-4o-2024-08-06",
        "2026-11-02T10:00:00+00:00",
        '{"input": 123456, "output": 0.0125}',
        "PE-24-017 at 8.90 USD/kg, 19 bags",
        "34-1",
        "MSKU1234565",
    ],
)
def test_what_a_trace_is_for_is_left_alone(text: str) -> None:
    assert mask(text) == text
