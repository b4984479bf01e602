"""What is owed on a blocking point while it stands: a public note every twenty working days, and the steps of its plan."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.access import Caller, Role
from directory.blocking_points import PointAction, PointSide, open_point_actions, point_sides
from directory.entities import BlockingPoint
from directory.errors import LimitExceeded, NotAllowedNow, NotFound
from directory.plans import MOST_STEPS, is_late, step_due_at
from directory.point_progress import (
    days_noted,
    desks,
    overdue_level,
    progress_due_at,
    progress_noted,
    step_planned,
    step_settled,
)
from directory.states import BlockingPointStatus, OverdueLevel, PlanStepStatus
from directory.tasks import Task, TaskKind, tasks_of_point
from directory.workdays import end_of_day, local_date
from tests.factories import make_point
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import china

S, L = BlockingPointStatus, OverdueLevel
NAMED = china("2026-03-02 10:00")
LEADER = Caller("o", frozenset({Role.AGENCY}), agency="samr")
HELPER = Caller("h", frozenset({Role.AGENCY}), agency="cac")
SUPERVISOR = Caller("s", frozenset({Role.SUPERVISOR}))


def standing(**changes: object) -> BlockingPoint:
    """A point in progress, named on a Monday."""
    values = {"created_at": NAMED, "updated_at": NAMED, "status": S.IN_PROGRESS, "lead_agency": "samr"}
    return make_point(**{**values, **changes})


def test_a_note_is_owed_twenty_working_days_after_the_last_one() -> None:
    """Counted from the naming, then from each note, and anew when the review is reopened; of a resolved point none is."""
    point = standing()
    assert progress_due_at(point, RULEBOOK) == end_of_day(date(2026, 3, 30))
    noted = progress_noted(point, "samr", "已形成修订草案", china("2026-03-16 09:00"))
    assert progress_due_at(noted, RULEBOOK) == end_of_day(date(2026, 4, 14))
    reopened = noted.model_copy(update={"review_reopened_at": china("2026-03-17 09:00")})
    assert progress_due_at(reopened, RULEBOOK) == end_of_day(date(2026, 4, 15))
    assert progress_due_at(standing(status=S.RESOLVED), RULEBOOK) is None
    assert progress_due_at(standing(merged_into="another"), RULEBOOK) is None


@pytest.mark.parametrize(
    ("now", "level"),
    [
        ("2026-03-24 23:59", None),
        ("2026-03-25 00:00", L.DUE_SOON),
        ("2026-03-30 23:59", L.DUE_SOON),
        ("2026-03-31 00:00", L.OVERDUE),
        ("2026-04-14 23:59", L.OVERDUE),
        ("2026-04-15 00:00", L.LONG_OVERDUE),
    ],
)
def test_how_late_a_note_is(now: str, level: OverdueLevel | None) -> None:
    """Due soon in its last three working days, overdue from the end of the last, long overdue ten working days later."""
    assert overdue_level(standing(), china(now), RULEBOOK) is level


@given(days=st.integers(0, 400), hours=st.integers(0, 24 * 90))
def test_the_windows_of_a_search_are_the_levels_of_a_page(days: int, hours: int) -> None:
    """On whatever day the last note fell: late just when its limit has passed, and in one window at most."""
    point = standing(created_at=NAMED + timedelta(days=days))
    now = point.created_at + timedelta(hours=hours)
    due_at, on = progress_due_at(point, RULEBOOK), local_date(point.created_at)
    assert due_at is not None
    held = [level for level in L if days_noted(level, now, RULEBOOK).holds(on)]
    assert held == [level for level in [overdue_level(point, now, RULEBOOK)] if level]
    assert (held[:1] in ([L.OVERDUE], [L.LONG_OVERDUE])) == (now >= due_at)
    soon = now < due_at and RULEBOOK.calendar.workdays_left(now, due_at) <= RULEBOOK.limits.due_soon
    assert (held == [L.DUE_SOON]) == soon


def planned(point: BlockingPoint, owner: str = "cac", step: str = "s1") -> BlockingPoint:
    """The point with a step that another agency owes until 20 March."""
    return step_planned(point, step, "起草修订稿", owner, date(2026, 3, 20), NAMED)


def test_a_step_is_settled_once_and_by_whoever_owes_it_or_leads() -> None:
    """Done or dropped; an agency that owes no step has no say."""
    point = planned(standing())
    assert point_sides(HELPER, point) == {PointSide.STEP_OWNER}
    assert open_point_actions(point, point_sides(HELPER, point)) == (PointAction.SETTLE_STEP,)
    done = step_settled(point, "s1", PlanStepStatus.DONE, "已报送", NAMED + timedelta(days=1))
    assert (done.plan[0].status, done.plan[0].note) == (PlanStepStatus.DONE, "已报送")
    assert point_sides(HELPER, done) == frozenset()
    for status in (PlanStepStatus.DROPPED, PlanStepStatus.PLANNED):
        with pytest.raises(NotAllowedNow):
            step_settled(done, "s1", status, None, NAMED)
    with pytest.raises(NotAllowedNow):
        step_settled(point, "s1", PlanStepStatus.PLANNED, None, NAMED)
    with pytest.raises(NotFound):
        step_settled(point, "s2", PlanStepStatus.DONE, None, NAMED)


def test_a_step_is_late_when_its_last_day_is_over_and_it_is_still_to_be_done() -> None:
    """To the second, in Asia/Shanghai; what was done in the end is late no more."""
    point = planned(standing())
    (step,) = point.plan
    midnight = step_due_at(step)
    assert midnight == end_of_day(date(2026, 3, 20))
    assert [is_late(step, at) for at in (midnight - timedelta(seconds=1), midnight)] == [False, True]
    done = step_settled(point, "s1", PlanStepStatus.DONE, None, midnight + timedelta(days=1))
    assert not is_late(done.plan[0], midnight + timedelta(days=2))


def test_a_plan_has_an_end() -> None:
    """What has more steps is several points; a resolved point needs none."""
    full = standing()
    for number in range(MOST_STEPS):
        full = planned(full, step=f"s{number}")
    with pytest.raises(LimitExceeded):
        planned(full, step="one too many")
    with pytest.raises(NotAllowedNow):
        planned(standing(status=S.RESOLVED))


def test_each_has_what_it_owes_on_its_desk() -> None:
    """The lead its next public word, whoever owes a step the step, a supervisor the points that nobody leads."""
    due_at = end_of_day(date(2026, 3, 30))
    point = planned(standing())
    assert desks(point) == {"samr", "cac"}
    assert list(tasks_of_point(point, LEADER, RULEBOOK)) == [Task(TaskKind.POST_POINT_PROGRESS, due_at)]
    step = Task(TaskKind.COMPLETE_STEP, end_of_day(date(2026, 3, 20)), "s1")
    assert list(tasks_of_point(point, HELPER, RULEBOOK)) == [step]

    assert list(tasks_of_point(standing(status=S.OPEN), LEADER, RULEBOOK)) == [
        Task(TaskKind.START_POINT, due_at)
    ]
    reopened = standing(review_reopened_at=NAMED)
    assert list(tasks_of_point(reopened, LEADER, RULEBOOK)) == [Task(TaskKind.REVIEW_POINT, due_at)]
    noted = progress_noted(reopened, "samr", "复核仍未落实", NAMED)
    assert [task.kind for task in tasks_of_point(noted, LEADER, RULEBOOK)] == [TaskKind.POST_POINT_PROGRESS]

    alone = standing(lead_agency=None)
    assert desks(alone) == {"supervisor"}
    assert list(tasks_of_point(alone, SUPERVISOR, RULEBOOK)) == [Task(TaskKind.NAME_LEAD, None)]


def test_a_resolved_or_merged_point_is_on_no_desk_but_of_whoever_owes_a_step() -> None:
    """A step that outlives the point's resolution is still owed; one of a merged point is not."""
    point = planned(standing())
    assert desks(point.model_copy(update={"status": S.RESOLVED})) == {"cac"}
    assert desks(point.model_copy(update={"merged_into": "another"})) == frozenset()
