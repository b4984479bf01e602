"""The life of a blocking point as the design draws it, and what its reports say together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.access import ANYONE, Caller, Role
from directory.blocking_points import (
    FACTS,
    MOVES,
    OPERATIONS,
    VOID_STATUSES,
    PointAction,
    PointSide,
    check_point_move,
    open_point_actions,
    point_moved,
    point_recurred,
    point_sides,
)
from directory.entities import Blockage, BlockingPoint, PointResolution, Resolution
from directory.errors import NotAllowedNow, UserFault
from directory.point_counts import answers, extent, put_to_report, quorum, recurrences, state_of
from directory.states import BlockageStatus, BlockingPointStatus, ResolutionKind, ResolutionState
from tests.factories import NOW, make_blockage, make_point
from tests.rulebooks import RULEBOOK

A, S = PointAction, BlockingPointStatus
LEAD = "samr"
CLAIM = PointResolution(
    kind=ResolutionKind.POLICY_CHANGED, summary="已出台抽成上限", proposed_by=LEAD, proposed_at=NOW
)

DRAWN_LIFE = {
    S.OPEN: {
        A.START: S.IN_PROGRESS,
        A.RESOLVE: S.RESOLVED,
        A.POST_PROGRESS: S.OPEN,
        A.PLAN_STEP: S.OPEN,
    },
    S.IN_PROGRESS: {
        A.RESOLVE: S.RESOLVED,
        A.POST_PROGRESS: S.IN_PROGRESS,
        A.PLAN_STEP: S.IN_PROGRESS,
    },
    S.RESOLVED: {A.CARRY_OVER: S.RESOLVED, A.REOPEN: S.IN_PROGRESS, A.RECUR: S.IN_PROGRESS},
}
AT_ANY_TIME = {A.AMEND, A.LINK, A.SPLIT, A.MERGE, A.UNMERGE, A.SETTLE_STEP}


def resolved(**changes: object) -> BlockingPoint:
    """A resolved point led by `LEAD`."""
    values = {"status": S.RESOLVED, "resolutions": (CLAIM,), "lead_agency": LEAD, "resolved_at": NOW}
    return make_point(**{**values, **changes})


def answered(point: BlockingPoint, state: ResolutionState, **changes: object) -> Blockage:
    """A report whose reporter was asked about the point's resolution."""
    put = put_to_report(point.resolutions[-1], point, NOW).model_copy(update={"state": state})
    return make_blockage(
        blocking_point=point.id, resolutions=(put,), status=BlockageStatus.RESOLVED, **changes
    )


def test_the_table_is_the_life_that_was_drawn() -> None:
    """Written down apart from the code; every move is logged under a name of its own, and somebody may make it."""
    drawn = {(status, action): to for status, moves in DRAWN_LIFE.items() for action, to in moves.items()}
    drawn |= {(status, action): status for status in S for action in AT_ANY_TIME}

    assert {place: move.to for place, move in MOVES.items()} == drawn
    assert len(set(FACTS.values())) == len(FACTS) == len(A)
    assert set(OPERATIONS) == set(A) - {A.RECUR}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize(
    ("caller", "sides"),
    [
        (Caller("s", frozenset({Role.SUPERVISOR})), {PointSide.SUPERVISOR}),
        (Caller("o", frozenset({Role.AGENCY}), agency=LEAD), {PointSide.LEAD}),
        (Caller("o", frozenset({Role.AGENCY}), agency="mct"), set()),
        (Caller("f", frozenset({Role.FIRM}), agency=LEAD), set()),
        (ANYONE, set()),
    ],
    ids=["supervisor", "lead", "other agency", "firm", "public"],
)
def test_what_is_offered_is_what_is_allowed(
    status: BlockingPointStatus, caller: Caller, sides: set[PointSide]
) -> None:
    """No button that is refused, and none missing."""
    point = make_point(status=status, lead_agency=LEAD)
    assert point_sides(caller, point) == sides
    allowed = []
    for action in A:
        try:
            check_point_move(point, action, frozenset(sides))
        except UserFault:
            continue
        allowed.append(action)
    assert list(open_point_actions(point, frozenset(sides))) == [
        each for each in allowed if each not in (A.UNMERGE, A.SETTLE_STEP)
    ]


def test_a_point_without_a_lead_is_not_offered_to_be_resolved() -> None:
    """Nobody could answer for it; of a merged one only taking that back is offered."""
    supervisor = frozenset({PointSide.SUPERVISOR})
    assert A.RESOLVE not in open_point_actions(make_point(), supervisor)
    merged = make_point(merged_into="another")
    assert open_point_actions(merged, supervisor) == (A.UNMERGE,)
    assert open_point_actions(merged, frozenset({PointSide.LEAD})) == ()


