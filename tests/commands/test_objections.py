"""The public notice: anyone may object, every objection gets an answer, time ends the notice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from directory.access import ANYONE, THE_CLOCK, Caller
from directory.anchors import Anchor
from directory.commands import DecideObjection, EndNotice, RaiseObjection, SubmitFirm, WithdrawSubmission
from directory.handlers.objections import MOST_OPEN_OBJECTIONS
from directory.handling import Outcome
from directory.record.open import SqlRecord
from directory.rulebook import Rulebook
from directory.states import FirmStatus, ReviewDecision, SubmissionStatus
from directory.workdays import WorkCalendar
from tests.commands.front_desk import LI, STRANGER, WANG, Desk, a_firm_user
from tests.declarations import raw_enterprise
from tests.rulebooks import REFERENCE

S = SubmissionStatus


async def announced(desk: Desk, owner: Caller | None = None) -> Outcome:
    """A registration under public notice."""
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner or a_firm_user())
    return await desk.approve(outcome)


def objection(outcome: Outcome, **words: object) -> RaiseObjection:
    """Somebody says that the shop is theirs."""
    return RaiseObjection(submission=str(outcome.submission), **{"reason": "冒用本店名称", **words})  # type: ignore[arg-type]


async def deciding(desk: Desk, outcome: Outcome, *, upheld: bool, **words: str) -> DecideObjection:
    """The command for a verdict on the present version."""
    submission = await desk.submission(outcome)
    return DecideObjection(
        submission=submission.id,
        expected_version=submission.version,
        upheld=upheld,
        **{"note": "已核查", **words},
    )


@pytest.mark.parametrize("caller", [ANYONE, STRANGER, WANG], ids=["anonymous", "firm", "reviewer"])
async def test_anyone_may_object(desk: Desk, caller: Caller) -> None:
    """With a name or without, as long as there is a reason."""
    outcome = await desk.done(objection(await announced(desk)), caller)
    (raised,) = (await desk.submission(outcome)).objections
    assert (raised.by, raised.reason, raised.upheld) == (caller.subject, "冒用本店名称", None)


async def test_an_objector_may_leave_a_contact(desk: Desk) -> None:
    """It lies apart like every contact, behind a pointer."""
    command = objection(await announced(desk), contact={"email": "shop@example.cn"})
    (raised,) = (await desk.submission(await desk.done(command, ANYONE))).objections
    assert (await desk.contact(raised.contact)).email == "shop@example.cn"


async def test_an_objection_needs_a_reason(desk: Desk) -> None:
    """All that is wrong with it is said at once."""
    command = objection(await announced(desk), reason=" ", contact={"phone": "12"})
    assert await desk.refusals(command, ANYONE) == [
        ("REQUIRED", "reason", "required"),
        ("INVALID", "contact.phone", "phone.format"),
    ]


async def test_nobody_objects_to_what_is_not_announced(desk: Desk) -> None:
    """Before the notice the submission does not exist for the public."""
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), a_firm_user())
    assert await desk.refusal(objection(outcome), ANYONE) == ("NOT_FOUND", "submission", "not_found")
    assert (await desk.refusal(objection(outcome), WANG))[2] == "submission.no_such_move"


async def test_all_who_object_at_once_are_heard(desk: Desk) -> None:
    """None of them saw a version, so none of them is in conflict."""
    outcome = await announced(desk)
    commands = [objection(outcome, reason=f"第{number}件") for number in range(8)]
    outcomes = await asyncio.gather(*(desk.directory.handle(command, ANYONE) for command in commands))
    assert [problem for each in outcomes for problem in each.problems] == []
    assert len((await desk.submission(outcome)).objections) == 8


async def test_a_flood_of_objections_is_stopped_aloud(desk: Desk) -> None:
    """Beyond what reviewers can answer the caller is told to come back, not silently dropped."""
    outcome = await announced(desk)
    for _ in range(MOST_OPEN_OBJECTIONS):
        await desk.done(objection(outcome), ANYONE)
    assert await desk.refusal(objection(outcome), ANYONE) == (
        "LIMIT_EXCEEDED",
        "submission",
        "objection.too_many",
    )


async def test_the_notice_ends_by_time_and_not_before(desk: Desk) -> None:
    """Five working days from Monday end with the next Monday."""
    outcome = await announced(desk)
    end = EndNotice(submission=str(outcome.submission))
    submission = await desk.submission(outcome)
    assert submission.notice_ends_at is not None
    desk.now = submission.notice_ends_at - timedelta(seconds=1)
    assert await desk.refusal(end, THE_CLOCK) == ("NOT_ALLOWED_NOW", "submission", "notice.running")
    desk.wait(seconds=1)
    await desk.done(end, THE_CLOCK)
    assert (await desk.firm(outcome)).status is FirmStatus.LISTED
    assert (await desk.refusal(end, THE_CLOCK))[2] == "submission.no_such_move"


async def test_a_provisional_notice_runs_on_over_new_holidays(shared_record: SqlRecord) -> None:
    """Announced before the festival was decreed: on the old day the clock only learns the new one."""
    known = {year: found for year, found in REFERENCE.work_years.items() if year < 2026}
    before_spring_festival = datetime(2026, 2, 13, 1, 0, tzinfo=UTC)
    earlier = Desk(
        shared_record, Rulebook(REFERENCE, WorkCalendar(known), REFERENCE.limits), before_spring_festival
    )
    outcome = await announced(earlier)
    announced_end = (await earlier.submission(outcome)).notice_ends_at
    assert announced_end is not None
    desk = Desk(shared_record, now=announced_end)
    end = EndNotice(submission=str(outcome.submission))
    await desk.done(end, THE_CLOCK)
    moved = await desk.submission(outcome)
    assert (moved.status, moved.notice_provisional) == (S.PUBLIC_NOTICE, False)
    assert moved.notice_ends_at is not None
    assert moved.notice_ends_at > announced_end
    desk.now = moved.notice_ends_at
    await desk.done(end, THE_CLOCK)
    assert (await desk.submission(outcome)).status is S.APPROVED


async def test_the_clock_finds_the_notices_that_are_over(desk: Desk) -> None:
    """What the record gives to the clock is what the rule lets end."""
    outcome = await announced(desk)
    submission = await desk.submission(outcome)
    assert submission.notice_ends_at is not None
    async with desk.record.reader() as reader:
        before = await reader.reached(
            Anchor.NOTICE_ENDS, submission.notice_ends_at - timedelta(microseconds=1), limit=1000
        )
        after = await reader.reached(Anchor.NOTICE_ENDS, submission.notice_ends_at, limit=1000)
    assert submission.id not in {one.id for one in before}
    assert submission.id in {one.id for one in after}


@pytest.mark.parametrize("caller", [STRANGER, WANG, ANYONE], ids=["firm", "reviewer", "anonymous"])
async def test_only_the_clock_ends_a_notice(desk: Desk, caller: Caller) -> None:
    """Nobody shortens the days in which others may object."""
    end = EndNotice(submission=str((await announced(desk)).submission))
    assert await desk.refusal(end, caller) == ("FORBIDDEN", "", "forbidden.role")


async def test_an_undecided_objection_holds_the_listing(desk: Desk) -> None:
    """Dismissed, it lets the listing go on, however late."""
    outcome = await announced(desk)
    await desk.done(objection(outcome), ANYONE)
    desk.wait(days=30)
    end = EndNotice(submission=str(outcome.submission))
    assert (await desk.refusal(end, THE_CLOCK))[2] == "notice.objection_pending"
    await desk.done(await deciding(desk, outcome, upheld=False), LI)
    await desk.done(end, THE_CLOCK)
    assert (await desk.firm(outcome)).status is FirmStatus.LISTED


async def test_an_upheld_objection_leads_back_to_review(desk: Desk) -> None:
    """Two pairs of eyes look again, and a new notice is needed."""
    outcome = await announced(desk)
    await desk.done(objection(outcome), ANYONE)
    await desk.done(await deciding(desk, outcome, upheld=True), LI)
    submission = await desk.submission(outcome)
    assert (submission.status, submission.objections[0].upheld) == (S.UNDER_REVIEW, True)
    assert (await desk.firm(outcome)).status is FirmStatus.PENDING
    await desk.review(outcome, ReviewDecision.APPROVE, LI)
    assert (await desk.firm(await desk.end_notice(outcome))).status is FirmStatus.LISTED


async def test_the_oldest_objection_is_decided_first_unless_one_is_named(desk: Desk) -> None:
    """Each gets its own answer."""
    outcome = await announced(desk)
    await desk.done(objection(outcome, reason="第一件"), ANYONE)
    desk.wait(hours=1)
    await desk.done(objection(outcome, reason="第二件"), ANYONE)
    second = (await desk.submission(outcome)).objections[1].id
    await desk.done(await deciding(desk, outcome, upheld=False, objection=second), LI)
    await desk.done(await deciding(desk, outcome, upheld=False), LI)
    assert [one.upheld for one in (await desk.submission(outcome)).objections] == [False, False]
    refusal = await desk.refusal(await deciding(desk, outcome, upheld=False), LI)
    assert refusal == ("NOT_ALLOWED_NOW", "submission", "objection.none_open")
    refusal = await desk.refusal(await deciding(desk, outcome, upheld=False, objection=second), LI)
    assert refusal == ("NOT_FOUND", "objection", "not_found")


async def test_a_verdict_has_a_note(desk: Desk) -> None:
    """Who objected is owed a reason too."""
    outcome = await announced(desk)
    await desk.done(objection(outcome), ANYONE)
    command = await deciding(desk, outcome, upheld=False, note=" ")
    assert await desk.refusal(command, LI) == ("REQUIRED", "note", "required")


async def test_a_firm_may_withdraw_during_the_notice(desk: Desk) -> None:
    """The notice is over with it, and the entry was never listed."""
    owner = a_firm_user()
    outcome = await announced(desk, owner)
    version = (await desk.submission(outcome)).version
    await desk.done(WithdrawSubmission(submission=str(outcome.submission), expected_version=version), owner)
    assert (await desk.firm(outcome)).status is FirmStatus.DELISTED
