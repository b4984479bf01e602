"""Private drafts: resumed at will, invisible to all others, handed in when complete."""

from __future__ import annotations

import asyncio

import pytest

from directory.access import Caller
from directory.commands import RaiseObjection, ReviewSubmission, SaveDraft, SubmitDraft, WithdrawSubmission
from directory.entities import Submission
from directory.states import EntityType, FirmStatus, ReviewDecision, SubmissionStatus
from tests.commands.front_desk import STRANGER, SUPERVISOR, WANG, Desk, a_firm_user
from tests.declarations import raw_enterprise

NOT_FOUND = ("NOT_FOUND", "submission", "not_found")


async def draft_of(desk: Desk, owner: Caller, **typed: object) -> Submission:
    """A draft with what was typed."""
    return await desk.submission(await desk.done(SaveDraft(profile=typed), owner))


async def test_a_draft_is_kept_as_typed_and_resumed(desk: Desk) -> None:
    """Saved half-way, saved again, handed in: one submission all along."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, name="微光", uscc="9133")
    assert (draft.status, draft.draft) == (SubmissionStatus.DRAFT, {"name": "微光", "uscc": "9133"})
    profile = raw_enterprise(contact={"phone": "13812345678"})
    await desk.done(SaveDraft(profile=profile, submission=draft.id, expected_version=1), owner)
    outcome = await desk.done(SubmitDraft(submission=draft.id, expected_version=2), owner)
    submission, firm = await desk.submission(draft.id), await desk.firm(outcome)
    assert (submission.status, submission.draft, submission.firm_id) == (
        SubmissionStatus.SUBMITTED,
        None,
        firm.id,
    )
    assert firm.status is FirmStatus.PENDING
    assert (await desk.contact(firm.contact)).phone == "13812345678"


async def test_contact_details_in_a_draft_lie_apart(desk: Desk) -> None:
    """Neither the draft nor the log says the phone number; the contact store does."""
    draft = await draft_of(desk, a_firm_user(), name="微光", contact={"phone": "1385550000"})
    log = await desk.log_of(EntityType.SUBMISSION, draft.id)
    assert "1385550000" not in repr((draft, log))
    assert (await desk.contact(draft.contact)).phone == "1385550000"


async def test_handing_in_names_every_problem_and_keeps_the_draft(desk: Desk) -> None:
    """The draft is as it was, to be completed."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, name="微光", entity_kind="ENTERPRISE")
    problems = await desk.refusals(SubmitDraft(submission=draft.id, expected_version=1), owner)
    assert {path for _, path, _ in problems} == {"profile.uscc", "profile.forms", "profile.region"}
    assert await desk.submission(draft.id) == draft


async def test_a_profile_given_with_the_handing_in_replaces_the_draft(desk: Desk) -> None:
    """The last word is what counts."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, name="微光")
    profile = raw_enterprise(name="杭州大光直播有限公司")
    outcome = await desk.done(SubmitDraft(submission=draft.id, expected_version=1, profile=profile), owner)
    assert (await desk.firm(outcome)).profile.name == "杭州大光直播有限公司"


@pytest.mark.parametrize("caller", [STRANGER, WANG, SUPERVISOR], ids=lambda caller: str(caller.subject))
async def test_a_draft_does_not_exist_for_anyone_else(desk: Desk, caller: Caller) -> None:
    """Whatever others try, the answer is that of an id that was never given."""
    draft = await draft_of(desk, a_firm_user(), name="微光")
    for submission in (draft.id, "0" * 32):
        commands = [
            SaveDraft(profile={}, submission=submission, expected_version=1),
            SubmitDraft(submission=submission, expected_version=1),
            WithdrawSubmission(submission=submission, expected_version=1),
            ReviewSubmission(submission=submission, expected_version=1, decision=ReviewDecision.TAKE),
            RaiseObjection(submission=submission, reason="冒名"),
        ]
        answers = {await desk.refusal(command, caller) for command in commands}
        assert answers <= {NOT_FOUND, ("FORBIDDEN", "", "forbidden.role")}
        assert NOT_FOUND in answers


async def test_a_draft_that_was_given_up_leaves_nothing_typed(desk: Desk) -> None:
    """No entry was made, and nothing of it is kept."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, name="微光")
    await desk.done(WithdrawSubmission(submission=draft.id, expected_version=1), owner)
    given_up = await desk.submission(draft.id)
    assert (given_up.status, given_up.draft) == (SubmissionStatus.WITHDRAWN, None)
    async with desk.record.reader() as reader:
        assert await reader.firms([draft.firm_id]) == {}


async def test_what_is_handed_in_is_no_draft_any_more(desk: Desk) -> None:
    """It changes by request of a reviewer, not by saving over it."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, **raw_enterprise())
    await desk.done(SubmitDraft(submission=draft.id, expected_version=1), owner)
    command = SaveDraft(profile={}, submission=draft.id, expected_version=2)
    assert await desk.refusal(command, owner) == (
        "NOT_ALLOWED_NOW",
        "submission",
        "submission.no_such_move",
    )


async def test_a_draft_is_handed_in_once(desk: Desk) -> None:
    """Two clicks at the same moment: one entry, and a conflict for the other."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, **raw_enterprise())
    command = SubmitDraft(submission=draft.id, expected_version=1)
    outcomes = await asyncio.gather(*(desk.directory.handle(command, owner) for _ in range(3)))
    keys = [problem.key for outcome in outcomes for problem in outcome.problems]
    assert keys == ["conflict.version"] * 2


async def test_saving_over_a_newer_version_is_a_conflict(desk: Desk) -> None:
    """Two open windows: the older one does not overwrite the newer."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, name="微光")
    command = SaveDraft(profile={"name": "大光"}, submission=draft.id, expected_version=1)
    await desk.done(command, owner)
    assert await desk.refusal(command, owner) == ("CONFLICT", "expectedVersion", "conflict.version")


async def test_a_draft_is_saved_over_only_with_its_version(desk: Desk) -> None:
    """Without a version nobody could tell."""
    owner = a_firm_user()
    draft = await draft_of(desk, owner, name="微光")
    refusal = await desk.refusal(SaveDraft(profile={}, submission=draft.id), owner)
    assert refusal == ("REQUIRED", "expected_version", "required")
