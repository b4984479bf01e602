"""What follows when a blocking point is resolved: silent firms are told, and a report like it reopens its review."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest

from directory.entities import Blockage, BlockingPoint, Firm, PointResolution
from directory.errors import SearchUnavailable
from directory.reminders import Inbox
from directory.states import BlockageStatus, BlockingPointStatus, FirmStatus, ResolutionKind, Visibility
from newgrowth import point_watch
from newgrowth.point_watch import FollowedUp, follow_up
from schema.services import Services
from tests.conditions import eventually
from tests.factories import NOW, make_firm, make_point, make_profile
from tests.journeys.stage import FAR_OFFICER, PUBLIC, TRIAGE, Stage
from tests.record.steps import change, keep
from tests.schema.blockages.corpus import indexed, taken_up

DAY = timedelta(days=1)
NOTHING = FollowedUp(told=0, reopened=0)
LIKE_IT = {"title": "平台抽成比例没有上限", "description": "商户无从议价。", "category": "platform-fees"}
POINT = """query P($r: String!) { blockingPoint(reference: $r) {
    status beneficiaries recurrences suspectedRecurrences { reference } } }"""


def firm_in(region: str, owner: str, **changes: Any) -> Firm:
    """A listed firm that streams and sells, in a region."""
    return make_firm(owner=owner, profile=make_profile(region=region), listed_at=NOW, **changes)


def resolved(**changes: Any) -> BlockingPoint:
    """A point claimed as removed at `NOW`."""
    claim = PointResolution(
        kind=ResolutionKind.POLICY_CHANGED, summary="已出台抽成上限", proposed_by="samr", proposed_at=NOW
    )
    values = {"status": BlockingPointStatus.RESOLVED, "resolutions": (claim,), "resolved_at": NOW}
    return make_point(**{**values, **changes})


async def reported(stage: Stage, point: BlockingPoint, **changes: Any) -> Blockage:
    """The report of a firm in Hangzhou that the point is about; the point is kept with it."""
    firm = firm_in("330100", "reporter")
    await keep(stage.record, firm, point)
    report = taken_up(firm, NOW - DAY, blocking_point=point.id, forms=("live-commerce",), **changes)
    await indexed(stage, report)
    return report


async def notices_of(stage: Stage, owner: str) -> list[tuple[str, str]]:
    """What somebody was told, and about what."""
    async with stage.record.reader() as reader:
        kept = await reader.inbox(Inbox(owner), first=10)
    return [(each.rule, each.entity_id) for each in kept]


async def read(stage: Stage, point: BlockingPoint, who: Any = PUBLIC) -> dict[str, Any]:
    """The point as somebody reads it."""
    found: dict[str, Any] = (await stage.ask(who, POINT, r=point.reference))["blockingPoint"]
    return found


async def test_firms_that_never_reported_are_told_once(stage: Stage) -> None:
    """Those of the same form and region that are listed; the point says how many."""
    point = resolved()
    await reported(stage, point)
    form_elsewhere = make_profile(forms=("paid-knowledge",))
    await indexed(
        stage,
        firm_in("330100", "silent"),
        firm_in("330106", "silent-too"),
        firm_in("440300", "far-away"),
        make_firm(owner="other-form", profile=form_elsewhere),
        firm_in("330100", "not-listed", status=FirmStatus.SUSPENDED),
    )

    assert (await read(stage, point))["beneficiaries"] is None
    assert await follow_up(stage.served.services) == FollowedUp(told=2, reopened=0)

    for owner in ("silent", "silent-too"):
        assert await notices_of(stage, owner) == [("notice.point.resolved", point.id)]
    for owner in ("reporter", "far-away", "other-form", "not-listed"):
        assert await notices_of(stage, owner) == []
    assert (await read(stage, point))["beneficiaries"] == 2
    assert await follow_up(stage.served.services) == NOTHING


async def test_a_round_that_was_cut_short_tells_nobody_twice(stage: Stage) -> None:
    """The firms were told, and the count was not kept: the next round only counts."""
    point = resolved()
    await reported(stage, point)
    await indexed(stage, firm_in("330100", "silent"))
    assert (await follow_up(stage.served.services)).told == 1
    async with stage.record.reader() as reader:
        counted = (await reader.blocking_points([point.id]))[point.id]
    await change(stage.record, counted, beneficiaries=None)

    assert await follow_up(stage.served.services) == NOTHING

    assert len(await notices_of(stage, "silent")) == 1
    assert (await read(stage, point))["beneficiaries"] == 1


async def test_two_processes_at_once_tell_each_firm_once(stage: Stage) -> None:
    """And reopen a review once, whoever comes first."""
    point = resolved()
    await reported(stage, point)
    firm = firm_in("440300", "somebody")
    await keep(stage.record, firm)
    newcomer = taken_up(firm, NOW + DAY, **LIKE_IT)
    await indexed(stage, firm_in("330100", "silent"), newcomer)

    rounds = await asyncio.gather(*(follow_up(stage.served.services) for _ in range(3)))

    assert sum(each.told for each in rounds) == sum(each.reopened for each in rounds) == 1
    assert len(await notices_of(stage, "silent")) == 1
    async with stage.record.reader() as reader:
        kept = (await reader.blocking_points([point.id]))[point.id]
    assert [each.report for each in kept.recurrences] == [newcomer.id]


async def test_the_watch_goes_on_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Round after round, also after one that met a fault."""
    monkeypatch.setattr(point_watch, "PERIOD_SECONDS", 0.01)
    faults = iter([SearchUnavailable("down"), ValueError("a mistake")])

    async def sometimes(services: Services) -> FollowedUp:
        for fault in faults:
            raise fault
        return await follow_up(services)

    monkeypatch.setattr(point_watch, "follow_up", sometimes)
    point = resolved()
    await reported(stage, point)
    await indexed(stage, firm_in("330100", "silent"))

    watching = asyncio.create_task(point_watch.watch_points(stage.served.services))

    async def told() -> bool:
        return bool(await notices_of(stage, "silent"))

    try:
        await eventually(told)
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def test_where_a_hidden_report_comes_from_is_not_given_away(stage: Stage) -> None:
    """Its region and forms reach nobody."""
    point = resolved()
    await reported(stage, point, visibility=Visibility.AGENCIES_ONLY)
    await indexed(stage, firm_in("330100", "silent"))
    assert await follow_up(stage.served.services) == NOTHING
    assert (await read(stage, point))["beneficiaries"] == 0


