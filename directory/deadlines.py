"""
Honest clocks: limits of the stages of a report (办理时限), pauses, gross and net days.

Limits are data (`rulebook.limits`), in working days of the Chinese calendar: triage 1, assign 1, accept 2, resolve by
severity 5, 10, 15 or 30, confirm 10, reply to a supervision (督办) 5. A limit ends at 24:00 Asia/Shanghai of its last
day and is half-open: `due_at` is the first instant that is too late. Overdue and long overdue are always computed from
`due_at` and the clock, never stored.

- The resolve limit starts with the first assignment. A return or a transfer never restarts it: the report's clock is
  one, whoever holds the report, so an agency that is slow to accept spends time it will need.
- A question to the reporter stops the resolve clock. The due date moves by the working days the answer took, at most
  `limits.pause_in_total` over the life of the report; beyond that the clock runs on, answer or not. While a question
  is open, `due_at` holds the latest possible date (the whole rest of that allowance used), so that "overdue" means
  `now >= due_at` in every state. A limit that was missed before the question was asked is not healed by it.
- A proposal meets the resolve limit. When it fails (disputed, contested later, or only a part was resolved), the
  agency gets back the working days it had left at the proposal: the reporter's time to answer is not the agency's.
  It gets at least the accept limit, as anyone does who is handed a report; the missed limit before stays missed.
- One extension a report, asked for while the limit runs, of at most half of the limit of the severity.
- What ends otherwise than by being met (withdrawn, transferred, lapsed) is void: neither met nor running.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.entities import Blockage, Deadline, Pause
from directory.errors import ErrorCode, LimitExceeded, Problem
from directory.rulebook import Rulebook
from directory.states import Severity
from directory.workdays import Day, end_of_day, local_date


class Stage(StrEnum):
    """A part of a report's life with a limit of its own."""

    TRIAGE = "triage"
    ASSIGN = "assign"
    ACCEPT = "accept"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REPLY = "reply"


class PauseCause(StrEnum):
    """Why a clock stood still: a question to the reporter, or a closed report before it was reopened."""

    INFORMATION = "information"
    CLOSED = "closed"


Deadlines = tuple[Deadline, ...]
Pauses = tuple[Pause, ...]


def limit_of(stage: Stage, severity: Severity, rulebook: Rulebook) -> int:
    """The limit of a stage in working days."""
    limits = rulebook.limits
    return {
        Stage.TRIAGE: limits.triage,
        Stage.ASSIGN: limits.assign,
        Stage.ACCEPT: limits.accept,
        Stage.RESOLVE: limits.resolve[severity],
        Stage.CONFIRM: limits.confirm,
        Stage.REPLY: limits.reply,
    }[stage]


def started(stage: Stage, at: datetime, working_days: int, rulebook: Rulebook) -> Deadline:
    """A limit of `working_days` that begins at `at`."""
    due = rulebook.calendar.add_workdays(at, working_days)
    return Deadline(
        stage=stage.value,
        started_at=at,
        due_at=due.at,
        working_days=working_days,
        provisional=due.provisional,
    )


def begun(
    deadlines: Deadlines, stage: Stage, severity: Severity, at: datetime, rulebook: Rulebook
) -> Deadlines:
    """The deadlines with `stage` running: as it runs already, with the days given back, or as its first limit."""
    if running_of(deadlines, stage) is not None:
        return deadlines
    days = limit_of(stage, severity, rulebook)
    before = last_of(deadlines, stage)
    # A void one ended with a withdrawal that did not stand: nothing was tried that days could be left of.
    if stage is Stage.RESOLVE and before is not None and not before.void:
        days = days_given_back(before, rulebook)
    return (*deadlines, started(stage, at, days, rulebook))


def days_given_back(before: Deadline, rulebook: Rulebook) -> int:
    """Working days for another try at a resolution: those left at the failed proposal, at least the accept limit."""
    proposed_at = before.met_at or before.due_at
    return max(rulebook.calendar.workdays_left(proposed_at, before.due_at), rulebook.limits.accept)


def is_running(deadline: Deadline) -> bool:
    """True while the limit can still be met or missed."""
    return deadline.met_at is None and not deadline.void


def running_of(deadlines: Deadlines, stage: Stage) -> Deadline | None:
    """The running limit of a stage."""
    return next((each for each in deadlines if each.stage == stage and is_running(each)), None)


def last_of(deadlines: Deadlines, stage: Stage) -> Deadline | None:
    """The latest limit of a stage, running or not."""
    return next((each for each in reversed(deadlines) if each.stage == stage), None)


