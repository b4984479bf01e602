"""
Life of a submission (申报): one table of moves, and the pure functions that make them.

    DRAFT -submit-> SUBMITTED -take-> UNDER_REVIEW -open notice-> PUBLIC_NOTICE -end notice-> APPROVED

The first approval by whoever took the submission is a recommendation; another reviewer's opens the public notice (公示).
Amendments that leave identity, kind and forms alone, and yearly updates, need no notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from directory.access import Operation
from directory.entities import ChangeRequest, Submission
from directory.errors import Forbidden, NotAllowedNow
from directory.rulebook import Rulebook
from directory.states import SubmissionStatus
from directory.workdays import Due

S = SubmissionStatus


class Action(StrEnum):
    """A step in the life of a submission."""

    SAVE = "save"
    SUBMIT = "submit"
    TAKE = "take"
    REQUEST_CHANGES = "request_changes"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    REJECT = "reject"
    RECOMMEND = "recommend"
    OPEN_NOTICE = "open_notice"
    APPROVE = "approve"
    OBJECT = "object"
    DISMISS_OBJECTION = "dismiss_objection"
    UPHOLD_OBJECTION = "uphold_objection"
    END_NOTICE = "end_notice"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads, and whose it is (a row of the permission table).

    `limit` names the field of `Limits` within which the move is due, in working days since the state was entered;
    the clock's own moves come after it.
    """

    to: SubmissionStatus
    operation: Operation
    limit: str | None = None


MOVES: Mapping[tuple[SubmissionStatus, Action], Move] = {
    (S.DRAFT, Action.SAVE): Move(S.DRAFT, Operation.SAVE_DRAFT),
    (S.DRAFT, Action.SUBMIT): Move(S.SUBMITTED, Operation.SUBMIT_FIRM),
    (S.SUBMITTED, Action.TAKE): Move(S.UNDER_REVIEW, Operation.REVIEW_SUBMISSION, "take"),
    (S.UNDER_REVIEW, Action.REQUEST_CHANGES): Move(
        S.CHANGES_REQUESTED, Operation.REVIEW_SUBMISSION, "decide"
    ),
    (S.UNDER_REVIEW, Action.REJECT): Move(S.REJECTED, Operation.REVIEW_SUBMISSION, "decide"),
    (S.UNDER_REVIEW, Action.RECOMMEND): Move(S.UNDER_REVIEW, Operation.REVIEW_SUBMISSION, "decide"),
    (S.UNDER_REVIEW, Action.OPEN_NOTICE): Move(S.PUBLIC_NOTICE, Operation.REVIEW_SUBMISSION, "decide"),
    (S.UNDER_REVIEW, Action.APPROVE): Move(S.APPROVED, Operation.REVIEW_SUBMISSION, "decide"),
    (S.CHANGES_REQUESTED, Action.RESUBMIT): Move(S.SUBMITTED, Operation.RESUBMIT, "resubmit"),
    (S.CHANGES_REQUESTED, Action.LAPSE): Move(S.WITHDRAWN, Operation.LAPSE_SUBMISSION, "resubmit"),
    (S.PUBLIC_NOTICE, Action.OBJECT): Move(S.PUBLIC_NOTICE, Operation.RAISE_OBJECTION, "notice"),
    (S.PUBLIC_NOTICE, Action.DISMISS_OBJECTION): Move(
        S.PUBLIC_NOTICE, Operation.DECIDE_OBJECTION, "decide_objection"
    ),
    (S.PUBLIC_NOTICE, Action.UPHOLD_OBJECTION): Move(
        S.UNDER_REVIEW, Operation.DECIDE_OBJECTION, "decide_objection"
    ),
    (S.PUBLIC_NOTICE, Action.END_NOTICE): Move(S.APPROVED, Operation.END_NOTICE, "notice"),
    **{
        (status, Action.WITHDRAW): Move(S.WITHDRAWN, Operation.WITHDRAW_SUBMISSION)
        for status in (S.DRAFT, S.SUBMITTED, S.UNDER_REVIEW, S.CHANGES_REQUESTED, S.PUBLIC_NOTICE)
    },
}