@pytest.mark.parametrize(
    ("states", "reached"),
    [
        ((ResolutionState.CONFIRMED, ResolutionState.UNANSWERED), True),
        ((ResolutionState.CONFIRMED, ResolutionState.CONTESTED), False),
        ((ResolutionState.UNANSWERED,), False),
        ((), False),
    ],
)
def test_a_quorum_is_a_confirmation_and_no_contest_in_fifteen_working_days(
    states: tuple[ResolutionState, ...], reached: bool
) -> None:
    """Before they are over it is open, whatever was said; nothing claimed, no quorum."""
    point = resolved()
    said = answers(point, [answered(point, state) for state in states])
    early, late = (
        quorum(point, said, now, RULEBOOK) for now in (NOW + timedelta(days=2), NOW + timedelta(days=60))
    )
    assert early is not None
    assert late is not None
    assert (early.open, early.reached) == (True, False)
    assert (late.open, late.reached) == (False, reached)
    assert late.closes_at == RULEBOOK.calendar.add_workdays(NOW, 15).at
    assert quorum(make_point(), said, NOW, RULEBOOK) is None


def test_time_never_runs_backwards_in_a_point() -> None:
    """Whatever the clocks of two servers say."""
    point = make_point(updated_at=NOW)
    assert point_moved(point, A.START, NOW - timedelta(hours=1)).updated_at == NOW
    with pytest.raises(NotAllowedNow):
        point_moved(point, A.REOPEN, NOW)


def test_reports_that_hinder_nobody_do_not_count() -> None:
    """Refused, merged as duplicates, withdrawn; two reports of one firm are one firm."""
    point = make_point()
    reports = [
        make_blockage(firm_id="a", region="330100", reported_at=NOW),
        make_blockage(firm_id="a", region="440300", reported_at=NOW - timedelta(days=2)),
        *(
            make_blockage(status=status, region="110000", reported_at=NOW - timedelta(days=9))
            for status in VOID_STATUSES
        ),
    ]
    found = extent(point, reports)
    assert (found.firms, found.regions) == (1, ("330100", "440300"))
    assert found.first_reported_at == NOW - timedelta(days=2)
    assert extent(point, []).first_reported_at is None


@given(st.lists(st.sampled_from(ResolutionState), max_size=8), st.integers(0, 3))
def test_each_answer_is_counted_once_and_apart(states: list[ResolutionState], not_asked: int) -> None:
    """The four counts and those not asked are all the reports; one contest outweighs every confirmation."""
    point = resolved()
    reports = [answered(point, state) for state in states]
    reports += [make_blockage(blocking_point=point.id) for _ in range(not_asked)]
    said = answers(point, reports)

    counted = {
        ResolutionState.CLAIMED: said.claimed,
        ResolutionState.CONFIRMED: said.confirmed,
        ResolutionState.CONTESTED: said.contested,
        ResolutionState.UNANSWERED: said.unanswered,
    }
    assert counted == {state: states.count(state) for state in ResolutionState}
    assert said.not_asked == not_asked
    if ResolutionState.CONTESTED in states:
        assert state_of(said) is ResolutionState.CONTESTED
    elif ResolutionState.CONFIRMED in states:
        assert state_of(said) is ResolutionState.CONFIRMED


def test_answers_to_an_earlier_claim_are_not_answers_to_the_present_one() -> None:
    """A point that is resolved a second time is asked about a second time."""
    earlier = resolved()
    report = answered(earlier, ResolutionState.CONFIRMED)
    later = CLAIM.model_copy(update={"proposed_at": NOW + timedelta(days=1)})
    again = earlier.model_copy(update={"resolutions": (CLAIM, later)})
    assert answers(earlier, [report]).confirmed == 1
    assert answers(again, [report]).confirmed == 0


def test_a_claim_for_another_point_is_no_answer() -> None:
    """Nor one that an agency made for the report alone."""
    point = resolved()
    own = Resolution(
        state=ResolutionState.CONFIRMED,
        kind=ResolutionKind.CASE_SETTLED,
        summary="个案已办结",
        proposed_by=LEAD,
        proposed_at=NOW,
    )
    assert answers(point, [make_blockage(resolutions=(own,))]).confirmed == 0
    assert answers(point, [answered(resolved(), ResolutionState.CONFIRMED)]).confirmed == 0


def test_only_recurrences_among_the_reports_at_hand_are_told() -> None:
    """Who may not know of a report is not told that it came back."""
    known, hidden = make_blockage(), make_blockage()
    point = point_recurred(resolved(), [known, hidden], NOW)
    assert (point.status, point.resolved_at) == (S.IN_PROGRESS, None)
    assert recurrences(point, [known]) == 1
    assert recurrences(point, []) == 0
