"""Commands on one firm at one instant: no report comes in twice, and none stays behind on an entry that was merged."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from directory.commands import MergeFirms, ReportBlockage
from directory.entities import Blockage, Firm
from directory.point_commands import JoinBlockingPoint
from directory.states import Visibility
from tests.commands.front_desk import WANG, Desk, a_firm_user
from tests.commands.point_desk import opened_point_desk
from tests.commands.report_desk import OWNER

ROUNDS = 5


def report(firm: Firm, **changes: Any) -> ReportBlockage:
    """The smallest report of the firm."""
    values: dict[str, Any] = {
        "firm": firm.id,
        "title": "平台抽成过高",
        "description": "抽成占成交额三成，难以为继。",
        "category": "platform-fees",
    }
    return ReportBlockage(**{**values, **changes})


async def reports_of(desk: Desk, firm: Firm) -> Sequence[Blockage]:
    """All reports that belong to the entry now."""
    async with desk.record.reader() as reader:
        return (await reader.blockages_of_firms([firm.id])).get(firm.id, ())


async def test_one_report_sent_many_times_at_once_comes_in_once(desk: Desk) -> None:
    """Each sending with a mutation id of its own: one is taken, the others learn its number."""
    for _ in range(ROUNDS):
        owner = a_firm_user()
        firm = await desk.listed(owner)
        commands = [report(firm, client_mutation_id=f"{firm.id}-{number}") for number in range(4)]

        outcomes = await asyncio.gather(*(desk.directory.handle(command, owner) for command in commands))

        (kept,) = await reports_of(desk, firm)
        refused = [problem for outcome in outcomes for problem in outcome.problems]
        assert [(each.key, each.params["reference"]) for each in refused] == [
            ("blockage.reported_before", kept.reference)
        ] * 3


async def test_different_reports_of_one_firm_at_once_all_come_in(desk: Desk) -> None:
    """They wait for each other and for nothing else."""
    owner = a_firm_user()
    firm = await desk.listed(owner)
    commands = [report(firm, title=f"平台抽成过高之{word}") for word in "甲乙丙丁"]

    outcomes = await asyncio.gather(*(desk.directory.handle(command, owner) for command in commands))

    assert {outcome.blockage for outcome in outcomes} == {each.id for each in await reports_of(desk, firm)}
    assert all(not outcome.problems for outcome in outcomes)


async def test_a_report_made_while_its_entry_is_merged_lands_on_the_survivor(desk: Desk) -> None:
    """Before or after the merge, whichever comes first: nothing is left on the entry that is gone."""
    for _ in range(ROUNDS):
        owner = a_firm_user()
        source, survivor = await desk.listed(owner), await desk.listed(owner)
        merge = MergeFirms(source=source.id, into=survivor.id, reason="同一主体")

        outcomes = await asyncio.gather(
            desk.directory.handle(report(source), owner),
            desk.directory.handle(merge, WANG),
            desk.directory.handle(report(source, title="补贴申领材料过多"), owner),
        )

        assert [outcome.problems for outcome in outcomes] == [(), (), ()]
        assert await reports_of(desk, source) == []
        assert len(await reports_of(desk, survivor)) == 2


async def test_reporting_and_joining_one_blocking_point_at_once_do_not_wait_crosswise(desk: Desk) -> None:
    """A firm reports with the point named and joins it: both take the point first, and both end."""
    points = await opened_point_desk(desk.record)
    point = await points.named(await points.titled("直播资质要求不一", visibility=Visibility.PUBLIC))
    for number in range(ROUNDS):
        named = points.report_of(title=f"资质要求不一之{number}", blocking_point=point.id)
        joined = JoinBlockingPoint(firm=points.firm.id, blocking_point=point.id)
        await asyncio.gather(points.directory.handle(named, OWNER), points.directory.handle(joined, OWNER))

    titles = [each.title for each in await points.reports_of(point)]
    assert len(set(titles)) == len(titles)
