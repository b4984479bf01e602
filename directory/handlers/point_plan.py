"""Commands on what is owed on a blocking point while it stands: public notes on progress, and the steps of its plan."""

from __future__ import annotations

from directory.access import Role
from directory.blocking_points import OPERATIONS, PointAction, PointSide
from directory.errors import Forbidden
from directory.handlers.case import fields_of, read_note, refuse_problems
from directory.handlers.matters import Matter, led_to, open_matter
from directory.handlers.plan_steps import read_step
from directory.handlers.wording import LONGEST_NOTE
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.plans import step_of
from directory.point_commands import PlanPointStep, PostPointProgress, SettlePointStep
from directory.point_progress import SUPERVISORS_DESK, progress_noted, step_planned, step_settled

SHORTEST_NOTE = 5


async def post_progress(command: PostPointProgress, h: Handling) -> Outcome:
    """A public note on how far the point is."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.POST_PROGRESS)
    fields = fields_of(command, "note")
    text = fields.text("note", longest=LONGEST_NOTE, shortest=SHORTEST_NOTE, multiline=True, required=True)
    refuse_problems(fields)
    office = _office(matter)
    after = progress_noted(matter.point, office, text or "", h.now)
    return led_to(await matter.keep(after, PointAction.POST_PROGRESS, office=office))


def _office(matter: Matter) -> str:
    """In whose name the caller speaks."""
    caller = matter.handling.caller
    lead = PointSide.LEAD in matter.sides and caller.has(Role.AGENCY)
    return caller.agency if lead and caller.agency else SUPERVISORS_DESK


async def plan(command: PlanPointStep, h: Handling) -> Outcome:
    """One more step, which an agency owes until the end of a day that is not over yet."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.PLAN_STEP)
    step = read_step(command, command.due_on, h)
    after = step_planned(matter.point, h.new_id(), step.what, step.owner, step.due_on, h.now)
    told = {"owner": step.owner, "due_on": step.due_on.isoformat()}
    return led_to(await matter.keep(after, PointAction.PLAN_STEP, **told))


async def settle(command: SettlePointStep, h: Handling) -> Outcome:
    """A step done or dropped, by whoever owes it or leads; an agency that only owes steps settles its own alone."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.SETTLE_STEP)
    step = step_of(matter.point.plan, command.step)
    if matter.sides == {PointSide.STEP_OWNER} and step.owner != h.caller.agency:
        raise Forbidden.at("step", key="plan.not_your_step")
    after = step_settled(matter.point, command.step, command.status, read_note(command), h.now)
    return led_to(
        await matter.keep(after, PointAction.SETTLE_STEP, owner=step.owner, status=command.status.value)
    )


HANDLERS: Handlers = {
    PostPointProgress: Handler(OPERATIONS[PointAction.POST_PROGRESS], post_progress),
    PlanPointStep: Handler(OPERATIONS[PointAction.PLAN_STEP], plan),
    SettlePointStep: Handler(OPERATIONS[PointAction.SETTLE_STEP], settle),
}
