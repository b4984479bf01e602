"""The ladders of reminders (提醒): each rung in its time, one at a time, in words of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.anchors import Anchor
from directory.entities import TimelineEntry
from directory.ladders import Rung, To, Unit
from directory.messages.catalogue import CATALOGUE
from directory.moves import MOVES, Action, Side
from directory.reminders import (
    REVIEW_STEPS,
    STEPS,
    Addressee,
    inbox_of,
    last_news,
    step_notices,
    step_rule,
    window,
)
from directory.states import BlockageStatus
from tests.commands.report_desk import ANALYST, OFFICER, PLATFORM, SUPERVISOR
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import LEAD, china, life_in


def rung(rule: str) -> Rung:
    """The rung of a rule."""
    return next(each for each in REFERENCE.rungs if each.rule == rule)


def fires(rule: str, anchor: datetime, now: datetime) -> bool:
    """Whether the rule speaks now of an anchor."""
    after, until = window(rung(rule), now, RULEBOOK)
    return after < anchor <= until


DUE = china("2026-03-24 00:00")  # the last day is Monday 23 March


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        ("report.resolve_soon", "2026-03-18 00:00", "2026-03-19 23:59"),
        ("report.resolve_now", "2026-03-20 00:00", "2026-12-31 00:00"),
        ("report.overdue", "2026-03-24 00:00", "2026-03-30 23:59"),
        ("report.still_overdue", "2026-03-31 00:00", "2026-12-31 00:00"),
        ("report.long_overdue", "2026-04-08 00:00", "2026-12-31 00:00"),
    ],
)
def test_each_rung_has_its_time(rule: str, first: str, last: str) -> None:
    """In working days before and after the last day, Tomb-Sweeping among them; then the next rung speaks."""
    assert not fires(rule, DUE, china(first) - timedelta(microseconds=1))
    assert fires(rule, DUE, china(first))
    assert fires(rule, DUE, china(last))


@given(hours=st.integers(-24 * 40, 24 * 40))
def test_of_one_ladder_at_most_one_rung_speaks(hours: int) -> None:
    """After an outage one reminder goes out, not all that were missed."""
    now = DUE + timedelta(hours=hours)
    ladders = {(each.anchor, each.to) for each in REFERENCE.rungs}
    for anchor, to in ladders:
        speaking = [
            each.rule
            for each in REFERENCE.rungs
            if (each.anchor, each.to) == (anchor, to) and fires(each.rule, DUE, now)
        ]
        assert len(speaking) <= 1


def test_a_ladder_has_one_unit_and_climbs() -> None:
    """Rungs of one ladder can be told apart by their distance."""
    for anchor in Anchor:
        for to in To:
            ladder = [each for each in REFERENCE.rungs if (each.anchor, each.to) == (anchor, to)]
            assert len({each.unit for each in ladder}) <= 1
            assert all(one.offset < other.offset for one, other in pairwise(ladder))


def test_the_yearly_rungs_are_those_of_the_limits() -> None:
    """What the reminder says is what the clock does."""
    months = {each.rule: each.offset for each in REFERENCE.rungs if each.unit is Unit.MONTHS}
    limits = RULEBOOK.limits
    assert months["firm.confirm_now"] == limits.confirm_again_months
    assert months["firm.lapsed"] == limits.lapse_months
    assert months["firm.suspended_soon"] < limits.suspend_months


@pytest.mark.parametrize(
    "rule",
    [
        *(f"notice.{each.rule}" for each in REFERENCE.rungs),
        *(step_rule(step, to) for step, told in STEPS.items() for to in told),
        *(f"notice.review.{step.value}" for step in sorted(REVIEW_STEPS)),
    ],
)
def test_every_rule_has_its_words(rule: str) -> None:
    """Nobody is sent a key."""
    assert rule in CATALOGUE


def test_a_question_is_told_to_the_firm_and_its_answer_to_the_agency() -> None:
    """Each step is news for whoever has the word next."""
    life = life_in(BlockageStatus.INFORMATION_NEEDED)
    (asked,) = step_notices(life.report, Action.REQUEST_INFORMATION)
    (answered,) = step_notices(life.answer().report, Action.PROVIDE_INFORMATION)
    assert (asked.addressee, asked.recipient) == (Addressee.SUBJECT, "firm-user")
    assert (answered.addressee, answered.recipient) == (Addressee.AGENCY, LEAD)


@pytest.mark.parametrize("status", BlockageStatus)
@pytest.mark.parametrize("action", Action)
def test_every_change_by_others_is_told_to_the_reporter_and_by_the_reporter_to_the_holder(
    status: BlockageStatus, action: Action
) -> None:
    """Wherever a move leads elsewhere, and also where none is moved: no firm finds out by looking."""
    move = MOVES.get((status, action))
    if move is None or (move.to is status and action not in STEPS):
        return
    expected = To.HOLDER if move.by == {Side.REPORTER} else To.FIRM
    assert expected in STEPS[action]


def test_a_second_dispute_tells_the_holder_that_a_reply_is_owed() -> None:
    """Two messages at once: what the reporter said, and what follows from it."""
    life = life_in(BlockageStatus.RESOLUTION_PROPOSED)
    life.dispute()
    life.propose()
    life.dispute()
    rules = [(each.rule, each.addressee) for each in step_notices(life.report, Action.DISPUTE)]
    assert rules == [
        ("notice.step.dispute", Addressee.AGENCY),
        ("notice.step.supervise", Addressee.AGENCY),
        ("notice.step.supervise.firm", Addressee.SUBJECT),
    ]


def test_silence_is_counted_from_what_the_reporter_heard() -> None:
    """A step that it is not told of is no news to it, and in the triage basket it waits for news as well."""
    life = life_in(BlockageStatus.IN_PROGRESS)
    heard = last_news(life.report)
    linked = TimelineEntry(at=heard + timedelta(days=3), actor=LEAD, action="link_point")
    unheard = life.report.model_copy(
        update={"timeline": (*life.report.timeline, linked), "updated_at": linked.at}
    )
    assert last_news(unheard) == heard
    posted = life.later(timedelta(days=4)).post_progress().report
    assert last_news(posted) == posted.updated_at
    waiting = life_in(BlockageStatus.REPORTED).report
    assert last_news(waiting) == waiting.reported_at


def test_an_inbox_is_of_the_person_and_of_the_office() -> None:
    """A platform has no desk, an analyst no office."""
    found = {
        who.subject: inbox_of(who, REFERENCE.agencies) for who in (OFFICER, PLATFORM, SUPERVISOR, ANALYST)
    }
    boxes = {name: (box.agency, box.region, box.supervisors) for name, box in found.items() if box}
    assert boxes == {
        "officer": (LEAD, "330100", False),
        "platform": ("platform-operator", None, False),
        "supervisor": (None, None, True),
        "analyst": (None, None, False),
    }