async def test_a_report_like_a_resolved_point_reopens_its_review(stage: Stage) -> None:
    """Seen at the point by everyone who may read the report, until somebody links it."""
    point = resolved()
    await reported(stage, point)
    firm = firm_in("440300", "somebody")
    await keep(stage.record, firm)
    newcomer = taken_up(firm, NOW + DAY, **LIKE_IT)
    await indexed(stage, newcomer)

    assert (await follow_up(stage.served.services)).reopened == 1

    expected = {
        "status": "IN_PROGRESS",
        "beneficiaries": 0,
        "recurrences": 0,
        "suspectedRecurrences": [{"reference": newcomer.reference}],
    }
    assert await read(stage, point) == expected
    await stage.index()
    assert await follow_up(stage.served.services) == NOTHING

    await change(stage.record, newcomer.model_copy(update={"version": 1}), blocking_point=point.id)
    linked = await read(stage, point)
    assert (linked["recurrences"], linked["suspectedRecurrences"]) == (1, [])


async def test_other_reports_leave_a_resolution_alone(stage: Stage) -> None:
    """Earlier ones, hidden and closed ones, those not taken up, linked ones, and those about something else."""
    point, another = resolved(), make_point(title="另一堵点")
    await reported(stage, point)
    firm = firm_in("440300", "somebody")
    await keep(stage.record, firm, another)
    await indexed(
        stage,
        taken_up(firm, NOW - DAY, **LIKE_IT),
        taken_up(firm, NOW + DAY, visibility=Visibility.AGENCIES_ONLY, **LIKE_IT),
        taken_up(firm, NOW + DAY, status=BlockageStatus.RESOLVED, closed_at=NOW + DAY, **LIKE_IT),
        taken_up(firm, NOW + DAY, status=BlockageStatus.REPORTED, timeline=(), **LIKE_IT),
        taken_up(firm, NOW + DAY, blocking_point=another.id, **LIKE_IT),
        taken_up(firm, NOW + DAY, title="代开发票跑三趟", description="排队很久。", category="platform-fees"),
    )

    assert (await follow_up(stage.served.services)).reopened == 0

    for who in (PUBLIC, TRIAGE, FAR_OFFICER):
        shown = await read(stage, point, who)
        assert (shown["status"], shown["suspectedRecurrences"]) == ("RESOLVED", [])
