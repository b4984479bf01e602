"""Which submissions a caller is given to list."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from directory.access import ANYONE, Caller, Role
from directory.entities import Submission
from directory.ports import SubmissionQueue
from directory.queues import submission_queue
from directory.states import SubmissionStatus
from directory.visibility import may_see_submission
from tests.factories import NOW, make_submission

S = SubmissionStatus
REGIONS = ("330100", "330106", "440300")


def lists(queue: SubmissionQueue | None, submission: Submission) -> bool:
    """Whether the record would list the submission: what its SQL says, in plain words."""
    if queue is None:
        return False
    return (
        (not queue.statuses or submission.status in queue.statuses)
        and (not queue.region_prefix or (submission.region or "").startswith(queue.region_prefix))
        and (queue.owner is None or submission.owner == queue.owner)
        and (not queue.handed_in or submission.submitted_at is not None)
    )


def submissions() -> Iterator[Submission]:
    """Of two owners, in every status and region, drafts given up among them."""
    for owner, status, region in product(("firm-user", "another"), S, REGIONS):
        handed_in = None if status is S.DRAFT else NOW
        yield make_submission(owner=owner, status=status, region=region, submitted_at=handed_in)
        if status is S.WITHDRAWN:
            yield make_submission(owner=owner, status=status, region=region, submitted_at=None)


CALLERS = [
    ANYONE,
    *(
        Caller("firm-user", frozenset({role}), agency, region)
        for role, agency, region in product(
            set(Role) - {Role.CLOCK, Role.PUBLIC},
            ("ndrc", "platform-operator"),
            (None, "330000", "330100", "330106"),
        )
    ),
]


@pytest.mark.parametrize("asked", [(), (S.DRAFT,), (S.SUBMITTED, S.PUBLIC_NOTICE), (S.WITHDRAWN, S.DRAFT)])
@pytest.mark.parametrize("region", [None, "330000", "330106", "440000"])
def test_a_queue_never_lists_what_its_caller_may_not_see(asked: tuple[S, ...], region: str | None) -> None:
    """Not even as a count: every role, with every reach."""
    everything = list(submissions())
    for caller in CALLERS:
        queue = submission_queue(caller, asked, region)
        for submission in everything:
            if lists(queue, submission):
                assert may_see_submission(caller, submission), (caller, submission)


def test_a_reviewers_queue_leaves_out_nothing_within_reach() -> None:
    """All that was handed in there, whatever became of it."""
    reviewer = Caller("officer", frozenset({Role.AGENCY}), "ndrc", "330100")
    queue = submission_queue(reviewer)

    listed = [one for one in submissions() if lists(queue, one)]

    assert len(listed) == sum(
        one.submitted_at is not None and (one.region or "").startswith("3301") for one in submissions()
    )


def test_a_region_outside_the_reach_leaves_nothing_to_read() -> None:
    """No empty page has to be asked of the record."""
    reviewer = Caller("officer", frozenset({Role.AGENCY}), "ndrc", "330100")

    assert submission_queue(reviewer, region="440000") is None
    assert submission_queue(reviewer, (S.DRAFT,)) is None
    assert submission_queue(ANYONE, (S.SUBMITTED,)) is None


def test_a_firm_is_given_its_drafts_only_when_it_asks_for_them() -> None:
    """A list of what is under way is no list of what was begun."""
    firm = Caller("firm-user", frozenset({Role.FIRM}))
    own = [one for one in submissions() if one.owner == "firm-user"]

    usual = [one for one in own if lists(submission_queue(firm), one)]
    drafts = [one for one in own if lists(submission_queue(firm, (S.DRAFT,)), one)]

    assert usual == [one for one in own if one.submitted_at is not None]
    assert drafts == [one for one in own if one.status is S.DRAFT]
