"""An action plan (推进计划) as the API shows it: the steps of a report or of a blocking point, each owed by one agency."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from directory import entities
from directory.plans import Plan, is_late
from directory.reference import Reference
from directory.states import PlanStepStatus
from schema.context import Info
from schema.enums import expose
from schema.reference.types import Agency, agency

expose(
    PlanStepStatus,
    "Where a step of an action plan stands.",
    {
        PlanStepStatus.PLANNED: "Still to be done; of a report that has ended, left undone.",
        PlanStepStatus.DONE: "Done.",
        PlanStepStatus.DROPPED: "Given up, or no longer needed.",
    },
)


@strawberry.type(
    description="A next step towards removing what a report or a blocking point is about (推进计划)."
)
class PlanStep:
    """Made by `shown_plan`; `owed` says whether anybody still has to do it."""

    step: strawberry.Private[entities.PlanStep]
    owed: strawberry.Private[bool]
    reference: strawberry.Private[Reference]
    key: str = strawberry.field(description="What `settleReportStep` or `settlePointStep` calls it.")
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
        return self.owed and is_late(self.step, info.context.services.clock())


def shown_plan(plan: Plan, owed: Plan, reference: Reference) -> list[PlanStep]:
    """The steps, first due first; `owed` are those that are still to be done."""
    ordered = sorted(plan, key=lambda each: (each.due_on, each.id))
    return [_shown(step, owed=step in owed, reference=reference) for step in ordered]


def shown_plan_step(owed: Plan, step_id: str | None, reference: Reference) -> PlanStep | None:
    """One of the steps that are still to be done."""
    return next((_shown(each, owed=True, reference=reference) for each in owed if each.id == step_id), None)


def _shown(step: entities.PlanStep, *, owed: bool, reference: Reference) -> PlanStep:
    return PlanStep(
        step=step,
        owed=owed,
        reference=reference,
        key=step.id,
        what=step.what,
        due_on=step.due_on,
        status=step.status,
        planned_at=step.planned_at,
        settled_at=step.settled_at,
        note=step.note,
    )
