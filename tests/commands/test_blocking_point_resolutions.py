"""A blocking point is claimed as removed: every reporter is asked, and each answers for itself. And points merge."""

from __future__ import annotations

import asyncio

import pytest

from directory.access import THE_CLOCK, Caller, Role
from directory.commands import (
    AcceptAssignment,
    AnswerResolution,
    ProvideInformation,
    RequestInformation,
)
from directory.entities import BlockingPoint
from directory.errors import ErrorCode
from directory.point_commands import (
    CarryOverResolution,
    JoinBlockingPoint,
    LinkBlockages,
    MergeBlockingPoints,
    ReopenBlockingPoint,
    UnmergeBlockingPoint,
)
from directory.point_counts import Answers, answers, state_of
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, BlockingPointStatus, ResolutionState
from tests.commands.point_desk import CLAUSE, PointDesk, at, claim, ids, opened_point_desk
from tests.commands.report_desk import OFFICER, OWNER, SUPERVISOR, on, proposal
from tests.factories import make_blockage, make_firm
from tests.record.steps import change, keep
from tests.rules.report_lives import LEAD

S = BlockingPointStatus
MANY = 200
JOINING = 6


@pytest.fixture
async def desk(shared_record: SqlRecord) -> PointDesk:
    """Two listed firms on each kind of database, and the desk that hears them."""
    return await opened_point_desk(shared_record)


async def said(desk: PointDesk, point: BlockingPoint) -> Answers:
    """What the reporters say to the point's resolution."""
    return answers(await desk.point(point.id), await desk.reports_of(point))


async def test_a_claim_asks_every_reporter_in_progress(desk: PointDesk) -> None:
    """It is the leading agency's word; those not in progress yet stay where they are and count as not asked."""
    working = await desk.in_progress()
    waiting, new = await desk.titled("等待签收", stage="assigned"), await desk.titled("刚上报的诉求")
    point = await desk.claimed(await desk.named(working, waiting, new))

    assert (point.status, point.resolved_at) == (S.RESOLVED, desk.now)
    asked = await desk.kept(working.id)
    assert asked.status is BlockageStatus.RESOLUTION_PROPOSED
    assert asked.resolutions[-1].model_dump(include={"proposed_by", "clause", "blocking_point"}) == {
        "proposed_by": LEAD,
        "clause": CLAUSE,
        "blocking_point": point.id,
    }
    assert (await desk.kept(waiting.id)).status is BlockageStatus.ASSIGNED
    assert (await desk.kept(new.id)).status is BlockageStatus.REPORTED
    assert await said(desk, point) == Answers(1, 0, 0, 0, 2, None)


async def test_each_reporter_answers_for_itself(desk: PointDesk) -> None:
    """One confirms, one contests: counted apart, and one contest outweighs the confirmation."""
    first, second = await desk.in_progress(), await desk.titled("抽成不透明", stage="in_progress")
    point = await desk.claimed(await desk.named(first, second))
    await desk.does(AnswerResolution(**on(await desk.kept(first.id)), confirm=True, rating=5), OWNER)
    assert state_of(await said(desk, point)) is ResolutionState.CONFIRMED
    await desk.does(AnswerResolution(**on(await desk.kept(second.id)), confirm=False, comment="没有"), OWNER)

    found = await said(desk, point)
    assert (found.claimed, found.confirmed, found.contested, found.unanswered) == (0, 1, 1, 0)
    assert state_of(found) is ResolutionState.CONTESTED


async def test_who_comes_into_progress_later_is_asked_then(desk: PointDesk) -> None:
    """By the rule, in the moment that the agency takes the report on or the reporter has answered its question."""
    waiting, questioned = await desk.assigned(), await desk.titled("抽成不透明", stage="in_progress")
    questioned = await desk.does(RequestInformation(**on(questioned), note="请提供结算单"), OFFICER)
    point = await desk.claimed(await desk.named(waiting, questioned))
    assert (await said(desk, point)).not_asked == 2

    await desk.does(AcceptAssignment(**on(await desk.kept(waiting.id))), OFFICER)
    await desk.does(ProvideInformation(**on(await desk.kept(questioned.id)), note="已寄出"), OWNER)

    assert await said(desk, point) == Answers(2, 0, 0, 0, 0, None)
    *_, taken_on, asked = [entry.fact for entry in await desk.log_of(waiting)]
    assert (taken_on.kind, asked.kind) == ("blockage:accepted", "blockage:resolution_proposed")
    assert (asked.actor, asked.data["blocking_point"]) == (THE_CLOCK.subject, point.reference)


async def test_who_contests_an_own_claim_is_asked_about_the_points(desk: PointDesk) -> None:
    """It is another claim, which nobody has put to this reporter yet; contesting that one too leads to no third."""
    settled = await desk.in_progress()
    await desk.does(proposal(settled), OFFICER)
    point = await desk.claimed(await desk.named(await desk.kept(settled.id)))
    for claimed_by_point in (False, True):
        report = await desk.kept(settled.id)
        assert (report.resolutions[-1].blocking_point == point.id) is claimed_by_point
        await desk.does(AnswerResolution(**on(report), confirm=False, comment="没有"), OWNER)
    assert (await desk.kept(settled.id)).status is BlockageStatus.IN_PROGRESS


