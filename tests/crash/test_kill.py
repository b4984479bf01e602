"""A server that is killed loses nothing it acknowledged; one that is told to stop answers what it was asked."""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from directory.access import Role
from directory.record.open import SqlRecord, open_record
from directory.record.verify import verify_log
from indexer.engines.embedded import EmbeddedEngine
from newgrowth.settings import read_settings
from newgrowth.tokens import development_token
from schema.node import global_id
from tests.crash.aftermath import damage
from tests.crash.clients import REPORT_BLOCKAGE, Clients, Wish
from tests.crash.nursery import ANNOUNCED, ROOT, Nursery, Server
from tests.factories import make_firm
from tests.indexer.office import Office
from tests.measure import measure
from tests.record.fixtures import migrated
from tests.record.steps import keep, seal
from tests.servers.smtp import mailing_to, smtp_server

KILLS = int(os.environ.get("KILLS", measure(10, 50)))
WRITERS = 4
LONGEST_LIFE_SECONDS = 0.4
IN_FLIGHT = 100
STOPS_WITHIN_SECONDS = 10
# What a server logs that has more to write than it can.
BUSY = {"service_unavailable", "sealing_failed"}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with empty tables."""
    migrated(url_of(tmp_path))
    return tmp_path


def url_of(data_dir: Path) -> str:
    """The record's URL."""
    return f"sqlite+aiosqlite:///{data_dir / 'record.db'}"


def environment(data_dir: Path) -> dict[str, str]:
    """The settings of a server in demo mode, which takes development tokens."""
    return {"NEWGROWTH_DEMO": "true", "NEWGROWTH_DATA_DIR": str(data_dir)}


async def clients_of(data_dir: Path, dice: random.Random) -> Clients:
    """Clients of a user who owns a listed entry."""
    settings = read_settings(data_dir=data_dir, demo=True)
    token = development_token(settings, subject="firm-user", roles=[Role.FIRM])
    firm = make_firm(owner="firm-user")
    async with await open_record(url_of(data_dir)) as record:
        await keep(record, firm)
    return Clients(token, global_id("Firm", firm.id), dice)


async def test_nothing_acknowledged_is_lost_and_nothing_is_half(data_dir: Path) -> None:
    """Fifty lives end by SIGKILL while four clients write; what had no answer is asked for again in the next life."""
    seed = secrets.randbits(32)
    print(f"KILLS={KILLS}, seed {seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)
    clients = await clients_of(data_dir, dice)
    with Nursery(environment(data_dir), data_dir / "servers.log") as nursery:
        for _ in range(KILLS):
            server = await asyncio.to_thread(nursery.serve)
            await one_life(clients, server, dice)
        server = await asyncio.to_thread(nursery.serve)
        await ask_all_again(clients, server)
        server.kill()
    wishes = [wish for wish, _ in clients.acknowledged.values()]
    assert len(wishes) > KILLS // 4
    assert damage(data_dir / "record.db", wishes) == []
    async with await open_record(url_of(data_dir)) as record:
        await whole(record, data_dir)


async def one_life(clients: Clients, server: Server, dice: random.Random) -> None:
    """Clients write to the server until it is killed, some time into its life."""
    writing = asyncio.create_task(clients.write(server.url, WRITERS))
    await asyncio.sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))
    await asyncio.to_thread(server.kill)
    await writing


async def ask_all_again(clients: Clients, server: Server) -> None:
    """Every wish ever made, under its key: the answers are the first ones, and nothing happens twice."""
    again = [*clients.unanswered, *(wish for wish, _ in clients.acknowledged.values())]
    turns = asyncio.Semaphore(WRITERS)

    async def ask(client: httpx2.AsyncClient, wish: Wish) -> None:
        async with turns:
            await clients.grant(client, wish)

    async with clients.client(server.url) as client:
        await asyncio.gather(*(ask(client, wish) for wish in again))


