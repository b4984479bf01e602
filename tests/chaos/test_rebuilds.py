"""Rebuild after rebuild while others write and read: nobody notices, and nothing is left behind."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from directory.record.open import SqlRecord
from indexer.comparison import RebuildDiffers
from indexer.query.search import EVERYTHING, Document, Kind, Refused, Search, SearchEngine
from indexer.query.syntax import parse
from indexer.rebuild import Rebuilder
from tests.chaos.measure import MEASURE, figure, promised
from tests.chaos.pace import paced
from tests.chaos.town import Town
from tests.chaos.twins import Eager, Impatient, Twin
from tests.chaos.watch import WITHIN_SECONDS, caught_up_with_everything, sealing
from tests.chaos.writer import TEA_HOUSES, beside, tea_houses, writing
from tests.conditions import eventually
from tests.indexer.office import HOLDER, Office
from tests.indexer.test_leading import AMPLE_SECONDS, running

TEA = Search(kind=Kind.FIRM, visible=EVERYTHING, text=parse("茶山"), first=1, total=True)


async def test_rebuilds_among_writes_and_reads_are_noticed_by_nobody(
    postgres_record: SqlRecord, postgres_record_url: str, engine: SearchEngine
) -> None:
    """With writers in a process of their own, no read fails, a fixed search counts always the same, one generation is left."""
    office = Office(postgres_record, engine)
    town, counts = Town(office.record, MEASURE.seeds[0]), list[int | None]()

    async def read() -> None:
        counts.append((await office.engine.search(TEA)).total)

    follower = office.follower(lease_seconds=AMPLE_SECONDS)
    async with beside(postgres_record_url, MEASURE.seeds[0], MEASURE.writes_a_second) as writer:
        await office.carry()
        await office.engine.refresh()
        async with sealing(office), running(follower, office, "follower"):
            async with writing(writer), paced(MEASURE.reads_a_second, read) as reads:
                before, began = await town.entries(), time.monotonic()
                for turn in range(MEASURE.rebuilds):
                    rebuilder = office.rebuilder(lease_seconds=AMPLE_SECONDS)
                    await rebuilder.run(office.record.leases, f"rebuild {turn}")
                    await more_written(town)
                seconds = time.monotonic() - began
                written, answered = await town.entries() - before, len(reads)
            await caught_up_with_everything(office)
    assert set(counts) == {TEA_HOUSES}
    assert await office.differences() == []
    await office.engine.drop_previous()
    left = await office.engine.generations()
    assert (left.live is not None, left.previous, left.unfinished) == (True, None, ())
    assert list(await office.engine.abandon()) == []
    figure(
        f"{office.engine.name}: {MEASURE.rebuilds} rebuilds in {seconds:.0f} s, slowest read {max(reads):.2f} s, "
        "0 failed, no dip"
    )
    # The pace leaves the turns of the last second open.
    name, writes, asked = office.engine.name, MEASURE.writes_a_second, MEASURE.reads_a_second
    promised(f"{name}: log entries/s", written / seconds, at_least=0.95 * writes)
    promised(f"{name}: reads/s", answered / seconds, at_least=0.95 * asked)


async def more_written(town: Town) -> None:
    """Returns when the writers have written as much as in some seconds: rebuilds do not follow each other at once."""
    until = await town.entries() + MEASURE.seconds_between * MEASURE.writes_a_second

    async def reached() -> bool:
        return await town.entries() >= until

    await eventually(reached, within_seconds=WITHIN_SECONDS)


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
    left = await tea_houses(office.record)
    await office.carry()

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
