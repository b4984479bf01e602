"""Any order of moves with any time between them: what holds for a report at every moment of its life."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from directory.blockages import holder, owes_reply, parties, steps_owed, waiting_on
from directory.deadlines import Stage, gross_days, is_running, net_days, open_pause
from directory.errors import AlreadyExists, Forbidden, Gone, LimitExceeded, NotAllowedNow, NotFound
from directory.moves import Action
from directory.states import OPEN_STATUSES, BlockageStatus, Severity
from tests.rulebooks import RULEBOOK
from tests.rules.drawn_life import DRAWN_LIFE
from tests.rules.report_lives import PLAY, Life

S = BlockageStatus
A = Action
ENDINGS = {A.TRIAGE_REJECT, A.MARK_DUPLICATE, A.WITHDRAW, A.CLOSE_UNRESOLVED}


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

    @precondition(lambda self: bool(DRAWN_LIFE[self.life.report.status]))
    @rule(data=st.data(), residual=st.sampled_from([None, "仍余一事"]), number=st.integers(0, 3))
    def someone_acts(self, data: st.DataObject, residual: str | None, number: int) -> None:
        life = self.life
        open_moves = PLAY.keys() & DRAWN_LIFE[life.report.status]
        action = data.draw(st.sampled_from(sorted(open_moves - ENDINGS if number else open_moves)))
        try:
            if action is A.PROPOSE:
                life.propose(residual)
            elif action is A.WITHDRAW:
                life.withdraw(asked_by_agency=True)
            elif action is A.REQUEST_INFORMATION:
                life.ask(f"问题{number}")
            else:
                PLAY[action](life)
        except (LimitExceeded, NotAllowedNow, NotFound, Forbidden, Gone, AlreadyExists):
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
    def what_is_still_to_be_done_is_owed_by_an_agency_that_has_a_part(self) -> None:
        report = self.life.report
        assert {step.owner for step in steps_owed(report)} <= parties(report)

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
        starts = [each.started_at for each in report.deadlines if each.stage == Stage.RESOLVE]
        expected, assigned = [], False
        for step in report.timeline:
            if step.action == A.REINSTATE:
                assigned = False
            elif step.action in (A.DISPUTE, A.CONFIRM_PART, A.LAPSE_PART, A.REOPEN):
                expected.append(step.at)
            elif step.action == A.ASSIGN and not assigned:
                expected.append(step.at)
                assigned = True
        assert starts == expected

    @invariant()
    def a_report_under_supervision_owes_one_reply(self) -> None:
        report = self.life.report
        replies = [each for each in report.deadlines if each.stage == Stage.REPLY]
        assert len(replies) == int(report.supervised) == int(report.supervision is not None)
        if any(map(is_running, replies)):
            assert owes_reply(report)


TestAnyLife = AnyLife.TestCase
