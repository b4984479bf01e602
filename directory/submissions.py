"""
Life of a submission (申报): one table of moves, and the pure functions that make them.

    DRAFT -submit-> SUBMITTED -take-> UNDER_REVIEW -open notice-> PUBLIC_NOTICE -end notice-> APPROVED

The first approval by whoever took the submission is a recommendation; another reviewer's opens the public notice (公示).
Amendments that leave identity, kind and forms alone, and yearly updates, need no notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from directory.access import Operation
from directory.entities import ChangeRequest, Firm, Objection, Submission
from directory.errors import Forbidden, NotAllowedNow
from directory.identities import identity_keys
from directory.rulebook import Rulebook
from directory.states import SubmissionKind, SubmissionStatus
from directory.workdays import Due, local_date

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
    start, limit = {
        S.SUBMITTED: (submission.submitted_at, rulebook.limits.take),
        S.UNDER_REVIEW: (submission.taken_at, rulebook.limits.decide),
        S.CHANGES_REQUESTED: (submission.changes_requested_at, rulebook.limits.resubmit),
        S.PUBLIC_NOTICE: (submission.notice_started_at, rulebook.limits.notice),
    }.get(submission.status, (None, 0))
    return rulebook.calendar.add_workdays(start, limit) if start else None


def taken(submission: Submission, by: str, at: datetime) -> Submission:
    """The submission in the hands of reviewer `by`. Raises: NotAllowedNow, Forbidden when it is their own."""
    _refuse_own(submission, by)
    return moved(submission, Action.TAKE, at, taken_by=by, taken_at=at, recommended_by=None)


def needs_notice(submission: Submission, live: Firm) -> bool:
    """Whether approval opens a public notice: for a registration, and where identity, kind or forms change."""
    if submission.kind is SubmissionKind.REGISTRATION or submission.profile is None:
        return True
    before, after = live.profile, submission.profile
    return (
        before.name != after.name
        or before.entity_kind is not after.entity_kind
        or set(before.forms) != set(after.forms)
        or identity_keys(before) != identity_keys(after)
    )


def approved(
    submission: Submission,
    live: Firm,
    by: str,
    at: datetime,
    rulebook: Rulebook,
    *,
    note: str | None = None,
    good_standing: bool | None = None,
) -> tuple[Submission, Action]:
    """The submission after reviewer `by` said yes, and which step that was.

    With four eyes in force, the yes of whoever took it is a recommendation.
    Raises: NotAllowedNow, Forbidden when the submission is the reviewer's own.
    """
    _refuse_own(submission, by)
    says: dict[str, Any] = {"review_note": note or submission.review_note}
    if good_standing is not None:
        says["good_standing"] = good_standing
    if rulebook.second_person and submission.taken_by == by:
        return moved(submission, Action.RECOMMEND, at, recommended_by=by, **says), Action.RECOMMEND
    if not needs_notice(submission, live):
        decided = moved(submission, Action.APPROVE, at, approved_by=by, decided_at=at, **says)
        return decided, Action.APPROVE
    notice = rulebook.calendar.add_workdays(at, rulebook.limits.notice)
    opened = moved(
        submission,
        Action.OPEN_NOTICE,
        at,
        approved_by=by,
        notice_started_at=at,
        notice_ends_at=notice.at,
        notice_ends_on=notice.on,
        notice_provisional=notice.provisional,
        **says,
    )
    return opened, Action.OPEN_NOTICE


def with_changes_requested(
    submission: Submission, comments: Mapping[str, str], note: str | None, by: str, at: datetime
) -> Submission:
    """The submission back with the firm: one list of everything missing (一次性告知). Raises: NotAllowedNow, Forbidden."""
    _refuse_own(submission, by)
    asked = tuple(
        ChangeRequest(field=field, comment=comment, by=by, at=at) for field, comment in comments.items()
    )
    return moved(
        submission,
        Action.REQUEST_CHANGES,
        at,
        review_note=note,
        change_requests=(*submission.change_requests, *asked),
        changes_requested_at=at,
        recommended_by=None,
    )


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


def rejected(
    submission: Submission, note: str, codes: tuple[str, ...], by: str, at: datetime, rulebook: Rulebook
) -> Submission:
    """The submission refused with reasons; a registration may be repeated only from `reapply_from` on.

    Raises: NotAllowedNow, Forbidden.
    """
    _refuse_own(submission, by)
    reapply = None
    if submission.kind is SubmissionKind.REGISTRATION:
        reapply = local_date(at) + timedelta(days=rulebook.limits.reapply_calendar_days)
    return moved(
        submission,
        Action.REJECT,
        at,
        review_note=note,
        reject_codes=codes,
        decided_at=at,
        reapply_from=reapply,
    )


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
    _refuse_own(submission, by)
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


def lapsed(submission: Submission, now: datetime, rulebook: Rulebook) -> Submission:
    """The submission withdrawn by time. Raises: NotAllowedNow, before the resubmit limit is over."""
    over = moved(submission, Action.LAPSE, now, decided_at=now)
    limit = due(submission, rulebook)
    if limit is None or now < limit.at:
        raise NotAllowedNow.at(
            "submission", key="submission.not_lapsed", until=str(limit.on if limit else None)
        )
    return over


def _refuse_own(submission: Submission, by: str) -> None:
    if submission.owner == by:
        raise Forbidden.at("submission", key="review.own")
