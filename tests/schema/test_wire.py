"""What only a real socket shows: chunked and slow bodies, and broken-off requests."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

from tests.schema.serving import Served, listening, serving, with_limits

HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection to the server."""
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port)


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and everything up to the end of the connection."""
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n")
        return int(head.split()[1]), await reader.read()


async def test_a_chunked_body_over_the_limit_is_cut_off(served: Served) -> None:
    """No declared length: counted while it comes, refused at the limit, and the connection ends."""
    async with listening(served.app) as url:
        reader, writer = await connected(url)
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(16):
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        writer.write(b"1\r\n \r\n")
        status, rest = await answer_of(reader)
        writer.close()

    assert status == 413
    assert b'"TOO_LARGE"' in rest


async def test_a_slow_body_is_cut_off(tmp_path: Path) -> None:
    """A caller who never ends its body holds no place: 408, and the connection ends."""
    async with serving(tmp_path, with_limits(body_seconds=0.2)) as served, listening(served.app) as url:
        reader, writer = await connected(url)
        writer.write(HEAD + b'Content-Length: 100\r\n\r\n{"query"')
        status, rest = await answer_of(reader)
        writer.close()

    assert status == 408
    assert b'"TOO_SLOW"' in rest


async def test_a_declared_length_over_the_limit_is_refused_unread(served: Served) -> None:
    """Not one byte of the body was sent."""
    async with listening(served.app) as url:
        reader, writer = await connected(url)
        writer.write(HEAD + b"Content-Length: 1048577\r\n\r\n")
        status, rest = await answer_of(reader)
        writer.close()

    assert status == 413
    assert b'"TOO_LARGE"' in rest


async def test_a_broken_off_body_harms_nobody(served: Served) -> None:
    """The next caller is served as if nothing had been."""
    body = json.dumps({"query": "{ viewer { roles } }"}).encode()
    async with listening(served.app) as url:
        _, broken = await connected(url)
        broken.write(HEAD + b'Content-Length: 100\r\n\r\n{"query"')
        await broken.drain()
        broken.close()
        reader, writer = await connected(url)
        writer.write(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        status, rest = await answer_of(reader)
        writer.close()

    assert status == 200
    assert rest.endswith(b'{"data":{"viewer":{"roles":["PUBLIC"]}},"extensions":{"cost":0,"costLimit":1000}}')


async def test_a_body_in_pieces_is_put_together(served: Served) -> None:
    """However the network cuts it, also inside a Chinese character."""
    body = json.dumps({"query": '{ terms(vocabulary: "堵点") { code } }'}, ensure_ascii=False).encode()
    async with listening(served.app) as url:
        reader, writer = await connected(url)
        writer.write(HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in body:
            writer.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        writer.write(b"0\r\n\r\n")
        status, rest = await answer_of(reader)
        writer.close()

    assert status == 200
    assert "“vocabularies”中没有代码“堵点”。".encode() in rest
