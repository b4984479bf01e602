"""Several reports with one cause become one blocking point: named, linked, amended, split; and firms that join it."""

from __future__ import annotations

from typing import Any

import pytest

from directory.access import Caller, Role
from directory.blocking_points import LINK_STEP, UNLINK_STEP
from directory.commands import ReportBlockage, WithdrawBlockage
from directory.errors import ErrorCode, Forbidden
from directory.identifiers import Prefix, parse_number
from directory.point_commands import (
    AmendBlockingPoint,
    JoinBlockingPoint,
    LinkBlockages,
    SplitBlockingPoint,
    StartBlockingPoint,
)
from directory.point_counts import extent, recurrences
from directory.record.open import SqlRecord
from directory.standing import readable_timeline
from directory.states import BlockageStatus, BlockingPointStatus, Visibility
from tests.commands.point_desk import (
    ANOTHER_OWNER,
    CLAUSE,
    OTHER_CLAUSE,
    PointDesk,
    at,
    claim,
    ids,
    naming,
    opened_point_desk,
)
from tests.commands.report_desk import (
    ANALYST,
    FAR_OFFICER,
    OFFICER,
    OWNER,
    PLATFORM,
    SECOND_OFFICER,
    SUPERVISOR,
    on,
)
from tests.rules.report_lives import LEAD, SECOND_LEAD

S = BlockingPointStatus


@pytest.fixture
async def desk(shared_record: SqlRecord) -> PointDesk:
    """Two listed firms on each kind of database, and the desk that hears them."""
    return await opened_point_desk(shared_record)


def joining(desk: PointDesk, point_id: str, **changes: Any) -> JoinBlockingPoint:
    """The other firm says that the point hinders it too."""
    return JoinBlockingPoint(firm=desk.another.id, blocking_point=point_id, **changes)


async def test_a_point_is_named_with_its_first_reports(desk: PointDesk) -> None:
    """It gets a reference of its own; the reports stay as they are, name it from now on, and tell when that began."""
    first, second = await desk.reported(), await desk.titled("平台抽成不透明")
    point = await desk.named(first, second, title_en="No ceiling on platform fees")

    number = parse_number(point.reference)
    assert number is not None
    assert number.prefix is Prefix.POINT
    assert (point.status, point.clauses, point.lead_agency) == (S.OPEN, (CLAUSE,), LEAD)
    linked = await desk.kept(first.id)
    *earlier, step = linked.timeline
    as_before = {"blocking_point": None, "version": first.version, "timeline": tuple(earlier)}
    assert linked.model_copy(update=as_before) == first.model_copy(update={"updated_at": linked.updated_at})
    assert (step.action, step.actor, step.note) == (LINK_STEP, "supervisor", point.reference)
    assert (step.before, step.after) == (first.status, first.status)
    assert set(ids(*await desk.reports_of(point))) == {first.id, second.id}
    assert [entry.fact.kind for entry in await desk.history(point)] == ["blocking_point:created"]
    assert [entry.fact.kind for entry in await desk.log_of(first)] == ["blockage:reported", "blockage:linked"]


async def test_a_report_tells_every_point_it_named_and_by_whose_hand(desk: PointDesk) -> None:
    """Linked, moved by a merge, unlinked: strangers read the steps too, for which point a report names is public."""
    report = await desk.titled("平台抽成不透明", stage="triaged", visibility=Visibility.PUBLIC)
    source, survivor = await desk.named(caller=OFFICER), await desk.named()
    await desk.done(LinkBlockages(**at(source), add=ids(report)), OFFICER)
    merged = await desk.merged(await desk.point(source.id), survivor)
    await desk.linked(merged, remove=(report,))

    steps = [
        (step.action, step.actor, step.note)
        for step in readable_timeline(await desk.kept(report.id), frozenset())
    ]

    assert steps[-3:] == [
        (LINK_STEP, LEAD, source.reference),
        (LINK_STEP, "supervisor", survivor.reference),
        (UNLINK_STEP, "supervisor", survivor.reference),
    ]


