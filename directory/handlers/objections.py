"""The public notice (公示): challenges from anyone, decisions on them, and its end."""

from __future__ import annotations

from directory.access import Operation
from directory.commands import DecideObjection, EndNotice, RaiseObjection
from directory.entities import Objection, Submission
from directory.errors import InvalidInput, LimitExceeded, NotAllowedNow, NotFound, Problem, VersionConflict
from directory.handlers.entries import keep, make_live
from directory.handlers.finding import clock_submission, reviewed_submission, visible_submission
from directory.handlers.registration import put_contact
from directory.handlers.wording import read_text, require_text
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.notices import (
    RESCHEDULED,
    notice_over,
    open_objections,
    rescheduled,
    with_objection,
    with_objection_decided,
)
from directory.profile_reading import read_contact
from directory.submissions import Action, check_move

MOST_OPEN_OBJECTIONS = 50
MOST_ATTEMPTS = 20


async def raise_objection(command: RaiseObjection, h: Handling) -> Outcome:
    """The submission with a challenge, which holds its listing until decided.

    Raises: NotFound, NotAllowedNow, LimitExceeded, InvalidInput.
    """
    submission = await _challenged(h, command.submission)
    problems: list[Problem] = []
    reason = read_text(command.reason, "reason", problems, required=True)
    contact = read_contact(command.contact, ("contact",), problems)
    if problems:
        raise InvalidInput.all_of(problems)
    objection = Objection(
        id=h.new_id(),
        at=h.now,
        by=h.caller.subject,
        reason=reason,
        contact=await put_contact(h, submission.firm_id, contact),
    )
    kept = await _with(objection, submission, h)
    return Outcome(firm=kept.firm_id, submission=kept.id)


async def _with(objection: Objection, submission: Submission, h: Handling) -> Submission:
    """The submission as kept with the objection.

    Whoever objects saw no version, so another's objection at the same moment is no conflict.
    """
    for _ in range(MOST_ATTEMPTS):
        try:
            return await _raised(objection, submission, h)
        except VersionConflict:
            submission = await _challenged(h, submission.id)
    return await _raised(objection, submission, h)


async def _raised(objection: Objection, submission: Submission, h: Handling) -> Submission:
    return await keep(h, with_objection(submission, objection), Action.OBJECT, objection=objection.id)


async def _challenged(h: Handling, submission_id: str) -> Submission:
    """The submission, if it may be challenged now. Raises: NotFound, NotAllowedNow, LimitExceeded."""
    submission = await visible_submission(h, submission_id)
    check_move(submission, Action.OBJECT)
    if len(open_objections(submission)) >= MOST_OPEN_OBJECTIONS:
        raise LimitExceeded.at("submission", key="objection.too_many", most=MOST_OPEN_OBJECTIONS)
    return submission


async def decide_objection(command: DecideObjection, h: Handling) -> Outcome:
    """The submission with one objection decided: dismissed, or upheld and back under review.

    Raises: NotFound, Forbidden, VersionConflict, NotAllowedNow, InvalidInput.
    """
    submission = await reviewed_submission(h, command.submission, command.expected_version)
    check_move(submission, Action.DISMISS_OBJECTION)
    note = require_text(command.note, "note")
    objection = _chosen(submission, command.objection)
    after, action = with_objection_decided(
        submission, objection.id, upheld=command.upheld, note=note, by=h.actor, at=h.now
    )
    kept = await keep(h, after, action, objection=objection.id)
    return Outcome(firm=kept.firm_id, submission=kept.id)


async def end_notice(command: EndNotice, h: Handling) -> Outcome:
    """The submission approved and its entry live; or announced for longer, where holidays were published meanwhile.

    Raises: NotFound, NotAllowedNow, VersionConflict, AlreadyExists.
    """
    submission = await clock_submission(h, command.submission)
    if (moved := rescheduled(submission, h.rulebook)) is not None and moved.notice_ends_at is not None:
        submission = await h.uow.submissions.save(moved, kind=RESCHEDULED, actor=h.actor, at=h.now)
        if h.now < moved.notice_ends_at:
            return Outcome(firm=submission.firm_id, submission=submission.id)
    kept = await keep(h, notice_over(submission, h.now), Action.END_NOTICE)
    firm = await make_live(h, kept)
    return Outcome(firm=firm.id, submission=kept.id)


def _chosen(submission: Submission, objection_id: str | None) -> Objection:
    """The undecided objection of this id, or the oldest. Raises: NotFound, NotAllowedNow when none is open."""
    undecided = open_objections(submission)
    if objection_id is not None:
        undecided = tuple(one for one in undecided if one.id == objection_id)
        if not undecided:
            raise NotFound.at("objection", key="not_found")
    if not undecided:
        raise NotAllowedNow.at("submission", key="objection.none_open")
    return undecided[0]


HANDLERS: Handlers = {
    RaiseObjection: Handler(Operation.RAISE_OBJECTION, raise_objection),
    DecideObjection: Handler(Operation.DECIDE_OBJECTION, decide_objection),
    EndNotice: Handler(Operation.END_NOTICE, end_notice),
}
