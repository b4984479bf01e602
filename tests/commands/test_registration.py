"""From an application to a listed entry: identity, near duplicates, repeated applications."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from directory.access import ANYONE, Caller, Role
from directory.commands import AmendFirm, ReviewSubmission, SaveDraft, SubmitFirm, WithdrawSubmission
from directory.drafts import read_draft
from directory.handling import Outcome
from directory.identifiers import Prefix, parse_number
from directory.states import EntityType, FirmStatus, ReviewDecision, SubmissionKind, SubmissionStatus
from tests.commands.front_desk import LI, WANG, Desk, a_firm_user
from tests.declarations import raw_enterprise, raw_freelancer, reading
from tests.measure import measure
from tests.rules.test_profile_reading import RAW_PROFILES

DECLINED = {"note": "不属微经济业务形式", "criteria": ("C3",)}


async def test_an_application_makes_a_pending_entry(desk: Desk) -> None:
    """The entry has its number from the first day; it is not listed yet."""
    owner = a_firm_user()
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner)
    firm, submission = await desk.firm(outcome), await desk.submission(outcome)
    assert (firm.status, firm.owner, firm.listed_at) == (FirmStatus.PENDING, owner.subject, None)
    assert (submission.status, submission.kind) == (SubmissionStatus.SUBMITTED, SubmissionKind.REGISTRATION)
    number = parse_number(firm.entry_number)
    assert number is not None
    assert number.prefix is Prefix.ENTRY


async def test_the_whole_way_leads_to_a_listing(desk: Desk) -> None:
    """Taken, approved by a second reviewer, five working days of notice: then the entry is listed."""
    firm = await desk.listed(a_firm_user(), good_standing=True)
    assert (firm.status, firm.listed_at, firm.good_standing) == (FirmStatus.LISTED, desk.now, True)
    assert firm.growth is not None
    assert len(firm.growth.criteria) == 10


async def test_figures_and_contact_reach_the_entry(desk: Desk) -> None:
    """Readings carry the time they were reported; contact details lie apart, behind a pointer."""
    reported_at = desk.now
    profile = raw_enterprise(
        metrics=[reading("FOLLOWERS", "2026-02", 12000)], contact={"person": "王小明", "phone": "13812345678"}
    )
    firm = await desk.listed(a_firm_user(), profile)
    assert [(one.value, one.reported_at) for one in firm.readings] == [(Decimal(12000), reported_at)]
    assert (await desk.contact(firm.contact)).phone == "13812345678"


async def test_the_log_never_holds_contact_details(desk: Desk) -> None:
    """Neither the entry's facts nor the submission's say a phone number."""
    profile = raw_enterprise(contact={"phone": "13912345670"})
    outcome = await desk.done(SubmitFirm(profile=profile), a_firm_user())
    facts = [
        *await desk.log_of(EntityType.FIRM, str(outcome.firm)),
        *await desk.log_of(EntityType.SUBMISSION, str(outcome.submission)),
    ]
    assert facts
    assert "13912345670" not in repr(facts)


async def test_problems_are_told_all_at_once_and_nothing_is_kept(desk: Desk) -> None:
    """What cannot be read leaves no trace, not even a number."""
    owner = a_firm_user()
    problems = await desk.refusals(SubmitFirm(profile={"entity_kind": "ENTERPRISE", "forms": []}), owner)
    assert [path for _, path, _ in problems] == [
        "profile.uscc",
        "profile.name",
        "profile.forms",
        "profile.region",
    ]
    async with desk.record.reader() as reader:
        assert await reader.firms_owned_by(str(owner.subject)) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FIRM])
async def test_only_a_firm_applies(desk: Desk, role: Role) -> None:
    """The permission table is asked before anything is read."""
    caller = Caller("somebody", frozenset({role}))
    assert await desk.refusal(SubmitFirm(profile={}), caller) == ("FORBIDDEN", "", "forbidden.role")


async def test_one_live_entry_a_code(desk: Desk) -> None:
    """A second entry with the same code is refused at the code, whoever applies."""
    profile = raw_enterprise()
    await desk.done(SubmitFirm(profile=profile), a_firm_user())
    refusal = await desk.refusal(SubmitFirm(profile={**profile, "name": "另一家公司"}), a_firm_user())
    assert refusal == ("DUPLICATE", "profile.uscc", "firm.uscc_taken")


async def test_one_live_entry_a_freelancers_account(desk: Desk) -> None:
    """The second account of the list is taken: the path says which."""
    first = raw_freelancer()
    await desk.done(SubmitFirm(profile=first), a_firm_user())
    again = raw_freelancer()
    again["platforms"].append(
        {**first["platforms"][0], "account_name": f"@{first['platforms'][0]['account_name']}"}
    )
    refusal = await desk.refusal(SubmitFirm(profile=again), a_firm_user())
    assert refusal == ("DUPLICATE", "profile.platforms.1.account_name", "firm.account_taken")


async def test_two_who_apply_at_once_make_one_entry(desk: Desk) -> None:
    """The look-up cannot see the other's transaction; the unique index does."""
    profile = raw_enterprise()
    outcomes = await asyncio.gather(
        *(desk.directory.handle(SubmitFirm(profile=profile), a_firm_user()) for _ in range(4))
    )
    assert sum(not outcome.problems for outcome in outcomes) == 1
    keys = {problem.key for outcome in outcomes for problem in outcome.problems}
    assert keys == {"firm.uscc_taken"}


async def test_a_repeated_key_acts_once(desk: Desk) -> None:
    """A client that lost the answer asks again and learns the first result."""
    owner, command = a_firm_user(), SubmitFirm(profile=raw_enterprise(), client_mutation_id="key-1")
    first = await desk.done(command, owner)
    assert await desk.done(command, owner) == first


