"""The stand-in for a model provider refuses what the real one refuses, and runs as a process."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.agent.models.conftest import FIND_LOTS, REQUEST, Ear, Serve, failing, model_at
from tests.standins.model_rules import refusal
from tests.standins.model_script import Call, Say
from tests.standins.model_server import ModelServer

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]
USER: Json = {"role": "user", "content": "How many bags?"}
CALL: Json = {"id": "c1", "type": "function", "function": {"name": "find_lots", "arguments": "{}"}}
CALLED: Json = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT: Json = {"role": "tool", "tool_call_id": "c1", "content": "{}"}


def asked(*messages: Json, **more: Any) -> Json:
    return {"model": "m", "messages": list(messages or [USER]), **more}


def tool(parameters: Json | None = None, **function: Any) -> Json:
    given = {"name": "t", "parameters": parameters or {"type": "object"}} | function
    return {"type": "function", "function": given}


@pytest.mark.parametrize(
    "request_body",
    [
        asked(),
        asked(USER, CALLED, RESULT),
        asked(USER, CALLED, RESULT, {"role": "assistant", "content": "19"}, USER),
        asked(tools=[FIND_LOTS], tool_choice="auto", stream=True, stream_options={}),
        asked(tools=[tool({"type": "object", "properties": {"a": {"type": ["string", "null"]}}})]),
    ],
)
def test_good_requests_pass(request_body: Json) -> None:
    assert refusal(request_body) is None


@pytest.mark.parametrize(
    ("request_body", "where"),
    [
        ({"messages": [USER]}, None),
        ({"model": "m", "messages": []}, "messages"),
        (asked(max_retries=0), "max_retries"),
        (asked(stream_options={"include_usage": True}), "stream_options"),
        (asked(temperature=3), "temperature"),
        (asked(tool_choice="auto"), "tool_choice"),
        (asked({"role": "robot", "content": "x"}), "messages.[0].role"),
        (asked({"role": "user", "content": None}), "messages.[0].content"),
        (asked(RESULT), "messages.[0].role"),
        (asked(USER, CALLED), "messages"),
        (asked(USER, CALLED, USER), "messages.[2].role"),
        (asked(USER, CALLED, RESULT, RESULT), "messages.[3].role"),
        (asked(USER, CALLED | {"tool_calls": []}), "messages.[1].content"),
        (
            asked(USER, CALLED | {"tool_calls": [CALL | {"id": "x" * 41}]}),
            "messages.[1].tool_calls",
        ),
        (asked(tools=[]), "tools"),
        (asked(tools=[tool(name="find lots")]), "tools[0].function.name"),
        (asked(tools=[tool(), tool()]), "tools[1].function.name"),
        (asked(tools=[tool(description="x" * 1025)]), "tools[0].function.description"),
        (asked(tools=[tool({"type": "string"})]), "tools[0].function.parameters"),
        (asked(tools=[tool({"type": "object", "anyOf": []})]), "tools[0].function.parameters"),
        (
            asked(tools=[tool({"type": "object", "properties": {"a": {"type": "list"}}})]),
            "tools[0].function.parameters",
        ),
        (
            asked(tools=[tool({"type": "object", "properties": {"a": {"type": "array"}}})]),
            "tools[0].function.parameters",
        ),
    ],
)
def test_bad_requests_are_refused(request_body: Json, where: str | None) -> None:
    refused = refusal(request_body)
    assert refused is not None
    assert refused.param == where
    assert refused.body()["error"]["type"] == "invalid_request_error"


async def test_it_answers_plainly_when_no_stream_is_asked_for(serve: Serve) -> None:
    server = await serve([Say("Hm.", [Call("find_lots", {"text": "a"})])])
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{server.base_url}/chat/completions",
            json=asked(),
            headers={"Authorization": "Bearer x"},
        )
    body = answer.json()
    assert body["object"] == "chat.completion"
    (choice,) = body["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] == "Hm."
    assert choice["message"]["tool_calls"][0]["function"]["arguments"] == '{"text": "a"}'
    assert body["usage"]["total_tokens"] > 0


async def test_a_step_may_be_worked_out_from_the_request(serve: Serve) -> None:
    def echo(request: Json) -> Say:
        return Say(request["messages"][-1]["content"].upper())

    server = await serve([echo])
    assert (await model_at(server).reply(REQUEST, Ear())).text == "HOW MANY BAGS?"


async def test_a_model_may_never_stop_calling(serve: Serve) -> None:
    server = await serve([Say(calls=[Call("find_lots", {"text": "a"})], times=float("inf"))])
    for _ in range(3):
        (call,) = (await model_at(server).reply(REQUEST, Ear())).calls
        assert call.name == "find_lots"


async def test_an_unexpected_request_and_an_unused_step_are_noticed() -> None:
    async with ModelServer([Say("Yes.", times=2)]) as server:
        await model_at(server).reply(REQUEST, Ear())
        assert server.unused == 1
        await model_at(server).reply(REQUEST, Ear())
        assert (server.unused, server.unexpected) == (0, 0)
        assert (await failing(model_at(server))).kind == "unavailable"
        assert server.unexpected == 1


async def test_it_runs_as_a_process(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(
        json.dumps(
            [
                {"fault": "rate_limit", "retry_after": "1"},
                {"calls": [{"name": "find_lots", "arguments": {"text": "a"}}], "times": "forever"},
            ]
        )
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.standins.model_server", "--script", str(script)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        async with httpx.AsyncClient(headers={"Authorization": "Bearer x"}) as client:
            answers = [await client.post(f"{url}/chat/completions", json=asked()) for _ in range(3)]
            heard = await client.get(url.replace("/v1", "/requests"))
    finally:
        process.terminate()
        await process.wait()
    assert [a.status_code for a in answers] == [429, 200, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert heard.json() == [asked()] * 3
