"""Commands on the plan of a report: planned by who answers for it, settled by who owes it, found by its agency, and replayed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from directory.commands import (
    AssignBlockage,
    CloseUnresolved,
    PlanReportStep,
    SettleReportStep,
)
from directory.entities import Blockage, load
from directory.errors import ErrorCode
from directory.facts import replay
from directory.record.open import SqlRecord
from directory.states import PlanStepStatus
from tests.commands.report_desk import (
    FAR_OFFICER,
    OFFICER,
    PLATFORM,
    SECOND_OFFICER,
    SUPERVISOR,
    ReportDesk,
    on,
    opened_desk,
)
from tests.rules.report_lives import CO_AGENCY, LEAD, SECOND_LEAD

P = PlanStepStatus


@pytest.fixture
async def desk(shared_record: SqlRecord) -> ReportDesk:
    """A listed firm on each kind of database, and the desk that hears it."""
    return await opened_desk(shared_record)


def step(report: Blockage, **changes: Any) -> PlanReportStep:
    """A step that the platform owes."""
    values = {"what": "公示分档抽成比例", "owner": CO_AGENCY, "due_on": date(2026, 3, 20), **on(report)}
    return PlanReportStep(**{**values, **changes})


def settled(report: Blockage, place: int, status: PlanStepStatus = P.DONE) -> SettleReportStep:
    """One of the steps settled."""
    return SettleReportStep(**on(report), step=report.plan[place].id, status=status, note="已公示")


async def owed(desk: ReportDesk, agency: str) -> list[str]:
    """The reports of the desk's firm on which an agency owes a step, first due first."""
    async with desk.record.reader() as reader:
        own = {each.id for each in (await reader.blockages_of_firms([desk.firm.id]))[desk.firm.id]}
        return [each for each in await reader.step_desk(agency, 1_000) if each in own]


async def test_an_agency_finds_the_reports_on_which_it_owes_a_step(desk: ReportDesk) -> None:
    """First due first, from the plan to the settling, over a hand-over and an end, and erased with the report."""
    late = await desk.does(step(await desk.in_progress()), OFFICER)
    soon = await desk.in_progress(title="保证金迟迟不退")
    soon = await desk.does(step(soon, due_on=date(2026, 3, 10)), SUPERVISOR)
    soon = await desk.does(step(soon, due_on=date(2026, 3, 30)), OFFICER)
    assert await owed(desk, CO_AGENCY) == [soon.id, late.id]
    soon = await desk.does(settled(soon, 0), PLATFORM)
    assert await owed(desk, CO_AGENCY) == [late.id, soon.id]

    own = await desk.does(step(late, owner=LEAD), OFFICER)
    handed_on = AssignBlockage(**on(own), agency=SECOND_LEAD, co_agencies=(CO_AGENCY,))
    late = await desk.does(handed_on, SUPERVISOR)
    assert (await owed(desk, LEAD), await owed(desk, CO_AGENCY)) == ([], [late.id, soon.id])
    soon = await desk.does(CloseUnresolved(**on(soon), note="须待上位法修订"), SUPERVISOR)
    assert await owed(desk, CO_AGENCY) == [late.id]
    async with desk.record.unit_of_work() as uow:
        await uow.erase(desk.firm.id, actor="operator", at=desk.now)
    async with desk.record.reader() as reader:
        assert not {late.id, soon.id} & set(await reader.step_desk(CO_AGENCY, 1_000))


async def test_who_answers_plans_and_who_owes_settles_its_own(desk: ReportDesk) -> None:
    """The agency that helps has no say over the plan, nor over what another agency owes; strangers have none at all."""
    report = await desk.in_progress()
    for stranger in (PLATFORM, SECOND_OFFICER, FAR_OFFICER):
        assert await desk.refuses(step(report), stranger) == {(): (ErrorCode.FORBIDDEN, "blockage.not_yours")}
    report = await desk.does(step(report, owner=LEAD), OFFICER)
    assert await desk.refuses(settled(report, 0), PLATFORM) == {
        (): (ErrorCode.FORBIDDEN, "blockage.not_yours")
    }
    report = await desk.does(step(report), SUPERVISOR)
    assert await desk.refuses(settled(report, 0), PLATFORM) == {
        ("step",): (ErrorCode.FORBIDDEN, "plan.not_your_step")
    }
    report = await desk.does(settled(report, 1, P.DROPPED), PLATFORM)
    assert await desk.refuses(settled(report, 1), OFFICER) == {
        ("step",): (ErrorCode.NOT_ALLOWED_NOW, "plan.step_settled")
    }
    assert [(each.owner, each.status, each.note) for each in report.plan] == [
        (LEAD, P.PLANNED, None),
        (CO_AGENCY, P.DROPPED, "已公示"),
    ]
    assert [entry.actor for entry in report.timeline[-3:]] == [LEAD, "supervisor", CO_AGENCY]


async def test_what_cannot_be_planned_is_refused_with_every_problem(desk: ReportDesk) -> None:
    """A body that has no part in the report or is none, a day that is over, nothing to do, a report that is not in hand."""
    report = await desk.in_progress()
    bad = step(report, what="做", owner="samr", due_on=date(2026, 3, 1))
    assert await desk.refuses(bad, OFFICER) == {
        ("what",): (ErrorCode.INVALID, "text.too_short"),
        ("owner",): (ErrorCode.INVALID, "plan.no_party"),
        ("due_on",): (ErrorCode.INVALID, "plan.step_in_the_past"),
    }
    unknown = await desk.refuses(step(report, owner="nobody"), OFFICER)
    assert unknown == {("owner",): (ErrorCode.INVALID, "code.unknown")}
    waiting = await desk.assigned(title="账号无故封停")
    assert await desk.refuses(step(waiting), OFFICER) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "blockage.no_such_move")
    }


async def test_the_log_tells_the_plan_again_and_holds_none_of_its_words(desk: ReportDesk) -> None:
    """Whoever folds the log gets every step as it stands; what somebody wrote in it lies apart, under a commitment."""
    report = await desk.does(step(await desk.in_progress()), OFFICER)
    report = await desk.does(settled(report, 0), PLATFORM)
    planned, done = (entry.fact for entry in (await desk.log_of(report))[-2:])
    assert (planned.kind, planned.data) == (
        "blockage:step_planned",
        {"agency": CO_AGENCY, "due_on": "2026-03-20"},
    )
    assert (done.kind, done.data) == ("blockage:step_settled", {"agency": CO_AGENCY, "status": "DONE"})
    assert all(
        change.personal for fact in (planned, done) for change in fact.changes if change.field == "plan"
    )
    told: dict[str, Any] = {}
    for entry in await desk.log_of(report):
        told = replay(told, entry.fact.changes)
    assert load(Blockage, report.id, report.version, told) == report
