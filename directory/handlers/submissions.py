"""What becomes of a submission between handing in and decision."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from directory.access import Operation
from directory.commands import LapseSubmission, Resubmit, ReviewSubmission, WithdrawSubmission
from directory.entities import Submission
from directory.errors import ErrorCode, InvalidInput, Problem
from directory.firms import check_base
from directory.handlers.entries import close_unlisted, keep, make_live
from directory.handlers.finding import clock_submission, own_submission, reviewed_submission
from directory.handlers.registration import (
    near_duplicates,
    put_contact,
    read_declared,
    refuse_taken_identity,
    submitted_values,
)
from directory.handlers.wording import read_by_field, read_text
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.profile_reading import PROFILE_FIELDS
from directory.provenance import declared_fields
from directory.reference import Reference
from directory.reviews import approved, rejected, taken, with_changes_requested
from directory.states import ReviewDecision, SubmissionKind
from directory.submissions import Action, check_move, lapsed, moved, with_answers

CRITERION_VOCABULARIES = ("criteria", "disqualifiers")
_CRITERION_IN_NOTE = re.compile(r"(?<![A-Za-z0-9])[CRD][1-9](?![A-Za-z0-9])")


async def resubmit(command: Resubmit, h: Handling) -> Outcome:
    """The submission handed in again, with answers and, where given, another profile.

    Raises: NotFound, Forbidden, VersionConflict, NotAllowedNow, InvalidInput, AlreadyExists.
    """
    submission = await own_submission(h, command.submission, command.expected_version)
    check_move(submission, Action.RESUBMIT)
    answers = _read_answers(submission, command.answers)
    said = await _declared_again(h, submission, command.profile) if command.profile is not None else {}
    again = moved(
        submission,
        Action.RESUBMIT,
        h.now,
        **{
            "submitted_at": h.now,
            "taken_by": None,
            "taken_at": None,
            "change_requests": with_answers(submission.change_requests, answers, h.now),
            **said,
        },
    )
    kept = await keep(h, again, Action.RESUBMIT)
    return Outcome(firm=kept.firm_id, submission=kept.id)


async def withdraw_submission(command: WithdrawSubmission, h: Handling) -> Outcome:
    """The submission taken back. Raises: NotFound, Forbidden, VersionConflict, NotAllowedNow."""
    submission = await own_submission(h, command.submission, command.expected_version)
    return await _ended(h, moved(submission, Action.WITHDRAW, h.now, decided_at=h.now), Action.WITHDRAW)


async def lapse_submission(command: LapseSubmission, h: Handling) -> Outcome:
    """The submission withdrawn by the clock. Raises: NotFound, NotAllowedNow."""
    submission = await clock_submission(h, command.submission)
    return await _ended(h, lapsed(submission, h.now, h.rulebook), Action.LAPSE)


async def review_submission(command: ReviewSubmission, h: Handling) -> Outcome:
    """The submission after a reviewer's decision.

    Raises: NotFound, Forbidden, VersionConflict, NotAllowedNow, InvalidInput.
    """
    submission = await reviewed_submission(h, command.submission, command.expected_version)
    return await _DECISIONS[command.decision](command, submission, h)


async def _take(command: ReviewSubmission, submission: Submission, h: Handling) -> Outcome:
    kept = await keep(h, taken(submission, h.actor, h.now), Action.TAKE)
    return Outcome(firm=kept.firm_id, submission=kept.id)


async def _approve(command: ReviewSubmission, submission: Submission, h: Handling) -> Outcome:
    problems: list[Problem] = []
    note = read_text(command.note, "note", problems) or None
    _refuse(problems)
    firm = await h.uow.firms.get(submission.firm_id)
    after, action = approved(
        submission, firm, h.actor, h.now, h.rulebook, note=note, good_standing=command.good_standing
    )
    if action is not Action.RECOMMEND:
        check_base(firm, submission)
    kept = await keep(h, after, action)
    if action is Action.APPROVE:
        await make_live(h, kept)
    return Outcome(firm=kept.firm_id, submission=kept.id)


async def _request_changes(command: ReviewSubmission, submission: Submission, h: Handling) -> Outcome:
    problems: list[Problem] = []
    comments = read_by_field(command.field_comments, "field_comments", PROFILE_FIELDS, problems)
    note = read_text(command.note, "note", problems, required=not comments) or None
    _refuse(problems)
    asked = with_changes_requested(submission, comments, note, h.actor, h.now)
    kept = await keep(h, asked, Action.REQUEST_CHANGES)
    return Outcome(firm=kept.firm_id, submission=kept.id)


async def _reject(command: ReviewSubmission, submission: Submission, h: Handling) -> Outcome:
    problems: list[Problem] = []
    note = read_text(command.note, "note", problems, required=True)
    codes = _read_criteria(command.criteria, note, h.rulebook.reference, problems)
    _refuse(problems)
    return await _ended(h, rejected(submission, note, codes, h.actor, h.now, h.rulebook), Action.REJECT)


_DECISIONS: Mapping[
    ReviewDecision, Callable[[ReviewSubmission, Submission, Handling], Awaitable[Outcome]]
] = {
    ReviewDecision.TAKE: _take,
    ReviewDecision.APPROVE: _approve,
    ReviewDecision.REQUEST_CHANGES: _request_changes,
    ReviewDecision.REJECT: _reject,
}


async def _ended(h: Handling, submission: Submission, action: Action) -> Outcome:
    """The submission over without approval; what was typed into a draft is not kept."""
    kept = await keep(h, submission.model_copy(update={"draft": None}), action)
    await close_unlisted(h, kept)
    return Outcome(firm=kept.firm_id if kept.submitted_at else None, submission=kept.id)


async def _declared_again(h: Handling, submission: Submission, profile: object) -> Mapping[str, Any]:
    """The fields of a submission that declares anew; a pending entry claims the new identity at once."""
    declared = read_declared(profile, h)
    await refuse_taken_identity(h, declared.profile, own=submission.firm_id)
    duplicates = await near_duplicates(h, submission.firm_id, declared.profile)
    firm = await h.uow.firms.get(submission.firm_id)
    contact = await put_contact(h, submission.firm_id, declared.contact) or submission.contact
    said = submitted_values(h, declared, contact, duplicates)
    if submission.kind is not SubmissionKind.REGISTRATION:
        return {**said, "base_firm_version": firm.version}
    corrected = submission.model_copy(update=said)
    await h.uow.firms.save(
        firm.model_copy(
            update={
                "profile": declared.profile,
                "contact": contact,
                "provenance": declared_fields(firm, corrected, h.now),
                "updated_at": h.now,
            }
        ),
        kind="firm:corrected",
        actor=h.actor,
        at=h.now,
    )
    return said


def _read_answers(submission: Submission, answers: Mapping[str, str] | None) -> Mapping[str, str]:
    asked = tuple(
        dict.fromkeys(request.field for request in submission.change_requests if request.answer is None)
    )
    problems: list[Problem] = []
    found = read_by_field(answers, "answers", asked, problems)
    _refuse(problems)
    return found


def _read_criteria(
    given: tuple[str, ...], note: str, reference: Reference, problems: list[Problem]
) -> tuple[str, ...]:
    """The criteria that a refusal rests on: those given, else those that the note names."""
    known = {term.code for name in CRITERION_VOCABULARIES for term in reference.vocabulary(name)}
    for place, code in enumerate(given):
        if code not in known:
            problems.append(
                Problem(ErrorCode.INVALID, ("criteria", str(place)), "criteria.unknown", {"given": code[:20]})
            )
    codes = tuple(dict.fromkeys(given or _CRITERION_IN_NOTE.findall(note)))
    if not given and known.isdisjoint(codes):
        problems.append(Problem(ErrorCode.REQUIRED, ("criteria",), "criteria.required"))
    return tuple(code for code in codes if code in known)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInput.all_of(problems)


HANDLERS: Handlers = {
    Resubmit: Handler(Operation.RESUBMIT, resubmit),
    WithdrawSubmission: Handler(Operation.WITHDRAW_SUBMISSION, withdraw_submission),
    ReviewSubmission: Handler(Operation.REVIEW_SUBMISSION, review_submission),
    LapseSubmission: Handler(Operation.LAPSE_SUBMISSION, lapse_submission),
}