async def test_a_point_without_clause_or_sense_is_refused_with_every_reason(desk: PointDesk) -> None:
    """A point without a clause is a complaint, and each mistake is told at once."""
    refusals = await desk.refused(
        naming(
            title="高",
            description="短",
            category="platform",
            clauses=(),
            lead_agency="platform-operator",
            co_agencies=("nobody",),
        )
    )
    assert {path: key for path, (_, key) in refusals.items()} == {
        ("title",): "text.too_short",
        ("description",): "text.too_short",
        ("category",): "code.too_general",
        ("clauses",): "required",
        ("lead_agency",): "blockage.cannot_lead",
        ("co_agencies", "0"): "code.unknown",
    }
    assert await desk.refused(naming(clauses=("no-such#1",))) == {
        ("clauses", "0"): (ErrorCode.INVALID, "code.unknown")
    }


async def test_an_agency_leads_what_it_names_and_no_other_does(desk: PointDesk) -> None:
    """A district office gives no work to a ministry."""
    assert (await desk.named(caller=OFFICER, lead_agency=None)).lead_agency == LEAD
    assert await desk.refused(naming(lead_agency="samr"), OFFICER) == {
        ("lead_agency",): (ErrorCode.FORBIDDEN, "point.lead_elsewhere")
    }
    assert await desk.refused(naming(lead_agency=None), PLATFORM) == {
        (): (ErrorCode.FORBIDDEN, "point.cannot_lead")
    }


@pytest.mark.parametrize("caller", [OWNER, ANALYST, Caller("operator", frozenset({Role.OPERATOR}))])
async def test_who_has_no_such_office_names_no_point(desk: PointDesk, caller: Caller) -> None:
    """Firms report, analysts read, operators operate."""
    assert await desk.refused(naming(), caller) == {(): (ErrorCode.FORBIDDEN, "forbidden.role")}


async def test_a_report_has_one_point_at_most(desk: PointDesk) -> None:
    """It is unlinked before it is linked elsewhere; a repeated link is refused alike."""
    report = await desk.reported()
    first, second = await desk.named(report), await desk.named()
    taken = {("add", "0"): (ErrorCode.NOT_ALLOWED_NOW, "point.linked_before")}
    assert await desk.refused(LinkBlockages(**at(first), add=ids(report))) == taken
    assert await desk.refused(LinkBlockages(**at(second), add=ids(report))) == taken

    await desk.linked(first, remove=(report,))
    await desk.linked(second, add=(report,))
    assert (await desk.kept(report.id)).blocking_point == second.id
    kinds = [entry.fact.kind for entry in await desk.log_of(report)]
    assert kinds[1:] == ["blockage:linked", "blockage:unlinked", "blockage:linked"]


async def test_linking_is_all_or_nothing_and_names_each_problem(desk: PointDesk) -> None:
    """What is unknown, out of reach or void is told by its place in the list."""
    good, far = await desk.reported(), await desk.titled("异地诉求", region="440300")
    withdrawn = await desk.titled("撤回的诉求")
    await desk.does(WithdrawBlockage(**on(withdrawn), reason="已解决", asked_by_agency=False), OWNER)
    point = await desk.named()
    command = LinkBlockages(**at(point), add=(good.id, "0" * 32, far.id, withdrawn.id, "\x00"))

    assert await desk.refused(command, OFFICER) == {
        ("add", "1"): (ErrorCode.NOT_FOUND, "not_found"),
        ("add", "2"): (ErrorCode.NOT_FOUND, "not_found"),
        ("add", "3"): (ErrorCode.NOT_ALLOWED_NOW, "point.report_void"),
        ("add", "4"): (ErrorCode.NOT_FOUND, "not_found"),
    }
    assert await desk.reports_of(point) == []
    assert await desk.refused(LinkBlockages(**at(point))) == {("add",): (ErrorCode.REQUIRED, "required")}
    assert await desk.refused(LinkBlockages(**at(point), remove=ids(good))) == {
        ("remove", "0"): (ErrorCode.NOT_ALLOWED_NOW, "point.not_linked")
    }


