"""Amendments and yearly updates: the listed version stays public until the new one is approved."""

from __future__ import annotations

import asyncio

from directory.access import THE_CLOCK, Caller
from directory.commands import AmendFirm, SubmitFirm, SuspendUnconfirmed
from directory.handling import Outcome
from directory.states import (
    EntityType,
    FirmStatus,
    Metric,
    ReviewDecision,
    SizeClass,
    SubmissionKind,
    SubmissionStatus,
)
from tests.commands.front_desk import LI, STRANGER, Desk, a_firm_user
from tests.declarations import raw_enterprise, raw_freelancer, reading

D = ReviewDecision
S = SubmissionStatus


async def applied(desk: Desk, owner: Caller | None = None) -> Outcome:
    """An application just handed in."""
    return await desk.done(SubmitFirm(profile=raw_enterprise()), owner or a_firm_user())


async def test_an_amendment_leaves_the_listed_version_public_until_approved(desk: Desk) -> None:
    """The reviewers read the new summary, everyone else the old one; then the new one is live."""
    owner = a_firm_user()
    profile = raw_enterprise(summary="旧简介")
    firm = await desk.listed(owner, profile)
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile={**profile, "summary": "新简介"}),
        owner,
    )
    waiting = await desk.firm(firm.id)
    assert waiting.model_copy(update={"version": firm.version}) == firm
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
    await desk.done(AmendFirm(firm=firm.id, expected_version=firm.version, profile=profile), owner)
    again = AmendFirm(firm=firm.id, expected_version=firm.version + 1, profile=profile)
    assert await desk.refusal(again, owner) == ("NOT_ALLOWED_NOW", "firm", "submission.another_open")


async def test_of_amendments_handed_in_at_once_one_is_kept(desk: Desk) -> None:
    """Five windows, one click each: one submission; the others learn that it is there, or that the entry has moved on."""
    owner, profile = a_firm_user(), raw_enterprise()
    firm = await desk.listed(owner, profile)
    command = AmendFirm(firm=firm.id, expected_version=firm.version, profile=profile)
    outcomes = await asyncio.gather(*(desk.directory.handle(command, owner) for _ in range(5)))
    keys = sorted(problem.key for outcome in outcomes for problem in outcome.problems)
    assert len(keys) == 4
    assert set(keys) <= {"conflict.version", "submission.another_open"}


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
    firm = await desk.firm(firm.id)
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


async def test_a_late_yearly_update_lists_the_entry_again(desk: Desk) -> None:
    """Suspended by the clock for want of it, restored by its approval, as the log says."""
    owner, profile = a_firm_user(), raw_enterprise()
    listed = await desk.listed(owner, profile)
    desk.wait(days=600)
    await desk.done(SuspendUnconfirmed(firm=listed.id), THE_CLOCK)
    suspended = await desk.firm(listed.id)
    assert suspended.status is FirmStatus.SUSPENDED

    update = AmendFirm(
        firm=listed.id, expected_version=suspended.version, profile=profile, annual_update=True
    )
    await desk.approve(await desk.done(update, owner))

    assert (await desk.firm(listed.id)).status is FirmStatus.LISTED
    assert (await desk.log_of(EntityType.FIRM, listed.id))[-1].fact.kind == "firm:restored"


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
