"""Following the log on PostgreSQL, where a lower entry id can commit after a higher one."""

from __future__ import annotations

import asyncio
import random

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from directory.record.open import SqlRecord
from directory.record.verify import verify_log
from tests.measure import measure

pytestmark = pytest.mark.postgresql

WRITERS = 8
COMMITS = measure(4_000, 20_000)
ROLLED_BACK = 0.05
LONGEST_HOLD_SECONDS = 0.004

# The two rows that a command's journal writes; whoever waits for the disk is not the point here.
APPEND = """
WITH entry AS (
    INSERT INTO log_entries (at, actor, kind, entity_type, entity_id, entity_version, payload)
    VALUES ('2026-03-02T01:00:00.000000Z', 'w', 'firm:kept', 'firm', $1, 1, '{"changes":[],"data":{}}')
    RETURNING id
)
INSERT INTO log_pending (entry_id, xid) SELECT id, pg_current_xact_id()::text::bigint FROM entry
"""


class Traffic:
    """Writers that commit in another order than they began, until there are `COMMITS`."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.committed: set[str] = set()
        self.over = asyncio.Event()

    async def connect(self) -> asyncpg.Connection:
        """A connection past the record."""
        return await asyncpg.connect(self._url, server_settings={"synchronous_commit": "off"})

    async def run(self) -> None:
        """Writes until done."""
        try:
            await asyncio.gather(*(self._write(number) for number in range(WRITERS)))
        finally:
            self.over.set()

    async def _write(self, number: int) -> None:
        dice = random.Random(number)
        connection = await self.connect()
        for count in range(COMMITS // WRITERS):
            while not await self._commit(connection, dice, f"{number}-{count}"):
                pass
        await connection.close()

    async def _commit(self, connection: asyncpg.Connection, dice: random.Random, entity_id: str) -> bool:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(APPEND, entity_id)
        await asyncio.sleep(dice.uniform(0, LONGEST_HOLD_SECONDS))
        if dice.random() < ROLLED_BACK:
            await transaction.rollback()
            return False
        await transaction.commit()
        self.committed.add(entity_id)
        return True

    async def tail_by_id(self) -> set[str]:
        """What a reader sees who goes by entry id, never looking back: the wrong way."""
        connection, last, seen = await self.connect(), 0, set[str]()
        while True:
            finished = self.over.is_set()
            statement = "SELECT id, entity_id FROM log_entries WHERE id > $1 ORDER BY id"
            for row in await connection.fetch(statement, last):
                last = row["id"]
                seen.add(row["entity_id"])
            if finished:
                await connection.close()
                return seen
            await asyncio.sleep(0.001)


async def follow(record: SqlRecord, traffic: Traffic) -> list[tuple[int, str]]:
    """Position and entity of each entry, as a follower reads them by position while all this goes on."""
    seen: list[tuple[int, str]] = []
    while True:
        finished = traffic.over.is_set() and not await pending(record)
        async with record.reader() as reader:
            entries = await reader.log_after(len(seen), limit=1_000)
        seen += [(entry.position, entry.fact.entity_id) for entry in entries]
        if finished and not entries:
            return seen
        await asyncio.sleep(0.01)


async def pending(record: SqlRecord) -> bool:
    """Whether anything waits for the sealer."""
    return await record.sealer()._anything_pending()


async def test_a_follower_by_position_misses_nothing(
    postgres_record: SqlRecord, postgres_record_url: str
) -> None:
    """Twenty thousand commits of eight writers, some rolled back: every one is seen, once, without a gap.

    The reader by entry id, at the same time, misses some: the traffic is such that going wrong is possible.
    """
    traffic = Traffic(postgres_record_url)
    sealing = asyncio.create_task(postgres_record.sealer().run(asyncio.Event(), poll_seconds=0.01))
    _, seen, by_id = await asyncio.gather(
        traffic.run(), follow(postgres_record, traffic), traffic.tail_by_id()
    )
    sealing.cancel()
    await asyncio.wait([sealing])

    assert [position for position, _ in seen] == list(range(1, COMMITS + 1))
    assert {entity_id for _, entity_id in seen} == traffic.committed
    assert len(traffic.committed - by_id) >= COMMITS / 100
    async with postgres_record.reader() as reader:
        assert await verify_log(reader) is None


async def test_an_open_transaction_holds_back_what_came_after_it(
    postgres_record: SqlRecord, postgres_record_url: str
) -> None:
    """An older transaction may still bring an entry: later ones wait for it, and then follow in its order."""
    traffic = Traffic(postgres_record_url)
    slow, quick = await traffic.connect(), await traffic.connect()
    sealer = postgres_record.sealer()
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(APPEND, "slow")
    await quick.execute(APPEND, "quick")
    assert await sealer.seal_once() == 0
    await transaction.commit()
    assert await sealer.seal_once() == 2
    async with postgres_record.reader() as reader:
        assert [entry.fact.entity_id for entry in await reader.log_after(0)] == ["slow", "quick"]
    await slow.close()
    await quick.close()


async def test_entries_of_a_restored_dump_are_sealed(
    postgres_record: SqlRecord, postgres_record_url: str
) -> None:
    """Their transaction ids belong to another server and may lie in this one's future."""
    connection = await Traffic(postgres_record_url).connect()
    await connection.execute(APPEND, "restored")
    await connection.execute("UPDATE log_pending SET xid = 1000000000000")
    assert await postgres_record.sealer().seal_once() == 1
    await connection.close()