def met(deadlines: Deadlines, stage: Stage, at: datetime) -> Deadlines:
    """The deadlines with the running limit of `stage` met at `at`, in time or late."""
    return tuple(
        each.model_copy(update={"met_at": at}) if each.stage == stage and is_running(each) else each
        for each in deadlines
    )


def voided(deadlines: Deadlines, *stages: Stage) -> Deadlines:
    """The deadlines with the running limits of `stages` void."""
    return tuple(
        each.model_copy(update={"void": True}) if each.stage in stages and is_running(each) else each
        for each in deadlines
    )


def is_overdue(deadline: Deadline, now: datetime) -> bool:
    """True when the limit runs and its end has passed."""
    return is_running(deadline) and now >= deadline.due_at


def was_missed(deadline: Deadline, now: datetime) -> bool:
    """True when the limit was met too late or has passed unmet; a void one was neither met nor missed."""
    return not deadline.void and (deadline.met_at or now) >= deadline.due_at


def overdue(blockage: Blockage, now: datetime) -> bool:
    """True when those who handle the report are late: any running limit but the reporter's own, to confirm."""
    due_at = handling_due_at(blockage.deadlines)
    return due_at is not None and now >= due_at


def handling_due_at(deadlines: Deadlines) -> datetime | None:
    """The first end of a running limit of those who handle the report: they are late from this instant on."""
    running = [each.due_at for each in deadlines if is_running(each) and each.stage != Stage.CONFIRM]
    return min(running, default=None)


def long_overdue(blockage: Blockage, now: datetime, rulebook: Rulebook) -> bool:
    """True when those who handle the report are late by `limits.long_overdue` whole working days or more."""
    due_at = handling_due_at(blockage.deadlines)
    return due_at is not None and due_at <= long_overdue_since(now, rulebook)


def long_overdue_since(now: datetime, rulebook: Rulebook) -> datetime:
    """A limit that ended at or before this instant is long overdue at `now`."""
    return end_of_day(rulebook.calendar.latest_start(now, rulebook.limits.long_overdue))


def days_overdue(blockage: Blockage, now: datetime, rulebook: Rulebook) -> int | None:
    """Working days since the first missed limit ended, today included, at least 1; None for a report in time."""
    due_at = handling_due_at(blockage.deadlines)
    return -rulebook.calendar.workdays_left(now, due_at) if due_at is not None and now >= due_at else None


def open_pause(pauses: Pauses) -> Pause | None:
    """The pause that lasts."""
    return pauses[-1] if pauses and pauses[-1].ended_at is None else None


def paused(deadlines: Deadlines, pauses: Pauses, rulebook: Rulebook) -> Deadlines:
    """The deadlines with the resolve limit moved by its pauses: an open one counts as long as it may last."""
    return tuple(
        _moved_by(each, pauses, rulebook) if each.stage == Stage.RESOLVE and is_running(each) else each
        for each in deadlines
    )


def _moved_by(deadline: Deadline, pauses: Pauses, rulebook: Rulebook) -> Deadline:
    if not pauses or deadline.due_at <= pauses[-1].started_at:
        return deadline
    days = deadline.working_days + stopped_days(pauses, rulebook, since=deadline.started_at)
    due = rulebook.calendar.add_workdays(deadline.started_at, days)
    return deadline.model_copy(update={"due_at": due.at, "provisional": due.provisional})


def stopped_days(
    pauses: Pauses, rulebook: Rulebook, *, since: datetime | None = None, until: datetime | None = None
) -> int:
    """Working days for which questions stopped the clock, at most `limits.pause_in_total` over all of them.

    Counts the pauses that began at or after `since` (None: all). An open pause is counted up to `until`, or, for
    None, as long as it may last.
    """
    return sum(
        days
        for pause, days in _credits(pauses, rulebook, until)
        if since is None or pause.started_at >= since
    )


def _credits(pauses: Pauses, rulebook: Rulebook, until: datetime | None) -> Iterator[tuple[Pause, int]]:
    """Each question's pause with the days it stops the clock: the earlier ones use up the allowance first."""
    room = rulebook.limits.pause_in_total
    for pause in pauses:
        if pause.cause != PauseCause.INFORMATION:
            continue
        end = pause.ended_at or until
        days = room if end is None else min(room, rulebook.calendar.workdays_between(pause.started_at, end))
        room -= days
        yield pause, days


