"""
Subscriptions (订阅): how long until everybody who listens has heard of a command, beside a bare broadcast, turn by turn.

Each listener has a WebSocket and a subscription of its own, all of them in this process; a firm reports what hinders it, and
the clock runs from the sending of that request until the last listener has the news. The bare server is told the same over
HTTP and sends it on as it is: no record, no log, no rights.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import httpx2

from benchmarks.figures import Figure, percentile
from benchmarks.material import fill
from benchmarks.serving import answers, environment_of, peer, resident_megabytes, server
from directory.access import Role
from directory.record.migrate import migrate
from directory.record.open import open_record
from directory.states import EntityType
from newgrowth.settings import Settings, read_settings
from newgrowth.tokens import development_token
from schema.node import global_id
from schema.services import ApiLimits

PART = "subscriptions"
DOCUMENTS = 200
TURNS = 20
WARMING = 2
# One caller may hold so many connections.
OF_ONE_CALLER = ApiLimits().connections_per_caller
PROTOCOL = "graphql-transport-ws"
NEWS = """subscription ($after: String) {
  changed(after: $after, kinds: ["blockage:reported"]) { position kind at }
}"""
REPORT = """mutation ($input: ReportBlockageInput!) {
  reportBlockage(input: $input) { blockage { reference } errors { message path } }
}"""

Socket = aiohttp.ClientWebSocketResponse
Tell = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Heard:
    """Milliseconds from the sending of a command until its answer, until half of the listeners had the news, until all had."""

    answered: list[float] = field(default_factory=list)
    half: list[float] = field(default_factory=list)
    everybody: list[float] = field(default_factory=list)


async def compared(directory: Path, listeners: int) -> list[Figure]:
    """Milliseconds until `listeners` have heard, of both servers, and the memory that each listener takes there."""
    settings, owners, head = await _filled(directory)
    environment = {
        **environment_of(settings),
        "NEWGROWTH_COST_PER_MINUTE": "0",
        "NEWGROWTH_CREATIONS_PER_HOUR": "0",
    }
    with ExitStack() as stack:
        pid, url = stack.enter_context(server(["serve"], environment, directory / "subscriptions.log"))
        bare_pid, bare_url = stack.enter_context(peer("broadcast", directory, {}))
        async with (
            httpx2.AsyncClient(base_url=url, timeout=60) as ours,
            httpx2.AsyncClient(base_url=bare_url, timeout=60) as bare,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client,
        ):
            await answers(bare)
            sides = (
                (
                    _reporting(ours, settings, owners),
                    pid,
                    _subscribers(client, url, settings, listeners, head),
                ),
                (_telling(bare), bare_pid, _listeners(client, bare_url, listeners)),
            )
            return await _measured(sides, listeners)


async def _filled(directory: Path) -> tuple[Settings, dict[str, str], int]:
    """Settings of a small record, the owners of its entries by id, and where its log ends."""
    settings = read_settings(data_dir=directory / "subscriptions", demo=True)
    settings.data_dir.mkdir(parents=True)
    await migrate(settings.record_location)
    async with await open_record(settings.record_location) as record:
        await fill(record, DOCUMENTS)
        async with record.reader() as reader:
            firms = await reader.firms(await reader.entity_ids(EntityType.FIRM))
            head = await reader.head()
    return settings, {firm.id: firm.owner for firm in firms.values() if firm.owner}, head


def _reporting(client: httpx2.AsyncClient, settings: Settings, owners: dict[str, str]) -> Tell:
    tokens = {
        firm_id: development_token(settings, subject=owner, roles=[Role.FIRM])
        for firm_id, owner in owners.items()
    }

    async def report(turn: int) -> None:
        firm_id = list(tokens)[turn % len(tokens)]
        wanted = {
            "firm": global_id("Firm", firm_id),
            "category": "other",
            "title": f"平台抽成 {turn}",
            "description": f"平台抽成比例没有统一上限，商户无从议价。{turn}",
        }
        answer = await client.post(
            "/graphql",
            json={"query": REPORT, "variables": {"input": wanted}},
            headers={"authorization": f"Bearer {tokens[firm_id]}"},
        )
        payload = answer.json()["data"]["reportBlockage"]
        assert not payload["errors"], payload

    return report


def _telling(client: httpx2.AsyncClient) -> Tell:
    async def tell(turn: int) -> None:
        news = {"position": str(turn), "kind": "blockage:reported", "at": "2026-03-02T01:00:00Z"}
        (await client.post("/tell", json={"data": {"changed": news}})).raise_for_status()

    return tell


async def _subscribers(
    client: aiohttp.ClientSession, url: str, settings: Settings, count: int, head: int
) -> list[Socket]:
    found = []
    for number in range(count):
        subject = f"listener-{number // OF_ONE_CALLER}"
        token = development_token(settings, subject=subject, roles=[Role.SUPERVISOR])
        socket = await client.ws_connect(f"{url}/graphql", protocols=[PROTOCOL])
        await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert (await socket.receive_json())["type"] == "connection_ack"
        # Since the log's end, so that nothing is missed by who begins to listen a little later.
        wanted = {"query": NEWS, "variables": {"after": str(head)}}
        await socket.send_json({"type": "subscribe", "id": "1", "payload": wanted})
        found.append(socket)
    return found


async def _listeners(client: aiohttp.ClientSession, url: str, count: int) -> list[Socket]:
    return [await client.ws_connect(f"{url}/listen") for _ in range(count)]


async def _measured(sides: Sequence[tuple[Tell, int, Any]], listeners: int) -> list[Figure]:
    memory: list[float] = []
    told = []
    for tell, pid, opening in sides:
        before = resident_megabytes(pid)
        sockets = await opening
        told.append((tell, sockets, Heard()))
        for turn in range(WARMING):  # warms up, and shows that everybody listens
            await _heard(tell, -1 - turn, sockets, Heard())
        memory.append((resident_megabytes(pid) - before) * 1024 / listeners)
    for turn in range(TURNS):
        for tell, sockets, heard in told:
            await _heard(tell, turn, sockets, heard)
    ours, bare = (heard for _, _, heard in told)
    return [
        *_spread(f"{listeners} listeners, all have heard", ours.everybody, bare.everybody),
        *_spread(f"{listeners} listeners, half have heard", ours.half, bare.half),
        *_spread(f"{listeners} listeners, the sender has its answer", ours.answered, bare.answered),
        Figure(PART, f"memory of a subscription, {listeners} open", memory[0], "KB", memory[0] / memory[1]),
        Figure(PART, f"memory of a bare listener, {listeners} open", memory[1], "KB"),
    ]


async def _heard(tell: Tell, turn: int, sockets: Sequence[Socket], heard: Heard) -> None:
    began = time.perf_counter()
    answer, *arrived = await asyncio.gather(
        _since(began, tell(turn)), *(_since(began, _next(socket)) for socket in sockets)
    )
    heard.answered.append(answer)
    heard.half.append(median(arrived))
    heard.everybody.append(max(arrived))


async def _since(began: float, work: Awaitable[None]) -> float:
    await work
    return (time.perf_counter() - began) * 1000


async def _next(socket: Socket) -> None:
    while (message := await socket.receive_json())["type"] != "next":
        assert message["type"] in ("ping", "pong"), message


def _spread(what: str, ours: Sequence[float], bare: Sequence[float]) -> list[Figure]:
    figures = []
    for percent in (50, 95):
        mine, other = percentile(ours, percent), percentile(bare, percent)
        figures += [
            Figure(PART, f"{what}, p{percent}", mine, "ms", mine / other),
            Figure(PART, f"{what}, bare broadcast, p{percent}", other, "ms"),
        ]
    return figures
