"""Supervision (督办): what puts a report under it, the reply it asks for, call-backs, and signs of being pushed around."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.deadlines import Stage, days_overdue, is_overdue, long_overdue, overdue, running_of
from directory.errors import NotAllowedNow
from directory.states import BlockageStatus, CallBackOutcome, Severity, SupervisionCause
from directory.supervision import Indicator, indicators, needs_supervision
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import Life, china, life_in

S = BlockageStatus
_HOUR = timedelta(hours=1)


def test_a_supervised_report_owes_a_reply_within_five_working_days() -> None:
    """The limit is one like the others: it is met by the reply, in time or late."""
    life = life_in(S.IN_PROGRESS).supervise()
    limit = running_of(life.report.deadlines, Stage.REPLY)
    assert limit is not None
    assert limit.due_at == china("2026-03-10 00:00")
    assert not is_overdue(limit, china("2026-03-09 23:59"))

    replied = life.at("2026-03-06 09:00").reply().report

    assert running_of(replied.deadlines, Stage.REPLY) is None
    assert replied.supervision is not None
    assert replied.supervision.replied_at == china("2026-03-06 09:00")


def test_a_reply_is_given_once() -> None:
    """What is owed is one answer to one order."""
    life = life_in(S.IN_PROGRESS).supervise().reply()
    with pytest.raises(NotAllowedNow):
        life.reply()


def test_the_second_dispute_is_a_cause_of_its_own() -> None:
    """A reporter who says twice that nothing has changed brings in a supervisor."""
    life = life_in(S.IN_PROGRESS).propose().dispute().propose().dispute()
    assert life.report.supervision is not None
    assert life.report.supervision.cause is SupervisionCause.DISPUTES


def test_long_overdue_begins_after_ten_whole_working_days() -> None:
    """Ten working days after the last day of the limit, weekends not counted."""
    life = Life("2026-03-02 10:00", Severity.CRITICAL).triage().assign().accept()
    due = china("2026-03-10 00:00")
    assert (overdue(life.report, due), long_overdue(life.report, due, RULEBOOK)) == (True, False)
    assert not long_overdue(life.report, china("2026-03-23 23:59"), RULEBOOK)
    assert long_overdue(life.report, china("2026-03-24 00:00"), RULEBOOK)


def test_days_overdue_are_counted_from_the_first_missed_limit() -> None:
    """At least one once late, and none before."""
    life = Life("2026-03-02 10:00", Severity.CRITICAL).triage().assign().accept()
    assert days_overdue(life.report, china("2026-03-09 23:59"), RULEBOOK) is None
    assert days_overdue(life.report, china("2026-03-10 00:00"), RULEBOOK) == 1
    assert days_overdue(life.report, china("2026-03-12 10:00"), RULEBOOK) == 3


def test_a_withdrawal_that_was_meant_stays_one() -> None:
    """The call-back is on record, and the report was closed when it was withdrawn."""
    life = life_in(S.IN_PROGRESS).withdraw(asked_by_agency=True)
    closed_at = life.report.closed_at
    called = life.at("2026-03-05 10:00").call_back().report
    assert (called.status, called.closed_at) == (S.WITHDRAWN, closed_at)
    assert called.call_back is not None
    assert called.call_back.outcome is CallBackOutcome.WITHDRAWN_FREELY


def test_a_withdrawal_that_was_not_meant_brings_the_report_back_to_the_desk() -> None:
    """Without an agency, so that it need not go to the one that asked; its whole age is kept."""
    life = life_in(S.IN_PROGRESS).withdraw(asked_by_agency=True).at("2026-03-05 10:00").reinstate()
    report = life.report
    assert (report.status, report.agency, report.closed_at) == (S.REPORTED, None, None)
    assert running_of(report.deadlines, Stage.TRIAGE) is not None
    assert report.reported_at == china("2026-03-02 10:00")
    assert life.triage().assign().report.status is S.ASSIGNED


def test_nobody_is_called_back_who_withdrew_unasked() -> None:
    """It is the agency's asking that is looked into."""
    with pytest.raises(NotAllowedNow):
        life_in(S.IN_PROGRESS).withdraw().call_back()


def test_three_transfers_are_ping_pong() -> None:
    """However many agencies there were."""
    life = life_in(S.ASSIGNED).transfer()
    assert Indicator.PING_PONG not in indicators(life.report)
    assert Indicator.PING_PONG in indicators(life.transfer().transfer().report)


def test_coming_back_to_an_earlier_agency_is_ping_pong() -> None:
    """Two transfers are enough when the second undoes the first."""
    there_and_back = life_in(S.IN_PROGRESS).transfer().later(_HOUR).accept().transfer().report
    assert there_and_back.transfers == 2
    assert Indicator.PING_PONG in indicators(there_and_back)


def test_an_agency_that_asks_and_gets_an_answer_is_no_ping_pong() -> None:
    """The report was with its reporter in between, and never with another agency."""
    assert indicators(life_in(S.IN_PROGRESS).ask().later(_HOUR).answer().report) == ()


def test_extensions_and_withdrawals_asked_for_are_shown() -> None:
    """Both are first-class signs, also where nothing else is amiss."""
    assert indicators(life_in(S.IN_PROGRESS).extend().report) == (Indicator.EXTENDED,)
    withdrawn = life_in(S.IN_PROGRESS).withdraw(asked_by_agency=True)
    assert indicators(withdrawn.report) == (Indicator.WITHDRAWAL_ASKED,)


@pytest.mark.parametrize(
    ("status", "last_day"),
    [(S.REPORTED, "2026-03-03"), (S.TRIAGED, "2026-03-03"), (S.ASSIGNED, "2026-03-04")],
)
def test_whoever_lets_a_report_lie_for_long_is_supervised(status: S, last_day: str) -> None:
    """Ten working days past the limit to take up, assign or accept it, and not an instant before."""
    report = life_in(status, reported="2026-03-02 10:00", severity=Severity.LOW).report
    late = RULEBOOK.calendar.add_workdays(china(f"{last_day} 12:00"), 10).at
    assert not needs_supervision(report, late - timedelta(microseconds=1), RULEBOOK)
    assert needs_supervision(report, late, RULEBOOK)


def test_a_closed_report_needs_no_supervision() -> None:
    """Whatever was missed before the end."""
    life = life_in(S.WITHDRAWN)
    assert not needs_supervision(life.report, china("2026-12-01 10:00"), RULEBOOK)
