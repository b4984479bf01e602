"""What a caller may do with a submission now: their own part of the table of moves, and no more."""

from __future__ import annotations

import pytest

from directory.access import ANYONE, THE_CLOCK, Caller, Role
from directory.entities import Submission
from directory.open_steps import ASKED_FOR, open_steps
from directory.states import SubmissionStatus
from directory.submissions import MOVES, Action
from tests.factories import make_submission
from tests.rulebooks import ONE_REVIEWER, RULEBOOK

OWNER = Caller("firm-user", frozenset({Role.FIRM}))
REVIEWER = Caller("officer", frozenset({Role.AGENCY}), "samr")
FAR = Caller("officer", frozenset({Role.AGENCY}), "local-amr@440300", "440300")


def submission(status: SubmissionStatus) -> Submission:
    """One of the owner's in Hangzhou, in this state."""
    return make_submission(status=status, owner="firm-user", region="330100")


@pytest.mark.parametrize(
    ("status", "caller", "steps"),
    [
        (SubmissionStatus.SUBMITTED, REVIEWER, ("take",)),
        (SubmissionStatus.SUBMITTED, OWNER, ("withdraw",)),
        (SubmissionStatus.SUBMITTED, FAR, ()),
        (SubmissionStatus.UNDER_REVIEW, REVIEWER, ("approve", "request_changes", "reject")),
        (SubmissionStatus.CHANGES_REQUESTED, OWNER, ("resubmit", "withdraw")),
        (SubmissionStatus.CHANGES_REQUESTED, REVIEWER, ()),
        (SubmissionStatus.PUBLIC_NOTICE, REVIEWER, ("object",)),
        (SubmissionStatus.PUBLIC_NOTICE, ANYONE, ("object",)),
        (SubmissionStatus.APPROVED, OWNER, ()),
        (SubmissionStatus.UNDER_REVIEW, THE_CLOCK, ()),
    ],
)
def test_each_is_offered_their_own_steps(
    status: SubmissionStatus, caller: Caller, steps: tuple[str, ...]
) -> None:
    """An objection is decided only where there is one."""
    assert open_steps(submission(status), caller, RULEBOOK) == steps


def test_nobody_reviews_their_own_submission() -> None:
    """Whatever else they are: the firm's part is left."""
    both = Caller("firm-user", frozenset({Role.FIRM, Role.AGENCY}), "samr")

    assert open_steps(submission(SubmissionStatus.UNDER_REVIEW), both, RULEBOOK) == ("withdraw",)


def test_whoever_has_said_yes_is_not_asked_for_it_again() -> None:
    """Four eyes: the next yes is another's; where one reviewer suffices, there is no recommendation to wait on."""
    said_yes = submission(SubmissionStatus.UNDER_REVIEW).model_copy(
        update={"taken_by": "officer", "recommended_by": "officer"}
    )
    another = Caller("another", frozenset({Role.AGENCY}), "samr")

    assert open_steps(said_yes, REVIEWER, RULEBOOK) == ("request_changes", "reject")
    assert open_steps(said_yes, another, RULEBOOK) == ("approve", "request_changes", "reject")
    assert "approve" in open_steps(said_yes, REVIEWER, ONE_REVIEWER)


def test_every_move_but_the_clocks_is_asked_for_by_somebody() -> None:
    """A move without a word for it would have no button anywhere."""
    assert {action for _, action in MOVES} - ASKED_FOR.keys() == {Action.LAPSE, Action.END_NOTICE}
