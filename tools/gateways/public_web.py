"""Fetching a page a member named: from the public internet only, bounded, redirects looked at.

A name is resolved once, every address it has must be public, and the connection goes to exactly
the address that was looked at, so a name that answers differently the second time gains nothing.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from tools.gateways.fetching import FetchError, TooLargeError

_SECONDS = 20
_MOST_REDIRECTS = 3
_PORTS = {"https": 443, "http": 80}
_HEADERS = {"User-Agent": "CoffeeStudio", "Accept": "text/html, application/pdf, */*;q=0.5"}
_TRANSLATED = IPv6Network("64:ff9b::/96")  # the last four bytes are an IPv4 address
_MOVED = {301, 302, 303, 307, 308}


class NotPublicError(FetchError):
    """The address is not one of the public internet, or not the web."""


@dataclass(frozen=True)
class Fetched:
    """What an address held; `url` is where the last redirect led."""

    url: str
    data: bytes


def is_public(address: str) -> bool:
    """Return whether an IP address is of the public internet, whatever form it is wrapped in."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (inner := _inside(ip)) is not None:
        ip = inner
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _inside(ip: IPv6Address) -> IPv4Address | None:
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour


async def fetch_public(
    url: str,
    *,
    most_bytes: int,
    permitted: Callable[[str], bool] = is_public,
    any_port: bool = False,
) -> Fetched:
    """Return what an address of the public web holds.

    Args:
        url: http or https.
        most_bytes: more is refused as soon as it is seen.
        permitted: which IP addresses may be connected to.
        any_port: whether other ports than the web's own may be.

    Raises:
        FetchError: not public, too large, too many redirects, or not answered.
    """
    address = httpx.URL(url)
    try:
        async with asyncio.timeout(_SECONDS), _client() as client:
            for _ in range(_MOST_REDIRECTS + 1):
                pinned, headers = await _pinned(address, permitted, any_port=any_port)
                names = {"sni_hostname": address.host}
                async with client.stream(
                    "GET", pinned, headers=headers, extensions=names
                ) as answer:
                    if answer.status_code not in _MOVED:
                        return Fetched(str(address), await _content(answer, most_bytes))
                    address = address.join(answer.headers.get("location", ""))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise FetchError(type(error).__name__) from error
    raise FetchError("too many redirects")


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False)


async def _pinned(
    address: httpx.URL, permitted: Callable[[str], bool], *, any_port: bool
) -> tuple[httpx.URL, dict[str, str]]:
    """Return the address with its name replaced by the IP it was found to have, and the headers."""
    port = address.port or _PORTS.get(address.scheme)
    if port is None or not address.host or address.userinfo:
        raise NotPublicError(f"{address.scheme}: only http and https, without a name in them")
    if port != _PORTS[address.scheme] and not any_port:
        raise NotPublicError(f"port {port}")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            address.host, port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{address.host} is not known") from error
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(permitted(each) for each in addresses):
        raise NotPublicError(f"{address.host} is not public")
    host = {"Host": address.netloc.decode("ascii")}
    return address.copy_with(host=addresses[0]), _HEADERS | host


async def _content(answer: httpx.Response, most_bytes: int) -> bytes:
    if answer.status_code != 200:  # noqa: PLR2004 - HTTP
        raise FetchError(f"status {answer.status_code}")
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > most_bytes:
            raise TooLargeError(f"more than {most_bytes} bytes")
    return bytes(content)