async def test_a_point_under_review_again_asks_nobody(desk: PointDesk) -> None:
    """What was claimed does not stand any more."""
    waiting = await desk.assigned()
    point = await desk.claimed(await desk.named(waiting))
    await desk.done(ReopenBlockingPoint(**at(point), reason="多家反映未落实"))
    await desk.does(AcceptAssignment(**on(await desk.kept(waiting.id))), OFFICER)
    assert (await desk.kept(waiting.id)).status is BlockageStatus.IN_PROGRESS


async def test_who_came_into_progress_elsewhere_is_asked_on_coming_back(desk: PointDesk) -> None:
    """Out of a point that was merged; once each: a reporter who contested is not asked the same again."""
    waiting = await desk.assigned()
    contested = await desk.titled("抽成不透明", stage="in_progress")
    point = await desk.claimed(await desk.named(waiting, contested))
    await desk.does(
        AnswerResolution(**on(await desk.kept(contested.id)), confirm=False, comment="没有"), OWNER
    )
    await desk.merged(point, await desk.named())
    await desk.does(AcceptAssignment(**on(await desk.kept(waiting.id))), OFFICER)
    assert (await desk.kept(waiting.id)).status is BlockageStatus.IN_PROGRESS
    point = await desk.unmerged(point)
    assert (await desk.kept(waiting.id)).status is BlockageStatus.RESOLUTION_PROPOSED
    assert (await desk.kept(contested.id)).status is BlockageStatus.IN_PROGRESS


async def test_what_an_older_version_left_unasked_is_carried_over_by_hand(desk: PointDesk) -> None:
    """Once; then there is nothing left to carry over."""
    waiting = await desk.titled("抽成不透明", stage="in_progress")
    point = await desk.claimed(await desk.named())
    await change(desk.record, waiting, blocking_point=point.id)
    carried = await desk.done(CarryOverResolution(**at(point)), OFFICER)
    assert carried.resolved_at == point.resolved_at
    assert (await desk.kept(waiting.id)).status is BlockageStatus.RESOLUTION_PROPOSED
    assert await desk.refused(CarryOverResolution(**at(carried))) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "point.nothing_to_carry_over")
    }


async def test_an_agencys_own_claim_on_one_report_is_no_answer_to_the_point(desk: PointDesk) -> None:
    """What was settled before the point was named is not counted as its success."""
    settled = await desk.in_progress()
    await desk.does(proposal(settled), OFFICER)
    point = await desk.claimed(await desk.named(await desk.kept(settled.id)))
    found = await said(desk, point)
    assert (found.claimed, found.not_asked) == (0, 1)


async def test_nobody_claims_for_a_point_that_nobody_leads(desk: PointDesk) -> None:
    """A resolution is an agency's word."""
    point = await desk.named(lead_agency=None)
    assert await desk.refused(claim(point)) == {(): (ErrorCode.NOT_ALLOWED_NOW, "point.no_lead")}


async def test_a_resolved_point_is_reviewed_again_with_a_reason(desk: PointDesk) -> None:
    """Counted; its resolution stays on record, and a later one stands beside it."""
    point = await desk.claimed(await desk.named())
    assert await desk.refused(ReopenBlockingPoint(**at(point), reason=" ")) == {
        ("reason",): (ErrorCode.REQUIRED, "required")
    }
    again = await desk.done(ReopenBlockingPoint(**at(point), reason="多家反映未落实"))
    assert (again.status, again.reopens, again.review_reopened_at) == (S.IN_PROGRESS, 1, desk.now)
    assert len((await desk.claimed(again)).resolutions) == 2


async def test_hundreds_of_reporters_are_asked_at_once(desk: PointDesk) -> None:
    """All in one transaction: either everyone is asked, or the claim was not made."""
    point = await desk.named()
    template = await desk.in_progress()
    body = template.model_dump(exclude={"id", "version", "reference", "blocking_point"})
    reports = [make_blockage(**body, blocking_point=point.id) for _ in range(MANY)]
    await keep(desk.record, *reports)
    await desk.claimed(point)
    assert (await said(desk, point)).claimed == MANY


async def test_a_merged_point_lives_on_in_the_survivor(desk: PointDesk) -> None:
    """Its reports go there, and its reference is the survivor's from now on."""
    mine, theirs = await desk.reported(), await desk.titled("抽成不透明")
    source, survivor = await desk.named(mine), await desk.named(theirs)
    kept = await desk.merged(source, survivor)

    assert kept.merged_from == (source.reference,)
    assert set(ids(*await desk.reports_of(kept))) == {mine.id, theirs.id}
    assert await desk.reports_of(source) == []
    gone = await desk.point(source.id)
    assert (gone.merged_into, gone.moved_by_merge) == (survivor.id, (mine.id,))
    again = MergeBlockingPoints(source=source.id, into=survivor.id, reason="同一成因")
    assert await desk.refused(again) == {("from",): (ErrorCode.NOT_ALLOWED_NOW, "point.already_merged")}


