"""What a firm is told of its submission (通知), step by step, on each kind of database."""

from __future__ import annotations

from directory.commands import SubmitFirm, WithdrawSubmission
from directory.reminders import Inbox
from directory.states import ReviewDecision
from tests.commands.front_desk import WANG, Desk, a_firm_user
from tests.declarations import raw_enterprise


async def told(desk: Desk, subject: str | None) -> list[str]:
    """The rules of someone's notices, oldest first."""
    async with desk.record.reader() as reader:
        found = await reader.inbox(Inbox(str(subject)), first=50)
    return [notice.rule.removeprefix("notice.review.") for notice in reversed(found)]


async def test_a_firm_is_told_of_every_step_to_its_listing(desk: Desk) -> None:
    """Taken, announced, approved; what it did itself it knows."""
    owner = a_firm_user()
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner)
    assert await told(desk, owner.subject) == []
    await desk.approve(outcome)
    await desk.end_notice(outcome)
    assert await told(desk, owner.subject) == ["take", "open_notice", "end_notice"]


async def test_a_refused_command_tells_nobody(desk: Desk) -> None:
    """A notice is kept with what it tells of, or not at all."""
    owner = a_firm_user()
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner)
    decision = await desk.decision(outcome, ReviewDecision.TAKE)
    submission = await desk.submission(outcome)
    await desk.done(WithdrawSubmission(submission=submission.id, expected_version=submission.version), owner)

    assert await desk.refusals(decision, WANG) != []

    assert await told(desk, owner.subject) == []
