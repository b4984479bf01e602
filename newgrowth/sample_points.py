"""The lives of sample blocking points (政策堵点): named, started, reported on, planned, and one of them resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from directory import point_commands
from directory.access import Caller, Role
from directory.blocking_points import VOID_STATUSES
from directory.entities import BlockingPoint
from directory.handlers.matters import MOST_AT_ONCE
from directory.states import PlanStepStatus, ResolutionKind
from directory.workdays import local_date
from newgrowth.sample_agenda import Agenda, made
from seeds.sample import SampleBlockingPoint, SampleNote, SamplePlanStep

SUPERVISOR = Caller("supervisor", frozenset({Role.SUPERVISOR}), agency="ndrc")
NAMED_DAYS_AGO = 10
SAMPLE_RESOLUTIONS: Mapping[str, str] = {
    "bp-fees": "《网络交易平台收费行为合规指南》已明确平台不得实施的收费行为，请各报送主体确认是否落实。"
}


@dataclass(slots=True)
class PointLives:
    """Plans them on the agenda; `reports` are the ids of the reports filed so far, by their keys."""

    agenda: Agenda
    reports: Mapping[str, str]

    def plan(self, point: SampleBlockingPoint) -> None:
        """All that is to happen to the point."""
        self.agenda.plan(self.agenda.ago(NAMED_DAYS_AGO), partial(self._name, point))

    async def _name(self, sample: SampleBlockingPoint) -> None:
        """Names the point with its own reports and all others of its kind."""
        async with self.agenda.directory.record.reader() as reader:
            filed = await reader.blockages(sorted(self.reports.values()))
        own = {self.reports[key] for key in sample.reports if key in self.reports}
        alike = [
            report.id
            for report in filed.values()
            if report.status not in VOID_STATUSES and (report.id in own or report.category == sample.category)
        ]
        named = await self.agenda.do(
            point_commands.CreateBlockingPoint(
                title=sample.title,
                title_en=sample.title_en,
                description=sample.description,
                description_en=sample.description_en,
                category=sample.category,
                clauses=sample.clauses,
                lead_agency=sample.lead_agency,
                blockages=tuple(alike[:MOST_AT_ONCE]),
            ),
            SUPERVISOR,
        )
        point_id = made(named.blocking_point)
        if alike:
            started = point_commands.StartBlockingPoint(blocking_point=point_id, expected_version=1)
            await self.agenda.do(started, SUPERVISOR)
        self._plan_follow_up(sample, point_id)

    def _plan_follow_up(self, sample: SampleBlockingPoint, point_id: str) -> None:
        for note in sample.notes:
            self.agenda.plan(self.agenda.ago(note.days_ago), partial(self._post, point_id, note))
        for step in sample.plan:
            self.agenda.plan(self.agenda.ago(step.planned_days_ago), partial(self._plan_step, point_id, step))
        if sample.key in SAMPLE_RESOLUTIONS:
            # Last of all: the reports have steps of their own until then.
            self.agenda.plan(self.agenda.today, partial(self._resolve, sample, point_id))

    async def _post(self, point_id: str, note: SampleNote) -> None:
        point = await self._point(point_id)
        posted = point_commands.PostPointProgress(
            blocking_point=point.id, expected_version=point.version, note=note.text
        )
        await self.agenda.do(posted, _lead_of(point))

    async def _plan_step(self, point_id: str, step: SamplePlanStep) -> None:
        point = await self._point(point_id)
        planned = point_commands.PlanPointStep(
            blocking_point=point.id,
            expected_version=point.version,
            what=step.what,
            owner=step.owner,
            due_on=local_date(self.agenda.today + timedelta(days=step.due_in_days)),
        )
        await self.agenda.do(planned, _lead_of(point))
        if step.done_days_ago is not None:
            made_step = (await self._point(point_id)).plan[-1]
            at = self.agenda.ago(step.done_days_ago)
            self.agenda.plan(at, partial(self._settle, point_id, made_step.id))

    async def _settle(self, point_id: str, step_id: str) -> None:
        point = await self._point(point_id)
        done = point_commands.SettlePointStep(
            blocking_point=point.id, expected_version=point.version, step=step_id, status=PlanStepStatus.DONE
        )
        await self.agenda.do(done, _lead_of(point))

    async def _resolve(self, sample: SampleBlockingPoint, point_id: str) -> None:
        point = await self._point(point_id)
        claimed = point_commands.ResolveBlockingPoint(
            blocking_point=point.id,
            expected_version=point.version,
            kind=ResolutionKind.POLICY_CHANGED,
            summary=SAMPLE_RESOLUTIONS[sample.key],
            clause=sample.clauses[-1],
        )
        await self.agenda.do(claimed, _lead_of(point))

    async def _point(self, point_id: str) -> BlockingPoint:
        async with self.agenda.directory.record.reader() as reader:
            return (await reader.blocking_points([point_id]))[point_id]


def _lead_of(point: BlockingPoint) -> Caller:
    return Caller(f"officer-{point.lead_agency}", frozenset({Role.AGENCY}), agency=point.lead_agency)
