"""Whatever happens to firms and reports, and wherever the indexer dies, the index ends up as the record says."""

from __future__ import annotations

import asyncio
import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.entities import Blockage, BlockingPoint, Firm
from directory.record.open import open_record
from directory.states import BlockageStatus
from indexer.engines.embedded import EmbeddedEngine
from indexer.follow import Follower
from indexer.leading import LEASE
from tests.factories import make_point
from tests.indexer.office import HOLDER, Crash, Failing, Office
from tests.indexer.test_follow import CRASHES
from tests.indexer.test_rebuild import STAGES, Killed
from tests.record.fixtures import new_record
from tests.record.steps import change, keep

HAPPENINGS = (
    "firm",
    "report",
    "rename",
    "settle",
    "move",
    "merge",
    "unmerge",
    "erase",
    "point",
    "join points",
)
INDEXING = ("step", "crash", "rebuild", "cut off rebuild")


class Life:
    """Firms and reports to which things happen, chosen by `dice` among those that can."""

    def __init__(self, office: Office, dice: random.Random) -> None:
        self.office = office
        self.dice = dice
        self.firms: dict[str, Firm] = {}
        self.reports: dict[str, Blockage] = {}
        self.points: dict[str, BlockingPoint] = {}
        self.reported = 0

    async def happens(self, what: str) -> None:
        """One change of the record, or nothing where it cannot be."""
        if what in ("point", "join points"):
            await self._points_change(what)
            return
        if what == "firm" or not self.firms:
            firm = await self.office.firm()
            self.firms[firm.id] = firm
            return
        firm = self.dice.choice(list(self.firms.values()))
        if what == "report":
            report = await self.office.report(firm)
            self.reports[report.id] = report
            self.reported += 1
        elif what in ("settle", "move"):
            await self._report_changes(what)
        elif what == "erase":
            await self.office.erase(firm)
            gone = self._with_merged(firm.id)
            self.firms = {id_: each for id_, each in self.firms.items() if id_ not in gone}
            self.reports = {id_: each for id_, each in self.reports.items() if each.firm_id not in gone}
        else:
            await self._firm_changes(what, firm)

    async def _points_change(self, what: str) -> None:
        if what == "point" or not self.points:
            point = make_point()
            await keep(self.office.record, point)
            self.points[point.id] = point.model_copy(update={"version": 1})
            return
        point = self.dice.choice(list(self.points.values()))
        into = self.dice.choice([None, *self.points])
        if into != point.id:
            self.points[point.id] = await change(self.office.record, point, merged_into=into)

    async def _report_changes(self, what: str) -> None:
        if not self.reports:
            return
        report = self.dice.choice(list(self.reports.values()))
        changes = {"status": BlockageStatus.WITHDRAWN} if what == "settle" else {"firm_id": self._any_firm()}
        self.reports[report.id] = await change(self.office.record, report, **changes)

    async def _firm_changes(self, what: str, firm: Firm) -> None:
        if what == "rename":
            self.firms[firm.id] = await self.office.rename(firm, f"第{self.dice.randrange(99)}个名字")
            return
        into = self._any_firm() if what == "merge" else None
        if into != firm.id:
            self.firms[firm.id] = await change(self.office.record, firm, merged_into=into)

    def _with_merged(self, firm_id: str) -> set[str]:
        """The entry and those merged into it, and into them: they are one firm, erased with it."""
        gone, found = {firm_id}, {firm_id}
        while found:
            found = {id_ for id_, each in self.firms.items() if each.merged_into in found} - gone
            gone |= found
        return gone

    def _any_firm(self) -> str:
        return self.dice.choice(list(self.firms))

    async def indexing(self, what: str) -> None:
        """One stretch of the indexer's work, to its end or to a crash."""
        await self.office.seal()
        batch = self.dice.choice([1, 2, 5, 500])
        if what == "rebuild":
            await self.office.rebuilt(chunk=batch)
            return
        try:
            if what == "cut off rebuild":
                stage = Killed(self.office, *self.dice.choice(STAGES))
                await self.office.rebuilder(stage, chunk=batch).run(self.office.record.leases, HOLDER)
                return
            engine = self.office.engine
            if what == "crash":
                call, when = self.dice.choice(CRASHES)
                engine = Failing(engine, call, when=when)
            await self._led(self.office.follower(engine, batch=batch))
        except Crash:
            return

    async def _led(self, follower: Follower) -> None:
        """One step under the lease, whose epochs rebuilds count on too."""
        leases = self.office.record.leases
        epoch = await leases.acquire(LEASE, HOLDER, 60)
        assert epoch is not None
        try:
            await follower.step(epoch)
        finally:
            await leases.release(LEASE, HOLDER, epoch)


@settings(max_examples=12)
@given(
    stream=st.lists(st.sampled_from([*HAPPENINGS, *HAPPENINGS, *INDEXING]), min_size=5, max_size=30),
    seed=st.integers(0, 2**32),
)
def test_no_life_and_no_crash_leaves_a_difference(stream: list[str], seed: int) -> None:
    """Changes, batches of any cut, crashes at any call and rebuilds, in any order."""
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(lived(Path(directory), stream, random.Random(seed)))


async def lived(directory: Path, stream: list[str], dice: random.Random) -> None:
    """Plays the stream, then lets the indexer catch up and verifies."""
    engine = EmbeddedEngine(directory / "index.db")
    await engine.open()
    try:
        async with await open_record(new_record(directory)) as record:
            life = Life(Office(record, engine), dice)
            for what in stream:
                await (life.indexing(what) if what in INDEXING else life.happens(what))
            await life.office.seal()
            await life.office.follower().catch_up(10_000)
            assert await life.office.differences() == []
            living = [firm for firm in life.firms.values() if firm.merged_into is None]
            standing = [point for point in life.points.values() if point.merged_into is None]
            # Of an erased report figures are left.
            expected = len(living) + life.reported + len(standing)
            assert (await life.office.status()).documents == expected
    finally:
        await engine.close()
