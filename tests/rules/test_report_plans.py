"""The plan of a report: who owes what until when, what a hand-over does to it, and what is left of it in the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from directory.access import Caller, Role
from directory.blockages import open_actions, steps_owed
from directory.entities import Blockage
from directory.errors import LimitExceeded, NotAllowedNow, NotFound
from directory.moves import Action, Side
from directory.plans import MOST_STEPS
from directory.remains import remains_of
from directory.report_plans import step_desks, step_settled
from directory.retention import ANONYMISED, anonymised
from directory.standing import readable_timeline, sides_of
from directory.states import OPEN_STATUSES, BlockageStatus, PlanStepStatus
from directory.tasks import Task, TaskKind, tasks_of_report
from directory.workdays import end_of_day
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import CO_AGENCY, LEAD, SECOND_LEAD, Life, life_in

S, P = BlockageStatus, PlanStepStatus
LEADER = Caller("officer", frozenset({Role.AGENCY}), agency=LEAD)
HELPER = Caller("helper", frozenset({Role.AGENCY}), agency=CO_AGENCY)
STEPS = {Action.PLAN_STEP, Action.SETTLE_STEP}


def planned(owner: str = CO_AGENCY) -> Life:
    """A report in progress, taken on on a Monday, with a step that is owed within a week."""
    return life_in(S.IN_PROGRESS).plan_step(owner)


def buttons(caller: Caller, report: Blockage) -> set[Action]:
    """What of the plan a page offers to an agency."""
    sides = sides_of(caller, report, REFERENCE.agencies, is_reporter=False)
    return STEPS & set(open_actions(report, sides, report.updated_at, RULEBOOK))


def owed_by(caller: Caller, report: Blockage) -> list[Task]:
    """The steps that are among an agency's tasks."""
    sides = sides_of(caller, report, REFERENCE.agencies, is_reporter=False)
    return [task for task in tasks_of_report(report, sides, caller) if task.kind is TaskKind.COMPLETE_STEP]


def states(report: Blockage) -> list[PlanStepStatus]:
    """Where the steps stand, in the order in which they were planned."""
    return [step.status for step in report.plan]


def test_a_step_is_owed_by_its_agency_until_it_is_settled_once() -> None:
    """The agency that helps has it among its tasks, late or not; who leads may settle it as well."""
    life = planned()
    task = Task(TaskKind.COMPLETE_STEP, end_of_day(date(2026, 3, 9)), "s0")
    assert (owed_by(HELPER, life.report), owed_by(LEADER, life.report)) == ([task], [])
    assert buttons(HELPER, life.report) == {Action.SETTLE_STEP}
    assert buttons(LEADER, life.report) == STEPS
    assert step_desks(life.report) == {CO_AGENCY: task.due_at}

    done = life.settle_step().report
    assert (states(done), done.plan[0].note) == ([P.DONE], "已在平台公示")
    assert (owed_by(HELPER, done), step_desks(done)) == ([], {})
    assert buttons(HELPER, done) == set()
    assert buttons(LEADER, done) == {Action.PLAN_STEP}
    for status in (P.DROPPED, P.PLANNED):
        with pytest.raises(NotAllowedNow):
            life.settle_step(status=status)
    with pytest.raises(NotFound):
        life.settle_step("s9")


def test_an_agency_comes_up_at_the_first_end_of_its_steps() -> None:
    """Each agency has one place on the list of those that owe, by what it has to do first."""
    report = planned().plan_step(days=2).plan_step(LEAD, days=30).report
    first, own = end_of_day(date(2026, 3, 4)), end_of_day(date(2026, 4, 1))
    assert step_desks(report) == {CO_AGENCY: first, LEAD: own}


