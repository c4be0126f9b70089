"""Pages are fetched from the public internet only, whatever form an inner address is given in."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tools.document_intake import addresses_in, page_name
from tools.gateways.fetching import FetchError, TooLargeError
from tools.gateways.public_web import NotPublicError, fetch_public, is_public


@asynccontextmanager
async def site(*answers: bytes) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """A server that gives one answer per request, and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answers[min(len(asked), len(answers)) - 1])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}", asked


def answer(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def inner(_address: str) -> bool:
    """Permit this machine, as no product does."""
    return True


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/",
        "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://10.1.2.3/",
        "http://0.0.0.0/", "http://224.0.0.1/", "http://user:pass@8.8.8.8/", "http://8.8.8.8:22/",
        "ftp://8.8.8.8/", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_an_inner_address_is_never_connected_to(url: str) -> None:
    with pytest.raises(NotPublicError):
        await fetch_public(url, most_bytes=1000)


def test_public_addresses_are_public() -> None:
    assert is_public("8.8.8.8") and is_public("2001:4860:4860::8888")


async def test_a_page_is_fetched_under_its_own_name() -> None:
    async with site(answer(b"<p>Kaffee</p>")) as (base, asked):
        found = await fetch_public(f"{base}/a", most_bytes=100, permitted=inner, any_port=True)
    assert (found.url, found.data) == (f"{base}/a", b"<p>Kaffee</p>")
    assert f"host: {base.removeprefix('http://')}".encode() in asked[0].lower()


async def test_a_redirect_is_looked_at_like_the_first_address() -> None:
    moved = answer(b"", "302 Found", "Location: http://169.254.169.254/")
    async with site(moved) as (base, asked):
        with pytest.raises(NotPublicError):
            await fetch_public(
                base,
                most_bytes=100,
                permitted=lambda a: a.startswith(("127", "::1")),
                any_port=True,
            )
    assert len(asked) == 1


async def test_a_page_that_moves_for_ever_is_left() -> None:
    async with site(answer(b"", "302 Found", "Location: /again")) as (base, asked):
        with pytest.raises(FetchError, match="redirects"):
            await fetch_public(base, most_bytes=100, permitted=inner, any_port=True)
    assert len(asked) == 4


async def test_what_is_too_large_or_missing_is_refused() -> None:
    async with site(answer(b"x" * 101)) as (base, _):
        with pytest.raises(TooLargeError):
            await fetch_public(base, most_bytes=100, permitted=inner, any_port=True)
    async with site(answer(b"", "404 Not Found")) as (base, _):
        with pytest.raises(FetchError, match="404"):
            await fetch_public(base, most_bytes=100, permitted=inner, any_port=True)


async def test_a_name_nobody_knows() -> None:
    with pytest.raises(FetchError):
        await fetch_public("https://no-such-host.invalid/", most_bytes=100)


def test_addresses_of_a_message() -> None:
    said = "Hol https://a.example/x.pdf, und (http://b.example/y) bitte. javascript:alert(1)"
    assert addresses_in(said) == {"https://a.example/x.pdf", "http://b.example/y"}
    assert page_name("https://a.example/p/x.pdf?q=1") == "x.pdf"
    assert page_name("https://a.example/") == "a.example"
