"""Two entries of one firm become one, and two again: numbers, ids and codes keep resolving."""

from __future__ import annotations

from typing import Any

from directory.access import Caller
from directory.commands import (
    AmendFirm,
    ChangeFirmStatus,
    MergeFirms,
    ReportBlockage,
    SubmitFirm,
    UnmergeFirm,
    WithdrawSubmission,
)
from directory.entities import Blockage, Firm
from directory.states import EntityType, FirmStatus, ReviewDecision, SubmissionKind
from tests.commands.front_desk import LI, SUPERVISOR, WANG, ZHAO, Desk, a_firm_user
from tests.declarations import raw_enterprise, raw_freelancer


async def merged(desk: Desk, source: Firm, into: Firm) -> Firm:
    """The survivor after Wang merged the two."""
    return await desk.firm(
        await desk.done(MergeFirms(source=source.id, into=into.id, reason="同一主体"), WANG)
    )


async def unmerged(desk: Desk, source: Firm) -> Firm:
    """The entry after Wang took the merge back."""
    return await desk.firm(await desk.done(UnmergeFirm(firm=source.id, reason="误并"), WANG))


async def reported(desk: Desk, firm: Firm, owner: Caller) -> Blockage:
    """A report of the firm."""
    command = ReportBlockage(
        firm=firm.id,
        title="平台抽成过高",
        description="抽成占成交额三成，难以为继。",
        category="platform-fees",
    )
    return await desk.blockage(await desk.done(command, owner))


async def test_old_numbers_and_codes_lead_to_the_survivor(desk: Desk) -> None:
    """The survivor keeps its number; whoever has the old one still gets there."""
    source, survivor = await desk.listed(a_firm_user()), await desk.listed(a_firm_user())
    kept = await merged(desk, source, survivor)
    assert (kept.entry_number, kept.merged_from) == (survivor.entry_number, (source.entry_number,))
    async with desk.record.reader() as reader:
        assert await reader.firm_by_entry_number(source.entry_number) == kept
        assert await reader.firm_by_uscc(str(source.profile.uscc)) == kept
    assert (await desk.firm(source.id)).merged_into == kept.id


async def test_a_chain_of_merges_leads_to_its_end(desk: Desk) -> None:
    """The first entry's number still works after two merges."""
    first, second, third = [await desk.listed(a_firm_user()) for _ in range(3)]
    await merged(desk, first, second)
    last = await merged(desk, second, third)
    assert last.merged_from == (second.entry_number, first.entry_number)
    async with desk.record.reader() as reader:
        assert await reader.firm_by_entry_number(first.entry_number) == last


async def test_the_merged_code_stays_taken(desk: Desk) -> None:
    """It belongs to the survivor now, so nobody registers it again."""
    source, survivor = await desk.listed(a_firm_user()), await desk.listed(a_firm_user())
    await merged(desk, source, survivor)
    refusal = await desk.refusal(SubmitFirm(profile=raw_enterprise(uscc=source.profile.uscc)), a_firm_user())
    assert refusal == ("DUPLICATE", "profile.uscc", "firm.uscc_taken")


async def test_reports_move_to_the_survivor_and_back(desk: Desk) -> None:
    """What the firm reported counts for the firm, under whichever number."""
    owner = a_firm_user()
    source, survivor = await desk.listed(owner), await desk.listed(a_firm_user())
    report = await reported(desk, source, owner)
    await merged(desk, source, survivor)
    assert (await desk.blockage(report.id)).firm_id == survivor.id
    await unmerged(desk, source)
    assert (await desk.blockage(report.id)).firm_id == source.id


async def test_unmerging_out_of_a_chain_brings_each_its_own(desk: Desk) -> None:
    """The first entry leaves the chain with its report; undoing the second merge does not touch it again."""
    owner = a_firm_user()
    first = await desk.listed(owner)
    second, third = await desk.listed(a_firm_user()), await desk.listed(a_firm_user())
    report = await reported(desk, first, owner)
    await merged(desk, first, second)
    await merged(desk, second, third)
    await unmerged(desk, first)
    await unmerged(desk, second)
    assert (await desk.blockage(report.id)).firm_id == first.id
    assert [(await desk.firm(each.id)).merged_from for each in (first, second, third)] == [(), (), ()]


async def test_unmerging_restores_both(desk: Desk) -> None:
    """But for version and time, both are what they were."""
    source, survivor = await desk.listed(a_firm_user()), await desk.listed(a_firm_user())
    await merged(desk, source, survivor)
    await unmerged(desk, source)
    for before in (source, survivor):
        after = await desk.firm(before.id)
        assert after.model_copy(update={"version": before.version, "updated_at": before.updated_at}) == before


async def test_an_open_registration_goes_along_as_an_amendment(desk: Desk) -> None:
    """A pending double is merged into the listed entry: what it asked for is decided there, and comes back with it."""
    owner, survivor = a_firm_user(), await desk.listed(a_firm_user())
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner)
    pending = await desk.firm(outcome)
    await merged(desk, pending, survivor)
    moved = await desk.submission(outcome)
    assert (moved.firm_id, moved.kind) == (survivor.id, SubmissionKind.AMENDMENT)
    await unmerged(desk, pending)
    back = await desk.submission(outcome)
    assert (back.firm_id, back.kind, back.base_firm_version) == (
        pending.id,
        SubmissionKind.REGISTRATION,
        None,
    )
    await desk.approve(outcome)
    assert (await desk.firm(await desk.end_notice(outcome))).status is FirmStatus.LISTED


