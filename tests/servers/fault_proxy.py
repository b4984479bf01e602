"""
A proxy before a real Elasticsearch that does to requests what networks and busy engines do, as a seed decides.

The fault of each request follows from the seed and the request's number alone: the same seed on the same requests
gives the same faults. Besides, a test may hold a request at a moment of its choosing, and do something meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

MARK = {"X-Elastic-Product": "Elasticsearch"}
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
STALL_SECONDS = 0.2
LATE_SECONDS = 0.1
PASSED_ON = ("Accept", "Content-Type")


class Fault(StrEnum):
    """What can become of a request."""

    RESET_BEFORE = "reset before the engine was asked"
    RESET_AFTER = "reset after the engine answered"
    LATE = "reset, and the engine is asked a moment later"
    TRUNCATED = "the answer ends in the middle"
    BUSY = "429 for the request"
    ITEMS_BUSY = "429 for every second document of a bulk"
    UNAVAILABLE = "503 for the request"
    PAGE = "200 with a page of HTML"
    STALL = "the answer comes late"


class Moment(StrEnum):
    """Where a request is held: not sent on, half of its documents written, or answered to nobody."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Plan:
    """Which requests meet which fault: `share` of them, chosen by `seed`."""

    seed: int
    share: float = 0.2
    faults: Sequence[Fault] = tuple(Fault)

    def fault(self, number: int) -> Fault | None:
        """The fault of the request of this number, if it is to meet one."""
        dice = random.Random(f"{self.seed}:{number}")
        return dice.choice(self.faults) if dice.random() < self.share else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_bulk(self) -> bool:
        """Whether it writes documents."""
        return self.path.endswith("/_bulk")

    @property
    def moves_position(self) -> bool:
        """Whether it says how far the index has come."""
        return self.method == "PUT" and self.path.endswith("/_doc/state")

    def of_documents(self, first: int, step: int) -> Asked:
        """The bulk with some of its documents only."""
        lines = self.body.splitlines(keepends=True)
        chosen = [line for at in range(first * 2, len(lines), step * 2) for line in lines[at : at + 2]]
        return Asked(self.method, self.path, self.query, self.headers, b"".join(chosen))

    def half(self) -> Asked:
        """The bulk with the first half of its documents, or nothing of any other request."""
        lines = self.body.splitlines(keepends=True)
        return Asked(self.method, self.path, self.query, self.headers, b"".join(lines[: len(lines) // 4 * 2]))


@dataclass(frozen=True, slots=True)
class Told:
    """What the engine answered."""

    status: int
    content_type: str
    body: bytes


@dataclass(eq=False)
class Hold:
    """A request that waits at a moment: `reached` once it does, until `let_go` or `cut_off`."""

    moment: Moment
    wanted: Callable[[Asked], bool]
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _goes_on: bool = True

    def let_go(self) -> None:
        """Lets the request go its way."""
        self._released.set()

    def cut_off(self) -> None:
        """Ends the request here."""
        self._goes_on = False
        self._released.set()

    async def pass_through(self, moment: Moment) -> bool:
        """Whether the request goes on from `moment`, after having waited there if it is to."""
        if moment is not self.moment:
            return True
        self.reached.set()
        await self._released.wait()
        return self._goes_on


class Cut(Exception):
    """The connection ends without an answer."""


class FaultProxy:
    """What stands between an engine and its server. Without a plan it passes everything on."""

    def __init__(self, server: str) -> None:
        self.url = ""
        self.plan: Plan | None = None
        self.met: list[tuple[int, str, Fault]] = []
        self._server = server
        self._number = 0
        self._holds: list[Hold] = []
        self._late: set[asyncio.Task[Told]] = set()

    @property
    def story(self) -> str:
        """The seed and every fault so far, to play a run that failed again."""
        faults = "\n".join(f"{number:6} {request}: {fault}" for number, request, fault in self.met)
        return f"{self.plan}\n{faults}"

    def hold(self, moment: Moment, wanted: Callable[[Asked], bool] = lambda asked: asked.is_bulk) -> Hold:
        """Holds the next request that is wanted."""
        held = Hold(moment, wanted)
        self._holds.append(held)
        return held

    async def settled(self) -> None:
        """Returns when no request is on its way behind its sender's back."""
        while self._late:
            await asyncio.wait(self._late)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request, with what becomes of it."""
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        asked = Asked(request.method, request.path, request.query_string, headers, await request.read())
        try:
            return await self._answered(request, asked)
        except (Cut, ClientError):
            _reset(request)
            return web.Response()

    async def _answered(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        if (held := self._held(asked)) is not None:
            return _given(await self._while_held(held, asked))
        fault = self._fault(asked)
        if fault is Fault.TRUNCATED:
            return await _truncated(request, await self._ask(asked))
        return _given(await self._under(fault, asked))

    def _held(self, asked: Asked) -> Hold | None:
        for held in self._holds:
            if held.wanted(asked):
                self._holds.remove(held)
                return held
        return None

    def _fault(self, asked: Asked) -> Fault | None:
        if self.plan is None:
            return None
        self._number += 1
        fault = self.plan.fault(self._number)
        if fault is Fault.ITEMS_BUSY and not asked.is_bulk:
            return None
        if fault is not None:
            self.met.append((self._number, f"{asked.method} {asked.path}", fault))
        return fault

    async def _while_held(self, held: Hold, asked: Asked) -> Told:
        if not await held.pass_through(Moment.BEFORE):
            raise Cut
        if held.moment is Moment.INSIDE:
            await self._ask(asked.half())
        if not await held.pass_through(Moment.INSIDE):
            raise Cut
        told = await self._ask(asked)
        if not await held.pass_through(Moment.AFTER):
            raise Cut
        return told

    async def _under(self, fault: Fault | None, asked: Asked) -> Told:
        if fault is Fault.RESET_BEFORE:
            raise Cut
        if fault is Fault.LATE:
            self._ask_later(asked)
            raise Cut
        if fault in INSTEAD:
            return INSTEAD[fault]
        if fault is Fault.ITEMS_BUSY:
            return await self._every_second_busy(asked)
        if fault is Fault.STALL:
            await asyncio.sleep(STALL_SECONDS)
        told = await self._ask(asked)
        if fault is Fault.RESET_AFTER:
            raise Cut
        return told

    def _ask_later(self, asked: Asked) -> None:
        async def ask() -> Told:
            await asyncio.sleep(LATE_SECONDS)
            return await self._ask(asked)

        task = asyncio.create_task(ask())
        self._late.add(task)
        task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[Told]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()

    async def _every_second_busy(self, asked: Asked) -> Told:
        """Writes every second document, and says of the others that the engine had no room for them."""
        told = await self._ask(asked.of_documents(0, 2))
        if told.status != 200:
            return told
        written = json.loads(told.body)["items"]
        refusal = {"index": {"status": 429, "error": {"type": "es_rejected_execution_exception"}}}
        count = len(asked.body.splitlines()) // 2
        items = [refusal if at % 2 else written[at // 2] for at in range(count)]
        return _json(200, {"errors": True, "items": items})

    async def _ask(self, asked: Asked) -> Told:
        if asked.is_bulk and not asked.body:
            return _json(200, {"errors": False, "items": []})
        headers = {**asked.headers, "Accept-Encoding": "identity"}
        url = f"{self._server}{asked.path}?{asked.query}"
        async with (
            ClientSession(timeout=ClientTimeout(60)) as session,
            session.request(asked.method, url, data=asked.body or None, headers=headers) as answer,
        ):
            return Told(answer.status, answer.content_type, await answer.read())


def _json(status: int, body: Any) -> Told:
    return Told(status, "application/json", json.dumps(body).encode())


def _error(status: int, type_: str) -> Told:
    return _json(status, {"error": {"type": type_, "reason": "chosen by a seed"}, "status": status})


INSTEAD = {
    Fault.BUSY: _error(429, "es_rejected_execution_exception"),
    Fault.UNAVAILABLE: _error(503, "unavailable_shards_exception"),
    Fault.PAGE: Told(200, "text/html", PAGE.encode()),
}


def _given(told: Told) -> web.Response:
    return web.Response(status=told.status, body=told.body, content_type=told.content_type, headers=MARK)


async def _truncated(request: web.Request, told: Told) -> web.StreamResponse:
    answer = web.StreamResponse(status=told.status, headers=MARK)
    answer.content_type = told.content_type
    answer.content_length = len(told.body)
    await answer.prepare(request)
    await answer.write(told.body[: len(told.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return answer


def _reset(request: web.Request) -> None:
    """Ends the connection as a crash would: the other side is told of a reset, not of an end."""
    if (transport := request.transport) is not None:
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


@asynccontextmanager
async def fault_proxy(server: str) -> AsyncIterator[FaultProxy]:
    """A proxy of `server` on the loopback interface."""
    proxy = FaultProxy(server.rstrip("/"))
    app = web.Application(client_max_size=100_000_000)
    app.router.add_route("*", "/{tail:.*}", proxy.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await proxy.settled()
        await runner.cleanup()
