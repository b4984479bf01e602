"""The life of a report: the table of moves, whose they are, and what holds after any order of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.access import PERMISSIONS, Operation, Role
from directory.blockages import admitted, moved, open_actions, sides_for, waiting_on
from directory.deadlines import Stage, running_of
from directory.entities import Blockage, dump, load
from directory.errors import AlreadyExists, Forbidden, InvalidInput, LimitExceeded, NotAllowedNow, NotFound
from directory.following import marked_duplicate
from directory.moves import FACTS, MOVES, OPERATIONS, SIDES_OF_ACTION, Action, Side
from directory.routing import suggested_co_agencies, suggested_leads
from directory.states import OPEN_STATUSES, BlockageStatus, ResolutionState, WaitingOn
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.drawn_life import DRAWN_LIFE
from tests.rules.report_lives import LEAD, SECOND_LEAD, Life, life_in

S = BlockageStatus
A = Action

EVERY_CASE = [(status, action, side) for status in S for action in A for side in Side]


@pytest.mark.parametrize(("status", "action", "side"), EVERY_CASE)
def test_each_move_is_open_to_just_the_sides_the_design_names(status: S, action: A, side: Side) -> None:
    """Every state, every move, every side: admitted where the drawn life says so, else refused for the right reason."""
    report = life_in(status).report
    to_and_whose = DRAWN_LIFE[status].get(action)

    if to_and_whose is not None and side.value in to_and_whose[1].split():
        assert admitted(report, action, frozenset({side})) is side
        assert MOVES[status, action].to is to_and_whose[0]
    elif side in SIDES_OF_ACTION[action] and to_and_whose is None:
        with pytest.raises(NotAllowedNow):
            admitted(report, action, frozenset({side}))
    else:
        with pytest.raises(Forbidden):
            admitted(report, action, frozenset({side}))


# What needs a file that is there.
ON_A_FILE = {A.WITHDRAW_EVIDENCE, A.REDACT_EVIDENCE, A.PUBLISH_EVIDENCE}


def buttons(life: Life) -> set[A]:
    """What a page offers at this life's present to a caller who is everything."""
    return set(open_actions(life.report, frozenset(Side), life.now, RULEBOOK))


def test_the_table_holds_no_move_beyond_the_drawn_life() -> None:
    """What is not drawn cannot be done."""
    assert set(MOVES) == {(status, action) for status, moves in DRAWN_LIFE.items() for action in moves}


@pytest.mark.parametrize("status", list(S))
def test_the_buttons_of_a_page_are_the_moves_of_the_table(status: S) -> None:
    """A page shows a caller who is everything just the moves that are drawn for the state and fit the report."""
    drawn = set(DRAWN_LIFE[status]) - {
        A.CONFIRM_PART,
        A.LAPSE_PART,
        A.REPLY,
        A.CALL_BACK,
        A.REINSTATE,
        A.LAPSE,
        A.SETTLE_STEP,
        *ON_A_FILE,
    }
    assert buttons(life_in(status)) == drawn


def test_a_partial_claim_has_buttons_of_its_own() -> None:
    """What is confirmed is a part, and what lapses too."""
    life = life_in(S.IN_PROGRESS).propose(residual="跨省结算仍未解决")
    drawn = set(DRAWN_LIFE[S.RESOLUTION_PROPOSED]) - {A.CONFIRM, A.LAPSE, A.REPLY, A.SETTLE_STEP, *ON_A_FILE}
    assert buttons(life.later(timedelta(days=60))) == drawn


