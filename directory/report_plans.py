"""
The action plan of a report (诉求推进计划): next steps of the agencies that have a part in it, while they work on it.

A step is owed by the responsible agency (牵头单位) or by one that helps (协办单位), and by nobody else: whoever owes a step
may read what it is for. On a hand-over (转交) steps stay with their owners, and the new responsible agency sees them and
may drop them; those of an agency that is out of the report are dropped with it, for it may not be let into the report any
more. A report that ends keeps its plan as it stands, and what was left undone is nobody's task, as of a blocking point
that was merged; one that is opened again owes it again. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from directory.blockages import Step, moved, steps_owed
from directory.entities import Blockage
from directory.moves import Action
from directory.plans import step_due_at, step_of, with_step, with_step_settled
from directory.states import PlanStepStatus


def step_planned(
    blockage: Blockage, step: Step, step_id: str, *, what: str, owner: str, due_on: date
) -> Blockage:
    """The report with one more step, of one of its `blockages.parties`. Raises: LimitExceeded, NotAllowedNow."""
    plan = with_step(blockage.plan, step_id, what, owner, due_on, max(step.at, blockage.updated_at))
    return moved(blockage, Action.PLAN_STEP, step, what, plan=plan)


def step_settled(
    blockage: Blockage, step: Step, step_id: str, status: PlanStepStatus, note: str | None
) -> Blockage:
    """The report with a step done or dropped. Raises: NotFound; NotAllowedNow, for one that was settled before."""
    plan = with_step_settled(blockage.plan, step_id, status, note, max(step.at, blockage.updated_at))
    return moved(blockage, Action.SETTLE_STEP, step, step_of(plan, step_id).what, plan=plan)


def step_desks(blockage: Blockage) -> Mapping[str, datetime]:
    """The agencies that owe a step, each with the first instant that is too late for one of its steps."""
    found: dict[str, datetime] = {}
    for each in steps_owed(blockage):
        due_at = step_due_at(each)
        found[each.owner] = min(due_at, found.get(each.owner, due_at))
    return found
