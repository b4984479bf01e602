"""Commands on the action plan of a report (推进计划): steps planned by whoever answers for it, and settled."""

from __future__ import annotations

from directory.blockages import parties
from directory.commands import PlanReportStep, SettleReportStep
from directory.errors import Forbidden
from directory.handlers.case import open_case, read_note
from directory.handlers.plan_steps import read_step
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import OPERATIONS, Action, Side
from directory.plans import step_of
from directory.report_plans import step_planned, step_settled

# Whoever is none of these settles its own steps alone.
_SETTLE_ALL = frozenset({Side.LEAD, Side.SUPERVISOR})


async def plan(command: PlanReportStep, h: Handling) -> Outcome:
    """One more step, which an agency that has a part in the report owes until the end of a day that is not over yet."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.PLAN_STEP)
    to_do = read_step(command, command.due_on, h, parties(case.blockage))
    after = step_planned(
        case.blockage, step, h.new_id(), what=to_do.what, owner=to_do.owner, due_on=to_do.due_on
    )
    told = {"agency": to_do.owner, "due_on": to_do.due_on.isoformat()}
    return await case.keep(after, Action.PLAN_STEP, **told)


async def settle(command: SettleReportStep, h: Handling) -> Outcome:
    """A step done or dropped, by whoever owes it, leads or supervises."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.SETTLE_STEP)
    owner = step_of(case.blockage.plan, command.step).owner
    if case.sides.isdisjoint(_SETTLE_ALL) and owner != h.caller.agency:
        raise Forbidden.at("step", key="plan.not_your_step")
    after = step_settled(case.blockage, step, command.step, command.status, read_note(command))
    return await case.keep(after, Action.SETTLE_STEP, agency=owner, status=command.status.value)


HANDLERS: Handlers = {
    PlanReportStep: Handler(OPERATIONS[Action.PLAN_STEP], plan),
    SettleReportStep: Handler(OPERATIONS[Action.SETTLE_STEP], settle),
}