async def whole(record: SqlRecord, data_dir: Path) -> None:
    """The log verifies, and the index that was killed along with it catches up without a difference."""
    await seal(record)
    async with record.reader() as reader:
        assert await verify_log(reader) is None
    engine = EmbeddedEngine(data_dir / "index.db")
    await engine.open()
    office = Office(record, engine)
    await office.follower().catch_up(1_000_000)
    assert await office.differences() == []
    await engine.close()


async def test_a_server_told_to_stop_answers_what_it_was_asked(data_dir: Path) -> None:
    """SIGTERM with a hundred requests in flight: each gets its whole answer, and the process ends in good order.

    On a busy machine some are told to come back; nothing else is.
    """
    clients = await clients_of(data_dir, random.Random(1))
    log = data_dir / "server.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(  # noqa: ASYNC220 - waited for in threads
            [sys.executable, "-m", "newgrowth", "serve", "--port", "0"],
            cwd=ROOT,
            env={**os.environ, **environment(data_dir), "NEWGROWTH_OPERATIONS_AT_ONCE": str(4 * IN_FLIGHT)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = await asyncio.to_thread(process.stdout.readline)
            answers = await all_answers(clients, line.removeprefix(ANNOUNCED).strip(), process)
            code = await asyncio.to_thread(process.wait, STOPS_WITHIN_SECONDS)
        finally:
            process.kill()
    assert code == 0
    assert {json.loads(line)["event"] for line in log.read_text().splitlines()} <= BUSY
    assert [answer.status_code for answer in answers] == [200] * IN_FLIGHT
    assert all("data" in answer.json() for answer in answers)
    codes = {fault["extensions"]["code"] for answer in answers for fault in answer.json().get("errors", ())}
    assert codes <= {"UNAVAILABLE"}
    assert not (data_dir / "record.db-wal").exists()


async def test_a_server_told_to_stop_does_not_wait_for_a_mail_server_that_hangs(data_dir: Path) -> None:
    """SIGTERM while a text was handed over and is not answered: the process ends in good order, and in time."""
    token = development_token(
        read_settings(data_dir=data_dir, demo=True), subject="firm-user", roles=[Role.FIRM]
    )
    async with smtp_server() as server:
        server.hangs = True
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "newgrowth", "serve", "--port", "0"),
            cwd=ROOT,
            env={**os.environ, **environment(data_dir), **mailing_to(server)},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            url = (await process.stdout.readline()).decode().removeprefix(ANNOUNCED).strip()
            await subscribed(url, token)
            await server.reached.wait()
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(STOPS_WITHIN_SECONDS):
                code = await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
    assert code == 0


async def subscribed(url: str, token: str) -> None:
    """A mail address that waits for its confirmation."""
    query = "mutation($input: SubscribeByMailInput!) { subscribeByMail(input: $input) { errors { code } } }"
    body = {"query": query, "variables": {"input": {"address": "owner@firm.example"}}}
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        answer = (await client.post("/graphql", json=body)).json()
    assert answer["data"] == {"subscribeByMail": {"errors": []}}, answer


async def all_answers(clients: Clients, url: str, process: subprocess.Popen[str]) -> list[Any]:
    """The answers to a hundred requests sent at once; the server is told to stop at the first of them."""
    wishes = [_report(clients.firm, number) for number in range(IN_FLIGHT)]
    limits = httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    headers = {"authorization": f"Bearer {clients.token}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as client:
        await asyncio.gather(*(client.get("/healthz") for _ in wishes))
        asked = [asyncio.create_task(client.post("/graphql", json=wish.body)) for wish in wishes]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        process.send_signal(signal.SIGTERM)
        return list(await asyncio.gather(*asked))


def _report(firm: str, number: int) -> Wish:
    told = {
        "firm": firm,
        "title": f"平台抽成过高之{number}",
        "description": "平台抽成占成交额三成，微利经营难以为继。",
        "category": "platform-fees",
    }
    return Wish(f"stop-{number}", REPORT_BLOCKAGE, told)