async def test_near_duplicates_are_shown_and_not_refused(desk: Desk) -> None:
    """The same name in another spelling, under another code: the reviewer is told, with the reason."""
    known = await desk.done(
        SubmitFirm(profile=raw_enterprise(name="杭州桐音树文化传媒有限公司")), a_firm_user()
    )
    alike = await desk.done(SubmitFirm(profile=raw_enterprise(name="桐音树文化传媒")), a_firm_user())
    (candidate,) = (await desk.submission(alike)).possible_duplicates
    assert candidate.firm_id == known.firm
    assert candidate.score >= 0.6
    assert candidate.reasons == ("same_name",)


async def declined(desk: Desk, profile: dict[str, object]) -> Outcome:
    """An application that the reviewers refused."""
    outcome = await desk.done(SubmitFirm(profile=profile), a_firm_user())
    await desk.review(outcome, ReviewDecision.TAKE)
    return await desk.review(outcome, ReviewDecision.REJECT, LI, **DECLINED)


async def test_a_refusal_frees_the_identity_after_ninety_days(desk: Desk) -> None:
    """Until the day it names nobody applies for this identity again; on that day anyone may."""
    profile = raw_enterprise()
    outcome = await declined(desk, profile)
    assert (await desk.firm(outcome)).status is FirmStatus.DELISTED
    assert (await desk.submission(outcome)).reapply_from == date(2026, 5, 31)
    desk.wait(days=89)
    problem = (await desk.directory.handle(SubmitFirm(profile=profile), a_firm_user())).problems[0]
    assert (problem.key, problem.params["reapply_from"]) == ("firm.reapply_too_early", "2026-05-31")
    desk.wait(days=1)
    assert (await desk.done(SubmitFirm(profile=profile), a_firm_user())).firm != outcome.firm


async def test_a_refused_freelancer_waits_too(desk: Desk) -> None:
    """The account is the identity: another name does not help."""
    profile = raw_freelancer()
    await declined(desk, profile)
    refusal = await desk.refusal(SubmitFirm(profile={**profile, "name": "另一个名字"}), a_firm_user())
    assert refusal == ("NOT_ALLOWED_NOW", "profile", "firm.reapply_too_early")


async def test_a_withdrawn_application_may_be_repeated_at_once(desk: Desk) -> None:
    """Whoever changes their mind changes it again: the identity is free."""
    profile, owner = raw_enterprise(), a_firm_user()
    outcome = await desk.done(SubmitFirm(profile=profile), owner)
    await desk.done(WithdrawSubmission(submission=str(outcome.submission), expected_version=1), owner)
    assert (await desk.firm(outcome)).status is FirmStatus.DELISTED
    assert (await desk.done(SubmitFirm(profile=profile), owner)).firm != outcome.firm


async def test_an_anonymous_caller_cannot_apply(desk: Desk) -> None:
    """An entry belongs to somebody."""
    assert (await desk.refusal(SubmitFirm(profile=raw_enterprise()), ANYONE))[0] == "FORBIDDEN"


async def test_a_freelancer_who_registers_keeps_number_and_history(desk: Desk) -> None:
    """From freelancer to household (个转企): announced like a new identity, then the same entry under its code."""
    owner = a_firm_user()
    before = await desk.listed(owner, raw_freelancer(metrics=[reading("FOLLOWERS", "2026-02", 500)]))
    profile = raw_enterprise(name="小光文化传媒有限公司")
    outcome = await desk.done(
        AmendFirm(firm=before.id, expected_version=before.version, profile=profile), owner
    )
    await desk.approve(outcome)
    after = await desk.firm(await desk.end_notice(outcome))
    assert (after.id, after.entry_number, after.readings) == (before.id, before.entry_number, before.readings)
    assert before.profile.name in after.former_names
    async with desk.record.reader() as reader:
        found = await reader.firm_by_uscc(profile["uscc"])
    assert found == after


async def test_the_old_version_of_a_submission_is_a_conflict(desk: Desk) -> None:
    """A reviewer who acts on what somebody else has moved on learns the present version."""
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), a_firm_user())
    stale = await desk.decision(outcome, ReviewDecision.TAKE)
    await desk.done(stale, WANG)
    problem = (await desk.directory.handle(stale, LI)).problems[0]
    assert (problem.code, problem.params) == ("CONFLICT", {"expected": 1, "current": 2})


async def test_of_two_opposite_decisions_one_wins(desk: Desk) -> None:
    """Approved and refused at the same moment: exactly one of them happened."""
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), a_firm_user())
    await desk.review(outcome, ReviewDecision.TAKE)
    commands: list[ReviewSubmission] = [
        await desk.decision(outcome, ReviewDecision.APPROVE),
        await desk.decision(outcome, ReviewDecision.REJECT, **DECLINED),
    ]
    outcomes = await asyncio.gather(*(desk.directory.handle(command, LI) for command in commands))
    assert sorted(problem.code.value for outcome in outcomes for problem in outcome.problems) == ["CONFLICT"]


@settings(max_examples=measure(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profile=RAW_PROFILES)
async def test_whatever_a_client_sends_is_kept_or_refused(desk: Desk, profile: Any) -> None:
    """Neither a rule nor a database stumbles over it, and a draft of it comes back as it was kept."""
    caller = a_firm_user()
    registered = await desk.directory.handle(SubmitFirm(profile=profile), caller)
    assert registered.problems or (await desk.firm(registered)).status is FirmStatus.PENDING
    saved = await desk.directory.handle(SaveDraft(profile=profile), caller)
    assert saved.problems or (await desk.submission(saved)).draft == read_draft(profile).values
