"""Leases: one leader, and no harm from one that woke up too late."""

from __future__ import annotations

import asyncio

import pytest

from directory.record.lease import LeaseLost
from directory.record.open import SqlRecord
from directory.record.verify import verify_log
from tests.factories import make_firm
from tests.record.steps import keep

LONG, NOTHING = 60.0, 0.0


async def test_a_lease_has_one_holder(record: SqlRecord) -> None:
    """While it lasts another gets nothing; given up, it is free at once."""
    leases = record.leases
    epoch = await leases.acquire("leader", "one", LONG)
    assert epoch == 1
    assert await leases.acquire("leader", "two", LONG) is None
    assert await leases.holder("leader") == "one"
    await leases.release("leader", "one", epoch)
    assert await leases.holder("leader") is None
    assert await leases.acquire("leader", "two", LONG) == 2


async def test_of_many_at_once_one_leads(record: SqlRecord) -> None:
    """Twenty processes that start together: one epoch is given."""
    epochs = await asyncio.gather(*(record.leases.acquire("leader", str(n), LONG) for n in range(20)))
    assert [epoch for epoch in epochs if epoch is not None] == [1]


async def test_an_expired_lease_is_taken_with_a_higher_epoch(record: SqlRecord) -> None:
    """The frozen holder can neither renew nor release what another has taken."""
    leases = record.leases
    frozen = await leases.acquire("leader", "frozen", NOTHING)
    taken = await leases.acquire("leader", "awake", LONG)
    assert frozen is not None
    assert taken == frozen + 1
    assert await leases.renew("leader", "frozen", frozen, LONG) is False
    await leases.release("leader", "frozen", frozen)
    assert await leases.holder("leader") == "awake"


async def test_an_expired_lease_that_nobody_took_revives(record: SqlRecord) -> None:
    """A holder that was slow but alone goes on under its epoch."""
    epoch = await record.leases.acquire("leader", "one", NOTHING)
    assert epoch is not None
    assert await record.leases.holder("leader") is None
    assert await record.leases.renew("leader", "one", epoch, LONG) is True
    assert await record.leases.holder("leader") == "one"


async def test_a_sealer_that_was_frozen_seals_nothing_after_a_takeover(record: SqlRecord) -> None:
    """It wakes up believing that it leads; its epoch is fenced off, and the chain stays whole."""
    await keep(record, make_firm())
    frozen, awake = record.sealer(lease_seconds=NOTHING), record.sealer(lease_seconds=LONG)
    assert await frozen.seal_once() == 1
    frozen._renew_at = float("inf")

    await keep(record, make_firm())
    assert await awake.seal_once() == 1
    await keep(record, make_firm())
    with pytest.raises(LeaseLost):
        await frozen.seal_once()

    assert await awake.seal_once() == 1
    async with record.reader() as reader:
        assert await reader.head() == 3
        assert await verify_log(reader) is None


async def test_a_second_sealer_waits_its_turn(record: SqlRecord) -> None:
    """While one leads the other seals nothing; once it stops, the other goes on."""
    leading, waiting = record.sealer(), record.sealer()
    await keep(record, make_firm())
    assert await leading.seal_once() == 1
    await keep(record, make_firm())
    assert await waiting.seal_once() == 0
    await leading.stop()
    assert await waiting.seal_once() == 1
