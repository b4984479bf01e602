"""
What is owed on a blocking point while it stands (堵点推进): a public note on progress (进展通报), and the steps of its plan.

A point has no hard limit, for no agency alone removes a rule; but whoever leads it says publicly every twenty working days
how far it is. How late a note is (逾期等级) follows from the day of the last one and the clock, never stored, by the same
days for a point's own page and for a search (`directory/overdue_levels.py`). Pure: values in, values out.
"""

from __future__ import annotations

from datetime import date, datetime

from directory.blocking_points import PointAction, point_moved
from directory.entities import BlockingPoint, ProgressNote
from directory.overdue_levels import Days, days_begun
from directory.plans import Plan, steps_to_do, with_step, with_step_settled
from directory.rulebook import Rulebook
from directory.states import BlockingPointStatus, OverdueLevel, PlanStepStatus
from directory.workdays import local_date


def progress_since(point: BlockingPoint) -> datetime | None:
    """From when on the next note is counted: the last note, or when it was named or its review was reopened.

    None where no note is owed: the point is claimed to be removed, or lives on in another.
    """
    if point.status is BlockingPointStatus.RESOLVED or point.merged_into is not None:
        return None
    noted = point.progress[-1].at if point.progress else point.created_at
    return max(noted, point.review_reopened_at or noted)


def progress_due_at(point: BlockingPoint, rulebook: Rulebook) -> datetime | None:
    """The first instant at which the next note is late; None where none is owed."""
    since = progress_since(point)
    if since is None:
        return None
    return rulebook.calendar.add_workdays(since, rulebook.limits.progress_note).at


def overdue_level(point: BlockingPoint, now: datetime, rulebook: Rulebook) -> OverdueLevel | None:
    """How late the next note is; None where it has time, or none is owed."""
    since = progress_since(point)
    if since is None:
        return None
    on = local_date(since)
    return next((level for level in OverdueLevel if days_noted(level, now, rulebook).holds(on)), None)


def days_noted(level: OverdueLevel, now: datetime, rulebook: Rulebook) -> Days:
    """The days of a last note for which the next one is so late at `now`."""
    return days_begun(level, rulebook.limits.progress_note, now, rulebook)


def progress_noted(point: BlockingPoint, office: str, text: str, at: datetime) -> BlockingPoint:
    """The point with one more public note, of an agency's code or as `supervisor`."""
    at = max(at, point.updated_at)
    note = ProgressNote(at=at, office=office, text=text)
    return point_moved(point, PointAction.POST_PROGRESS, at, progress=(*point.progress, note))


def step_planned(
    point: BlockingPoint, step_id: str, what: str, owner: str, due_on: date, at: datetime
) -> BlockingPoint:
    """The point with one more step in its plan. Raises: LimitExceeded, NotAllowedNow."""
    plan = with_step(point.plan, step_id, what, owner, due_on, at)
    return point_moved(point, PointAction.PLAN_STEP, at, plan=plan)


def step_settled(
    point: BlockingPoint, step_id: str, status: PlanStepStatus, note: str | None, at: datetime
) -> BlockingPoint:
    """The point with a step done or dropped. Raises: NotFound; NotAllowedNow, for one that was settled before."""
    at = max(at, point.updated_at)
    plan = with_step_settled(point.plan, step_id, status, note, at)
    return point_moved(point, PointAction.SETTLE_STEP, at, plan=plan)


def open_steps(point: BlockingPoint) -> Plan:
    """The steps still to be done, of a point that stands on its own."""
    return () if point.merged_into is not None else steps_to_do(point.plan)


def desks(point: BlockingPoint) -> frozenset[str]:
    """On whose desk the point lies: its lead's while it stands, a supervisor's where none leads, and of those who owe a step."""
    owners = {step.owner for step in open_steps(point)}
    if progress_since(point) is not None:
        owners.add(point.lead_agency or SUPERVISORS_DESK)
    return frozenset(owners)


# No agency has this code.
SUPERVISORS_DESK = "supervisor"
