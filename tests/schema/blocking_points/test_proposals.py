"""Points that nobody has named yet: what staff and analysts are shown of clusters of reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from directory.entities import Blockage
from directory.states import Visibility
from tests.factories import NOW, make_firm, make_point, make_profile
from tests.journeys.stage import ANALYST, LEADER, OPERATOR, OWNER, PUBLIC, SUPERVISOR, TRIAGE, Person, Stage
from tests.record.steps import keep
from tests.schema.blockages.corpus import indexed, taken_up

PROPOSED = """query P($first: Int) { proposedBlockingPoints(first: $first) {
    reports { reference } words category { code } clauses { code } regions { code } firms recent before rising } }"""
CLAUSE = "platform-fee-guide-2025#ban"
ON_FEES = ("平台抽成太高没有上限", "抽成比例由平台单方上调", "直播平台抽成占三成")

ON_INJURIES = ("工伤保险没有单位不能参加", "骑手工伤保险不受理", "工伤保险把主播挡在外", "工伤保险只认单位")


async def proposed(stage: Stage, who: Person = SUPERVISOR, **asked: Any) -> list[Any]:
    """What the caller is shown."""
    found: list[Any] = (await stage.ask(who, PROPOSED, **asked))["proposedBlockingPoints"]
    return found


async def reported(stage: Stage, *titles: str, **changes: Any) -> list[Blockage]:
    """A report of each title, each by a firm of its own, a day apart."""
    firms = [make_firm(profile=make_profile()) for _ in titles]
    await keep(stage.record, *firms)
    values = {"category": "platform-fees", **changes}
    reports = [
        taken_up(firm, NOW - timedelta(days=len(titles) - at), title=title, description=title, **values)
        for at, (firm, title) in enumerate(zip(firms, titles, strict=True))
    ]
    await indexed(stage, *reports)
    return reports


async def test_a_common_cause_is_proposed(stage: Stage) -> None:
    """Its reports, what they say, how far it reaches and how it grows."""
    reports = await reported(stage, *ON_FEES, clauses=(CLAUSE,))
    await reported(stage, "代开发票要跑三趟", category="invoice")

    (found,) = await proposed(stage)

    assert found["reports"] == [{"reference": report.reference} for report in reports]
    assert "抽成" in found["words"]
    assert (found["category"], found["clauses"]) == ({"code": "platform-fees"}, [{"code": CLAUSE}])
    assert found["regions"] == [{"code": "330100"}]
    assert (found["firms"], found["recent"], found["before"], found["rising"]) == (3, 3, 0, True)


async def test_what_belongs_to_a_point_is_not_proposed(stage: Stage) -> None:
    """Somebody has named it."""
    point = make_point()
    await keep(stage.record, point)
    await reported(stage, *ON_FEES, blocking_point=point.id)
    assert await proposed(stage) == []


async def test_hidden_reports_make_no_signal_for_those_who_may_not_read_them(stage: Stage) -> None:
    """An analyst is shown nothing of what an office in reach and supervisors are shown."""
    await reported(stage, *ON_FEES, visibility=Visibility.AGENCIES_ONLY)
    assert await proposed(stage, ANALYST) == []
    assert [len(each["reports"]) for each in await proposed(stage, TRIAGE)] == [3]
    assert [len(each["reports"]) for each in await proposed(stage, SUPERVISOR)] == [3]


@pytest.mark.parametrize("who", [PUBLIC, OWNER, OPERATOR], ids=lambda who: who.subject)
async def test_it_is_for_staff_and_analysts(stage: Stage, who: Person) -> None:
    """Others are refused, with nothing computed."""
    answer = await stage.answer(who, PROPOSED)
    assert [error["extensions"]["code"] for error in answer.content["errors"]] == ["FORBIDDEN"]
    for reader in (ANALYST, LEADER):
        assert await proposed(stage, reader) == []


async def test_only_as_many_are_shown_as_asked_for(stage: Stage) -> None:
    """The first of two."""
    await reported(stage, *ON_FEES)
    await reported(stage, *ON_INJURIES, category="work-injury")
    everything = await proposed(stage)
    assert [len(each["reports"]) for each in everything] == [4, 3]
    assert await proposed(stage, first=1) == everything[:1]
