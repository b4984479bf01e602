"""Whatever becomes of reports, by whoever's commands: the log, folded, is the record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from directory import commands, point_commands
from directory.access import THE_CLOCK, Caller
from directory.blockages import parties
from directory.commands import Command
from directory.entities import Blockage
from directory.moves import Action
from directory.record.open import SqlRecord
from directory.states import CallBackOutcome, EntityType, PlanStepStatus
from tests.commands.point_desk import PointDesk, claim, opened_point_desk
from tests.commands.replaying import Replayed
from tests.commands.report_desk import OFFICER, OWNER, SECOND_OFFICER, SUPERVISOR, on, proposal
from tests.measure import measure
from tests.rules.drawn_life import DRAWN_LIFE
from tests.rules.report_lives import CO_AGENCY, LEAD, SECOND_LEAD

A = Action
WHICH = st.integers(0, 99)
# A command that comes too late, too often, twice, or from an agency that no longer leads is refused, and that is all.
REFUSALS = {
    "NOT_ALLOWED_NOW",
    "LIMIT_EXCEEDED",
    "DUPLICATE",
    "FORBIDDEN",
    "NOT_FOUND",
    "INVALID",
    "GONE",
}


def _first(of: Blockage) -> str:
    """The file of the report that was added first."""
    return of.evidence[0].id if of.evidence else "none"


Given = tuple[Callable[[Blockage], Command], Caller]
COMMANDS: Mapping[A, Given] = {
    A.TRIAGE_ACCEPT: (lambda of: commands.TriageBlockage(**on(of), accept=True), SECOND_OFFICER),
    A.TRIAGE_REJECT: (lambda of: commands.TriageBlockage(**on(of), accept=False, reason="court"), SUPERVISOR),
    A.ASSIGN: (
        lambda of: commands.AssignBlockage(**on(of), agency=LEAD, co_agencies=(CO_AGENCY,)),
        SUPERVISOR,
    ),
    A.TRANSFER: (lambda of: commands.AssignBlockage(**on(of), agency=SECOND_LEAD), SUPERVISOR),
    A.ACCEPT: (lambda of: commands.AcceptAssignment(**on(of)), OFFICER),
    A.RETURN: (lambda of: commands.ReturnAssignment(**on(of), note="不属本局职责"), OFFICER),
    A.REQUEST_INFORMATION: (
        lambda of: commands.RequestInformation(**on(of), note=f"问题{of.version}"),
        OFFICER,
    ),
    A.PROVIDE_INFORMATION: (lambda of: commands.ProvideInformation(**on(of), note="见附件"), OWNER),
    A.POST_PROGRESS: (lambda of: commands.PostProgress(**on(of), note="已约谈平台"), OFFICER),
    A.PLAN_STEP: (
        lambda of: commands.PlanReportStep(
            **on(of), what="公示分档抽成比例", owner=min(parties(of), default=LEAD), due_on=date(2027, 3, 20)
        ),
        OFFICER,
    ),
    A.SETTLE_STEP: (
        lambda of: commands.SettleReportStep(
            **on(of), step=of.plan[-1].id if of.plan else "none", status=PlanStepStatus.DROPPED
        ),
        SUPERVISOR,
    ),
    A.EXTEND: (lambda of: commands.ExtendDeadline(**on(of), working_days=1, reason="须会商"), OFFICER),
    A.PROPOSE: (proposal, OFFICER),
    A.CONFIRM: (lambda of: commands.AnswerResolution(**on(of), confirm=True, rating=4), OWNER),
    A.DISPUTE: (lambda of: commands.AnswerResolution(**on(of), confirm=False, comment="未变"), OWNER),
    A.LAPSE: (lambda of: commands.CloseUnanswered(blockage=of.id), THE_CLOCK),
    A.REOPEN: (lambda of: commands.ReopenBlockage(**on(of), reason="又涨回来了"), OWNER),
    A.SUPERVISE: (lambda of: commands.SuperviseBlockage(**on(of), note="逾期"), SUPERVISOR),
    A.REPLY: (lambda of: commands.ReplyToSupervision(**on(of), note="本周办结"), OFFICER),
    A.CLOSE_UNRESOLVED: (lambda of: commands.CloseUnresolved(**on(of), note="须待上位法修订"), SUPERVISOR),
    A.WITHDRAW: (
        lambda of: commands.WithdrawBlockage(**on(of), reason="经办人劝撤", asked_by_agency=True),
        OWNER,
    ),
    A.ADD_EVIDENCE: (
        lambda of: commands.AddEvidence(blockage=of.id, name="账单.txt", content=b"%d" % (of.version % 7)),
        OWNER,
    ),
    A.WITHDRAW_EVIDENCE: (lambda of: commands.WithdrawEvidence(**on(of), file=_first(of)), OWNER),
    A.REDACT_EVIDENCE: (
        lambda of: commands.AddRedactionCopy(
            blockage=of.id, name="账单.txt", content=b"X%d" % of.version, redacts=_first(of)
        ),
        SUPERVISOR,
    ),
    A.REINSTATE: (
        lambda of: commands.RecordCallBack(**on(of), outcome=CallBackOutcome.REOPENED, note="已核实"),
        SUPERVISOR,
    ),
}


class ReportLives(RuleBasedStateMachine):
    """Reports of one firm and a point that they may be linked to; every command may come at any time."""

    record: ClassVar[SqlRecord]
    runner: ClassVar[asyncio.Runner]
    replayed: ClassVar[Replayed]

    @initialize(stage=st.sampled_from(["reported", "assigned", "in_progress", "proposed"]))
    def somebody_reports(self, stage: str) -> None:
        """A report some way into its life, and a point with it."""
        self.desk: PointDesk = self.runner.run(opened_point_desk(self.record))
        report = self.runner.run(getattr(self.desk, stage)())
        self.reports = [report.id]
        self.point = self.runner.run(self.desk.named(report)).id

    def happens(self, command: Command, caller: Caller) -> str | None:
        """The id of the report after the command; None when it was refused, for a reason that a rule has."""
        outcome = self.runner.run(self.desk.directory.handle(command, caller))
        assert {problem.code.value for problem in outcome.problems} <= REFUSALS, outcome
        return outcome.blockage

    @precondition(lambda self: len(self.reports) < 3)
    @rule(joins=st.booleans())
    def another_one_comes(self, joins: bool) -> None:
        """A report on something else, or one more on the same."""
        if joins:
            made = self.happens(
                point_commands.JoinBlockingPoint(firm=self.desk.firm.id, blocking_point=self.point), OWNER
            )
        else:
            made = self.happens(self.desk.report_of(title=f"另一事项{len(self.reports)}"), OWNER)
        self.reports += [made] if made else []

    @rule(which=WHICH, data=st.data())
    def somebody_acts(self, which: int, data: st.DataObject) -> None:
        """What the table draws for the state, and now and then something else."""
        report = self.runner.run(self.desk.kept(self.reports[which % len(self.reports)]))
        drawn = sorted(COMMANDS.keys() & DRAWN_LIFE[report.status].keys()) or sorted(COMMANDS)
        command, caller = COMMANDS[data.draw(st.sampled_from(drawn))]
        self.happens(command(report), caller)

    @rule(reopened=st.booleans())
    def the_point_is_claimed_or_reopened(self, reopened: bool) -> None:
        """All its reports in progress are asked, those that come there later too."""
        point = self.runner.run(self.desk.point(self.point))
        again = point_commands.ReopenBlockingPoint(
            blocking_point=point.id, expected_version=point.version, reason="未落实"
        )
        self.happens(again if reopened else claim(point), OFFICER)

    @rule(days=st.sampled_from([1, 5, 30]))
    def time_passes(self, days: int) -> None:
        """And limits with it."""
        self.desk.now += timedelta(days=days)

    def teardown(self) -> None:
        """All that this life left behind, and all before it, is as the log tells it."""
        self.runner.run(self.replayed.goes_on(self.record))
        self.runner.run(self.replayed.agrees_with(self.record))


def test_the_log_of_any_life_tells_the_whole_state(record_at_hand: tuple[asyncio.Runner, SqlRecord]) -> None:
    """Entries, reports and points of every life, on each kind of database."""
    ReportLives.runner, ReportLives.record = record_at_hand
    ReportLives.replayed = Replayed()
    run_state_machine_as_test(
        ReportLives,
        settings=settings(
            max_examples=measure(8, 30),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_a_log_that_left_something_out_is_found_out(record_at_hand: tuple[asyncio.Runner, SqlRecord]) -> None:
    """The comparison is itself tried: on a fold that lost one entity, and on one that lost one field."""
    runner, record = record_at_hand
    desk = runner.run(opened_point_desk(record))
    report = runner.run(desk.in_progress())
    runner.run(desk.named(report))
    for planted in (_forgets_the_report, _forgets_its_agency):
        replayed = Replayed()
        runner.run(replayed.goes_on(record))
        runner.run(replayed.agrees_with(record))
        planted(replayed, report)
        with pytest.raises(AssertionError):
            runner.run(replayed.agrees_with(record))


def _forgets_the_report(replayed: Replayed, report: Blockage) -> None:
    del replayed.told[(EntityType.BLOCKAGE, report.id)]


def _forgets_its_agency(replayed: Replayed, report: Blockage) -> None:
    replayed.told[(EntityType.BLOCKAGE, report.id)][1]["agency"] = None
