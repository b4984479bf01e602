"""Review: taking, four eyes, requests for changes, refusals, and the reviewer's reach."""

from __future__ import annotations

import pytest

from directory.access import THE_CLOCK, Caller, Role
from directory.commands import (
    LapseSubmission,
    Resubmit,
    ReviewSubmission,
    SubmitFirm,
    WithdrawSubmission,
)
from directory.handling import Outcome
from directory.record.open import SqlRecord
from directory.states import FirmStatus, ReviewDecision, SubmissionStatus
from tests.commands.front_desk import LI, STRANGER, SUPERVISOR, WANG, ZHAO, Desk, a_firm_user
from tests.declarations import raw_enterprise
from tests.rulebooks import ONE_REVIEWER

D = ReviewDecision
S = SubmissionStatus
NOT_FOUND = ("NOT_FOUND", "submission", "not_found")


async def applied(desk: Desk, owner: Caller | None = None) -> Outcome:
    """An application just handed in."""
    return await desk.done(SubmitFirm(profile=raw_enterprise()), owner or a_firm_user())


async def taken(desk: Desk, owner: Caller | None = None) -> Outcome:
    """An application in Wang's hands."""
    return await desk.review(await applied(desk, owner), D.TAKE, WANG)


async def test_the_takers_yes_is_a_recommendation(desk: Desk) -> None:
    """It stays under review until somebody else agrees."""
    outcome = await desk.review(await taken(desk), D.APPROVE, WANG, note="材料齐备")
    submission = await desk.submission(outcome)
    assert (submission.status, submission.recommended_by) == (S.UNDER_REVIEW, "wang")
    again = await desk.refusal(await desk.decision(outcome, D.APPROVE), WANG)
    assert again == ("NOT_ALLOWED_NOW", "submission", "review.recommended_before")
    await desk.review(outcome, D.APPROVE, LI)
    submission = await desk.submission(outcome)
    assert (submission.status, submission.approved_by) == (S.PUBLIC_NOTICE, "li")
    assert submission.review_note == "材料齐备"


async def test_one_reviewer_suffices_where_the_setting_says_so(shared_record: SqlRecord) -> None:
    """A small agency may switch four eyes off."""
    desk = Desk(shared_record, ONE_REVIEWER)
    outcome = await desk.review(await taken(desk), D.APPROVE, WANG)
    assert (await desk.submission(outcome)).status is S.PUBLIC_NOTICE


async def test_nobody_reviews_their_own_firm(desk: Desk) -> None:
    """Also with both roles in one hand."""
    both = Caller("both", frozenset({Role.FIRM, Role.AGENCY}), region="330100")
    outcome = await applied(desk, both)
    refusal = await desk.refusal(await desk.decision(outcome, D.TAKE), both)
    assert refusal == ("FORBIDDEN", "submission", "review.own")


@pytest.mark.parametrize("decision", list(D))
async def test_a_reviewer_of_another_region_does_not_decide(desk: Desk, decision: ReviewDecision) -> None:
    """Shenzhen does not decide on Hangzhou."""
    command = await desk.decision(await applied(desk), decision)
    assert await desk.refusal(command, ZHAO) == ("FORBIDDEN", "submission", "forbidden.reach")


async def test_a_supervisor_reaches_everywhere(desk: Desk) -> None:
    """No region bounds a supervisor."""
    outcome = await desk.review(await applied(desk), D.TAKE, SUPERVISOR)
    assert (await desk.submission(outcome)).taken_by == "sun"


@pytest.mark.parametrize("submission", ["0" * 32, "no-such-id", "", "\x00", "'; drop table firms; --"])
async def test_what_is_not_there_is_not_found(desk: Desk, submission: str) -> None:
    """Whatever is given for an id."""
    command = ReviewSubmission(submission=submission, expected_version=1, decision=D.TAKE)
    assert await desk.refusal(command, WANG) == NOT_FOUND


async def test_another_firms_submission_does_not_exist(desk: Desk) -> None:
    """The answer is the one for an id that was never given."""
    submission = str((await applied(desk)).submission)
    for command in (
        WithdrawSubmission(submission=submission, expected_version=1),
        Resubmit(submission=submission, expected_version=1),
    ):
        assert await desk.refusal(command, STRANGER) == NOT_FOUND


async def test_under_notice_another_firm_sees_it_but_may_not_touch_it(desk: Desk) -> None:
    """What everyone may read is still not everyone's."""
    outcome = await applied(desk)
    await desk.approve(outcome)
    command = WithdrawSubmission(submission=str(outcome.submission), expected_version=3)
    assert await desk.refusal(command, STRANGER) == ("FORBIDDEN", "submission", "submission.not_yours")


async def test_a_decision_out_of_turn_is_refused(desk: Desk) -> None:
    """Nobody approves what nobody took."""
    command = await desk.decision(await applied(desk), D.APPROVE)
    assert await desk.refusal(command, WANG) == ("NOT_ALLOWED_NOW", "submission", "submission.no_such_move")