async def test_merging_needs_two_points_and_a_supervisor(desk: PointDesk) -> None:
    """And a reason."""
    point = await desk.named()
    itself = MergeBlockingPoints(source=point.id, into=point.id, reason="同一成因")
    assert await desk.refused(itself) == {("into",): (ErrorCode.INVALID, "point.same")}
    nowhere = MergeBlockingPoints(source=point.id, into="0" * 32, reason="同一成因")
    assert await desk.refused(nowhere) == {("into",): (ErrorCode.NOT_FOUND, "not_found")}
    assert await desk.refused(itself, OFFICER) == {(): (ErrorCode.FORBIDDEN, "forbidden.role")}
    alone = UnmergeBlockingPoint(blocking_point=point.id, reason="误并")
    assert await desk.refused(alone) == {("blocking_point",): (ErrorCode.NOT_ALLOWED_NOW, "point.not_merged")}


async def test_a_merge_is_taken_back_whole(desk: PointDesk) -> None:
    """Both have the reports that were theirs; what came since stays with the survivor."""
    mine, theirs, later = (
        await desk.reported(),
        await desk.titled("抽成不透明"),
        await desk.titled("又一起同类诉求"),
    )
    source, survivor = await desk.named(mine), await desk.named(theirs)
    kept = await desk.linked(await desk.merged(source, survivor), add=(later,))
    alone = await desk.unmerged(source)

    assert (alone.id, alone.merged_into, alone.moved_by_merge) == (source.id, None, ())
    assert ids(*await desk.reports_of(alone)) == ids(mine)
    assert set(ids(*await desk.reports_of(kept))) == {theirs.id, later.id}
    assert (await desk.point(survivor.id)).merged_from == ()


async def test_the_first_of_a_chain_leaves_alone(desk: PointDesk) -> None:
    """Its reports come out of the last; the one in between neither keeps nor loses any of its own."""
    reports = [await desk.titled(f"第{number}起同类诉求") for number in range(3)]
    first, second, third = [await desk.named(report) for report in reports]
    await desk.merged(first, second)
    await desk.merged(second, third)
    assert ids(*await desk.reports_of(await desk.unmerged(first))) == ids(reports[0])
    assert ids(*await desk.reports_of(await desk.unmerged(second))) == ids(reports[1])
    assert (await desk.point(third.id)).merged_from == ()


async def test_open_reports_that_come_by_a_merge_reopen_a_resolved_survivor(desk: PointDesk) -> None:
    """The resolution did not hold for them."""
    survivor = await desk.claimed(await desk.named())
    kept = await desk.merged(await desk.named(await desk.reported()), survivor)
    assert (kept.status, len(kept.recurrences)) == (S.IN_PROGRESS, 1)


async def test_a_command_on_a_merged_point_asks_for_the_survivors_version(desk: PointDesk) -> None:
    """Who saw the old one has not seen the survivor."""
    source, survivor = await desk.named(), await desk.named()
    await desk.merged(source, survivor)
    assert list((await desk.refused(claim(source), SUPERVISOR)).values()) == [
        (ErrorCode.CONFLICT, "conflict.version")
    ]


async def test_firms_that_join_while_points_merge_are_all_with_the_survivor(desk: PointDesk) -> None:
    """Nobody is turned away for coming at the same time, and no report stays with a point that is gone."""
    owners = [Caller(f"joining-{number}", frozenset({Role.FIRM})) for number in range(JOINING)]
    firms = [make_firm(owner=str(owner.subject)) for owner in owners]
    await keep(desk.record, *firms)
    source, survivor = await desk.named(), await desk.named()
    merge = MergeBlockingPoints(source=source.id, into=survivor.id, reason="同一成因")
    joins = [
        desk.directory.handle(JoinBlockingPoint(firm=firm.id, blocking_point=source.id), owner)
        for firm, owner in zip(firms, owners, strict=True)
    ]
    outcomes = await asyncio.gather(
        *joins[: JOINING // 2], desk.directory.handle(merge, SUPERVISOR), *joins[JOINING // 2 :]
    )

    assert [outcome.problems for outcome in outcomes if outcome.problems] == []
    assert await desk.reports_of(source) == []
    assert {report.firm_id for report in await desk.reports_of(survivor)} == {firm.id for firm in firms}


async def test_an_erased_report_counts_no_more(desk: PointDesk) -> None:
    """The point stays, without what the firm told; the others' reports stay with it."""
    mine = await desk.reported()
    point = await desk.named(mine)
    theirs = await desk.does(
        JoinBlockingPoint(firm=desk.another.id, blocking_point=point.id),
        Caller("another-firm-user", frozenset({Role.FIRM})),
    )
    async with desk.record.unit_of_work() as uow:
        await uow.erase(desk.firm.id, actor="clerk", at=desk.now)
    assert ids(*await desk.reports_of(point)) == (theirs.id,)
    refusal = {("remove", "0"): (ErrorCode.NOT_FOUND, "not_found")}
    current = await desk.point(point.id)
    assert await desk.refused(LinkBlockages(**at(current), remove=(mine.id,))) == refusal