FACTS: Mapping[Action, str] = {
    Action.SAVE: "submission:draft_saved",
    Action.SUBMIT: "submission:submitted",
    Action.TAKE: "submission:taken",
    Action.REQUEST_CHANGES: "submission:changes_requested",
    Action.RESUBMIT: "submission:resubmitted",
    Action.LAPSE: "submission:lapsed",
    Action.REJECT: "submission:rejected",
    Action.RECOMMEND: "submission:recommended",
    Action.OPEN_NOTICE: "submission:notice_opened",
    Action.APPROVE: "submission:approved",
    Action.OBJECT: "submission:objection_raised",
    Action.DISMISS_OBJECTION: "submission:objection_dismissed",
    Action.UPHOLD_OBJECTION: "submission:objection_upheld",
    Action.END_NOTICE: "submission:approved",
    Action.WITHDRAW: "submission:withdrawn",
}

OPEN_STATUSES = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.CHANGES_REQUESTED, S.PUBLIC_NOTICE})


def moved(submission: Submission, action: Action, at: datetime, **changes: Any) -> Submission:
    """The submission after `action`, with `changes`. Raises: NotAllowedNow, when the table has no such row."""
    row = check_move(submission, action)
    return submission.model_copy(update={"status": row.to, "updated_at": at, **changes})


def check_move(submission: Submission, action: Action) -> Move:
    """The row of the table, before anything is read or written for it. Raises: NotAllowedNow, when there is none."""
    row = MOVES.get((submission.status, action))
    if row is None:
        raise NotAllowedNow.at(
            "submission", key="submission.no_such_move", status=submission.status.value, action=action.value
        )
    return row


def is_open(submission: Submission) -> bool:
    """Whether the submission is handed in and not decided."""
    return submission.status in OPEN_STATUSES


def due(submission: Submission, rulebook: Rulebook) -> Due | None:
    """Until when the next step is due, None where no limit runs. A limit starts anew with each time a state is entered."""
    limit, start = limit_of(submission.status, rulebook), state_since(submission)
    return rulebook.calendar.add_workdays(start, limit) if start and limit is not None else None


def limit_of(status: SubmissionStatus, rulebook: Rulebook) -> int | None:
    """How many working days a submission may stay in the status; None where no limit runs."""
    limits = rulebook.limits
    return {
        S.SUBMITTED: limits.take,
        S.UNDER_REVIEW: limits.decide,
        S.CHANGES_REQUESTED: limits.resubmit,
        S.PUBLIC_NOTICE: limits.notice,
    }.get(status)


def state_since(submission: Submission) -> datetime | None:
    """When the submission entered its present state; for a draft when it was begun; None once it is decided."""
    return {
        S.DRAFT: submission.created_at,
        S.SUBMITTED: submission.submitted_at,
        S.UNDER_REVIEW: submission.taken_at,
        S.CHANGES_REQUESTED: submission.changes_requested_at,
        S.PUBLIC_NOTICE: submission.notice_started_at,
    }.get(submission.status)


def with_answers(
    requests: tuple[ChangeRequest, ...], answers: Mapping[str, str], at: datetime
) -> tuple[ChangeRequest, ...]:
    """The change requests, the unanswered ones on a field of `answers` with its answer."""
    return tuple(
        request.model_copy(update={"answer": answers[request.field], "answered_at": at})
        if request.answer is None and request.field in answers
        else request
        for request in requests
    )


def lapsed(submission: Submission, now: datetime, rulebook: Rulebook) -> Submission:
    """The submission withdrawn by time. Raises: NotAllowedNow, before the resubmit limit is over."""
    over = moved(submission, Action.LAPSE, now, decided_at=now)
    limit = due(submission, rulebook)
    if limit is None or now < limit.at:
        raise NotAllowedNow.at(
            "submission", key="submission.not_lapsed", until=str(limit.on if limit else None)
        )
    return over


def refuse_own(submission: Submission, by: str) -> None:
    """Raises: Forbidden, when the reviewer `by` is the one who handed it in."""
    if submission.owner == by:
        raise Forbidden.at("submission", key="review.own")