async def test_changes_are_asked_for_in_one_list_and_answered_by_field(desk: Desk) -> None:
    """The firm corrects, answers, and the review begins again with somebody free to take it."""
    owner = a_firm_user()
    outcome = await taken(desk, owner)
    comments = {"name": "与执照不符", "forms": "请选主营"}
    await desk.review(outcome, D.REQUEST_CHANGES, WANG, field_comments=comments)
    asked = await desk.submission(outcome)
    assert (asked.status, asked.changes_requested_at) == (S.CHANGES_REQUESTED, desk.now)
    assert {request.field: request.comment for request in asked.change_requests} == comments
    desk.wait(days=1)
    profile = raw_enterprise(name="杭州微光电子商务有限公司", uscc=asked.profile and asked.profile.uscc)
    await desk.done(
        Resubmit(
            submission=asked.id,
            expected_version=asked.version,
            profile=profile,
            answers={"name": "已按执照更正"},
        ),
        owner,
    )
    again = await desk.submission(outcome)
    assert (again.status, again.taken_by, again.submitted_at) == (S.SUBMITTED, None, desk.now)
    assert [request.answer for request in again.change_requests] == ["已按执照更正", None]
    assert (await desk.firm(outcome)).profile.name == "杭州微光电子商务有限公司"


async def test_a_corrected_code_is_claimed_at_once(desk: Desk) -> None:
    """From the correction on nobody else applies with the new code, and the wrong one is free."""
    owner = a_firm_user()
    outcome = await taken(desk, owner)
    wrong = (await desk.firm(outcome)).profile.uscc
    await desk.review(outcome, D.REQUEST_CHANGES, WANG, note="代码有误")
    corrected = raw_enterprise()
    await desk.done(
        Resubmit(submission=str(outcome.submission), expected_version=3, profile=corrected), owner
    )
    refusal = await desk.refusal(SubmitFirm(profile=raw_enterprise(uscc=corrected["uscc"])), a_firm_user())
    assert refusal[2] == "firm.uscc_taken"
    await desk.done(SubmitFirm(profile=raw_enterprise(uscc=wrong)), a_firm_user())


async def test_a_request_for_changes_says_what(desk: Desk) -> None:
    """Neither a note nor a comment: the firm could not know what to do."""
    command = await desk.decision(await taken(desk), D.REQUEST_CHANGES)
    assert await desk.refusal(command, WANG) == ("REQUIRED", "note", "required")


async def test_comments_are_on_fields_that_exist(desk: Desk) -> None:
    """A comment on the shoe size helps nobody."""
    command = await desk.decision(await taken(desk), D.REQUEST_CHANGES, field_comments={"shoe_size": "42?"})
    assert (await desk.refusals(command, WANG))[0] == (
        "INVALID",
        "field_comments.shoe_size",
        "value.unknown_field",
    )


async def test_answers_are_to_what_was_asked(desk: Desk) -> None:
    """Nobody asked about the website."""
    owner = a_firm_user()
    outcome = await taken(desk, owner)
    await desk.review(outcome, D.REQUEST_CHANGES, WANG, field_comments={"name": "与执照不符"})
    command = Resubmit(
        submission=str(outcome.submission), expected_version=3, answers={"website": "https://a.cn"}
    )
    assert await desk.refusal(command, owner) == ("INVALID", "answers.website", "value.unknown_field")


@pytest.mark.parametrize(
    ("words", "refusals"),
    [
        (
            {},
            [("REQUIRED", "note", "required"), ("REQUIRED", "criteria", "criteria.required")],
        ),
        ({"note": "不行"}, [("REQUIRED", "criteria", "criteria.required")]),
        ({"note": "不行", "criteria": ("C3", "Z9")}, [("INVALID", "criteria.1", "criteria.unknown")]),
    ],
)
async def test_a_refusal_gives_reasons(
    desk: Desk, words: dict[str, object], refusals: list[tuple[str, str, str]]
) -> None:
    """A refusal says in words why, and by which criterion."""
    command = await desk.decision(await taken(desk), D.REJECT, **words)
    assert await desk.refusals(command, WANG) == refusals


async def test_criteria_named_in_the_note_count(desk: Desk) -> None:
    """Reviewers write them into the text: they are found there."""
    outcome = await desk.review(await taken(desk), D.REJECT, WANG, note="不符合C3；另涉D2情形。")
    submission = await desk.submission(outcome)
    assert (submission.status, submission.reject_codes) == (S.REJECTED, ("C3", "D2"))


async def test_what_nobody_answers_lapses(desk: Desk) -> None:
    """The clock withdraws it after twenty working days and frees the identity; not a day before."""
    outcome = await taken(desk)
    await desk.review(outcome, D.REQUEST_CHANGES, WANG, note="请补正")
    lapse = LapseSubmission(submission=str(outcome.submission))
    desk.wait(days=27)
    assert await desk.refusal(lapse, THE_CLOCK) == (
        "NOT_ALLOWED_NOW",
        "submission",
        "submission.not_lapsed",
    )
    desk.wait(days=3)
    await desk.done(lapse, THE_CLOCK)
    assert (await desk.submission(outcome)).status is S.WITHDRAWN
    assert (await desk.firm(outcome)).status is FirmStatus.DELISTED
