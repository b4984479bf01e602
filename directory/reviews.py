"""
The review of a submission (审核): four eyes, requests for changes, refusals.

Whoever took a submission recommends; another reviewer's yes opens the public notice, or approves where none is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from directory.entities import ChangeRequest, Firm, Submission
from directory.errors import NotAllowedNow
from directory.identities import identity_keys
from directory.notices import opened
from directory.rulebook import Rulebook
from directory.states import SubmissionKind, SubmissionStatus
from directory.submissions import Action, moved, refuse_own
from directory.workdays import local_date


def taken(submission: Submission, by: str, at: datetime) -> Submission:
    """The submission in the hands of reviewer `by`. Raises: NotAllowedNow, Forbidden when it is their own."""
    refuse_own(submission, by)
    return moved(submission, Action.TAKE, at, taken_by=by, taken_at=at, recommended_by=None)


def recommended_before(submission: Submission, by: str | None, rulebook: Rulebook) -> bool:
    """Whether reviewer `by`, who took it, has said yes in this review: with four eyes in force, the next yes is another's."""
    under_review = submission.status is SubmissionStatus.UNDER_REVIEW
    said_yes = by is not None and submission.recommended_by == by == submission.taken_by
    return rulebook.second_person and under_review and said_yes


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

    With four eyes in force, the yes of whoever took it is a recommendation, once.
    Raises: NotAllowedNow, Forbidden when the submission is the reviewer's own.
    """
    refuse_own(submission, by)
    if recommended_before(submission, by, rulebook):
        raise NotAllowedNow.at("submission", key="review.recommended_before")
    says: dict[str, Any] = {"review_note": note or submission.review_note}
    if good_standing is not None:
        says["good_standing"] = good_standing
    if rulebook.second_person and submission.taken_by == by:
        return moved(submission, Action.RECOMMEND, at, recommended_by=by, **says), Action.RECOMMEND
    if not needs_notice(submission, live):
        decided = moved(submission, Action.APPROVE, at, approved_by=by, decided_at=at, **says)
        return decided, Action.APPROVE
    announced = opened(submission, at, rulebook)
    return announced.model_copy(update={"approved_by": by, **says}), Action.OPEN_NOTICE


def with_changes_requested(
    submission: Submission, comments: Mapping[str, str], note: str | None, by: str, at: datetime
) -> Submission:
    """The submission back with the firm: one list of everything missing (一次性告知). Raises: NotAllowedNow, Forbidden."""
    refuse_own(submission, by)
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


def rejected(
    submission: Submission, note: str, codes: tuple[str, ...], by: str, at: datetime, rulebook: Rulebook
) -> Submission:
    """The submission refused with reasons; a registration may be repeated only from `reapply_from` on.

    Raises: NotAllowedNow, Forbidden.
    """
    refuse_own(submission, by)
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
