"""What a report counts as, and what is told of a group of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.disclosure import LEAST_COMPARED, LEAST_DERIVED
from directory.moves import Action
from directory.statistics import (
    TOO_FEW_TO_COMPARE,
    TOO_FEW_TO_SHOW,
    Group,
    Outcome,
    Timeliness,
    days_to_resolution,
    figures,
    former_agencies,
    last_assignment,
    outcome_of,
    rating_of,
    timeliness_of,
)
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import LEAD, PLAY, SECOND_LEAD, Life, china

TAKEN_ON = (Action.TRIAGE_ACCEPT, Action.ASSIGN, Action.ACCEPT)


def played(*actions: Action, reported: str = "2026-03-02 10:00") -> Life:
    """A life after these moves, all on its first day."""
    life = Life(reported)
    for action in actions:
        PLAY[action](life)
    return life


@pytest.mark.parametrize(
    ("actions", "outcome"),
    [
        ((), Outcome.OPEN),
        (TAKEN_ON, Outcome.OPEN),
        ((*TAKEN_ON, Action.REQUEST_INFORMATION), Outcome.OPEN),
        ((*TAKEN_ON, Action.PROPOSE), Outcome.CLAIMED),
        ((*TAKEN_ON, Action.PROPOSE, Action.DISPUTE), Outcome.CONTESTED),
        ((*TAKEN_ON, Action.PROPOSE, Action.DISPUTE, Action.PROPOSE), Outcome.CLAIMED),
        ((*TAKEN_ON, Action.PROPOSE, Action.CONFIRM), Outcome.CONFIRMED),
        ((*TAKEN_ON, Action.PROPOSE, Action.CONFIRM, Action.REOPEN), Outcome.CONTESTED),
        ((*TAKEN_ON, Action.CLOSE_UNRESOLVED), Outcome.CLOSED_UNRESOLVED),
        ((Action.TRIAGE_REJECT,), Outcome.LEFT_OUT),
        ((Action.MARK_DUPLICATE,), Outcome.LEFT_OUT),
        ((*TAKEN_ON, Action.WITHDRAW), Outcome.LEFT_OUT),
    ],
)
def test_a_report_has_one_outcome(actions: tuple[Action, ...], outcome: Outcome) -> None:
    """A claim is not a resolution, and what the reporter contested is open."""
    assert outcome_of(played(*actions).report) is outcome


def test_silence_is_no_confirmation() -> None:
    """A proposal that nobody answered closes the report as unanswered."""
    life = played(*TAKEN_ON, Action.PROPOSE).at("2026-05-06 10:00").lapse()
    assert outcome_of(life.report) is Outcome.UNANSWERED
    assert rating_of(life.report) is None


def test_a_confirmed_part_leaves_the_report_open() -> None:
    """Its rest is not resolved."""
    life = played(*TAKEN_ON)
    assert outcome_of(life.propose(residual="未解决部分").confirm().report) is Outcome.OPEN


def test_days_to_resolution_are_working_days_that_nothing_stops() -> None:
    """From Monday to the next Monday, five; a question to the reporter does not make them fewer."""
    asked = played(*TAKEN_ON).ask().at("2026-03-06 10:00").answer()
    closed = asked.at("2026-03-09 10:00").propose().confirm().report
    assert days_to_resolution(closed, RULEBOOK.calendar) == 5
    assert days_to_resolution(played(*TAKEN_ON).report, RULEBOOK.calendar) is None


def test_one_missed_limit_makes_a_report_late_for_good() -> None:
    """Also when the second try kept its limit; closing it unresolved is late as well."""
    late = played(*TAKEN_ON).at("2026-04-30 10:00").propose()
    assert timeliness_of(late.report) is Timeliness.LATE
    assert timeliness_of(late.dispute().propose().confirm().report) is Timeliness.LATE
    assert timeliness_of(played(*TAKEN_ON, Action.CLOSE_UNRESOLVED).report) is Timeliness.LATE
    assert timeliness_of(played(*TAKEN_ON, Action.PROPOSE, Action.CONFIRM).report) is Timeliness.ON_TIME
    assert timeliness_of(played(*TAKEN_ON, Action.PROPOSE).report) is None


def test_a_transfer_begins_the_acceptance_anew_and_is_remembered() -> None:
    """The agency that has the report now is given its own time; the one before is on record."""
    life = played(*TAKEN_ON).at("2026-03-04 10:00").transfer()
    given = last_assignment(life.report)

    assert given is not None
    assert (given.at, given.accepted_at) == (china("2026-03-04 10:00"), None)
    assert life.report.agency == SECOND_LEAD
    assert former_agencies(life.report) == (LEAD,)
    assert last_assignment(played().report) is None


COUNTS = (
    "reported", "open", "overdue", "closed_unresolved", "claimed", "confirmed", "contested", "unanswered", "left_out"
)  # fmt: skip
groups = st.builds(
    lambda outcomes, late, on_time, ratings, reopened: Group(
        outcomes=Counter(outcomes),
        overdue=late,
        timeliness=Counter({Timeliness.LATE: late, Timeliness.ON_TIME: on_time}),
        ratings=Counter(ratings),
        reopened=reopened,
        ever_resolved=reopened + on_time,
        days=Counter({3: on_time}),
        days_so_far=Counter({9: late}),
    ),
    st.dictionaries(st.sampled_from(Outcome), st.integers(0, 30)),
    st.integers(0, 30),
    st.integers(0, 30),
    st.dictionaries(st.integers(1, 5), st.integers(1, 9)),
    st.integers(0, 30),
)


@given(groups)
def test_the_outcomes_of_a_group_add_up_to_its_reports(group: Group) -> None:
    """Open, confirmed, unanswered and closed unresolved are all there is; claimed and contested ones are open."""
    told = figures(group, exact=True)
    assert told.reported == told.open + told.confirmed + told.unanswered + told.closed_unresolved
    assert told.claimed + told.contested <= told.open


@given(groups)
def test_the_public_is_told_only_what_rounded_counts_tell(group: Group) -> None:
    """No count from one to nine, no rate with a hidden side, and whether more is told follows from the told count."""
    told = asdict(figures(group, exact=False))
    counts = [told[name] for name in COUNTS]
    rates = [told[name] for name in ("on_time_rate", "confirmation_rate", "reopen_rate")]

    assert all(count == 0 or (count >= LEAST_COMPARED and count % 5 == 0) for count in counts)
    assert all(0 < rate < 1 for rate in rates if rate is not None)
    assert (told["withheld"] is None) == (told["reported"] > LEAST_COMPARED)


@pytest.mark.parametrize(
    ("reports", "exact", "compares", "reason"),
    [
        (LEAST_COMPARED - 1, True, True, TOO_FEW_TO_COMPARE),
        (LEAST_COMPARED, True, True, None),
        (1, True, False, None),
        (LEAST_DERIVED - 1, False, True, TOO_FEW_TO_SHOW),
        (LEAST_DERIVED, False, True, None),
    ],
)
def test_few_reports_make_no_comparison(
    reports: int, exact: bool, compares: bool, reason: str | None
) -> None:
    """Neither between agencies nor for those who are shown no single cases; the reason is given."""
    group = Group(outcomes=Counter({Outcome.CONFIRMED: reports}), days=Counter({3: reports}))
    told = figures(group, exact=exact, compares=compares)
    assert told.withheld == reason
    assert (told.median_days is None) == (reason is not None)


def test_a_rate_with_a_hidden_side_is_not_told_to_the_public() -> None:
    """Seven of seventeen must not read as none."""
    group = Group(
        outcomes=Counter({Outcome.CONFIRMED: 17}),
        timeliness=Counter({Timeliness.ON_TIME: 7, Timeliness.LATE: 10}),
    )
    assert figures(group, exact=True).on_time_rate == pytest.approx(7 / 17)
    assert figures(group, exact=False).on_time_rate is None
