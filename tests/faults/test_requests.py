"""Requests that are none: bodies, encodings, media types and methods. Nothing runs, nothing is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from schema.app import make_app
from tests.faults.house import House, address_of
from tests.journeys.entries import enterprise
from tests.schema.serving import listening, with_limits

QUERY = "{ viewer { roles } }"
HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
MEBIBYTE = 1 << 20


def request(**parts: Any) -> bytes:
    """A request's body with these parts beside a good query."""
    return json.dumps({"query": QUERY, **parts}).encode()


def with_variable(literal: str) -> bytes:
    """A good query with a variable, written as given."""
    return b'{"query": "{ viewer { roles } }", "variables": {"n": ' + literal.encode() + b"}}"


NO_REQUESTS: dict[str, bytes] = {
    "a text": b'"x"',
    "null": b"null",
    "a number": b"3",
    "an empty list": b"[]",
    "a list": b"[1]",
    "a batch": b"[" + request() + b"]",
    "nothing": b"",
    "half of it": request()[:-1],
    "two of them": request() * 2,
    "stray bytes": b"\xff\xfe",
    "stray bytes in a text": b'{"query": "\xff\xfe"}',
    "an overlong zero": b'{"query": "\xc0\x80"}',
    "UTF-16": request().decode().encode("utf-16"),
    "UTF-16 without mark": request().decode().encode("utf-16-le"),
    "UTF-32": request().decode().encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + request(),
    "100,000 brackets": b"[" * 100_000,
    "100,000 brackets, closed": b"[" * 100_000 + b"]" * 100_000,
    "100,000 braces": b'{"a":' * 100_000,
    "a deep variable": with_variable("[" * 50_000 + "]" * 50_000),
    "a number of 5,000 digits": with_variable("9" * 5_000),
    "not a number": with_variable("NaN"),
    "infinity": with_variable("-Infinity"),
    "a number beyond all bounds": with_variable("1e999"),
    "variables in a list": request(variables=[]),
    "variables in a text": request(variables="{}"),
    "a number for a name": request(operationName=3),
    "extensions in a list": request(extensions=[]),
    "no query": b'{"variables": {}}',
    "a number for a query": b'{"query": 3}',
    "two operations, none named": request(query=f"query A {QUERY} query B {QUERY}"),
    "an operation that is not there": request(query=f"query A {QUERY}", operationName="B"),
}


@pytest.mark.parametrize("body", NO_REQUESTS)
async def test_a_body_that_is_no_request_is_refused(unmoved: House, body: str) -> None:
    """400 and a code, whatever it is."""
    answer = await unmoved.send(NO_REQUESTS[body])

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


def a_command() -> dict[str, Any]:
    """A registration that would be made, if it ran."""
    query = "mutation M($input: SubmitFirmInput!) { submitFirm(input: $input) { firm { id } } }"
    return {"query": query, "variables": {"input": {"profile": enterprise()}}}


ELSEWHERE = {
    "application/x-www-form-urlencoded": urlencode({**a_command(), "variables": "{}"}),
    "text/plain": json.dumps(a_command()),
    "text/plainapplication/json": json.dumps(a_command()),
    "text/plain; application/json": json.dumps(a_command()),
    "application/jsonp": json.dumps(a_command()),
    "application/json; charset=gbk": json.dumps(a_command()),
    "application/graphql": a_command()["query"],
    "multipart/form-data; boundary=x": "--x\r\ncontent-disposition: form-data; name=operations\r\n\r\n"
    f"{json.dumps(a_command())}\r\n--x--",
    "application/json, text/plain": json.dumps(a_command()),
}


@pytest.mark.parametrize("media_type", ELSEWHERE)
async def test_a_command_in_another_media_type_is_not_carried_out(unmoved: House, media_type: str) -> None:
    """415: a form of a foreign page can send nothing else without asking first."""
    answer = await unmoved.send(ELSEWHERE[media_type], headers={"content-type": media_type})

    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_a_command_by_another_method_is_not_carried_out(unmoved: House, method: str) -> None:
    """405: a link or an image on a foreign page writes nothing."""
    command = a_command()
    path = f"/graphql?query={quote(command['query'])}&variables={quote(json.dumps(command['variables']))}"

    answer = await unmoved.send(json.dumps(command), method=method, path=path)

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


async def test_the_command_that_the_others_hide_would_work(house: House) -> None:
    """Or refusing it would prove nothing."""
    answer = await house.send(json.dumps(a_command()))

    assert answer.data["submitFirm"]["firm"]


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection."""
    return await asyncio.open_connection(*address_of(url))


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status, and all up to the end of the connection, which has to come."""
    said = b""
    async with asyncio.timeout(60):
        # A connection that ends while we still write may end with a reset.
        with suppress(ConnectionResetError):
            while piece := await reader.read(0x10000):
                said += piece
    return int(said.split()[1]), said


async def test_an_endless_body_is_cut_off(unmoved: House) -> None:
    """No declared length, 256 MiB on offer: 413, the connection ends, and most of it was never taken."""
    _, writer = await connected(unmoved.url)
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    taken = 0
    try:
        for _ in range(4096):
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await writer.drain()
            taken += 0x10000
    except ConnectionError:
        pass
    finally:
        writer.close()

    # What was taken beyond the limit lies in the buffers of both sockets.
    assert MEBIBYTE <= taken < 32 * MEBIBYTE


async def test_a_body_just_over_the_limit_is_told_so(unmoved: House) -> None:
    """1.1 MiB in chunks: 413 with a code, and the connection ends."""
    reader, writer = await connected(unmoved.url)
    chunks = [b"10000\r\n" + b" " * 0x10000 + b"\r\n"] * 17
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks))
    status, said = await answer_of(reader)
    writer.close()

    assert status == 413
    assert b'"TOO_LARGE"' in said
    assert b"connection: close" in said.lower()


@asynccontextmanager
async def impatient(house: House) -> AsyncIterator[str]:
    """The same directory behind a server that waits a fifth of a second for a body."""
    services = replace(house.served.services, settings=with_limits(body_seconds=0.2))
    async with listening(make_app(services)) as url:
        yield url


@pytest.mark.parametrize("framing", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
async def test_a_slow_body_is_cut_off(unmoved: House, framing: bytes) -> None:
    """Byte after byte, without end: 408, and the connection ends however busy it looks."""
    async with impatient(unmoved) as url:
        reader, writer = await connected(url)
        writer.write(HEAD + framing + b"\r\n\r\n")
        answering = asyncio.create_task(answer_of(reader))
        while not answering.done():
            writer.write(b"1\r\n \r\n" if b"chunked" in framing else b" ")
            await asyncio.wait({answering}, timeout=0.02)
        status, rest = await answering
        writer.close()

    assert status == 408
    assert b'"TOO_SLOW"' in rest