async def test_an_entry_under_notice_is_not_merged(desk: Desk) -> None:
    """The end of the notice would overwrite the survivor with what was announced for another entry."""
    survivor = await desk.listed(a_firm_user())
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), a_firm_user())
    await desk.approve(outcome)
    command = MergeFirms(source=str(outcome.firm), into=survivor.id, reason="同一主体")
    assert await desk.refusal(command, WANG) == ("NOT_ALLOWED_NOW", "from", "merge.under_notice")


async def test_a_double_whose_registration_was_refused_meanwhile_is_closed(desk: Desk) -> None:
    """Nothing could list it any more."""
    owner, survivor = a_firm_user(), await desk.listed(a_firm_user())
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner)
    pending = await desk.firm(outcome)
    await merged(desk, pending, survivor)
    await desk.review(outcome, ReviewDecision.TAKE)
    await desk.review(outcome, ReviewDecision.REJECT, LI, note="重复申报", criteria=("C2",))
    assert (await unmerged(desk, pending)).status is FirmStatus.DELISTED


async def test_the_survivors_own_amendment_can_still_be_approved(desk: Desk) -> None:
    """A merge changes nothing that the amendment declares."""
    owner, profile = a_firm_user(), raw_enterprise()
    survivor = await desk.listed(owner, profile)
    outcome = await desk.done(
        AmendFirm(firm=survivor.id, expected_version=survivor.version, profile={**profile, "summary": "新"}),
        owner,
    )
    await merged(desk, await desk.listed(a_firm_user()), survivor)
    await desk.approve(outcome)
    assert (await desk.firm(survivor.id)).profile.summary == "新"


async def test_an_identity_taken_meanwhile_stops_the_unmerging(desk: Desk) -> None:
    """A freelancer's account that somebody else registered since cannot be had twice."""
    profile = raw_freelancer()
    source, survivor = await desk.listed(a_firm_user(), profile), await desk.listed(a_firm_user())
    await merged(desk, source, survivor)
    await desk.done(SubmitFirm(profile=profile), a_firm_user())
    refusal = await desk.refusal(UnmergeFirm(firm=source.id, reason="误并"), WANG)
    assert refusal[0] == "DUPLICATE"


async def test_a_reviewer_separates_only_what_lies_within_reach(desk: Desk) -> None:
    """The survivor sits in another province: its reviewers, or a supervisor, have a say."""
    source = await desk.listed(a_firm_user())
    far = await desk.listed(a_firm_user())
    async with desk.record.unit_of_work() as uow:
        moved = far.model_copy(update={"profile": far.profile.model_copy(update={"region": "440300"})})
        far = await uow.firms.save(moved, kind="firm:corrected", actor="register", at=desk.now)
    await desk.done(MergeFirms(source=source.id, into=far.id, reason="同一主体"), SUPERVISOR)
    command = UnmergeFirm(firm=source.id, reason="误并")
    assert await desk.refusal(command, WANG) == ("FORBIDDEN", "firm", "forbidden.reach")
    await desk.done(command, SUPERVISOR)


async def test_both_facts_say_why(desk: Desk) -> None:
    """The log names the reason and the other entry."""
    source, survivor = await desk.listed(a_firm_user()), await desk.listed(a_firm_user())
    await merged(desk, source, survivor)
    gone = (await desk.log_of(EntityType.FIRM, source.id))[-1].fact
    stays = (await desk.log_of(EntityType.FIRM, survivor.id))[-1].fact
    assert (gone.kind, gone.data) == ("firm:merged", {"reason": "同一主体", "into": survivor.id})
    assert (stays.kind, stays.data) == ("firm:merged", {"reason": "同一主体", "source": source.id})


async def test_what_cannot_be_merged(desk: Desk) -> None:
    """Not with itself, not twice, not without a reason, not what left the directory, not from another region."""
    owner = a_firm_user()
    source, survivor = await desk.listed(owner), await desk.listed(a_firm_user())
    gone = await desk.listed(a_firm_user())
    await desk.done(
        ChangeFirmStatus(firm=gone.id, expected_version=gone.version, to=FirmStatus.DELISTED, reason="注销"),
        WANG,
    )

    async def refusal(caller: Caller = WANG, **ids: Any) -> tuple[str, str, str]:
        return await desk.refusal(
            MergeFirms(**{"source": source.id, "into": survivor.id, "reason": "同一主体", **ids}), caller
        )

    assert await refusal(into=source.id) == ("INVALID", "into", "merge.same")
    assert await refusal(reason=" ") == ("REQUIRED", "reason", "required")
    assert await refusal(source="nobody") == ("NOT_FOUND", "from", "not_found")
    assert await refusal(into=gone.id) == ("NOT_ALLOWED_NOW", "into", "merge.delisted")
    assert await refusal(ZHAO) == ("FORBIDDEN", "from", "forbidden.reach")
    assert await refusal(owner) == ("FORBIDDEN", "", "forbidden.role")
    await merged(desk, source, survivor)
    assert await refusal() == ("NOT_ALLOWED_NOW", "from", "merge.already_merged")


async def test_only_what_is_merged_is_unmerged(desk: Desk) -> None:
    """An entry of its own stays so."""
    firm = await desk.listed(a_firm_user())
    refusal = await desk.refusal(UnmergeFirm(firm=firm.id, reason="误并"), WANG)
    assert refusal == ("NOT_ALLOWED_NOW", "firm", "merge.not_merged")


async def test_the_withdrawal_of_a_moved_submission_leaves_the_survivor_listed(desk: Desk) -> None:
    """It ends an amendment, not the entry it was moved to."""
    owner, survivor = a_firm_user(), await desk.listed(a_firm_user())
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), owner)
    await merged(desk, await desk.firm(outcome), survivor)
    version = (await desk.submission(outcome)).version
    await desk.done(WithdrawSubmission(submission=str(outcome.submission), expected_version=version), owner)
    assert (await desk.firm(survivor.id)).status is FirmStatus.LISTED