def test_the_plan_goes_with_the_report_to_its_next_agency_without_those_who_are_out() -> None:
    """Who helps still owes its step, and the new agency may drop it; what the old one owed is dropped with the hand-over."""
    life = planned().plan_step(LEAD).later(timedelta(days=1)).transfer()
    assert states(life.report) == [P.PLANNED, P.DROPPED]
    assert life.report.plan[1].settled_at == life.report.updated_at
    second = Caller("second", frozenset({Role.AGENCY}), agency=SECOND_LEAD)
    assert buttons(second, life.report) == {Action.SETTLE_STEP}
    assert (buttons(LEADER, life.report), buttons(HELPER, life.report)) == (set(), {Action.SETTLE_STEP})
    assert states(life.settle_step(status=P.DROPPED).report) == [P.DROPPED, P.DROPPED]


def test_a_report_without_an_agency_has_nothing_left_to_be_done() -> None:
    """Given back to the triage desk after a hand-over, or taken up anew after a call-back: nobody is left to owe it."""
    returned = planned().transfer().give_back().report
    reinstated = planned().withdraw(asked_by_agency=True).reinstate().report
    assert (states(returned), states(reinstated)) == ([P.DROPPED], [P.DROPPED])


@pytest.mark.parametrize(
    "ended",
    [Life.withdraw, Life.close_unresolved, lambda life: life.propose().confirm()],
)
def test_of_a_report_that_has_ended_nothing_is_owed(ended: object) -> None:
    """The plan stays as it was left, as of a merged point; nobody is asked for its steps, and none is planned."""
    life = planned()
    ended(life)  # type: ignore[operator]
    report = life.report
    assert report.status not in OPEN_STATUSES
    assert states(report) == [P.PLANNED]
    assert (steps_owed(report), step_desks(report), owed_by(HELPER, report)) == ((), {}, [])
    assert buttons(LEADER, report) == set()
    with pytest.raises(NotAllowedNow):
        life.plan_step()
    with pytest.raises(NotAllowedNow):
        life.settle_step()


def test_a_report_that_is_opened_again_owes_its_steps_again() -> None:
    """What was left undone may be what is missing."""
    life = planned().propose().confirm().reopen()
    assert owed_by(HELPER, life.report) == owed_by(HELPER, planned().report)


def test_a_claimed_resolution_leaves_steps_to_be_settled_but_none_to_be_planned() -> None:
    """The reporter has the word: what is under way may still be finished."""
    life = planned().propose()
    assert buttons(LEADER, life.report) == {Action.SETTLE_STEP}
    assert states(life.settle_step().report) == [P.DONE]


def test_a_plan_has_an_end() -> None:
    """A report that needs more steps is no single matter any more."""
    life = life_in(S.IN_PROGRESS)
    for _ in range(MOST_STEPS):
        life.plan_step()
    with pytest.raises(LimitExceeded):
        life.plan_step()


def test_time_never_runs_backwards_in_a_plan() -> None:
    """Whatever the clocks of two servers say."""
    life = planned()
    early = life.later(-timedelta(hours=1)).step()
    settled = step_settled(life.report, early, "s0", P.DONE, None)
    assert settled.plan[0].settled_at == settled.updated_at == life.report.updated_at


def test_strangers_learn_that_steps_are_planned_and_not_which() -> None:
    """What is to be done may tell of the reporter; the parties read it in the history, too."""
    report = planned().settle_step().report
    made = [step for step in readable_timeline(report, frozenset()) if step.action in STEPS]
    assert [(step.action, step.note) for step in made] == [("plan_step", None), ("settle_step", None)]
    told = [step.note for step in readable_timeline(report, frozenset({Side.CO_AGENCY}))[-2:]]
    assert told == ["公示分档抽成比例"] * 2


def test_nothing_that_was_written_in_a_plan_outlives_its_report() -> None:
    """Its dates and agencies may stay while figures are kept; of an erased report no step is left."""
    report = planned().settle_step().report
    (kept,) = anonymised(report).plan
    assert (kept.what, kept.note, kept.owner) == (ANONYMISED, None, CO_AGENCY)
    assert remains_of(report, report.updated_at)["plan"] == []
