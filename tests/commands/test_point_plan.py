"""Commands on what is owed on a blocking point while it stands: notes on progress, and the steps of its plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from directory.access import Caller, Role
from directory.entities import BlockingPoint
from directory.errors import ErrorCode
from directory.point_commands import PlanPointStep, PostPointProgress, SettlePointStep
from directory.record.open import SqlRecord
from directory.states import PlanStepStatus
from tests.commands.point_desk import PointDesk, at, opened_point_desk
from tests.commands.report_desk import OFFICER, SECOND_OFFICER, SUPERVISOR
from tests.rules.report_lives import CO_AGENCY, LEAD

HELPER = Caller("helper", frozenset({Role.AGENCY}), agency=CO_AGENCY)


@pytest.fixture
async def desk(shared_record: SqlRecord) -> PointDesk:
    """Two listed firms on each kind of database, and the desk that hears them."""
    return await opened_point_desk(shared_record)


def step(point: BlockingPoint, **changes: Any) -> PlanPointStep:
    """A step that the platform owes."""
    values = {"what": "公示分档抽成比例", "owner": CO_AGENCY, "due_on": date(2026, 3, 20), **at(point)}
    return PlanPointStep(**{**values, **changes})


async def on_desk(desk: PointDesk, *desks: str) -> list[str]:
    """The points on somebody's desk."""
    async with desk.record.reader() as reader:
        return [point.id for point in await reader.points_on_desks(desks, limit=1_000)]


async def test_a_note_is_public_and_says_whose_it_is(desk: PointDesk) -> None:
    """The lead's in its name, a supervisor's as such; another agency has no say."""
    point = await desk.named()
    point = await desk.done(PostPointProgress(**at(point), note="已形成修订草案"), OFFICER)
    point = await desk.done(PostPointProgress(**at(point), note="已约谈牵头单位"), SUPERVISOR)
    assert [(note.office, note.text) for note in point.progress] == [
        (LEAD, "已形成修订草案"),
        ("supervisor", "已约谈牵头单位"),
    ]
    another = PostPointProgress(**at(point), note="与我单位无关")
    assert await desk.refused(another, SECOND_OFFICER) == {(): (ErrorCode.FORBIDDEN, "point.not_yours")}
    told = (await desk.history(point))[-1].fact
    assert (told.kind, told.data["office"]) == ("blocking_point:progress_posted", "supervisor")


async def test_a_step_goes_from_the_plan_to_its_end(desk: PointDesk) -> None:
    """On the desk of whoever owes it until it is settled, by that agency alone or by the lead."""
    point = await desk.done(step(await desk.named()), OFFICER)
    assert point.id in await on_desk(desk, CO_AGENCY)
    assert point.id in await on_desk(desk, LEAD)
    point = await desk.done(step(point, owner=LEAD), OFFICER)
    theirs, own = point.plan
    not_theirs = SettlePointStep(**at(point), step=own.id, status=PlanStepStatus.DONE)
    assert await desk.refused(not_theirs, HELPER) == {("step",): (ErrorCode.FORBIDDEN, "plan.not_your_step")}
    settled = SettlePointStep(**at(point), step=theirs.id, status=PlanStepStatus.DONE, note="已公示")
    point = await desk.done(settled, HELPER)
    assert [(each.status, each.note) for each in point.plan] == [
        (PlanStepStatus.DONE, "已公示"),
        (PlanStepStatus.PLANNED, None),
    ]
    assert point.id not in await on_desk(desk, CO_AGENCY)


async def test_a_resolved_point_leaves_its_leads_desk_and_comes_back_with_its_review(desk: PointDesk) -> None:
    """Nothing is owed on what is claimed to be removed."""
    point = await desk.claimed(await desk.named())
    assert point.id not in await on_desk(desk, LEAD)
    again = await desk.linked(point, add=(await desk.reported(),))
    assert again.id in await on_desk(desk, LEAD)


async def test_what_cannot_be_planned_is_refused_with_every_problem(desk: PointDesk) -> None:
    """A body that is none, a day that is over, and nothing to do."""
    point = await desk.named()
    command = step(point, what="做", owner="nobody", due_on=date(2026, 3, 1))
    assert await desk.refused(command, OFFICER) == {
        ("what",): (ErrorCode.INVALID, "text.too_short"),
        ("owner",): (ErrorCode.INVALID, "code.unknown"),
        ("due_on",): (ErrorCode.INVALID, "plan.step_in_the_past"),
    }
