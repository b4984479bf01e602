"""Security headers on every answer, and what is done with host names, paths, ranges and headers made to deceive."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Mount, Route

from schema.app import make_app
from schema.services import ApiSettings
from tests.schema.serving import Served, listening, serving
from tests.schema.test_wire import answer_of, connected

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE")
REQUIRED = {
    "content-security-policy": "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def paths(served: Served) -> Iterator[str]:
    """Every address of the application, some of them twice, and some that it has not."""
    for route in served.app.routes:
        if isinstance(route, Mount):
            yield from (f"{route.path}/", f"{route.path}/explorer.js", f"{route.path}/../../etc/passwd")
        elif isinstance(route, Route):
            yield from (route.path.replace("{file}", "firms.csv"), f"{route.path}/")
    yield from ("/", "/nowhere", "/export/firms.exe", "/%2e%2e/", "/graphql%00")


def lacking(headers: Any) -> list[str]:
    """The required headers that an answer lacks."""
    return [name for name, value in REQUIRED.items() if value not in headers.get(name, "")]


async def test_every_answer_of_every_address_carries_them(tmp_path: Path) -> None:
    """All addresses by all methods, over TLS: pages, answers, refusals and files."""
    settings = ApiSettings(trusted_proxies=("127.0.0.1",))
    async with serving(tmp_path, settings) as served:
        headers = {"x-forwarded-proto": "https", "content-type": "application/json"}
        found, statuses = {}, set()
        async with served.client() as client:
            for path, method in product(paths(served), METHODS):
                answer = await client.request(method, path, content="{}", headers=headers)
                statuses.add(answer.status_code)
                if missing := lacking(answer.headers):
                    found[method, path] = missing

    assert found == {}
    assert {200, 400, 404, 405} <= statuses


async def test_a_crash_carries_them_too(tmp_path: Path) -> None:
    """What nobody foresaw passes no layer that could add them."""
    settings = ApiSettings(trusted_proxies=("127.0.0.1",))
    async with serving(tmp_path, settings) as served:

        async def crash() -> Any:
            raise ZeroDivisionError("inside")

        services = replace(served.services, index_state=crash)
        answer = await replace(served, app=make_app(services)).send(
            "", method="GET", path="/readyz", headers={"x-forwarded-proto": "https"}
        )

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert lacking(answer.headers) == []


def test_a_lack_of_headers_is_seen() -> None:
    """The check itself finds an answer without them."""
    assert lacking({"x-frame-options": "SAMEORIGIN"}) == list(REQUIRED)


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("GET /healthz", ["Host: localhost"], 200),
        ("GET /healthz", ["Host: LOCALHOST:8000"], 200),
        ("GET /healthz", [], 400),
        ("GET /healthz", ["Host: evil.example"], 400),
        ("GET /healthz", ["Host: a/?x="], 400),
        ("GET /healthz", ["Host: localhost", "Host: evil.example"], 400),
        ("GET /healthz", ["Host: localhost:80@evil.example"], 400),
        ("GET /healthz", ["Host: localhost", "X-Forwarded-Host: evil.example"], 200),
        ("GET @evil.example/healthz", ["Host: localhost"], 400),
        ("GET http://evil.example/explorer/", ["Host: localhost"], 404),
        ("GET //evil.example/explorer", ["Host: localhost"], 404),
        ("GET /explorer/..%2f..%2f..%2fservices.py", ["Host: localhost"], 404),
        ("GET /explorer/../../services.py", ["Host: localhost"], 404),
        ("GET /healthz/", ["Host: localhost"], 404),
        ("GET /healthz%0d%0aSet-Cookie:%20a=b", ["Host: localhost"], 404),
        ("GET /healthz", ["Host: localhost", "X: a\rb"], 400),
        ("GET /healthz", ["Host: localhost", "Bad Name: x"], 400),
        ("GET /explorer/explorer.js", ["Host: localhost", "Range: bytes=0-9"], 206),
        ("GET /explorer/explorer.js", ["Host: localhost", "Range: bytes=99999999-"], 416),
        ("GET /explorer/explorer.js", ["Host: localhost", "Range: bytes=x"], 400),
        ("GET /explorer/explorer.js", ["Host: localhost", "Range: bytes=" + ",".join(["0-"] * 300)], 200),
        ("GET /healthz", ["Host: localhost", "X: " + "x" * 40_000], 431),
        ("GET /healthz", ["Host: localhost", "X: " + "x" * 100_000], 431),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_deceiving_request_is_refused(
    served: Served, request_line: str, headers: list[str], status: int
) -> None:
    """On the wire as it stands: no redirect, no name of another's in the answer, nothing outside the files."""
    async with listening(served.app) as url:
        reader, writer = await connected(url)
        lines = [f"{request_line} HTTP/1.1", *headers, "Connection: close", "", ""]
        writer.write("\r\n".join(lines).encode())
        found, rest = await answer_of(reader)
        writer.close()

    assert found == status
    head = rest.partition(b"\r\n\r\n")[0].lower()
    assert b"location:" not in head
    assert b"set-cookie" not in head
    assert b"evil" not in rest


async def test_a_range_in_many_parts_is_no_long_answer(served: Served) -> None:
    """A thousand overlapping ranges of one file."""
    async with listening(served.app) as url:
        reader, writer = await connected(url)
        ranges = ",".join(f"{n}-" for n in range(1_000))
        head = f"GET /explorer/explorer.js HTTP/1.1\r\nHost: localhost\r\nRange: bytes={ranges}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        async with asyncio.timeout(10):
            answered = await reader.read()
        writer.close()

    assert len(answered) < 100_000
