"""Review: taking, four eyes, requests for changes, refusals, and the reviewer's reach."""

from __future__ import annotations

import pytest

from directory.access import THE_CLOCK, Caller, Role
from directory.commands import (
    AmendFirm,
    LapseSubmission,
    Resubmit,
    ReviewSubmission,
    SubmitFirm,
    WithdrawSubmission,
)
from directory.handling import Outcome
from directory.record.open import SqlRecord
from directory.states import FirmStatus, Metric, ReviewDecision, SizeClass, SubmissionKind, SubmissionStatus
from tests.commands.front_desk import LI, STRANGER, SUPERVISOR, WANG, ZHAO, Desk, a_firm_user
from tests.declarations import raw_enterprise, raw_freelancer, reading
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


async def test_an_amendment_leaves_the_listed_version_public_until_approved(desk: Desk) -> None:
    """The reviewers read the new summary, everyone else the old one; then the new one is live."""
    owner = a_firm_user()
    profile = raw_enterprise(summary="旧简介")
    firm = await desk.listed(owner, profile)
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile={**profile, "summary": "新简介"}),
        owner,
    )
    assert await desk.firm(firm.id) == firm
    await desk.approve(outcome)
    after = await desk.firm(firm.id)
    assert (after.profile.summary, after.status) == ("新简介", FirmStatus.LISTED)
    assert after.provenance["summary"].by == owner.subject


async def test_a_new_name_goes_through_a_notice(desk: Desk) -> None:
    """The old name serves until the notice is over, and is kept as a former one."""
    owner, profile = a_firm_user(), raw_enterprise()
    firm = await desk.listed(owner, profile)
    renamed = {**profile, "name": "杭州大光直播有限公司"}
    outcome = await desk.done(AmendFirm(firm=firm.id, expected_version=firm.version, profile=renamed), owner)
    await desk.approve(outcome)
    assert (await desk.submission(outcome)).status is S.PUBLIC_NOTICE
    assert (await desk.firm(firm.id)).profile.name == firm.profile.name
    after = await desk.firm(await desk.end_notice(outcome))
    assert (after.profile.name, after.former_names) == ("杭州大光直播有限公司", (firm.profile.name,))


async def test_one_submission_at_a_time(desk: Desk) -> None:
    """While one is open, a second would be decided on what it never saw."""
    owner, profile = a_firm_user(), raw_enterprise()
    firm = await desk.listed(owner, profile)
    command = AmendFirm(firm=firm.id, expected_version=firm.version, profile=profile)
    await desk.done(command, owner)
    assert await desk.refusal(command, owner) == ("NOT_ALLOWED_NOW", "firm", "submission.another_open")


async def test_a_pending_entry_is_not_amended(desk: Desk) -> None:
    """Its registration is still open to correction."""
    owner = a_firm_user()
    outcome = await applied(desk, owner)
    command = AmendFirm(firm=str(outcome.firm), expected_version=1, profile=raw_enterprise())
    assert await desk.refusal(command, owner) == ("NOT_ALLOWED_NOW", "firm", "firm.not_amendable")


async def test_an_amendment_on_an_old_version_is_a_conflict(desk: Desk) -> None:
    """The firm amends what it saw."""
    owner = a_firm_user()
    firm = await desk.listed(owner)
    command = AmendFirm(firm=firm.id, expected_version=firm.version - 1, profile=raw_enterprise())
    assert await desk.refusal(command, owner) == ("CONFLICT", "expectedVersion", "conflict.version")


async def test_another_firms_entry_is_not_amended(desk: Desk) -> None:
    """A listed one is there and forbidden; a pending one is not there."""
    firm = await desk.listed(a_firm_user())
    command = AmendFirm(firm=firm.id, expected_version=firm.version, profile=raw_enterprise())
    assert await desk.refusal(command, STRANGER) == ("FORBIDDEN", "firm", "firm.not_yours")
    pending = str((await applied(desk)).firm)
    command = AmendFirm(firm=pending, expected_version=1, profile=raw_enterprise())
    assert await desk.refusal(command, STRANGER) == ("NOT_FOUND", "firm", "not_found")


