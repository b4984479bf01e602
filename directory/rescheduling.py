"""
Limits counted again (重新计期): what a holiday notice, published after a limit began, does to its end.

Until the notice of a year is out, its days are counted Monday to Friday and the limit is provisional. Only a limit that
still runs and has not been missed moves; what was met, missed or void stays as it was, whatever the calendar says later.
"""

from __future__ import annotations

from datetime import timedelta

from directory.blockages import Step
from directory.deadlines import Stage, is_overdue, is_running, stopped_days
from directory.entities import Blockage, Deadline
from directory.workdays import local_date

RESCHEDULED = "blockage:rescheduled"


def provisional_year(blockage: Blockage) -> int | None:
    """The first year whose notice a running limit of the report waits for; None when none does."""
    waiting = [last_day_year(each) for each in blockage.deadlines if is_running(each) and each.provisional]
    return min(waiting, default=None)


def last_day_year(deadline: Deadline) -> int:
    """The year of a limit's last day in Shanghai."""
    return local_date(deadline.due_at - timedelta(microseconds=1)).year


def rescheduled(blockage: Blockage, step: Step) -> Blockage | None:
    """The report with its running limits as the calendar now has them; None when that changes nothing."""
    deadlines = tuple(_again(each, blockage, step) for each in blockage.deadlines)
    if deadlines == blockage.deadlines:
        return None
    at = max(step.at, blockage.updated_at)
    return blockage.model_copy(update={"deadlines": deadlines, "updated_at": at})


def _again(deadline: Deadline, blockage: Blockage, step: Step) -> Deadline:
    calendar = step.rulebook.calendar
    waits = is_running(deadline) and deadline.provisional
    if not waits or last_day_year(deadline) not in calendar.published:
        return deadline
    if is_overdue(deadline, step.at):
        return deadline.model_copy(update={"provisional": False})
    days = deadline.working_days
    if deadline.stage == Stage.RESOLVE:
        days += stopped_days(blockage.pauses, step.rulebook, since=deadline.started_at)
    due = calendar.add_workdays(deadline.started_at, days)
    return deadline.model_copy(update={"due_at": due.at, "provisional": due.provisional})
