"""Whatever order of linking, merging and splitting comes: each report has one point at most, and no count is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from directory.commands import Command
from directory.entities import BlockingPoint
from directory.point_commands import (
    LinkBlockages,
    MergeBlockingPoints,
    ReopenBlockingPoint,
    SplitBlockingPoint,
    UnmergeBlockingPoint,
)
from directory.point_counts import extent
from directory.record.open import SqlRecord
from tests.commands.point_desk import PointDesk, at, claim, naming, opened_point_desk
from tests.commands.replaying import Replayed
from tests.commands.report_desk import OFFICER, SUPERVISOR
from tests.measure import measure

REPORTS = 4
WHICH = st.integers(0, 99)
EXPECTED_REFUSALS = {
    "point.linked_before",
    "point.not_linked",
    "point.already_merged",
    "point.not_merged",
    "point.same",
    "point.no_such_move",
    "conflict.version",
}


class PointLives(RuleBasedStateMachine):
    """Reports and points; `belongs` is a plain model of which report has which point, kept beside the directory."""

    record: ClassVar[SqlRecord]
    runner: ClassVar[asyncio.Runner]
    replayed: ClassVar[Replayed]

    @initialize()
    def firms_report(self) -> None:
        """A few reports and one point, to begin with."""
        self.desk: PointDesk = self.runner.run(opened_point_desk(self.record))
        self.reports = [
            self.runner.run(self.desk.titled(f"第{number}起同类诉求")).id for number in range(REPORTS)
        ]
        self.points: list[str] = []
        self.belongs: dict[str, str] = {}
        self.into: dict[str, str] = {}
        self.brought: dict[str, frozenset[str]] = {}
        self.named([])

    def point(self, which: int) -> BlockingPoint:
        """One of the points, merged ones among them."""
        return self.runner.run(self.desk.point(self.points[which % len(self.points)]))

    def present(self, point_id: str) -> str:
        """Where a point lives on, by the model."""
        while point_id in self.into:
            point_id = self.into[point_id]
        return point_id

    def happened(self, command: Command, *, by_lead: bool = False) -> str | None:
        """The id of the point after the command; None when it was refused, for one of the reasons that may be."""
        caller = OFFICER if by_lead else SUPERVISOR
        outcome = self.runner.run(self.desk.directory.handle(command, caller))
        assert {problem.key for problem in outcome.problems} <= EXPECTED_REFUSALS
        return outcome.blocking_point

    @rule(chosen=st.lists(st.integers(0, REPORTS - 1), max_size=2, unique=True))
    def named_with(self, chosen: list[int]) -> None:
        """A point is named with some reports; refused, when one of them has a point."""
        self.named([self.reports[number] for number in chosen])

    def named(self, reports: list[str]) -> None:
        """The same with these reports."""
        made = self.happened(naming(blockages=tuple(reports)))
        assert (made is None) == any(report in self.belongs for report in reports)
        if made is not None:
            self.points.append(made)
            self.belongs |= dict.fromkeys(reports, made)

    @rule(which=WHICH, report=st.integers(0, REPORTS - 1), add=st.booleans())
    def linked(self, which: int, report: int, add: bool) -> None:
        """A report is linked or unlinked."""
        point, chosen = self.point(which), self.reports[report]
        one, none = (chosen,), ()
        command = LinkBlockages(**at(point), add=one if add else none, remove=none if add else one)
        if self.happened(command) is None:
            return
        # A merged point that bears the survivor's version by chance is acted on where it lives on.
        if add:
            assert chosen not in self.belongs
            self.belongs[chosen] = self.present(point.id)
        else:
            assert self.belongs.pop(chosen) == self.present(point.id)

    @rule(source=WHICH, into=WHICH)
    def merged(self, source: int, into: int) -> None:
        """One point goes into another."""
        gone, survivor = self.point(source).id, self.point(into).id
        if self.happened(MergeBlockingPoints(source=gone, into=survivor, reason="同一成因")) is None:
            assert gone == survivor or {gone, survivor} & self.into.keys()
            return
        self.brought[gone] = frozenset(self.having(gone))
        self.into[gone] = survivor
        self.belongs |= dict.fromkeys(self.brought[gone], survivor)

    @rule(which=WHICH)
    def unmerged(self, which: int) -> None:
        """A merge is taken back, also below another merge."""
        point = self.point(which).id
        if self.happened(UnmergeBlockingPoint(blocking_point=point, reason="误并")) is None:
            assert point not in self.into
            return
        survivor = self.present(point)
        back = self.brought.pop(point)
        above = self.into.pop(point)
        while above in self.into:
            self.brought[above] -= back
            above = self.into[above]
        self.belongs |= {report: point for report in back if self.belongs.get(report) == survivor}

    @rule(which=WHICH, report=st.integers(0, REPORTS - 1))
    def split(self, which: int, report: int) -> None:
        """A report is taken out into a point of its own, which is as old as the one it was in."""
        whole, chosen = self.point(which), self.reports[report]
        home = self.runner.run(self.desk.point(self.present(whole.id)))
        since = extent(home, self.runner.run(self.desk.reports_of(home))).first_reported_at
        command = SplitBlockingPoint(**at(whole), title="另一成因", blockages=(chosen,), reason="成因不同")
        if (part := self.happened(command)) is None:
            return
        assert self.belongs[chosen] == home.id
        self.points.append(part)
        self.belongs[chosen] = part
        assert self.runner.run(self.desk.point(part)).first_reported_at == since

    @rule(which=WHICH, reopened=st.booleans())
    def claimed_or_reopened(self, which: int, reopened: bool) -> None:
        """The resolution comes and goes; nothing of it moves a report to another point."""
        point = self.point(which)
        command = ReopenBlockingPoint(**at(point), reason="未落实") if reopened else claim(point)
        self.happened(command, by_lead=True)

    def having(self, point_id: str) -> set[str]:
        """The reports that have the point, by the model."""
        return {report for report, point in self.belongs.items() if point == point_id}

    @invariant()
    def every_point_has_its_reports_and_no_others(self) -> None:
        """The sum over all points is the number of reports that have one; none is lost and none counts twice."""
        found: Counter[str] = Counter()
        for point_id in self.points:
            point = self.runner.run(self.desk.point(point_id))
            reports = {report.id for report in self.runner.run(self.desk.reports_of(point))}
            assert reports == self.having(point_id)
            assert point.merged_into == self.into.get(point_id)
            found.update(reports)
        assert found == Counter(self.belongs.keys())

    def teardown(self) -> None:
        """The log tells the same as the record: of every point, report and entry, of this life and all before it."""
        self.runner.run(self.replayed.goes_on(self.record))
        self.runner.run(self.replayed.agrees_with(self.record))


def test_no_order_of_moves_loses_or_doubles_a_report(
    record_at_hand: tuple[asyncio.Runner, SqlRecord],
) -> None:
    """Naming, linking, unlinking, merging, unmerging, splitting, claiming and reopening, in any order."""
    PointLives.runner, PointLives.record = record_at_hand
    PointLives.replayed = Replayed()
    run_state_machine_as_test(
        PointLives,
        settings=settings(
            max_examples=measure(5, 15),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
