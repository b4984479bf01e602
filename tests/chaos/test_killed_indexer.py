"""An indexer that is killed or frozen at the worst moment of a bulk leaves nothing that the next one does not mend."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.record.open import SqlRecord, open_record
from indexer.leading import LEASE_SECONDS
from tests.chaos.house import Behind, Wanted, house, reached, through
from tests.chaos.measure import LONG_RUN, MEASURE, figure, promised
from tests.chaos.unreliable import on_the_way
from tests.chaos.watch import caught_up_with_everything, watched
from tests.conditions import eventually
from tests.crash.nursery import Nursery
from tests.crash.test_kill import clients_of, environment, url_of
from tests.indexer.office import Office
from tests.record.fixtures import migrated
from tests.record.steps import seal
from tests.servers.fault_proxy import Moment

pytestmark = pytest.mark.elasticsearch

FOLLOW = ("index", "follow")
WRITERS = 4
LAST_EPOCH = 1_000_000
LIVES = 5 if LONG_RUN else 1


def a_bulk() -> Wanted:
    """A request that writes documents."""
    return lambda asked: asked.is_bulk


def a_place() -> Wanted:
    """The request that moves the position after documents were written: the one before them claims the lead."""
    return Behind(lambda asked: asked.is_bulk, lambda asked: asked.moves_position)


MOMENTS: list[tuple[Moment, Callable[[], Wanted]]] = [
    (Moment.BEFORE, a_bulk),
    (Moment.INSIDE, a_bulk),
    (Moment.AFTER, a_bulk),
    (Moment.BEFORE, a_place),
    (Moment.AFTER, a_place),
]


@pytest.mark.postgresql
async def test_an_indexer_killed_around_a_bulk_is_followed_by_one_that_mends(
    postgres_record: SqlRecord,
    postgres_record_url: str,
    tmp_path: Path,
    elasticsearch_url: str,
    index_prefix: str,
) -> None:
    """By SIGKILL before, inside and after a bulk, and before and after its place is saved; the position never falls."""
    async with house(postgres_record, postgres_record_url, tmp_path, elasticsearch_url, index_prefix) as home:
        async with watched(home.office.engine) as positions:
            for moment, wanted in MOMENTS * LIVES:
                held = home.way.proxy.hold(moment, wanted())
                pid = await home.born(FOLLOW)
                await home.town.live(20)
                await home.dies(held, pid)
            await home.born(FOLLOW)
            await caught_up_with_everything(home.office)
        assert await home.office.differences() == []
        assert positions.falls == []
        figure(f"{len(MOMENTS) * LIVES} indexers killed, {await home.town.entries()} entries, 0 differences")


@pytest.mark.postgresql
async def test_a_leader_frozen_in_a_bulk_does_no_harm_when_it_wakes(
    postgres_record: SqlRecord,
    postgres_record_url: str,
    tmp_path: Path,
    elasticsearch_url: str,
    index_prefix: str,
) -> None:
    """By SIGSTOP past its lease: another leads meanwhile, and the late bulk and the late place are too old."""
    async with house(postgres_record, postgres_record_url, tmp_path, elasticsearch_url, index_prefix) as home:
        async with watched(home.office.engine) as positions:
            held = home.way.proxy.hold(Moment.BEFORE)
            frozen = await home.born(FOLLOW)
            await reached(held)
            os.kill(frozen, signal.SIGSTOP)
            stopped, stood = time.monotonic(), await home.office.engine.position()
            await home.born(FOLLOW)
            await home.lease_over()
            writing = asyncio.create_task(home.town.live(60))
            await eventually(lambda: moved_on(home.office, stood))
            took_over = time.monotonic() - stopped
            await writing
            await caught_up_with_everything(home.office)
            os.kill(frozen, signal.SIGCONT)
            held.let_go()
            await home.town.live(60)
            await caught_up_with_everything(home.office)
        assert await home.office.differences() == []
        assert positions.falls == []
    promised("seconds until another led", took_over, at_most=LEASE_SECONDS + 2)


async def moved_on(office: Office, position: int) -> bool:
    """Whether the index has come further."""
    return await office.engine.position() > position


async def test_a_server_killed_around_a_bulk_mends_its_index_at_the_next_start(
    tmp_path: Path, elasticsearch_url: str, index_prefix: str
) -> None:
    """On SQLite writers and indexer are one process: both die in the middle of their work."""
    migrated(url_of(tmp_path))
    clients = await clients_of(tmp_path, random.Random(MEASURE.seeds[0]))
    async with (
        await open_record(url_of(tmp_path), mode="read") as record,
        on_the_way(record, elasticsearch_url, index_prefix) as way,
    ):
        settings = {**environment(tmp_path), **through(way.proxy, index_prefix)}
        with await asyncio.to_thread(Nursery, settings, tmp_path / "servers.log") as nursery:
            for moment, wanted in MOMENTS * LIVES if LONG_RUN else MOMENTS[1:2]:
                held = way.proxy.hold(moment, wanted())
                server = await asyncio.to_thread(nursery.serve)
                writing = asyncio.create_task(clients.write(server.url, WRITERS))
                await reached(held)
                await asyncio.to_thread(server.kill)
                held.cut_off()
                await writing
        async with await open_record(url_of(tmp_path)) as mended:
            office = Office(mended, way.office.engine)
            await seal(mended)
            await office.follower().catch_up(LAST_EPOCH)
            assert await office.differences() == []
