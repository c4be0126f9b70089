"""Fetching a file from a host we trust: bounded, never elsewhere, the key for that host alone."""

import httpx

_SECONDS = 20


class FetchError(Exception):
    """A file could not be had; the message says why, without the key."""


class TooLargeError(FetchError):
    """It holds more than is taken."""


async def fetch(url: str, *, host: str, most_bytes: int, bearer: str | None = None) -> bytes:
    """Return what an address holds.

    Args:
        url: the address; it must be of `host`, and a redirect is not followed.
        host: the host, with its port when it is not the usual one.
        most_bytes: more is refused as soon as it is seen.
        bearer: key sent to this host.

    Raises:
        FetchError: another host, too large, or not answered.
    """
    address = httpx.URL(url)
    if address.netloc.decode() != host:
        raise FetchError(f"{address.host} is not {host}")
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    content = bytearray()
    try:
        async with (
            httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client,
            client.stream("GET", address, headers=headers) as answer,
        ):
            if answer.status_code != 200:  # noqa: PLR2004 - HTTP
                raise FetchError(f"status {answer.status_code}")
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > most_bytes:
                    raise TooLargeError(f"more than {most_bytes} bytes")
    except httpx.HTTPError as error:
        raise FetchError(type(error).__name__) from error
    return bytes(content)
