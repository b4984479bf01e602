"""What a caller may do with a submission (申报) now: the buttons of its pages, by the table of moves and the table of rights."""

from __future__ import annotations

from collections.abc import Mapping

from directory.access import Caller, Operation, may
from directory.entities import Submission
from directory.notices import open_objections
from directory.reviews import recommended_before
from directory.rulebook import Rulebook
from directory.submissions import MOVES, Action
from directory.visibility import Audience, audiences

# What is asked for to bring a move about; which of several follows, the rules decide. The clock's own moves have none.
ASKED_FOR: Mapping[Action, str] = {
    Action.SAVE: "save",
    Action.SUBMIT: "submit",
    Action.TAKE: "take",
    Action.RECOMMEND: "approve",
    Action.OPEN_NOTICE: "approve",
    Action.APPROVE: "approve",
    Action.REQUEST_CHANGES: "request_changes",
    Action.REJECT: "reject",
    Action.RESUBMIT: "resubmit",
    Action.OBJECT: "object",
    Action.DISMISS_OBJECTION: "decide_objection",
    Action.UPHOLD_OBJECTION: "decide_objection",
    Action.WITHDRAW: "withdraw",
}
_REVIEWING = frozenset({Operation.REVIEW_SUBMISSION, Operation.DECIDE_OBJECTION})
_YES = frozenset({Action.RECOMMEND, Action.OPEN_NOTICE, Action.APPROVE})


def open_steps(submission: Submission, caller: Caller, rulebook: Rulebook) -> tuple[str, ...]:
    """What the caller, who may see the submission, may ask for now, in the order of `ASKED_FOR`."""
    open_now = [
        asked
        for action, asked in ASKED_FOR.items()
        if (move := MOVES.get((submission.status, action)))
        and _is_for(caller, submission, move.operation)
        and not (action in _YES and recommended_before(submission, caller.subject, rulebook))
    ]
    return tuple(dict.fromkeys(open_now))


def _is_for(caller: Caller, submission: Submission, operation: Operation) -> bool:
    if not may(caller, operation):
        return False
    if operation is Operation.RAISE_OBJECTION:
        return True
    who = audiences(caller, submission)
    if operation not in _REVIEWING:
        return Audience.OWNER in who
    waits = operation is Operation.REVIEW_SUBMISSION or bool(open_objections(submission))
    return waits and Audience.REVIEWER in who and submission.owner != caller.subject
