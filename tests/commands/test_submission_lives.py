"""Whatever order of commands comes: what the tables draw happens, everything else is refused and changes nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from directory.access import ANYONE, THE_CLOCK, Caller
from directory.commands import (
    AmendFirm,
    Command,
    DecideObjection,
    EndNotice,
    LapseSubmission,
    RaiseObjection,
    Resubmit,
    ReviewSubmission,
    SubmitFirm,
    WithdrawSubmission,
)
from directory.entities import Firm, Submission
from directory.handling import Outcome
from directory.history import state_as_of
from directory.record.open import SqlRecord
from directory.states import EntityType, FirmStatus, ReviewDecision, SubmissionKind, SubmissionStatus
from tests.commands.front_desk import LI, WANG, Desk, a_firm_user
from tests.declarations import raw_enterprise
from tests.measure import measure

S = SubmissionStatus
REVIEWERS = st.sampled_from([WANG, LI])
REFUSALS = {"NOT_ALLOWED_NOW", "FORBIDDEN"}


class SubmissionLife(RuleBasedStateMachine):
    """One entry with its submissions; every command may come at any time, at the present version."""

    record: ClassVar[SqlRecord]
    runner: ClassVar[asyncio.Runner]

    @initialize(steps=st.integers(0, 6), trouble=st.booleans())
    def applies(self, steps: int, trouble: bool) -> None:
        """A firm applies, and comes some way before things go wrong."""
        self.desk = Desk(self.record)
        self.owner = a_firm_user()
        self.profile = raw_enterprise()
        outcome = self.runner.run(self.desk.done(SubmitFirm(profile=self.profile), self.owner))
        self.firm_id, self.submission_id = str(outcome.firm), str(outcome.submission)
        for _ in range(steps):
            self.goes_on()
        if trouble and self.submission.status is S.UNDER_REVIEW:
            self.ask_for_changes(WANG)
        if trouble and self.submission.status is S.PUBLIC_NOTICE:
            self.object()

    @property
    def submission(self) -> Submission:
        """The submission as kept."""
        return self.runner.run(self.desk.submission(self.submission_id))

    @property
    def firm(self) -> Firm:
        """The entry as kept."""
        return self.runner.run(self.desk.firm(self.firm_id))

    def gives(self, command: Command, caller: Caller, *, allowed: bool) -> Outcome:
        """The command goes through exactly when it is allowed; refused, it leaves everything as it was."""
        before = self.submission, self.firm
        outcome = self.runner.run(self.desk.directory.handle(command, caller))
        assert bool(outcome.problems) is not allowed, outcome
        if not allowed:
            assert {problem.code.value for problem in outcome.problems} <= REFUSALS
            assert (self.submission, self.firm) == before
        return outcome

    def review(self, decision: ReviewDecision, caller: Caller, *, allowed: bool, **words: object) -> None:
        """A reviewer decides on what they see."""
        now = self.submission
        command = ReviewSubmission(
            submission=now.id,
            expected_version=now.version,
            decision=decision,
            **words,  # type: ignore[arg-type]
        )
        self.gives(command, caller, allowed=allowed)

    @rule()
    def goes_on(self) -> None:
        """The next step of a life in which nothing goes wrong."""
        now = self.submission
        if now.status is S.SUBMITTED:
            self.take(WANG)
        elif now.status is S.UNDER_REVIEW:
            self.approve(LI if now.taken_by == WANG.subject else WANG)
        elif now.status is S.CHANGES_REQUESTED:
            self.resubmit("直播带货")
        elif now.status is S.PUBLIC_NOTICE and any(one.upheld is None for one in now.objections):
            self.decide_objection(upheld=False, reviewer=LI)
        elif now.status is S.PUBLIC_NOTICE:
            assert now.notice_ends_at is not None
            self.desk.now = max(self.desk.now, now.notice_ends_at)
            self.end_notice()
        elif now.status is S.APPROVED:
            self.amend("短视频")

    @rule(reviewer=REVIEWERS)
    def take(self, reviewer: Caller) -> None:
        """Takes it."""
        self.review(ReviewDecision.TAKE, reviewer, allowed=self.submission.status is S.SUBMITTED)

    @rule(reviewer=REVIEWERS)
    def approve(self, reviewer: Caller) -> None:
        """Says yes: the second yes leads on."""
        before = self.submission
        again = before.recommended_by == before.taken_by == reviewer.subject
        allowed = before.status is S.UNDER_REVIEW and not again
        self.review(ReviewDecision.APPROVE, reviewer, allowed=allowed)
        if not allowed:
            return
        after = self.submission
        if before.taken_by == reviewer.subject:
            assert (after.status, after.recommended_by) == (S.UNDER_REVIEW, reviewer.subject)
        else:
            registration = before.kind is SubmissionKind.REGISTRATION
            assert after.status is (S.PUBLIC_NOTICE if registration else S.APPROVED)

    @rule(reviewer=REVIEWERS)
    def ask_for_changes(self, reviewer: Caller) -> None:
        """Sends it back."""
        allowed = self.submission.status is S.UNDER_REVIEW
        self.review(
            ReviewDecision.REQUEST_CHANGES, reviewer, allowed=allowed, field_comments={"name": "与执照不符"}
        )

    @rule(reviewer=REVIEWERS)
    def reject(self, reviewer: Caller) -> None:
        """Refuses it."""
        allowed = self.submission.status is S.UNDER_REVIEW
        self.review(ReviewDecision.REJECT, reviewer, allowed=allowed, note="不符", criteria=("C3",))

    @rule(summary=st.sampled_from(["直播带货", "短视频"]))
    def resubmit(self, summary: str) -> None:
        """Corrects it."""
        now = self.submission
        command = Resubmit(
            submission=now.id, expected_version=now.version, profile={**self.profile, "summary": summary}
        )
        self.gives(command, self.owner, allowed=now.status is S.CHANGES_REQUESTED)

    @rule()
    def withdraw(self) -> None:
        """Takes it back."""
        now = self.submission
        open_now = now.status not in {S.APPROVED, S.REJECTED, S.WITHDRAWN}
        command = WithdrawSubmission(submission=now.id, expected_version=now.version)
        self.gives(command, self.owner, allowed=open_now)

    @rule()
    @precondition(lambda self: self.submission.status is S.PUBLIC_NOTICE)
    def object(self) -> None:
        """Somebody objects, in time or too late."""
        now = self.submission
        assert now.notice_ends_at is not None
        in_time = self.desk.now < now.notice_ends_at
        self.gives(RaiseObjection(submission=now.id, reason="冒名"), ANYONE, allowed=in_time)

    @rule(upheld=st.booleans(), reviewer=REVIEWERS)
    def decide_objection(self, upheld: bool, reviewer: Caller) -> None:
        """Answers the oldest objection."""
        now = self.submission
        pending = any(one.upheld is None for one in now.objections)
        command = DecideObjection(
            submission=now.id, expected_version=now.version, upheld=upheld, note="已核查"
        )
        self.gives(command, reviewer, allowed=now.status is S.PUBLIC_NOTICE and pending)

    @rule()
    def end_notice(self) -> None:
        """The clock looks whether the notice is over."""
        now = self.submission
        over = now.notice_ends_at is not None and now.notice_ends_at <= self.desk.now
        pending = any(one.upheld is None for one in now.objections)
        allowed = now.status is S.PUBLIC_NOTICE and over and not pending
        self.gives(EndNotice(submission=now.id), THE_CLOCK, allowed=allowed)

    @rule()
    def lapse(self) -> None:
        """The clock looks whether the limit for an answer is over."""
        now, late = self.submission, False
        if now.status is S.CHANGES_REQUESTED:
            assert now.changes_requested_at is not None
            late = (
                self.desk.now
                >= self.desk.directory.rulebook.calendar.add_workdays(now.changes_requested_at, 20).at
            )
        self.gives(LapseSubmission(submission=now.id), THE_CLOCK, allowed=late)

    @rule(summary=st.sampled_from(["直播带货", "短视频"]))
    def amend(self, summary: str) -> None:
        """Changes the listed entry, once the last submission is decided."""
        firm, last = self.firm, self.submission
        decided = last.status in {S.APPROVED, S.REJECTED, S.WITHDRAWN}
        command = AmendFirm(
            firm=firm.id, expected_version=firm.version, profile={**self.profile, "summary": summary}
        )
        outcome = self.gives(command, self.owner, allowed=firm.status is FirmStatus.LISTED and decided)
        if outcome.submission:
            self.submission_id = outcome.submission

    @rule(days=st.sampled_from([1, 7, 30]))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.desk.now += timedelta(days=days)

    @invariant()
    def the_entry_stands_where_its_registration_led(self) -> None:
        """Pending while the registration is open, listed once approved, out when it ended otherwise."""
        submission, firm = self.submission, self.firm
        if submission.kind is not SubmissionKind.REGISTRATION or submission.status is S.APPROVED:
            assert firm.status is FirmStatus.LISTED
        elif submission.status in {S.REJECTED, S.WITHDRAWN}:
            assert firm.status is FirmStatus.DELISTED
        else:
            assert firm.status is FirmStatus.PENDING

    @invariant()
    def two_pairs_of_eyes_looked(self) -> None:
        """Nothing is announced or approved by whoever took it, nor by its owner."""
        submission = self.submission
        if submission.status in {S.PUBLIC_NOTICE, S.APPROVED}:
            assert submission.approved_by is not None
            assert submission.approved_by not in {submission.taken_by, submission.owner}

    def teardown(self) -> None:
        """The log, replayed, gives the entry as it stands."""
        if hasattr(self, "firm_id"):
            entries = self.runner.run(self.desk.log_of(EntityType.FIRM, self.firm_id))
            assert state_as_of(entries) == self.firm


def test_any_order_of_commands_keeps_to_the_tables(sqlite_at_hand: tuple[asyncio.Runner, SqlRecord]) -> None:
    """Submissions and their entry on a real record, through orders of commands that nobody would think of."""
    SubmissionLife.runner, SubmissionLife.record = sqlite_at_hand
    run_state_machine_as_test(
        SubmissionLife,
        settings=settings(
            max_examples=measure(12, 40),
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