async def test_a_public_report_far_away_is_seen_but_not_linked(desk: PointDesk) -> None:
    """Reading it is everyone's, saying what it is about is not."""
    far = await desk.assigned(region="330100")
    point = await desk.named(caller=SUPERVISOR, lead_agency="local-amr@440300")
    assert await desk.refused(LinkBlockages(**at(point), add=ids(far)), FAR_OFFICER) == {
        ("add", "0"): (ErrorCode.FORBIDDEN, "point.report_out_of_reach")
    }


async def test_a_stale_version_is_a_conflict(desk: PointDesk) -> None:
    """Who saw an earlier state decides again."""
    point = await desk.named()
    await desk.done(StartBlockingPoint(**at(point)))
    refusals = await desk.refused(LinkBlockages(**at(point), add=("0" * 32,)))
    assert list(refusals.values()) == [(ErrorCode.CONFLICT, "conflict.version")]


async def test_what_a_point_says_is_amended_field_by_field(desk: PointDesk) -> None:
    """What is not given stays, blank text empties; only a supervisor makes another agency lead."""
    point = await desk.named(title_en="Fees", co_agencies=("samr",))
    amended = await desk.done(
        AmendBlockingPoint(**at(point), title_en=" ", clauses=(OTHER_CLAUSE, CLAUSE)), OFFICER
    )
    assert (amended.title, amended.title_en, amended.co_agencies) == (point.title, None, ("samr",))
    assert amended.clauses == (OTHER_CLAUSE, CLAUSE)

    moved = AmendBlockingPoint(**at(amended), lead_agency=SECOND_LEAD)
    assert await desk.refused(moved, OFFICER) == {
        ("lead_agency",): (ErrorCode.FORBIDDEN, "point.lead_elsewhere")
    }
    assert await desk.refused(moved, SECOND_OFFICER) == {(): (ErrorCode.FORBIDDEN, "point.not_yours")}
    assert (await desk.done(moved)).lead_agency == SECOND_LEAD
    assert await desk.refused(AmendBlockingPoint(**at(await desk.point(point.id)), clauses=())) == {
        ("clauses",): (ErrorCode.REQUIRED, "required")
    }


async def test_points_are_found_by_the_clauses_they_cite(desk: PointDesk) -> None:
    """As they are cited now, and not once they live on in another."""
    clause = "consumer-law#art25"
    point, other = await desk.named(clauses=(clause,)), await desk.named()
    async with desk.record.reader() as reader:
        assert point.id in {each.id for each in (await reader.points_of_clauses([clause]))[clause]}
    await desk.merged(point, other)
    async with desk.record.reader() as reader:
        assert point.id not in {each.id for each in (await reader.points_of_clauses([clause]))[clause]}


async def test_a_split_keeps_the_first_report_of_the_whole(desk: PointDesk) -> None:
    """The sibling is as old as the obstacle it was part of, whichever reports go."""
    first = await desk.reported()
    second = await desk.at("2026-03-09 10:00").titled("押金迟迟不退")
    whole = await desk.named(first, second)
    part = await desk.at("2026-03-10 10:00").split(whole, second)

    assert (part.split_from, part.clauses, part.lead_agency) == (whole.id, whole.clauses, whole.lead_agency)
    assert extent(part, await desk.reports_of(part)).first_reported_at == first.reported_at
    assert ids(*await desk.reports_of(whole)) == ids(first)
    back = await desk.merged(part, await desk.point(whole.id))
    assert ids(*await desk.reports_of(back)) == ids(first, second)


async def test_a_split_takes_only_reports_of_the_point(desk: PointDesk) -> None:
    """And at least one, under a title."""
    stranger, point = await desk.reported(), await desk.named()
    command = SplitBlockingPoint(**at(point), title="另一成因", blockages=ids(stranger), reason="成因不同")
    assert await desk.refused(command) == {
        ("blockages", "0"): (ErrorCode.NOT_ALLOWED_NOW, "point.not_linked")
    }
    empty = SplitBlockingPoint(**at(point), title=" ", blockages=(), reason="成因不同")
    assert set(await desk.refused(empty)) == {("title",), ("blockages",)}


