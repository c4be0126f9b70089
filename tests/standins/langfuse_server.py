"""A Langfuse server on loopback: takes OpenTelemetry traces like the real one."""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_PATH = "/api/public/otel/v1/traces"


@dataclass(frozen=True)
class SentSpan:
    """A span as it arrived."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    events: int


@dataclass
class LangfuseServer:
    """The server; a context manager. `silent` accepts a connection and never answers."""

    public_key: str
    secret_key: str
    silent: bool = False
    spans: list[SentSpan] = field(default_factory=list[SentSpan])
    raw: bytes = b""
    refused: int = 0
    host: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post(_PATH, self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.host = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if self.silent:
            await asyncio.sleep(30)
        login = base64.b64encode(f"{self.public_key}:{self.secret_key}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {login}":
            self.refused += 1
            return web.Response(status=401)
        body = await request.read()
        self.raw += body
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(body)
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.spans += [_span(s) for s in scope.spans]
        return web.Response(content_type="application/x-protobuf")

    def named(self, name: str) -> SentSpan:
        """Return the one span of a name."""
        (found,) = [s for s in self.spans if s.name == name]
        return found


def _span(span: Any) -> SentSpan:
    return SentSpan(
        name=span.name,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        attributes={a.key: _value(a.value) for a in span.attributes},
        events=len(span.events),
    )


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(v) for v in value.array_value.values]
    return getattr(value, kind) if kind else None
