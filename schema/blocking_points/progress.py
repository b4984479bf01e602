"""What is owed on a blocking point (政策堵点) as the API shows it: notes on progress, the plan, how late the next note is."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import strawberry

from directory import entities
from directory.plans import is_late
from directory.reference import Reference
from directory.states import PlanStepStatus
from schema.context import Info
from schema.enums import expose
from schema.reference.types import Agency, agency

if TYPE_CHECKING:
    from schema.blocking_points.types import BlockingPoint

expose(
    PlanStepStatus,
    "Where a step of an action plan stands.",
    {
        PlanStepStatus.PLANNED: "Still to be done.",
        PlanStepStatus.DONE: "Done.",
        PlanStepStatus.DROPPED: "Given up, or no longer needed.",
    },
)


@strawberry.type(description="A public note on how far a blocking point is (进展通报).")
class ProgressNote:
    """Made by `shown_notes`."""

    at: datetime = strawberry.field(description="When it was posted.")
    office: str = strawberry.field(description="The code of the agency that posted it, or supervisor.")
    text: str = strawberry.field(description="What it says.")


@strawberry.type(description="A next step towards removing a blocking point (推进计划).")
class PlanStep:
    """Made by `shown_plan`."""

    step: strawberry.Private[entities.PlanStep]
    reference: strawberry.Private[Reference]
    key: str = strawberry.field(description="What `settlePointStep` calls it.")
    what: str = strawberry.field(description="What is to be done.")
    due_on: date = strawberry.field(description="The last day for it, in Asia/Shanghai.")
    status: PlanStepStatus = strawberry.field(description="Where it stands.")
    planned_at: datetime = strawberry.field(description="When it was planned.")
    settled_at: datetime | None = strawberry.field(description="When it was done or dropped.")
    note: str | None = strawberry.field(description="What was said when it was done or dropped.")

    @strawberry.field(description="The agency that owes it.")
    def owner(self) -> Agency:
        return agency(self.reference, self.step.owner)

    @strawberry.field(description="Whether it is still to be done and its last day has passed.")
    def overdue(self, info: Info) -> bool:
        return is_late(self.step, info.context.services.clock())


def shown_notes(point: entities.BlockingPoint) -> list[ProgressNote]:
    """The notes, latest first."""
    return [ProgressNote(at=each.at, office=each.office, text=each.text) for each in reversed(point.progress)]


def shown_plan(point: entities.BlockingPoint, reference: Reference) -> list[PlanStep]:
    """The steps, first due first."""
    return [_shown(step, reference) for step in sorted(point.plan, key=lambda each: (each.due_on, each.id))]


def shown_plan_step(point: BlockingPoint, step_id: str | None) -> PlanStep | None:
    """One of the steps."""
    return next((_shown(each, point.terms_of) for each in point.point.plan if each.id == step_id), None)


def _shown(step: entities.PlanStep, reference: Reference) -> PlanStep:
    return PlanStep(
        step=step,
        reference=reference,
        key=step.id,
        what=step.what,
        due_on=step.due_on,
        status=step.status,
        planned_at=step.planned_at,
        settled_at=step.settled_at,
        note=step.note,
    )