async def test_another_firm_joins_in_one_call(desk: PointDesk) -> None:
    """Its report names the point, takes title, subject and clauses from it, and carries the firm's own impact."""
    point = await desk.named(await desk.reported())
    command = joining(desk, point.id, impact={"explanation": "每月多付三千元"})
    report = await desk.does(command, ANOTHER_OWNER)

    assert (report.firm_id, report.blocking_point) == (desk.another.id, point.id)
    assert (report.title, report.clauses, report.category) == (point.title, point.clauses, point.category)
    assert report.impact is not None
    assert report.status is BlockageStatus.REPORTED
    assert (await desk.point(point.id)).version == point.version
    assert await desk.refused(command, ANOTHER_OWNER) == {
        ("blocking_point",): (ErrorCode.DUPLICATE, "point.joined_already")
    }


@pytest.mark.parametrize("unknown", ["0" * 32, "", "\x00", "Ω"])
async def test_no_report_names_a_point_that_is_not_there(desk: PointDesk, unknown: str) -> None:
    """Neither by joining nor by filing."""
    not_found = {("blocking_point",): (ErrorCode.NOT_FOUND, "not_found")}
    assert await desk.refused(joining(desk, unknown), ANOTHER_OWNER) == not_found
    assert await desk.refused(desk.report_of(blocking_point=unknown), OWNER) == not_found


async def test_a_mistake_of_a_joining_firm_is_told_where_it_was_made(desk: PointDesk) -> None:
    """Its own words and codes, at their own fields."""
    point = await desk.named()
    command = joining(desk, point.id, description="短", region="999999")
    assert set(await desk.refused(command, ANOTHER_OWNER)) == {("description",), ("region",)}
    assert await desk.refused(command, OWNER) == {("firm",): (ErrorCode.FORBIDDEN, "firm.not_yours")}


async def test_a_report_of_a_merged_point_goes_to_the_survivor(desk: PointDesk) -> None:
    """Whoever still has the old id hinders nobody."""
    old, survivor = await desk.named(), await desk.named()
    await desk.merged(old, survivor)
    filed = await desk.reported(blocking_point=old.id)
    joined = await desk.does(joining(desk, old.id), ANOTHER_OWNER)
    assert {filed.blocking_point, joined.blocking_point} == {survivor.id}


async def test_a_report_in_spite_of_a_resolution_reopens_the_review(desk: PointDesk) -> None:
    """Filed or linked, it is kept against the resolution, which no longer stands."""
    point = await desk.claimed(await desk.named())
    filed: ReportBlockage = desk.report_of(blocking_point=point.id)
    await desk.at("2026-03-20 10:00").does(filed, OWNER)

    again = await desk.point(point.id)
    assert (again.status, again.resolved_at, again.review_reopened_at) == (S.IN_PROGRESS, None, desk.now)
    assert recurrences(again, await desk.reports_of(again)) == 1
    told = (await desk.history(point))[-1].fact
    assert (told.kind, told.actor) == ("blocking_point:recurred", "clock"), "who reported is not told"

    more = await desk.titled("又一起同类诉求")
    twice = await desk.linked(await desk.claimed(again), add=(more,))
    assert recurrences(twice, await desk.reports_of(twice)) == 2
    assert twice.status is S.IN_PROGRESS


async def test_whoever_is_no_party_takes_no_step(desk: PointDesk) -> None:
    """Another agency reads the point, and that is all."""
    point = await desk.named()
    for command in (StartBlockingPoint(**at(point)), claim(point), LinkBlockages(**at(point), add=("x",))):
        assert await desk.refused(command, SECOND_OFFICER) == {(): (Forbidden.code, "point.not_yours")}
