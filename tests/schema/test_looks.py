"""Many who follow the log, and how often it is read for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from directory.ports import Reader
from directory.record.open import SqlRecord
from schema.changes.looks import Looks, Wanted
from tests.conditions import eventually
from tests.factories import make_firm
from tests.record.steps import keep, seal

ALL = Wanted(position=0, limit=100)
FOLLOWERS = 50


@dataclass
class Watched:
    """A record that counts its readers; each waits until it is `open`."""

    record: SqlRecord
    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        """A reader, counted."""
        self.begun += 1
        await self.open.wait()
        async with self.record.reader() as reader:
            yield reader


@pytest.fixture
async def watched(record: SqlRecord) -> Any:
    """A record with one entry, that can be read."""
    await keep(record, make_firm())
    await seal(record)
    watched = Watched(record)
    watched.open.set()
    return watched


async def test_who_wakes_together_reads_once(watched: Any) -> None:
    """As often as one follower alone: the log, and what its entries are about."""
    await Looks().after(watched, ALL, asyncio.Event())
    alone, watched.begun = watched.begun, 0
    looks, bell = Looks(), asyncio.Event()
    seen = await asyncio.gather(*(looks.after(watched, ALL, bell) for _ in range(FOLLOWERS)))
    assert watched.begun == alone
    assert [len(look.entries) for look in seen] == [1] * FOLLOWERS


async def test_who_wants_something_else_reads_it(watched: Any) -> None:
    """Another position, other kinds, another entity."""
    looks, bell = Looks(), asyncio.Event()
    others = [Wanted(1, 100), Wanted(0, 100, ("firm:listed",))]
    seen = await asyncio.gather(*(looks.after(watched, each, bell) for each in (ALL, *others)))
    assert [len(look.entries) for look in seen] == [1, 0, 0]


async def test_what_was_sealed_before_a_follower_began_to_listen_is_not_missed(watched: Any) -> None:
    """A look that began before the last ring is not for who listens since."""
    looks = Looks()
    early = await looks.after(watched, ALL, asyncio.Event())
    watched.open.clear()
    watched.begun = 0
    slow = asyncio.create_task(looks.after(watched, ALL, before := asyncio.Event()))
    await eventually(lambda: bool(watched.begun))
    await keep(watched.record, make_firm())
    await seal(watched.record)
    begun = watched.begun
    late = asyncio.create_task(looks.after(watched, ALL, asyncio.Event()))
    joining = asyncio.create_task(looks.after(watched, ALL, before))
    await eventually(lambda: watched.begun > begun)
    watched.open.set()
    assert len((await late).entries) == len(early.entries) + 1
    assert await joining is await slow


async def test_who_leaves_takes_nothing_from_the_others(watched: Any) -> None:
    """The look goes on for those who stay; the next one is a new one."""
    watched.open.clear()
    looks, bell = Looks(), asyncio.Event()
    leaving, staying = (asyncio.create_task(looks.after(watched, ALL, bell)) for _ in range(2))
    await eventually(lambda: bool(watched.begun))
    leaving.cancel()
    watched.open.set()
    first = await staying
    assert len(first.entries) == 1
    assert await looks.after(watched, ALL, bell) is not first