@pytest.mark.parametrize(
    ("life", "gone"),
    [
        (life_in(S.ASSIGNED).give_back().assign(SECOND_LEAD), A.RETURN),
        (life_in(S.IN_PROGRESS).extend(), A.EXTEND),
        (life_in(S.IN_PROGRESS).supervise(), A.SUPERVISE),
        (life_in(S.IN_PROGRESS).supervise().reply(), A.REPLY),
        (life_in(S.IN_PROGRESS).withdraw(asked_by_agency=True).call_back(), A.REINSTATE),
    ],
)
def test_a_move_that_is_used_up_has_no_button(life: Life, gone: A) -> None:
    """One return, one extension, one order to supervise and one reply, one call-back."""
    assert gone not in buttons(life)


@pytest.mark.parametrize(
    ("status", "last", "too_late", "gone"),
    [
        (S.ASSIGNED, "2026-03-04 23:59", "2026-03-05 00:00", A.RETURN),
        (S.IN_PROGRESS, "2026-03-23 23:59", "2026-03-24 00:00", A.EXTEND),
        (S.RESOLVED, "2026-03-30 23:59", "2026-03-31 00:00", A.REOPEN),
    ],
)
def test_a_move_whose_time_is_over_has_no_button(status: S, last: str, too_late: str, gone: A) -> None:
    """No page offers what the rule refuses: a late return, a late extension, a late objection."""
    life = life_in(status)
    assert gone in buttons(life.at(last))
    assert gone not in buttons(life.at(too_late))


def test_every_move_has_an_operation_and_a_fact_of_its_own() -> None:
    """No step goes without a row in the permission table, and no two leave the same fact."""
    assert set(OPERATIONS) == set(FACTS) == set(A)
    assert len(set(FACTS.values())) == len(A)


ROLES = {
    Side.REPORTER: Role.FIRM,
    Side.LEAD: Role.AGENCY,
    Side.CO_AGENCY: Role.AGENCY,
    Side.STEP_OWNER: Role.AGENCY,
    Side.TRIAGE: Role.AGENCY,
    Side.SUPERVISOR: Role.SUPERVISOR,
    Side.CLOCK: Role.CLOCK,
}


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS.values()) - {Operation.REPORT_BLOCKAGE}))
def test_the_permission_table_and_the_table_of_moves_agree(operation: Operation) -> None:
    """A role may ask for an operation just when some move of it is on one of its sides."""
    sides = [SIDES_OF_ACTION[action] for action, asked in OPERATIONS.items() if asked is operation]
    assert {ROLES[side] for each in sides for side in each} == PERMISSIONS[operation]


@pytest.mark.parametrize("status", list(S))
def test_a_move_without_a_row_is_refused_by_the_rule_itself(status: S) -> None:
    """Also without asking for rights first, no rule makes a move that the table does not hold."""
    life = life_in(status)
    for action in set(A) - set(DRAWN_LIFE[status]):
        with pytest.raises(NotAllowedNow):
            moved(life.report, action, life.step())


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        (S.REPORTED, WaitingOn.TRIAGE),
        (S.TRIAGED, WaitingOn.TRIAGE),
        (S.ASSIGNED, WaitingOn.AGENCY),
        (S.IN_PROGRESS, WaitingOn.AGENCY),
        (S.INFORMATION_NEEDED, WaitingOn.REPORTER),
        (S.RESOLUTION_PROPOSED, WaitingOn.REPORTER),
        *((status, None) for status in S if status not in OPEN_STATUSES),
    ],
)
def test_a_report_says_who_has_to_act_next(status: S, waits: WaitingOn | None) -> None:
    """An open report waits on someone, a closed one on nobody."""
    assert waiting_on(life_in(status).report) is waits


def test_a_returned_report_waits_on_a_supervisor_who_alone_assigns_it() -> None:
    """After a refusal the triage desk has had its turn: a supervisor ends the argument."""
    returned = life_in(S.ASSIGNED).give_back().report

    assert waiting_on(returned) is WaitingOn.SUPERVISOR
    assert sides_for(returned, A.ASSIGN) == {Side.SUPERVISOR}
    assert (returned.agency, returned.returned_by, returned.suggested_agency) == (None, (LEAD,), SECOND_LEAD)


