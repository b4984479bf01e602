"""
How late what has a limit is (逾期等级): due soon, overdue, long overdue, from the end of the limit and the clock, never stored.

The windows are what both a page and a search go by, so that they cannot differ. Where the record keeps the end of a limit, a
window holds ends; where it keeps when a limit began, a window holds days of beginning. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from directory.deadlines import handling_due_at, long_overdue_since
from directory.entities import Blockage, Submission
from directory.rulebook import Rulebook
from directory.states import OverdueLevel, SubmissionStatus
from directory.submissions import due, limit_of
from directory.workdays import end_of_day, local_date

# Where a submission waits for its reviewers; elsewhere the firm's own limit runs, or a public notice that nobody misses.
_FOR_REVIEWERS = frozenset({SubmissionStatus.SUBMITTED, SubmissionStatus.UNDER_REVIEW})


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which limits began that are so late now: after the one, None for any, and up to the other."""

    after: date | None
    until: date

    def holds(self, on: date) -> bool:
        """Whether the day lies in it."""
        return on <= self.until and (self.after is None or on > self.after)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Submissions in one status since an instant at or after `since`, None for any, and before `before`."""

    status: SubmissionStatus
    since: datetime | None
    before: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The ends of limits that are so late now: after the one, None for any, and up to the other."""

    after: datetime | None
    until: datetime

    def holds(self, due_at: datetime) -> bool:
        """Whether the end of a limit lies in it."""
        return due_at <= self.until and (self.after is None or due_at > self.after)


def window(level: OverdueLevel, now: datetime, rulebook: Rulebook) -> Window:
    """The window of a level at `now`."""
    if level is OverdueLevel.LONG_OVERDUE:
        return Window(None, long_overdue_since(now, rulebook))
    if level is OverdueLevel.OVERDUE:
        return Window(long_overdue_since(now, rulebook), now)
    return Window(now, end_of_day(rulebook.calendar.latest_end(now, rulebook.limits.due_soon)))


def days_begun(level: OverdueLevel, working_days: int, now: datetime, rulebook: Rulebook) -> Days:
    """The days of a level at `now`, for limits of so many working days: of those that began on them just these are so late."""
    calendar, limits = rulebook.calendar, rulebook.limits
    late = calendar.latest_start(now, working_days)
    very_late = calendar.latest_start(now, working_days + limits.long_overdue)
    if level is OverdueLevel.LONG_OVERDUE:
        return Days(None, very_late)
    if level is OverdueLevel.OVERDUE:
        return Days(very_late, late)
    tonight = end_of_day(local_date(now))
    return Days(late, calendar.latest_start(tonight, working_days - limits.due_soon))


def waiting(level: OverdueLevel, now: datetime, rulebook: Rulebook) -> Iterator[Waiting]:
    """The submissions whose reviewers are so late at `now`, by status: those for which `submission_level` says the level."""
    for status in sorted(_FOR_REVIEWERS):
        limit = limit_of(status, rulebook)
        if limit is not None:
            days = days_begun(level, limit, now, rulebook)
            yield Waiting(status, end_of_day(days.after) if days.after else None, end_of_day(days.until))


def report_level(blockage: Blockage, now: datetime, rulebook: Rulebook) -> OverdueLevel | None:
    """How late those are who handle the report; None where they have time, or no limit of theirs runs."""
    return _level(handling_due_at(blockage.deadlines), now, rulebook)


def submission_level(submission: Submission, now: datetime, rulebook: Rulebook) -> OverdueLevel | None:
    """How late its reviewers are; None where they have time, or it does not wait for them."""
    ends = due(submission, rulebook) if submission.status in _FOR_REVIEWERS else None
    return _level(ends.at if ends else None, now, rulebook)


def _level(due_at: datetime | None, now: datetime, rulebook: Rulebook) -> OverdueLevel | None:
    if due_at is None:
        return None
    return next((level for level in OverdueLevel if window(level, now, rulebook).holds(due_at)), None)