def working_days_left(
    blockage: Blockage, deadline: Deadline, now: datetime, rulebook: Rulebook
) -> int | None:
    """Working days left after today, while a question is open as if it were answered now; negative once overdue.

    None when the limit no longer runs.
    """
    if not is_running(deadline):
        return None
    left = rulebook.calendar.workdays_left(now, deadline.due_at)
    pauses = blockage.pauses
    if left < 0 or deadline.stage != Stage.RESOLVE or open_pause(pauses) is None:
        return left
    since = deadline.started_at
    unused = stopped_days(pauses, rulebook, since=since) - stopped_days(
        pauses, rulebook, since=since, until=now
    )
    return left - unused


def gross_days(blockage: Blockage, now: datetime, rulebook: Rulebook) -> int:
    """Working days since the report, to its close or to now; nothing stops or restarts this count."""
    return rulebook.calendar.workdays_between(blockage.reported_at, blockage.closed_at or now)


def net_days(blockage: Blockage, now: datetime, rulebook: Rulebook) -> int:
    """The gross days without stopped time: open questions up to their cap, and the time it stood closed before reopening."""
    closed = sum(
        rulebook.calendar.workdays_between(pause.started_at, pause.ended_at or now)
        for pause in blockage.pauses
        if pause.cause == PauseCause.CLOSED
    )
    asked = stopped_days(blockage.pauses, rulebook, until=blockage.closed_at or now)
    return gross_days(blockage, now, rulebook) - asked - closed


def longest_extension(severity: Severity, rulebook: Rulebook) -> int:
    """Working days of the one extension: half of the resolve limit, rounded down."""
    return rulebook.limits.resolve[severity] // 2


def extended(
    blockage: Blockage, working_days: int, reason: str, at: datetime, rulebook: Rulebook
) -> Deadlines:
    """The deadlines with the resolve limit `working_days` longer; the old date is kept.

    Raises: LimitExceeded, for a second extension, one asked for too late, or a number of days out of bounds.
    """
    limit = running_of(blockage.deadlines, Stage.RESOLVE)
    if blockage.extensions:
        raise LimitExceeded.at(key="blockage.extended_before")
    if limit is None or at >= limit.due_at:
        raise LimitExceeded.at(key="blockage.extension_too_late")
    longest = longest_extension(blockage.severity, rulebook)
    if not 1 <= working_days <= longest:
        problem = Problem(
            ErrorCode.LIMIT_EXCEEDED, ("working_days",), "blockage.extension_length", {"longest": longest}
        )
        raise LimitExceeded(problem)
    longer = limit.model_copy(
        update={
            "working_days": limit.working_days + working_days,
            "extended_from": limit.due_at,
            "extension_reason": reason,
        }
    )
    days = longer.working_days + stopped_days(blockage.pauses, rulebook, since=limit.started_at)
    due = rulebook.calendar.add_workdays(limit.started_at, days)
    moved = longer.model_copy(update={"due_at": due.at, "provisional": due.provisional})
    return tuple(moved if each is limit else each for each in blockage.deadlines)


def reopens_until(closed_at: datetime, rulebook: Rulebook) -> datetime:
    """The first instant at which a resolution can no longer be contested."""
    return rulebook.calendar.add_workdays(closed_at, rulebook.limits.reopen).at


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a limit ends when it does, day by day after the day it began, which is day 0.

    `counted` are the working days that used it up, `paused` those that passed while a question stopped the clock,
    `skipped` the days off, each with the name of its holiday. While a question is open, `paused` reaches as far as
    it may.
    """

    counted: tuple[Day, ...]
    paused: tuple[Day, ...]
    skipped: tuple[Day, ...]


def explained(blockage: Blockage, deadline: Deadline, rulebook: Rulebook) -> Explanation:
    """The days between the beginning and the end of a limit, each with its part in the count."""
    days = list(_days_of(deadline, rulebook))
    worked = [day for day in days if day.is_workday]
    stopped: set[Day] = set()
    if deadline.stage == Stage.RESOLVE:
        for pause, length in _credits(blockage.pauses, rulebook, None):
            if deadline.started_at <= pause.started_at < deadline.due_at:
                inside = [day for day in worked if day.on > local_date(pause.started_at)]
                stopped.update(inside[:length])
    return Explanation(
        counted=tuple(day for day in worked if day not in stopped),
        paused=tuple(day for day in worked if day in stopped),
        skipped=tuple(day for day in days if not day.is_workday),
    )


def _days_of(deadline: Deadline, rulebook: Rulebook) -> Iterator[Day]:
    on = local_date(deadline.started_at)
    while (end := end_of_day(on)) < deadline.due_at:
        on = local_date(end)
        yield rulebook.calendar.day(on)
