"""
An action plan (推进计划): steps, each of one agency until the end of a day, that are planned, then done or dropped, once.

The rule knows nothing of what the plan is for; who may plan and settle is the business of that. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from directory.entities import PlanStep
from directory.errors import LimitExceeded, NotAllowedNow, NotFound
from directory.states import PlanStepStatus
from directory.workdays import end_of_day

MOST_STEPS = 50
Plan = tuple[PlanStep, ...]


def with_step(plan: Plan, step_id: str, what: str, owner: str, due_on: date, at: datetime) -> Plan:
    """The plan with one more step. Raises: LimitExceeded."""
    if len(plan) >= MOST_STEPS:
        raise LimitExceeded.at(key="plan.too_many_steps", most=MOST_STEPS)
    step = PlanStep(
        id=step_id, what=what, owner=owner, due_on=due_on, status=PlanStepStatus.PLANNED, planned_at=at
    )
    return (*plan, step)


def with_step_settled(
    plan: Plan, step_id: str, status: PlanStepStatus, note: str | None, at: datetime
) -> Plan:
    """The plan with a step done or dropped. Raises: NotFound; NotAllowedNow, for one that was settled before."""
    step = step_of(plan, step_id)
    if step.status is not PlanStepStatus.PLANNED or status is PlanStepStatus.PLANNED:
        raise NotAllowedNow.at("step", key="plan.step_settled")
    return tuple(_settled(each, status, note, at) if each is step else each for each in plan)


def without_steps_of_others(plan: Plan, owners: Collection[str | None], at: datetime) -> Plan:
    """The plan with every step dropped that is still to be done and owed by none of `owners`."""
    return tuple(
        step
        if step.status is not PlanStepStatus.PLANNED or step.owner in owners
        else _settled(step, PlanStepStatus.DROPPED, None, at)
        for step in plan
    )


def _settled(step: PlanStep, status: PlanStepStatus, note: str | None, at: datetime) -> PlanStep:
    return step.model_copy(update={"status": status, "settled_at": at, "note": note})


def step_of(plan: Plan, step_id: str) -> PlanStep:
    """The step with this id. Raises: NotFound."""
    for step in plan:
        if step.id == step_id:
            return step
    raise NotFound.at("step", key="not_found")


def steps_to_do(plan: Plan) -> Plan:
    """The steps still to be done."""
    return tuple(step for step in plan if step.status is PlanStepStatus.PLANNED)


def step_due_at(step: PlanStep) -> datetime:
    """The first instant at which the step is late."""
    return end_of_day(step.due_on)


def is_late(step: PlanStep, now: datetime) -> bool:
    """Whether the step is still to be done though its last day has passed."""
    return step.status is PlanStepStatus.PLANNED and now >= step_due_at(step)
