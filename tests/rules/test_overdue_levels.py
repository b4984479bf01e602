"""How late something is, told from the end of its limit and the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.deadlines import handling_due_at, long_overdue, overdue
from directory.overdue_levels import report_level, submission_level, waiting
from directory.states import BlockageStatus, OverdueLevel, SubmissionStatus
from tests.factories import make_submission
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import china, life_in

REPORT = life_in(BlockageStatus.IN_PROGRESS).report


@given(hours=st.integers(-24 * 40, 24 * 40))
def test_the_levels_follow_one_another(hours: int) -> None:
    """At most three working days before the limit, then from its end on, then for long: never two at once."""
    due_at = handling_due_at(REPORT.deadlines)
    assert due_at is not None
    now = due_at + timedelta(hours=hours)

    level = report_level(REPORT, now, RULEBOOK)

    assert (level is OverdueLevel.LONG_OVERDUE) == long_overdue(REPORT, now, RULEBOOK)
    assert (level in (OverdueLevel.OVERDUE, OverdueLevel.LONG_OVERDUE)) == overdue(REPORT, now)
    left = RULEBOOK.calendar.workdays_left(now, due_at)
    assert (level is OverdueLevel.DUE_SOON) == (now < due_at and left <= RULEBOOK.limits.due_soon)


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (SubmissionStatus.UNDER_REVIEW, OverdueLevel.OVERDUE),
        (SubmissionStatus.CHANGES_REQUESTED, None),
        (SubmissionStatus.APPROVED, None),
    ],
)
def test_only_what_waits_for_reviewers_is_late(status: SubmissionStatus, level: OverdueLevel | None) -> None:
    """Fifteen working days from Monday 2 March end on the 23rd; the firm's own time is not theirs."""
    since = china("2026-03-02 10:00")
    submission = make_submission(status=status, taken_at=since, changes_requested_at=since)

    assert submission_level(submission, china("2026-03-24 00:00"), RULEBOOK) is level


@pytest.mark.parametrize(
    ("status", "begun"),
    [(SubmissionStatus.SUBMITTED, "submitted_at"), (SubmissionStatus.UNDER_REVIEW, "taken_at")],
)
@given(days=st.integers(0, 400), hours=st.integers(0, 24 * 60))
def test_a_queue_finds_just_what_a_submission_says_of_itself(
    status: SubmissionStatus, begun: str, days: int, hours: int
) -> None:
    """On whatever day it came: over weekends, holidays and make-up workdays alike."""
    since = china("2026-01-02 10:00") + timedelta(days=days)
    submission, now = make_submission(status=status, **{begun: since}), since + timedelta(hours=hours)

    found = [
        level
        for level in OverdueLevel
        for each in waiting(level, now, RULEBOOK)
        if each.status is status and (each.since is None or each.since <= since) and since < each.before
    ]

    level = submission_level(submission, now, RULEBOOK)
    assert found == ([level] if level else [])