def test_a_second_return_is_refused() -> None:
    """One refusal a report: nobody plays ping-pong with it."""
    life = life_in(S.ASSIGNED).give_back().assign(SECOND_LEAD)
    with pytest.raises(LimitExceeded):
        life.give_back()


def test_a_return_after_the_limit_to_accept_is_refused() -> None:
    """Who let the two working days pass has to take it on, or ask a supervisor."""
    life = life_in(S.ASSIGNED).at("2026-03-05 00:00")
    with pytest.raises(LimitExceeded):
        life.give_back()


def test_a_transfer_to_the_agency_that_has_it_is_refused() -> None:
    """A transfer changes who leads."""
    with pytest.raises(InvalidInput):
        life_in(S.IN_PROGRESS).assign(LEAD)


def test_a_transfer_is_counted_and_leaves_the_resolve_limit_alone() -> None:
    """Another agency, the same clock."""
    before = life_in(S.IN_PROGRESS)
    limit = running_of(before.report.deadlines, Stage.RESOLVE)

    after = before.at("2026-03-09 10:00").transfer().report

    assert running_of(after.deadlines, Stage.RESOLVE) == limit
    assert (after.transfers, after.agency) == (1, SECOND_LEAD)


def test_the_same_question_in_other_clothes_is_refused() -> None:
    """Full width, punctuation and script variants do not make a question new, so it cannot stop the clock again."""
    life = life_in(S.IN_PROGRESS).ask("请提供2月结算单。").answer()
    with pytest.raises(AlreadyExists):
        life.ask("請提供 ２月 結算單？")


def test_another_question_is_allowed() -> None:
    """An agency may need to know more than one thing."""
    life = life_in(S.IN_PROGRESS).ask("请提供2月结算单").answer().ask("请提供3月结算单")
    assert life.report.status is S.INFORMATION_NEEDED


def test_the_second_dispute_puts_a_report_under_supervision() -> None:
    """The first dispute is counted; the second brings in a supervisor, and the timeline says by whose hand."""
    life = life_in(S.RESOLUTION_PROPOSED).dispute()
    assert (life.report.disputes, life.report.supervised) == (1, False)

    life.propose().dispute()

    assert (life.report.disputes, life.report.supervised) == (2, True)
    assert [(step.action, step.actor) for step in life.report.timeline[-2:]] == [
        ("dispute", "reporter"),
        ("supervise", "clock"),
    ]


def test_a_report_is_supervised_once() -> None:
    """A second order to supervise finds nothing to do."""
    with pytest.raises(NotAllowedNow):
        life_in(S.IN_PROGRESS).supervise().supervise()


def test_a_confirmed_part_leaves_the_report_open() -> None:
    """The reporter says that a part is solved; the rest stays open in every count, and what is left is on record."""
    report = life_in(S.IN_PROGRESS).propose(residual="跨省结算仍未解决").confirm().report

    assert report.status is S.IN_PROGRESS
    assert report.resolutions[-1].state is ResolutionState.CONFIRMED
    assert report.resolutions[-1].residual == "跨省结算仍未解决"


def test_an_unanswered_part_leaves_the_report_open_too() -> None:
    """Silence about a part does not make the whole resolved."""
    life = life_in(S.IN_PROGRESS).propose(residual="跨省结算仍未解决").later(timedelta(days=60)).lapse()

    assert life.report.status is S.IN_PROGRESS
    assert life.report.resolutions[-1].state is ResolutionState.UNANSWERED


def test_an_unanswered_proposal_closes_without_the_reporters_word() -> None:
    """Resolved, but unconfirmed: it never counts as confirmed."""
    report = life_in(S.RESOLUTION_PROPOSED).later(timedelta(days=60)).lapse().report

    assert report.status is S.RESOLVED
    resolution = report.resolutions[-1]
    assert (resolution.state, resolution.confirmed_by_reporter) == (ResolutionState.UNANSWERED, False)
    assert resolution.answered_at is None


