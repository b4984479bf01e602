"""Rebuild after rebuild while others write and read: nobody notices, and nothing is left behind."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from directory.entities import Firm
from indexer.comparison import RebuildDiffers
from indexer.query.search import EVERYTHING, Document, Kind, Refused, Search, SearchEngine
from indexer.query.syntax import parse
from indexer.rebuild import Rebuilder
from tests.chaos.measure import MEASURE, figure, promised
from tests.chaos.town import Town
from tests.chaos.twins import Eager, Impatient, Twin
from tests.chaos.watch import caught_up_with_everything, sealing
from tests.factories import make_firm, make_profile
from tests.indexer.office import HOLDER, Office
from tests.indexer.test_leading import AMPLE_SECONDS, running
from tests.record.steps import keep

TEA_HOUSES = 60
# The share of writes that are commands of the town; the others are small changes, for the sake of their number.
COMMANDS = 0.2
TEA = Search(kind=Kind.FIRM, visible=EVERYTHING, text=parse("茶山"), first=1, total=True)


async def tea_houses(office: Office) -> list[Firm]:
    """Entries that a fixed search finds, which nobody changes so that it would not."""
    firms = [make_firm(profile=make_profile(name=f"茶山{number}号工作室")) for number in range(TEA_HOUSES)]
    await keep(office.record, *firms)
    return firms


@asynccontextmanager
async def paced(a_second: int, act: Callable[[], Awaitable[None]]) -> AsyncIterator[list[float]]:
    """Acts so often while the block lasts, as far as the machine allows; how long each act took."""
    took: list[float] = []
    ended = False

    async def go_on() -> None:
        due = time.monotonic()
        while not ended:
            began = time.monotonic()
            await act()
            took.append(time.monotonic() - began)
            due = max(due + 1 / a_second, began)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    task = asyncio.create_task(go_on())
    try:
        yield took
    finally:
        ended = True
        await task


async def test_rebuilds_among_writes_and_reads_are_noticed_by_nobody(office: Office) -> None:
    """No read fails, the count of a fixed search is always the same, and one generation is left."""
    houses = [firm.model_copy(update={"version": 1}) for firm in await tea_houses(office)]
    town = await Town(office.record, MEASURE.seeds[0]).founded()
    await office.carry()
    await office.engine.refresh()
    dice = random.Random(MEASURE.seeds[0])
    counts: list[int | None] = []

    async def write() -> None:
        if dice.random() < COMMANDS:
            await town.act(dice)
            return
        at = dice.randrange(TEA_HOUSES)
        houses[at] = await office.rename(houses[at], f"茶山{dice.randrange(10_000)}号工作室")

    async def read() -> None:
        counts.append((await office.engine.search(TEA)).total)

    follower = office.follower(lease_seconds=AMPLE_SECONDS)
    began = time.monotonic()
    async with sealing(office), running(follower, office, "follower"):
        async with (
            paced(MEASURE.writes_a_second, write) as writes,
            paced(MEASURE.reads_a_second, read) as reads,
        ):
            before = await town.entries()
            for turn in range(MEASURE.rebuilds):
                rebuilder = office.rebuilder(lease_seconds=AMPLE_SECONDS)
                await rebuilder.run(office.record.leases, f"rebuild {turn}")
        seconds, written = time.monotonic() - began, await town.entries() - before
        await caught_up_with_everything(office)
    assert set(counts) == {TEA_HOUSES}
    assert await office.differences() == []
    await office.engine.drop_previous()
    left = await office.engine.generations()
    assert (left.live is not None, left.previous, left.unfinished) == (True, None, ())
    assert list(await office.engine.abandon()) == []
    # The pace leaves the turns of the last second open.
    promised(
        f"{office.engine.name}: writes/s", len(writes) / seconds, at_least=0.95 * MEASURE.writes_a_second
    )
    promised(f"{office.engine.name}: reads/s", len(reads) / seconds, at_least=0.95 * MEASURE.reads_a_second)
    figure(
        f"{office.engine.name}: {MEASURE.rebuilds} rebuilds in {seconds:.0f} s, {written / seconds:.0f} log entries/s, "
        f"{len(reads) / seconds:.0f} reads/s (slowest {max(reads):.2f} s), 0 failed, no dip"
    )


@dataclass
class Between(Twin):
    """An engine that is searched, and whose record changes, between any two steps of a rebuild."""

    engine: SearchEngine
    deed: Callable[[], Awaitable[None]]
    counts: list[int | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.engine)

    async def begin_rebuild(self) -> str:
        """Begins, and is looked at."""
        generation: str = await self._engine.begin_rebuild()
        await self._look()
        return generation

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Fills; something changes; and it is looked at."""
        refused = await self._engine.put_into(generation, documents)
        await self.deed()
        await self._look()
        return refused

    async def _look(self) -> None:
        await self._engine.refresh()
        self.counts.append((await self._engine.search(TEA)).total)


async def rebuilt_between(
    office: Office, engine: Callable[[SearchEngine], Any], rebuilder: Any, *bears: type[Exception]
) -> Between:
    """A rebuild, which may end in what the caller `bears`, while an entry changes after it was written anew."""
    firms = await tea_houses(office)
    await office.carry()
    left = [firm.model_copy(update={"version": 1}) for firm in firms]

    async def another_name() -> None:
        await office.rename(left.pop(), "茶山改了名的工作室")
        await office.seal()

    looked = Between(engine(office.engine), another_name)
    with suppress(*bears):
        await rebuilder(office.route(looked), chunk=20).run(office.record.leases, HOLDER)
    return looked


async def test_what_changes_behind_a_rebuild_is_caught_up_with(office: Office) -> None:
    """Between any two steps of it the search is whole."""
    looked = await rebuilt_between(office, lambda engine: engine, Rebuilder)
    assert looked.counts == [TEA_HOUSES] * 4
    assert await office.differences() == []


async def test_a_swap_before_catching_up_is_found_out(office: Office) -> None:
    """Broken twin: what changed behind the rebuild is stale."""
    await rebuilt_between(office, lambda engine: engine, Impatient)
    assert await office.differences() != []


async def test_a_swap_before_filling_is_found_out(office: Office) -> None:
    """Broken twin: the count dips, whether or not the rebuild itself sees at its end that something is wrong."""
    looked = await rebuilt_between(office, Eager, Rebuilder, RebuildDiffers)
    assert min(count or 0 for count in looked.counts) < TEA_HOUSES
