"""
The public notice of a submission (公示): its days, the challenges to it (异议), and its end.

An undecided objection holds the listing, an upheld one leads back to review. A notice that touches a year whose holidays
are not published yet ends provisionally; its end moves once they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from directory.entities import Objection, Submission
from directory.errors import NotAllowedNow
from directory.rulebook import Rulebook
from directory.states import SubmissionStatus
from directory.submissions import Action, moved, refuse_own

RESCHEDULED = "submission:notice_rescheduled"


def opened(submission: Submission, at: datetime, rulebook: Rulebook) -> Submission:
    """The submission under public notice. Raises: NotAllowedNow."""
    return moved(submission, Action.OPEN_NOTICE, at, notice_started_at=at, **_end(at, rulebook))


def rescheduled(submission: Submission, rulebook: Rulebook) -> Submission | None:
    """The submission with the end of its notice as the calendar now has it; None where it knows no more than before."""
    if not submission.notice_provisional or submission.notice_started_at is None:
        return None
    after = submission.model_copy(update=_end(submission.notice_started_at, rulebook))
    return after if after != submission else None


def provisional_notice_year(submission: Submission) -> int | None:
    """The year whose holiday notice the end of a running public notice waits for; None where it waits for none."""
    running = submission.status is SubmissionStatus.PUBLIC_NOTICE and submission.notice_provisional
    return submission.notice_ends_on.year if running and submission.notice_ends_on else None


def with_objection(submission: Submission, objection: Objection) -> Submission:
    """The submission with a challenge to it (异议). Raises: NotAllowedNow, outside the public notice."""
    if submission.notice_ends_at is not None and objection.at >= submission.notice_ends_at:
        raise NotAllowedNow.at("submission", key="notice.over", until=str(submission.notice_ends_on))
    return moved(submission, Action.OBJECT, objection.at, objections=(*submission.objections, objection))


def with_objection_decided(
    submission: Submission, objection_id: str, *, upheld: bool, note: str, by: str, at: datetime
) -> tuple[Submission, Action]:
    """The submission with one objection decided, and which step that was; an upheld one ends the notice.

    Raises: NotAllowedNow, Forbidden.
    """
    refuse_own(submission, by)
    verdict = {"upheld": upheld, "decided_at": at, "decided_by": by, "decision_note": note}
    objections = tuple(
        one.model_copy(update=verdict) if one.id == objection_id else one for one in submission.objections
    )
    if not upheld:
        return moved(
            submission, Action.DISMISS_OBJECTION, at, objections=objections
        ), Action.DISMISS_OBJECTION
    reviewed_again = {
        "recommended_by": None,
        "approved_by": None,
        "notice_started_at": None,
        "notice_ends_at": None,
        "notice_ends_on": None,
        "notice_provisional": False,
    }
    back = moved(submission, Action.UPHOLD_OBJECTION, at, objections=objections, **reviewed_again)
    return back, Action.UPHOLD_OBJECTION


def open_objections(submission: Submission) -> tuple[Objection, ...]:
    """The objections that nobody has decided yet, oldest first."""
    return tuple(objection for objection in submission.objections if objection.upheld is None)


def notice_over(submission: Submission, now: datetime) -> Submission:
    """The submission approved by time. Raises: NotAllowedNow, while the notice runs or an objection is undecided."""
    over = moved(submission, Action.END_NOTICE, now, decided_at=now)
    if submission.notice_ends_at is None or now < submission.notice_ends_at:
        raise NotAllowedNow.at("submission", key="notice.running", until=str(submission.notice_ends_on))
    if pending := open_objections(submission):
        raise NotAllowedNow.at("submission", key="notice.objection_pending", pending=len(pending))
    return over


def _end(started_at: datetime, rulebook: Rulebook) -> dict[str, Any]:
    due = rulebook.calendar.add_workdays(started_at, rulebook.limits.notice)
    return {"notice_ends_at": due.at, "notice_ends_on": due.on, "notice_provisional": due.provisional}
