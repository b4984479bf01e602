"""
Sample firms and reports, lived through the real commands at their own times: what a demo starts with.

Every step is a command by the caller whom the rules demand, so sample data can hold nothing that the directory would
refuse. Steps run in the order of their times, across all firms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from directory import commands
from directory.access import THE_CLOCK, Caller, Role
from directory.commands import Command
from directory.entities import Blockage
from directory.handling import Directory
from directory.states import (
    Language,
    PlanStepStatus,
    ResolutionKind,
    ReviewDecision,
    Severity,
    Visibility,
)
from directory.workdays import local_date
from newgrowth.sample_agenda import Agenda, Clock, made
from newgrowth.sample_points import SUPERVISOR, PointLives
from seeds.sample import SampleBlockingPoint, SampleFirm, SamplePlanStep, SampleReport, SampleStep

FIRST_REVIEWER = Caller("reviewer-first", frozenset({Role.AGENCY}), agency="samr")
SECOND_REVIEWER = Caller("reviewer-second", frozenset({Role.AGENCY}), agency="samr")
TRIAGE = Caller("triage-officer", frozenset({Role.AGENCY}), agency="ndrc")


@dataclass(slots=True)
class Lives:
    """Runs sample lives up to `today`; `directory` must tell the time by `clock`."""

    directory: Directory
    clock: Clock
    today: datetime
    _agenda: Agenda = field(init=False)
    _reports: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._agenda = Agenda(self.directory, self.clock, self.today)

    async def run(
        self,
        firms: Iterable[SampleFirm],
        progress: Callable[[], None],
        points: Iterable[SampleBlockingPoint] = (),
    ) -> int:
        """How many steps were taken; `progress` is called once a firm that was handed in."""
        for firm in firms:
            self._agenda.plan(
                self._agenda.ago(firm.submitted_days_ago), partial(self._hand_in, firm, progress)
            )
        named = PointLives(self._agenda, self._reports)
        for point in points:
            if point.clauses:
                named.plan(point)
        return await self._agenda.carry_out()

    async def _hand_in(self, firm: SampleFirm, progress: Callable[[], None]) -> None:
        owner = Caller(firm.owner_subject, frozenset({Role.FIRM}))
        progress()
        if firm.outcome == "draft":
            await self._agenda.do(commands.SaveDraft(profile=firm.profile), owner)
            return
        handed_in = await self._agenda.do(commands.SubmitFirm(profile=firm.profile), owner)
        self._plan_review(firm, made(handed_in.submission), made(handed_in.firm), owner)

    def _plan_review(self, firm: SampleFirm, submission: str, firm_id: str, owner: Caller) -> None:
        at = self.clock.now
        steps: list[tuple[Caller, ReviewDecision, dict[str, Any]]] = [
            (FIRST_REVIEWER, ReviewDecision.TAKE, {})
        ]
        if firm.outcome == "changes_requested":
            comments = {"summary": "请补充主营业务与收入来源。Please add what you do and how you earn."}
            steps.append((FIRST_REVIEWER, ReviewDecision.REQUEST_CHANGES, {"field_comments": comments}))
        elif firm.outcome == "rejected":
            reason = {
                "note": "不符合微经济业务形式的范围。Outside the forms of the micro-economy.",
                "criteria": ("C3",),
            }
            steps.append((FIRST_REVIEWER, ReviewDecision.REJECT, reason))
        elif firm.outcome in ("in_notice", "listed"):
            attested = {"good_standing": firm.attested}
            steps.append((FIRST_REVIEWER, ReviewDecision.APPROVE, attested))
            steps.append((SECOND_REVIEWER, ReviewDecision.APPROVE, attested))
        for number, (caller, decision, details) in enumerate(steps, start=1):
            self._agenda.plan(
                at + timedelta(hours=20 * number),
                partial(self._review, submission, caller, decision, details),
            )
        if firm.outcome == "listed":
            self._agenda.plan(
                at + timedelta(hours=20 * len(steps), seconds=1),
                partial(self._plan_listing, submission, firm, firm_id, owner),
            )

    async def _review(
        self, submission: str, caller: Caller, decision: ReviewDecision, details: Mapping[str, Any]
    ) -> None:
        version = await self._submission_version(submission)
        await self._agenda.do(
            commands.ReviewSubmission(
                submission=submission, expected_version=version, decision=decision, **details
            ),
            caller,
        )

    async def _submission_version(self, submission: str) -> int:
        async with self.directory.record.reader() as reader:
            return (await reader.submissions([submission]))[submission].version

    async def _plan_listing(self, submission: str, firm: SampleFirm, firm_id: str, owner: Caller) -> None:
        async with self.directory.record.reader() as reader:
            ends_at = (await reader.submissions([submission]))[submission].notice_ends_at
        self._agenda.plan(made(ends_at), partial(self._list, submission, firm, firm_id, owner))

    async def _list(self, submission: str, firm: SampleFirm, firm_id: str, owner: Caller) -> None:
        await self._agenda.do(commands.EndNotice(submission=submission), THE_CLOCK)
        for report in firm.reports:
            at = max(self._agenda.ago(report.reported_days_ago), self.clock.now)
            self._agenda.plan(at, partial(self._report, report, firm_id, owner))

    async def _report(self, report: SampleReport, firm_id: str, owner: Caller) -> None:
        given = report.report.items()
        values = {name: CONVERT.get(name, _same)(value) for name, value in given if value is not None}
        filed = await self._agenda.do(commands.ReportBlockage(firm=firm_id, **values), owner)
        blockage = self._reports[report.key] = made(filed.blockage)
        for number, step in enumerate(report.steps):
            at = self.clock.now + timedelta(days=step.after_days, seconds=number)
            self._agenda.plan(at, partial(self._take_step, blockage, step, owner))
        for planned in report.plan:
            at = self._agenda.ago(planned.planned_days_ago)
            self._agenda.plan(at, partial(self._plan_step, blockage, planned))

    async def _plan_step(self, blockage_id: str, step: SamplePlanStep) -> None:
        blockage = await self._blockage(blockage_id)
        planned = commands.PlanReportStep(
            blockage=blockage.id,
            expected_version=blockage.version,
            what=step.what,
            owner=step.owner,
            due_on=local_date(self._agenda.today + timedelta(days=step.due_in_days)),
        )
        await self._agenda.do(planned, _lead_of(blockage))
        if step.done_days_ago is not None:
            made_step = (await self._blockage(blockage_id)).plan[-1]
            at = self._agenda.ago(step.done_days_ago)
            self._agenda.plan(at, partial(self._settle_step, blockage_id, made_step.id))

    async def _settle_step(self, blockage_id: str, step_id: str) -> None:
        blockage = await self._blockage(blockage_id)
        done = commands.SettleReportStep(
            blockage=blockage.id,
            expected_version=blockage.version,
            step=step_id,
            status=PlanStepStatus.DONE,
        )
        await self._agenda.do(done, _lead_of(blockage))

    async def _blockage(self, blockage_id: str) -> Blockage:
        async with self.directory.record.reader() as reader:
            return (await reader.blockages([blockage_id]))[blockage_id]

    async def _take_step(self, blockage_id: str, step: SampleStep, owner: Caller) -> None:
        blockage = await self._blockage(blockage_id)
        kind, by = STEPS[step.action]
        command = kind(blockage=blockage.id, expected_version=blockage.version, **self._values(step))
        await self._agenda.do(command, _caller(by, blockage, owner))

    def _values(self, step: SampleStep) -> dict[str, Any]:
        values = {
            name: CONVERT.get(name, _same)(value) for name, value in step.params.items() if value is not None
        }
        if "duplicate_of" in values:
            values["duplicate_of"] = self._reports[values["duplicate_of"]]
        if step.action in ("confirm", "dispute"):
            values["confirm"] = step.action == "confirm"
        return values


class By(StrEnum):
    """Whose step it is."""

    REPORTER = "reporter"
    TRIAGE = "triage"
    AGENCY = "agency"
    SUPERVISOR = "supervisor"


STEPS: Mapping[str, tuple[Callable[..., Command], By]] = {
    "triage": (commands.TriageBlockage, By.TRIAGE),
    "assign": (commands.AssignBlockage, By.SUPERVISOR),
    "accept": (commands.AcceptAssignment, By.AGENCY),
    "return": (commands.ReturnAssignment, By.AGENCY),
    "request_information": (commands.RequestInformation, By.AGENCY),
    "provide_information": (commands.ProvideInformation, By.REPORTER),
    "post_progress": (commands.PostProgress, By.AGENCY),
    "propose": (commands.ProposeResolution, By.AGENCY),
    "confirm": (commands.AnswerResolution, By.REPORTER),
    "dispute": (commands.AnswerResolution, By.REPORTER),
    "extend": (commands.ExtendDeadline, By.AGENCY),
    "supervise": (commands.SuperviseBlockage, By.SUPERVISOR),
    "close_unresolved": (commands.CloseUnresolved, By.SUPERVISOR),
    "withdraw": (commands.WithdrawBlockage, By.REPORTER),
}
CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "severity": Severity,
    "visibility": Visibility,
    "language": Language,
    "kind": ResolutionKind,
    "forms": tuple,
    "platforms": tuple,
    "clauses": tuple,
    "co_agencies": tuple,
}


def _caller(by: By, blockage: Blockage, owner: Caller) -> Caller:
    if by is By.REPORTER:
        return owner
    if by is By.AGENCY:
        return _lead_of(blockage)
    return TRIAGE if by is By.TRIAGE else SUPERVISOR


def _lead_of(blockage: Blockage) -> Caller:
    return Caller(f"officer-{blockage.agency}", frozenset({Role.AGENCY}), agency=blockage.agency)


def _same(value: Any) -> Any:
    return value
