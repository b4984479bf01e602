"""A front of a real Elasticsearch that answers some requests as engines and networks do on a bad day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}

# Given the request's path and body, another answer, or None for the real one.
Fault = Callable[[str, bytes], web.StreamResponse | None]


@dataclass
class Front:
    """What stands between an engine and its server."""

    url: str = ""
    fault: Fault = lambda path, body: None
    change: Callable[[str, Any], Any] = lambda path, answer: answer
    after: Callable[[str], web.StreamResponse | None] = lambda path: None
    asked: list[str] = field(default_factory=list)
    # Set, the front answers; cleared, it takes requests and says nothing, as a server that hangs.
    answering: asyncio.Event = field(default_factory=lambda: _set(asyncio.Event()))
    # Paths that are answered only when their event is set.
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    # Paths on which the connection breaks.
    cut: set[str] = field(default_factory=set)

    def behave(self) -> None:
        """Pass everything on again."""
        self.fault, self.change, self.after = Front().fault, Front().change, Front().after
        self.asked.clear()
        self.answering.set()


def _set(event: asyncio.Event) -> asyncio.Event:
    event.set()
    return event


def answer(body: object, status: int = 200) -> web.Response:
    """An answer that bears Elasticsearch's mark."""
    return web.json_response(body, status=status, headers=PRODUCT)


@asynccontextmanager
async def fronted(server: str) -> AsyncIterator[Front]:
    """A front of `server` on the loopback interface."""
    front = Front()
    async with ClientSession() as session:

        async def serve(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            front.asked.append(request.path)
            await front.answering.wait()
            if request.path in front.cut and request.transport is not None:
                request.transport.abort()
            if (held := front.held.get(request.path)) is not None:
                await held.wait()
            if (fault := front.fault(request.path, body)) is not None:
                return fault
            return await _forwarded(session, server, front, request, body)

        app = web.Application(client_max_size=100_000_000)
        app.router.add_route("*", "/{tail:.*}", serve)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        front.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield front
        finally:
            front.answering.set()
            await runner.cleanup()


async def _forwarded(
    session: ClientSession, server: str, front: Front, request: web.Request, body: bytes
) -> web.StreamResponse:
    headers = {name: request.headers[name] for name in ("Accept", "Content-Type") if name in request.headers}
    async with session.request(
        request.method, server + request.path_qs, data=body or None, headers=headers
    ) as real:
        given = await real.read()
        if (instead := front.after(request.path)) is not None:
            return instead
        changed = front.change(request.path, json.loads(given)) if given else {}
        return answer(changed, real.status)