async def test_an_amendment_does_not_take_anothers_identity(desk: Desk) -> None:
    """Neither when it is handed in nor later."""
    taken_code = raw_enterprise()
    await desk.done(SubmitFirm(profile=taken_code), a_firm_user())
    owner = a_firm_user()
    firm = await desk.listed(owner)
    command = AmendFirm(
        firm=firm.id, expected_version=firm.version, profile=raw_enterprise(uscc=taken_code["uscc"])
    )
    assert await desk.refusal(command, owner) == ("DUPLICATE", "profile.uscc", "firm.uscc_taken")


async def test_an_entry_that_changed_meanwhile_stops_the_approval(desk: Desk) -> None:
    """A register corrected the entry after the firm declared: the reviewer is told instead of overwriting it."""
    owner, profile = a_firm_user(), raw_enterprise()
    firm = await desk.listed(owner, profile)
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile={**profile, "summary": "新"}), owner
    )
    corrected = firm.profile.model_copy(update={"region": "330106"})
    async with desk.record.unit_of_work() as uow:
        await uow.firms.save(
            firm.model_copy(update={"profile": corrected}),
            kind="firm:corrected",
            actor="register",
            at=desk.now,
        )
    await desk.review(outcome, D.TAKE)
    command = await desk.decision(outcome, D.APPROVE)
    assert await desk.refusal(command, LI) == ("CONFLICT", "expectedVersion", "conflict.version")


async def test_a_yearly_update_adds_figures_and_confirms(desk: Desk) -> None:
    """No notice, no new standing: new readings, a new size, a new date of confirmation."""
    owner = a_firm_user()
    profile = raw_enterprise(industry="6513", metrics=[reading("EMPLOYEES", "2025-12", 8)])
    firm = await desk.listed(owner, profile)
    assert firm.size_class is SizeClass.MICRO
    desk.wait(days=300)
    news = {
        **profile,
        "metrics": [
            *profile["metrics"],
            reading("EMPLOYEES", "2026-12", 20),
            reading("ANNUAL_REVENUE_CNY", "2025", "900000"),
        ],
    }
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile=news, annual_update=True), owner
    )
    assert (await desk.submission(outcome)).kind is SubmissionKind.ANNUAL_UPDATE
    await desk.approve(outcome)
    after = await desk.firm(firm.id)
    assert [(one.metric, one.period) for one in after.readings] == [
        (Metric.EMPLOYEES, "2025-12"),
        (Metric.EMPLOYEES, "2026-12"),
        (Metric.ANNUAL_REVENUE_CNY, "2025"),
    ]
    assert (after.size_class, after.confirmed_at, after.status) == (
        SizeClass.SMALL,
        desk.now,
        FirmStatus.LISTED,
    )


async def test_a_firm_that_outgrew_small_graduates(desk: Desk) -> None:
    """At its yearly update, by its own figures."""
    owner = a_firm_user()
    profile = raw_enterprise(industry="6513")
    firm = await desk.listed(owner, profile)
    grown = {
        **profile,
        "metrics": [reading("EMPLOYEES", "2026-01", 150), reading("ANNUAL_REVENUE_CNY", "2025", "20000000")],
    }
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile=grown, annual_update=True), owner
    )
    await desk.approve(outcome)
    assert (await desk.firm(firm.id)).status is FirmStatus.GRADUATED


async def test_a_freelancer_changes_the_summary_without_notice(desk: Desk) -> None:
    """The account is the same, so the identity is."""
    owner, profile = a_firm_user(), raw_freelancer()
    firm = await desk.listed(owner, profile)
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile={**profile, "summary": "vlog"}), owner
    )
    await desk.approve(outcome)
    assert (await desk.submission(outcome)).status is S.APPROVED
