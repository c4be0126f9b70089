"""Slack's side of the HTTP Events API: signed requests and their retries."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

import aiohttp

from tests.standins.slack.clock import Clock
from tests.standins.slack.records import Delivery, Json

ACK_SECONDS = 3.0
RETRY_AFTER = (0.0, 60.0, 300.0)
_STALE_SECONDS = 600
Tamper = Literal["wrong_signature", "stale_timestamp", "no_signature"]


@dataclass(frozen=True)
class Sent:
    """One request as it went out, to be replayed."""

    body: bytes
    headers: dict[str, str]


class HttpMode:
    """Posts to the application's request URL."""

    def __init__(self, url: str, signing_secret: str, clock: Clock) -> None:
        self.sent: list[Sent] = []
        self.tamper: Tamper | None = None
        self._url = url
        self._secret = signing_secret.encode()
        self._clock = clock
        self._session = aiohttp.ClientSession()

    async def carry(self, delivery: Delivery) -> bool:
        """Post it; return whether it was answered with 2xx in three seconds of the clock."""
        sent = self._signed(delivery)
        self.sent.append(sent)
        posted = asyncio.ensure_future(self._post(sent))
        late = asyncio.ensure_future(self._clock.sleep_until(self._clock.now() + ACK_SECONDS))
        began = time.monotonic()
        try:
            await asyncio.wait({posted, late}, return_when=asyncio.FIRST_COMPLETED)
            status, headers, body = posted.result() if posted.done() else (None, {}, b"")
        finally:
            posted.cancel()
            late.cancel()
        delivery.status = status
        delivery.reason = _reason(status)
        if headers.get("X-Slack-No-Retry") == "1":
            delivery.attempt = len(RETRY_AFTER)
        if delivery.reason is not None:
            return False
        delivery.latency = time.monotonic() - began
        delivery.acked = True
        delivery.response = _answer(body)
        delivery.settled.set()
        return True

    async def verify(self) -> bool:
        """Ask as Slack does when the request URL is saved; return whether it was answered."""
        challenge = {"type": "url_verification", "challenge": "3eZbrw1aB", "token": "verification"}
        sent = self._signed(Delivery("events_api", challenge, "verification"))
        status, _, body = await self._post(sent)
        return status == 200 and b"3eZbrw1aB" in body

    async def replay(self, sent: Sent) -> int:
        """Send a request of before once more, byte for byte; return the status."""
        status, _, _ = await self._post(sent)
        return status or 0

    async def close(self) -> None:
        """Give the session back."""
        await self._session.close()

    async def _post(self, sent: Sent) -> tuple[int | None, dict[str, str], bytes]:
        try:
            async with self._session.post(self._url, data=sent.body, headers=sent.headers) as got:
                return got.status, dict(got.headers), await got.read()
        except aiohttp.ClientError:
            return 0, {}, b""

    def _signed(self, delivery: Delivery) -> Sent:
        body, kind = _body(delivery)
        # Bolt compares with the wall clock, so this is no matter of the stand-in's.
        stamp = int(time.time()) - (_STALE_SECONDS if self.tamper == "stale_timestamp" else 0)
        base = f"v0:{stamp}:".encode() + body
        secret = b"not the secret" if self.tamper == "wrong_signature" else self._secret
        signature = "v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest()
        headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": str(stamp)}
        if self.tamper != "no_signature":
            headers["X-Slack-Signature"] = signature
        if delivery.attempt:
            headers["X-Slack-Retry-Num"] = str(delivery.attempt)
            headers["X-Slack-Retry-Reason"] = delivery.reason or ""
        return Sent(body, headers)


def _reason(status: int | None) -> str | None:
    """Return why Slack would send it again, if it would."""
    if status is None:
        return "http_timeout"
    if status == 0:
        return "connection_failed"
    return None if 200 <= status < 300 else "http_error"


def _body(delivery: Delivery) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}).encode(), form
    return urlencode(delivery.payload).encode(), form


def _answer(body: bytes) -> Json | None:
    if not body.strip():
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return {"text": body.decode()}
    return found if isinstance(found, dict) else {"text": str(found)}
