"""Looking at the index from outside while others change it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from directory.errors import SearchUnavailable
from indexer.query.search import SearchEngine
from tests.conditions import eventually
from tests.indexer.office import Office
from tests.indexer.test_outage import answers_and_caught_up

LOOK_SECONDS = 0.05
WITHIN_SECONDS = 300.0


@dataclass
class Positions:
    """Every position that was seen, in order, repetitions left out."""

    seen: list[int] = field(default_factory=list)

    @property
    def falls(self) -> list[tuple[int, int]]:
        """Where the position went back."""
        return [(a, b) for a, b in zip(self.seen, self.seen[1:], strict=False) if b < a]


@asynccontextmanager
async def watched(engine: SearchEngine) -> AsyncIterator[Positions]:
    """The engine's positions for as long as the block lasts."""
    positions = Positions()

    async def look() -> None:
        while True:
            with suppress(SearchUnavailable):
                if (position := await engine.position()) not in positions.seen[-1:]:
                    positions.seen.append(position)
            await asyncio.sleep(LOOK_SECONDS)

    task = asyncio.create_task(look())
    try:
        yield positions
    finally:
        task.cancel()
        await asyncio.wait([task])


async def no_longer_pending(office: Office) -> bool:
    """Whether everything written is sealed, by whoever seals."""
    async with office.record.reader() as reader:
        return (await reader.unsealed()) == (0, 0)


async def caught_up_with_everything(office: Office) -> None:
    """Returns when whoever seals has sealed everything, and the index stands at the head of the log."""
    await eventually(lambda: no_longer_pending(office), within_seconds=WITHIN_SECONDS)
    await eventually(lambda: answers_and_caught_up(office), within_seconds=WITHIN_SECONDS)


@asynccontextmanager
async def sealing(office: Office) -> AsyncIterator[None]:
    """Seals what is written until the block ends."""
    task = asyncio.create_task(office.record.sealer().run(asyncio.Event()))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
