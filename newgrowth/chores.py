"""
What time asks for, as one table (定时事项): what has reached which instant, and the command for it.

Each is a command by the clock, so it is on record like any other. The record tells what is due, the rule decides: done
twice, or by two processes, it happens once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from directory.anchors import Anchor
from directory.commands import (
    CloseUnanswered,
    Command,
    EndNotice,
    LapseSubmission,
    SuperviseMissedLimit,
    SuspendUnconfirmed,
)
from directory.confirmations import confirmed_too_long_ago
from directory.deadlines import long_overdue_since
from directory.rulebook import Rulebook
from directory.workdays import end_of_day


class Chore(StrEnum):
    """Something that time asks for."""

    NOTICES = "notices"
    PROPOSALS = "proposals"
    SUPERVISIONS = "supervisions"
    LATE_STAGES = "late_stages"
    LAPSES = "lapses"
    SUSPENSIONS = "suspensions"


@dataclass(frozen=True, slots=True)
class Due:
    """A row: what is due has `anchor` at or before `until`, and `command` is given its id."""

    anchor: Anchor
    until: Callable[[datetime, Rulebook], datetime]
    command: Callable[[str], Command]


def _now(now: datetime, rulebook: Rulebook) -> datetime:
    return now


def _resubmit_limit_ago(now: datetime, rulebook: Rulebook) -> datetime:
    latest = end_of_day(rulebook.calendar.latest_start(now, rulebook.limits.resubmit))
    return latest - timedelta(microseconds=1)


def _suspension_ago(now: datetime, rulebook: Rulebook) -> datetime:
    return confirmed_too_long_ago(now, rulebook.limits.suspend_months)


CHORES: Mapping[Chore, Due] = {
    Chore.NOTICES: Due(Anchor.NOTICE_ENDS, _now, lambda id_: EndNotice(submission=id_)),
    Chore.PROPOSALS: Due(Anchor.ANSWER_DUE, _now, lambda id_: CloseUnanswered(blockage=id_)),
    Chore.SUPERVISIONS: Due(Anchor.UNSUPERVISED_DUE, _now, lambda id_: SuperviseMissedLimit(blockage=id_)),
    Chore.LATE_STAGES: Due(
        Anchor.UNSUPERVISED_HANDLING_DUE,
        long_overdue_since,
        lambda id_: SuperviseMissedLimit(blockage=id_),
    ),
    Chore.LAPSES: Due(
        Anchor.CHANGES_REQUESTED, _resubmit_limit_ago, lambda id_: LapseSubmission(submission=id_)
    ),
    Chore.SUSPENSIONS: Due(Anchor.CONFIRMED, _suspension_ago, lambda id_: SuspendUnconfirmed(firm=id_)),
}