def test_a_proposal_is_not_closed_while_the_reporter_may_answer() -> None:
    """The last second of the tenth working day still belongs to the reporter."""
    life = life_in(S.RESOLUTION_PROPOSED).at("2026-03-16 23:59")
    with pytest.raises(NotAllowedNow):
        life.lapse()
    assert life.at("2026-03-17 00:00").lapse().report.status is S.RESOLVED


def test_a_resolved_report_is_contested_within_twenty_working_days() -> None:
    """Contested: the agency is waited on again, and the count is public."""
    report = life_in(S.RESOLVED).at("2026-03-30 23:59").reopen().report

    assert (report.status, report.reopens, report.closed_at) == (S.IN_PROGRESS, 1, None)
    assert waiting_on(report) is WaitingOn.AGENCY
    assert report.resolutions[-1].state is ResolutionState.CONTESTED
    assert not report.resolutions[-1].confirmed_by_reporter


def test_a_resolution_is_final_after_twenty_working_days() -> None:
    """Later troubles are a new report."""
    with pytest.raises(LimitExceeded):
        life_in(S.RESOLVED).at("2026-03-31 00:00").reopen()


def test_a_report_merges_only_into_one_of_the_same_firm() -> None:
    """Reports of two firms stay two: what they share is a blocking point."""
    life = life_in(S.REPORTED)
    other_firm = life.report.model_copy(update={"id": "r0", "firm_id": "f0"})
    with pytest.raises(NotFound):
        marked_duplicate(life.report, life.step(), other_firm, note=None)


@pytest.mark.parametrize("status", [S.REJECTED, S.DUPLICATE, S.WITHDRAWN])
def test_a_report_does_not_merge_into_one_that_does_not_stand(status: S) -> None:
    """Otherwise a report could vanish into nothing."""
    life = life_in(S.REPORTED)
    gone = life.report.model_copy(update={"id": "r0", "status": status})
    with pytest.raises(InvalidInput):
        marked_duplicate(life.report, life.step(), gone, note=None)


def test_a_report_does_not_merge_into_itself() -> None:
    """A circle of one is a circle."""
    life = life_in(S.REPORTED)
    with pytest.raises(InvalidInput):
        marked_duplicate(life.report, life.step(), life.report, note=None)


def test_time_never_runs_backwards_in_a_report() -> None:
    """A server whose clock is behind leaves no negative holding."""
    life = life_in(S.ASSIGNED)
    before = life.report.updated_at
    report = life.later(timedelta(hours=-1)).accept().report
    assert report.updated_at == report.timeline[-1].at == before


def test_a_local_office_is_suggested_before_its_national_body() -> None:
    """Who sits nearer comes first; the ministry follows."""
    assert suggested_leads("licence-missing-path", "330106", REFERENCE) == (LEAD, "samr")


def test_nobody_is_suggested_for_an_unknown_category() -> None:
    """No guess where the list is silent."""
    assert suggested_leads("no-such", "330100", REFERENCE) == ()


def test_every_category_has_a_lead_to_suggest_that_may_lead() -> None:
    """No leaf leaves the triage desk without a hint."""
    for term in REFERENCE.vocabulary("blockage_categories"):
        if term.assignable:
            assert suggested_leads(term.code, "330100", REFERENCE), term.code


def test_helpers_are_suggested_from_the_category() -> None:
    """Other bodies of the same subject help, the nearest first."""
    helpers = suggested_co_agencies("licence-missing-path", "330100", REFERENCE)
    assert helpers == ("local-culture@330100", "mct", "nrta", "miit")


@pytest.mark.parametrize("status", list(S))
def test_a_report_in_any_state_survives_the_record(status: S) -> None:
    """What is written is what is read."""
    report = life_in(status).report
    assert load(Blockage, report.id, report.version, dump(report)) == report
