"""Honest clocks, worked by hand over the holidays of 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.deadlines import (
    Stage,
    explained,
    gross_days,
    is_overdue,
    last_of,
    limit_of,
    longest_extension,
    net_days,
    overdue,
    running_of,
    was_missed,
    working_days_left,
)
from directory.entities import Deadline
from directory.errors import LimitExceeded
from directory.states import BlockageStatus, Severity
from directory.supervision import needs_supervision
from directory.workdays import SHANGHAI
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import Life, china, life_in

S = BlockageStatus


def limit(life: Life, stage: Stage = Stage.RESOLVE) -> Deadline:
    """The report's running limit of a stage."""
    found = running_of(life.report.deadlines, stage)
    assert found is not None
    return found


def last_day(deadline: Deadline) -> date:
    """The last day of a limit in Shanghai."""
    return (deadline.due_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


def days_left(life: Life) -> int | None:
    """The working days that the resolve limit has left at the life's present."""
    return working_days_left(life.report, limit(life), life.now, RULEBOOK)


def in_progress(day: str, severity: Severity = Severity.MEDIUM) -> Life:
    """A report received, assigned and accepted on one day."""
    return life_in(S.IN_PROGRESS, reported=f"{day} 10:00", severity=severity)


@pytest.mark.parametrize(
    ("stage", "severity", "days"),
    [
        (Stage.TRIAGE, Severity.LOW, 1),
        (Stage.ASSIGN, Severity.LOW, 1),
        (Stage.ACCEPT, Severity.LOW, 2),
        (Stage.RESOLVE, Severity.CRITICAL, 5),
        (Stage.RESOLVE, Severity.HIGH, 10),
        (Stage.RESOLVE, Severity.MEDIUM, 15),
        (Stage.RESOLVE, Severity.LOW, 30),
        (Stage.CONFIRM, Severity.LOW, 10),
    ],
)
def test_the_limits_are_those_of_the_rulebook(stage: Stage, severity: Severity, days: int) -> None:
    """Triage 1, assign 1, accept 2, resolve by severity, confirm 10 working days."""
    assert limit_of(stage, severity, RULEBOOK) == days


def test_spring_festival_does_not_count() -> None:
    """Thursday 12 February 2026: Friday, the make-up Saturday, then the festival; the fifth working day is the 26th."""
    life = in_progress("2026-02-12", Severity.CRITICAL)

    assert last_day(limit(life)) == date(2026, 2, 26)
    assert limit(life).due_at == china("2026-02-27 00:00")


def test_national_day_does_not_count_and_its_make_up_saturday_does() -> None:
    """Monday 28 September 2026: 29 and 30, then a week off; 8 and 9 October, and Saturday the 10th is worked."""
    assert last_day(limit(in_progress("2026-09-28", Severity.CRITICAL))) == date(2026, 10, 10)


def test_a_report_of_a_day_off_starts_with_the_next_working_day() -> None:
    """Received on National Day: one working day for triage ends with 8 October."""
    life = life_in(S.REPORTED, reported="2026-10-01 09:00")
    assert last_day(limit(life, Stage.TRIAGE)) == date(2026, 10, 8)


def test_the_evening_in_shanghai_decides_the_day_of_receipt() -> None:
    """23:30 in Shanghai is still day 0 of the same date, although the instant was given in another zone."""
    life = life_in(S.REPORTED, reported=datetime.fromisoformat("2026-03-02T15:30+00:00"))
    assert last_day(limit(life, Stage.TRIAGE)) == date(2026, 3, 3)


def test_a_limit_that_reaches_an_unpublished_year_is_provisional() -> None:
    """The holidays of 2027 are not published: the date may move."""
    assert limit(in_progress("2026-12-25", Severity.HIGH)).provisional
    assert not limit(in_progress("2026-12-15", Severity.HIGH)).provisional


def test_a_limit_is_over_with_the_last_instant_of_its_last_day() -> None:
    """24:00 is the first instant that is too late."""
    deadline = limit(in_progress("2026-03-02", Severity.CRITICAL))

    assert not is_overdue(deadline, china("2026-03-09 23:59"))
    assert is_overdue(deadline, china("2026-03-10 00:00"))


def test_an_explanation_names_every_day_between_beginning_and_end() -> None:
    """Counted and skipped days, each with the name of its holiday: anyone can check the date by hand."""
    life = in_progress("2026-09-28", Severity.CRITICAL)

    explanation = explained(life.report, limit(life), RULEBOOK)

    assert [day.on.isoformat() for day in explanation.counted] == [
        "2026-09-29",
        "2026-09-30",
        "2026-10-08",
        "2026-10-09",
        "2026-10-10",
    ]
    assert [day.on.day for day in explanation.skipped] == [1, 2, 3, 4, 5, 6, 7]
    assert all(day.label for day in explanation.skipped)
    assert explanation.paused == ()


def test_a_question_stops_the_clock_for_as_long_as_the_answer_takes() -> None:
    """Asked on Wednesday, answered on Monday: three working days that are not the agency's."""
    life = in_progress("2026-03-02", Severity.CRITICAL)
    assert last_day(limit(life)) == date(2026, 3, 9)

    life.at("2026-03-04 10:00").ask().at("2026-03-09 10:00").answer()

    assert last_day(limit(life)) == date(2026, 3, 12)
    assert days_left(life) == 3


def test_the_time_left_stands_still_while_a_question_is_open() -> None:
    """Three working days left when asked, three a week later."""
    life = in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-04 10:00").ask()
    assert days_left(life) == 3
    assert days_left(life.at("2026-03-13 10:00")) == 3


def test_an_explanation_sets_the_paused_days_apart() -> None:
    """The days of the question are neither used up nor days off."""
    life = in_progress("2026-03-02", Severity.CRITICAL)
    life.at("2026-03-04 10:00").ask().at("2026-03-09 10:00").answer()

    explanation = explained(life.report, limit(life), RULEBOOK)

    assert [day.on.day for day in explanation.counted] == [3, 4, 10, 11, 12]
    assert [day.on.day for day in explanation.paused] == [5, 6, 9]
    assert [day.on.day for day in explanation.skipped] == [7, 8]


def test_a_question_answered_on_the_same_day_stops_nothing() -> None:
    """Days are counted, not hours."""
    life = in_progress("2026-03-02")
    before = limit(life)
    life.at("2026-03-04 09:00").ask().at("2026-03-04 17:00").answer()
    assert limit(life).due_at == before.due_at


def test_after_twenty_paused_working_days_the_clock_runs_on_while_waiting() -> None:
    """A reporter who never answers does not keep a report young for ever: 5 days of its own and 20 of waiting."""
    life = in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-02 11:00").ask()
    assert last_day(limit(life)) == date(2026, 4, 7)

    assert not overdue(life.report, china("2026-04-07 23:59"))
    assert overdue(life.report, china("2026-04-08 00:00"))


def test_the_allowance_for_questions_is_one_for_the_whole_report() -> None:
    """Fifteen days for a first question leave five for a second."""
    life = in_progress("2026-03-02", Severity.LOW)
    life.at("2026-03-02 11:00").ask("问题一").at("2026-03-23 10:00").answer()
    assert net_days(life.report, life.now, RULEBOOK) == 0

    life.ask("问题二").at("2026-04-30 10:00")

    assert gross_days(life.report, life.now, RULEBOOK) == 42
    assert net_days(life.report, life.now, RULEBOOK) == 22


def test_a_question_does_not_heal_a_limit_that_was_missed() -> None:
    """Asking after the end stays too late."""
    life = in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-11 10:00")
    missed = limit(life)

    life.ask()
    assert limit(life) == missed
    assert overdue(life.report, life.now)
    assert days_left(life) == -2

    life.at("2026-03-16 10:00").answer()
    assert limit(life) == missed


def test_gross_days_run_through_everything() -> None:
    """Working days since the report: 2 March to 13 March are nine."""
    life = in_progress("2026-03-02").at("2026-03-04 10:00").ask().at("2026-03-13 10:00")
    assert gross_days(life.report, life.now, RULEBOOK) == 9
    assert net_days(life.report, life.now, RULEBOOK) == 2


def test_gross_days_of_a_closed_report_stand_still() -> None:
    """A report that was resolved does not grow older."""
    life = in_progress("2026-03-02").at("2026-03-06 10:00").propose().confirm()
    assert gross_days(life.report, china("2026-06-30 10:00"), RULEBOOK) == 4


def test_the_time_a_report_stood_closed_is_gross_but_not_net() -> None:
    """Reopened after five working days: the obstacle was there all along, but nobody was to work on it."""
    life = in_progress("2026-03-02").at("2026-03-06 10:00").propose().confirm()
    life.at("2026-03-13 10:00").reopen()
    assert gross_days(life.report, life.now, RULEBOOK) == 9
    assert net_days(life.report, life.now, RULEBOOK) == 4


def test_a_return_does_not_stop_or_restart_the_resolve_limit() -> None:
    """Assigned on Monday, returned on Wednesday, assigned again on Friday: the limit still began on Monday."""
    life = life_in(S.ASSIGNED, reported="2026-03-02 10:00", severity=Severity.HIGH)
    life.at("2026-03-04 10:00").give_back()
    assert last_day(limit(life)) == date(2026, 3, 16)

    life.at("2026-03-06 10:00").assign()

    assert last_day(limit(life)) == date(2026, 3, 16)


def test_each_new_agency_has_its_own_two_days_to_accept() -> None:
    """Handed over on Monday the 9th: until Wednesday; the old limit to accept is void."""
    life = life_in(S.ASSIGNED, reported="2026-03-02 10:00").at("2026-03-09 10:00").transfer()

    assert last_day(limit(life, Stage.ACCEPT)) == date(2026, 3, 11)
    assert [each.void for each in life.report.deadlines if each.stage == Stage.ACCEPT] == [True, False]


def test_a_failed_proposal_gives_back_what_was_left_when_it_was_made() -> None:
    """Ten of fifteen days left at the proposal: ten again after the dispute, whatever the reporter took to answer."""
    life = in_progress("2026-03-02").at("2026-03-09 10:00").propose()
    life.at("2026-03-18 10:00").dispute()

    assert limit(life).working_days == 10
    assert last_day(limit(life)) == date(2026, 4, 1)


def test_a_proposal_of_the_last_minute_gives_back_two_days() -> None:
    """At least as long as anyone has who is handed a report."""
    life = in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-09 23:00").propose()
    life.at("2026-03-11 10:00").dispute()
    assert last_day(limit(life)) == date(2026, 3, 13)


def test_a_question_of_the_first_try_does_not_move_the_limit_of_the_second() -> None:
    """Three days waited before the proposal are spent; two days of a later question count, and no more."""
    life = in_progress("2026-03-02", Severity.CRITICAL)
    life.at("2026-03-04 10:00").ask("问题一").at("2026-03-09 10:00").answer().propose().dispute()
    assert last_day(limit(life)) == date(2026, 3, 12)

    life.at("2026-03-10 10:00").ask("问题二").at("2026-03-12 10:00").answer()

    assert last_day(limit(life)) == date(2026, 3, 16)
    explanation = explained(life.report, limit(life), RULEBOOK)
    assert [day.on.day for day in explanation.counted] == [10, 13, 16]
    assert [day.on.day for day in explanation.paused] == [11, 12]


def test_a_question_after_the_end_is_no_part_of_the_explanation() -> None:
    """What came after a missed limit does not explain it."""
    life = in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-02 11:00").ask("问题一")
    life.at("2026-03-04 10:00").answer().at("2026-03-16 10:00").ask("问题二").at("2026-03-20 10:00").answer()

    explanation = explained(life.report, limit(life), RULEBOOK)

    assert [day.on.day for day in explanation.paused] == [3, 4]
    assert [day.on.day for day in explanation.counted] == [5, 6, 9, 10, 11]


def test_a_late_proposal_stays_late_whatever_follows() -> None:
    """The dispute gives time for another try, not a clean sheet."""
    life = in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-12 10:00").propose()
    late = last_of(life.report.deadlines, Stage.RESOLVE)
    life.at("2026-03-13 10:00").dispute()

    assert late is not None
    assert late in life.report.deadlines
    assert was_missed(late, life.now)


def test_a_late_reporter_does_not_make_the_report_overdue() -> None:
    """Nobody who handles it is late while the reporter is to answer."""
    life = in_progress("2026-03-02").propose().at("2026-06-01 10:00")
    assert is_overdue(limit(life, Stage.CONFIRM), life.now)
    assert not overdue(life.report, life.now)


def test_a_late_acceptance_makes_the_report_overdue() -> None:
    """Two working days to accept are a limit like the others."""
    life = life_in(S.ASSIGNED, reported="2026-03-02 10:00")
    assert not overdue(life.report, china("2026-03-04 23:59"))
    assert overdue(life.report, china("2026-03-05 00:00"))


@pytest.mark.parametrize(
    ("severity", "days"),
    [(Severity.CRITICAL, 2), (Severity.HIGH, 5), (Severity.MEDIUM, 7), (Severity.LOW, 15)],
)
def test_an_extension_is_at_most_half_of_the_limit_rounded_down(severity: Severity, days: int) -> None:
    """Half of 5 is 2, of 15 is 7."""
    assert longest_extension(severity, RULEBOOK) == days
    life = in_progress("2026-03-02", severity)
    with pytest.raises(LimitExceeded):
        life.extend(days + 1)
    with pytest.raises(LimitExceeded):
        life.extend(0)
    assert life.extend(days).report.extensions == 1


def test_an_extension_keeps_the_old_date_and_the_reason() -> None:
    """Anyone sees from when it was moved, and why."""
    life = in_progress("2026-03-02", Severity.CRITICAL)
    old = limit(life).due_at

    life.at("2026-03-09 23:59").extend(2)

    moved = limit(life)
    assert (moved.extended_from, moved.extension_reason) == (old, "须会商")
    assert last_day(moved) == date(2026, 3, 11)


def test_an_extension_after_the_limit_is_refused() -> None:
    """It is asked for before the limit, never to heal a missed one."""
    with pytest.raises(LimitExceeded):
        in_progress("2026-03-02", Severity.CRITICAL).at("2026-03-10 00:00").extend(1)


def test_a_second_extension_is_refused() -> None:
    """One a report, also after a dispute began a new limit."""
    life = in_progress("2026-03-02").extend(1).propose().dispute()
    with pytest.raises(LimitExceeded):
        life.extend(1)


def test_paused_days_and_an_extension_add_up() -> None:
    """Five days, three of a question, two of an extension: ten working days after 2 March."""
    life = in_progress("2026-03-02", Severity.CRITICAL)
    life.at("2026-03-04 10:00").ask().at("2026-03-09 10:00").answer().extend(2)
    assert last_day(limit(life)) == date(2026, 3, 16)


def test_a_missed_resolve_limit_calls_for_supervision_once() -> None:
    """Not before the limit has passed, and not again once supervised."""
    life = in_progress("2026-03-02", Severity.CRITICAL)
    assert not needs_supervision(life.report, china("2026-03-09 23:59"), RULEBOOK)
    assert needs_supervision(life.report, china("2026-03-10 00:00"), RULEBOOK)
    assert not needs_supervision(life.supervise().report, china("2026-03-10 00:00"), RULEBOOK)


def test_a_met_limit_has_no_days_left() -> None:
    """What is done is not counted down."""
    life = in_progress("2026-03-02").propose()
    met = last_of(life.report.deadlines, Stage.RESOLVE)
    assert met is not None
    assert working_days_left(life.report, met, life.now, RULEBOOK) is None


PAUSES = st.lists(st.tuples(st.integers(0, 24 * 20), st.integers(0, 24 * 40)), min_size=1, max_size=4)


@given(pauses=PAUSES, severity=st.sampled_from(Severity))
def test_the_days_of_an_explanation_are_the_days_of_the_limit(
    pauses: list[tuple[int, int]], severity: Severity
) -> None:
    """However often the clock stopped, the counted days are the limit's and the paused ones at most twenty."""
    life = in_progress("2026-01-30", severity)
    for number, (work, wait) in enumerate(pauses):
        life.later(timedelta(hours=work)).ask(f"问题{number}").later(timedelta(hours=wait)).answer()
    deadline = limit(life)
    explanation = explained(life.report, deadline, RULEBOOK)

    assert len(explanation.counted) == deadline.working_days
    assert len(explanation.paused) <= RULEBOOK.limits.pause_in_total
    assert max(day.on for day in explanation.counted + explanation.paused) == last_day(deadline)


@given(pauses=PAUSES, severity=st.sampled_from(Severity))
def test_a_question_never_brings_the_end_nearer_nor_an_answer_further(
    pauses: list[tuple[int, int]], severity: Severity
) -> None:
    """An open question shows the latest possible end; the answer only takes back what was not used."""
    life = in_progress("2026-01-30", severity)
    for number, (work, wait) in enumerate(pauses):
        before = limit(life.later(timedelta(hours=work))).due_at
        while_asked = limit(life.ask(f"问题{number}")).due_at
        after = limit(life.later(timedelta(hours=wait)).answer()).due_at
        assert before <= after <= while_asked
