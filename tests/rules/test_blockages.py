"""The life of a report: the table of moves, whose they are, and what holds after any order of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from directory.access import PERMISSIONS, Operation, Role
from directory.blockages import admitted, holder, moved, open_actions, sides_for, waiting_on
from directory.deadlines import Stage, gross_days, is_running, net_days, open_pause, running_of
from directory.entities import Blockage, dump, load
from directory.errors import AlreadyExists, Forbidden, InvalidInput, LimitExceeded, NotAllowedNow, NotFound
from directory.following import marked_duplicate
from directory.moves import FACTS, MOVES, OPERATIONS, SIDES_OF_ACTION, Action, Side
from directory.routing import suggested_co_agencies, suggested_leads
from directory.states import OPEN_STATUSES, BlockageStatus, ResolutionState, Severity, WaitingOn
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import LEAD, PLAY, SECOND_LEAD, Life, life_in

S = BlockageStatus
A = Action

# The whole life as the design draws it, written down apart from the code: state -> move -> state and whose it is.
LIFE: dict[S, dict[A, tuple[S, str]]] = {
    S.REPORTED: {
        A.TRIAGE_ACCEPT: (S.TRIAGED, "triage supervisor"),
        A.TRIAGE_REJECT: (S.REJECTED, "triage supervisor"),
        A.MARK_DUPLICATE: (S.DUPLICATE, "triage supervisor"),
        A.SUPERVISE: (S.REPORTED, "supervisor clock"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.TRIAGED: {
        A.ASSIGN: (S.ASSIGNED, "triage supervisor"),
        A.SUPERVISE: (S.TRIAGED, "supervisor clock"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.ASSIGNED: {
        A.ACCEPT: (S.IN_PROGRESS, "lead"),
        A.RETURN: (S.TRIAGED, "lead"),
        A.TRANSFER: (S.ASSIGNED, "supervisor"),
        A.SUPERVISE: (S.ASSIGNED, "supervisor clock"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.IN_PROGRESS: {
        A.REQUEST_INFORMATION: (S.INFORMATION_NEEDED, "lead"),
        A.POST_PROGRESS: (S.IN_PROGRESS, "lead co_agency"),
        A.EXTEND: (S.IN_PROGRESS, "lead supervisor"),
        A.TRANSFER: (S.ASSIGNED, "supervisor"),
        A.PROPOSE: (S.RESOLUTION_PROPOSED, "lead"),
        A.CLOSE_UNRESOLVED: (S.CLOSED_UNRESOLVED, "supervisor"),
        A.SUPERVISE: (S.IN_PROGRESS, "supervisor clock"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.INFORMATION_NEEDED: {
        A.PROVIDE_INFORMATION: (S.IN_PROGRESS, "reporter"),
        A.POST_PROGRESS: (S.INFORMATION_NEEDED, "lead co_agency"),
        A.CLOSE_UNRESOLVED: (S.CLOSED_UNRESOLVED, "supervisor"),
        A.SUPERVISE: (S.INFORMATION_NEEDED, "supervisor clock"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.RESOLUTION_PROPOSED: {
        A.CONFIRM: (S.RESOLVED, "reporter"),
        A.CONFIRM_PART: (S.IN_PROGRESS, "reporter"),
        A.DISPUTE: (S.IN_PROGRESS, "reporter"),
        A.LAPSE: (S.RESOLVED, "clock"),
        A.LAPSE_PART: (S.IN_PROGRESS, "clock"),
        A.SUPERVISE: (S.RESOLUTION_PROPOSED, "supervisor clock"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.RESOLVED: {A.REOPEN: (S.IN_PROGRESS, "reporter")},
    S.CLOSED_UNRESOLVED: {},
    S.REJECTED: {},
    S.DUPLICATE: {},
    S.WITHDRAWN: {},
}
ENDINGS = {A.TRIAGE_REJECT, A.MARK_DUPLICATE, A.WITHDRAW, A.CLOSE_UNRESOLVED}
EVERY_CASE = [(status, action, side) for status in S for action in A for side in Side]


@pytest.mark.parametrize(("status", "action", "side"), EVERY_CASE)
def test_each_move_is_open_to_just_the_sides_the_design_names(status: S, action: A, side: Side) -> None:
    """Every state, every move, every side: admitted where the drawn life says so, else refused for the right reason."""
    report = life_in(status).report
    to_and_whose = LIFE[status].get(action)

    if to_and_whose is not None and side.value in to_and_whose[1].split():
        assert admitted(report, action, frozenset({side})) is side
        assert MOVES[status, action].to is to_and_whose[0]
    elif side in SIDES_OF_ACTION[action] and to_and_whose is None:
        with pytest.raises(NotAllowedNow):
            admitted(report, action, frozenset({side}))
    else:
        with pytest.raises(Forbidden):
            admitted(report, action, frozenset({side}))


def test_the_table_holds_no_move_beyond_the_drawn_life() -> None:
    """What is not drawn cannot be done."""
    assert set(MOVES) == {(status, action) for status, moves in LIFE.items() for action in moves}


@pytest.mark.parametrize("status", list(S))
def test_the_buttons_of_a_page_are_the_moves_of_the_table(status: S) -> None:
    """A page shows a caller who is everything just the moves that are drawn for the state."""
    assert set(open_actions(life_in(status).report, frozenset(Side))) == set(LIFE[status])


def test_every_move_has_an_operation_and_a_fact_of_its_own() -> None:
    """No step goes without a row in the permission table, and no two leave the same fact."""
    assert set(OPERATIONS) == set(FACTS) == set(A)
    assert len(set(FACTS.values())) == len(A)


ROLES = {
    Side.REPORTER: Role.FIRM,
    Side.LEAD: Role.AGENCY,
    Side.CO_AGENCY: Role.AGENCY,
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
    for action in set(A) - set(LIFE[status]):
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


class AnyLife(RuleBasedStateMachine):
    """A report through all orders of moves, with any time between them."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life("2026-01-30 10:00")
        self.seen = self.life.report

    @initialize(severity=st.sampled_from(Severity))
    def start(self, severity: Severity) -> None:
        self.life = Life("2026-01-30 10:00", severity)
        self.seen = self.life.report

    @rule(hours=st.integers(min_value=1, max_value=24 * 25))
    def time_passes(self, hours: int) -> None:
        self.life.later(timedelta(hours=hours))

    @precondition(lambda self: bool(LIFE[self.life.report.status]))
    @rule(data=st.data(), residual=st.sampled_from([None, "仍余一事"]), number=st.integers(0, 3))
    def someone_acts(self, data: st.DataObject, residual: str | None, number: int) -> None:
        life = self.life
        open_moves = PLAY.keys() & LIFE[life.report.status]
        action = data.draw(st.sampled_from(sorted(open_moves - ENDINGS if number else open_moves)))
        try:
            if action is A.PROPOSE:
                life.propose(residual)
            elif action is A.REQUEST_INFORMATION:
                life.ask(f"问题{number}")
            else:
                PLAY[action](life)
        except (LimitExceeded, NotAllowedNow, AlreadyExists):
            assert life.report is self.seen

    @invariant()
    def counts_only_grow_and_the_clock_is_one(self) -> None:
        before, after = self.seen, self.life.report
        self.seen = after
        for count in ("disputes", "returns", "reopens", "transfers", "extensions"):
            assert getattr(after, count) >= getattr(before, count)
        assert after.returns <= 1
        assert after.extensions <= 1
        assert not (before.supervised and not after.supervised)
        assert after.reported_at == before.reported_at
        assert after.version - before.version in (0, 1)
        assert after.timeline[: len(before.timeline)] == before.timeline

    @invariant()
    def an_open_report_waits_on_someone_with_a_running_limit(self) -> None:
        report = self.life.report
        running = [each for each in report.deadlines if is_running(each)]
        if report.status in OPEN_STATUSES:
            assert waiting_on(report) is not None
            assert running
            assert holder(report) == report.holdings[-1].holder
            assert report.holdings[-1].ended_at is None
        else:
            assert waiting_on(report) is None
            assert not running
            assert report.holdings[-1].ended_at == report.closed_at
        assert len({each.stage for each in running}) == len(running)

    @invariant()
    def one_agency_leads_from_the_assignment_to_the_close(self) -> None:
        report = self.life.report
        if report.status in (
            S.ASSIGNED,
            S.IN_PROGRESS,
            S.INFORMATION_NEEDED,
            S.RESOLUTION_PROPOSED,
            S.RESOLVED,
        ):
            assert report.agency is not None
            assert report.agency not in report.co_agencies
        if report.status in (S.REPORTED, S.TRIAGED):
            assert report.agency is None

    @invariant()
    def a_pause_has_a_cause_and_lasts_just_while_the_reporter_is_asked(self) -> None:
        report = self.life.report
        assert (open_pause(report.pauses) is not None) == (report.status is S.INFORMATION_NEEDED)
        assert all(pause.cause for pause in report.pauses)

    @invariant()
    def the_holdings_add_up_to_the_age(self) -> None:
        report = self.life.report
        end = report.closed_at or max(self.life.now, report.updated_at)
        held = sum(((each.ended_at or end) - each.started_at for each in report.holdings), timedelta())
        assert held == end - report.reported_at

    @invariant()
    def gross_days_are_never_fewer_than_net_days(self) -> None:
        report, now = self.life.report, self.life.now
        assert gross_days(report, now, RULEBOOK) >= net_days(report, now, RULEBOOK) >= 0

    @invariant()
    def the_resolve_limit_starts_with_the_first_assignment_alone(self) -> None:
        report = self.life.report
        first = next((step.at for step in report.timeline if step.action == A.ASSIGN), None)
        starts = [each.started_at for each in report.deadlines if each.stage == Stage.RESOLVE]
        again = [
            step.at
            for step in report.timeline
            if step.action in (A.DISPUTE, A.CONFIRM_PART, A.LAPSE_PART, A.REOPEN)
        ]
        assert starts == ([first, *again] if first else [])


TestAnyLife = AnyLife.TestCase
