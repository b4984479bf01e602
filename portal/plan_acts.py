"""What an office can do with an action plan (推进计划), be it of a report or of a blocking point: plan a step, settle one."""

from __future__ import annotations

from portal.acts import Act, Field
from portal.operation import Operation

_STEP = (
    Field("step", "select", "point_act.step", required=True, options="steps"),
    Field("status", "select", "point_act.step_state", required=True, options="step_states"),
    Field("note", "area", "act.note"),
)


def plan_step(operation: Operation, owner: Field) -> Act:
    """The act of planning; `owner` is how the agency that will owe the step is chosen."""
    fields = (
        Field("what", "area", "point_act.what", required=True),
        owner,
        Field("dueOn", "day", "point_act.due_on", required=True),
    )
    return Act("plan_step", operation, "point_act.plan", fields, tone="quiet")


def settle_step(operation: Operation) -> Act:
    """The act of settling."""
    return Act("settle_step", operation, "point_act.settle", _STEP, tone="quiet")
