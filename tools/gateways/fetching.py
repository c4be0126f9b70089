"""Fetching a file from a host we trust: bounded, never elsewhere, the key for that host alone."""

import asyncio
from pathlib import Path

import httpx

_SECONDS = 20


class FetchError(Exception):
    """A file could not be had; the message says why, without the key."""


async def fetch_file(
    url: str, to: Path, *, host: str, most_bytes: int, bearer: str | None = None
) -> int:
    """Write what an address holds to a file and return its size.

    Args:
        url: the address; it must be of `host`, and so must whatever it redirects to.
        to: where to; it appears only when it is whole.
        host: the host, with its port when it is not the usual one.
        most_bytes: more is refused as soon as it is seen.
        bearer: key sent to this host.

    Raises:
        FetchError: another host, too large, or not answered.
    """
    if httpx.URL(url).netloc.decode() != host:
        raise FetchError(f"{httpx.URL(url).host} is not {host}")
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        async with (
            httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            if answer.status_code != 200:  # noqa: PLR2004 - HTTP
                raise FetchError(f"status {answer.status_code}")
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > most_bytes:
                    raise FetchError(f"more than {most_bytes} bytes")
    except httpx.HTTPError as error:
        raise FetchError(type(error).__name__) from error
    await asyncio.to_thread(_write, to, bytes(content))
    return len(content)


def _write(to: Path, content: bytes) -> None:
    part = to.with_suffix(f"{to.suffix}.part")
    part.write_bytes(content)
    part.replace(to)
