"""Reporters are shielded from everyone and can be reached by those who handle their reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.access import ANYONE, Caller, Operation, Role
from directory.blockages import Step, open_actions
from directory.entities import Blockage
from directory.errors import LimitExceeded, NotAllowedNow
from directory.machine_keys import SCOPES
from directory.moves import MOVES, Action, Side
from directory.reminders import STEPS, Addressee, last_news, step_notices
from directory.sealing import (
    MOST_MESSAGES,
    UNSEALED_FOR,
    alias_of,
    exchanged,
    may_see_reporter,
    message_action,
    unsealed,
    with_message,
)
from directory.standing import readable_timeline
from directory.states import BlockageStatus
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import CO_AGENCY, LEAD, Life, life_in

S = BlockageStatus
OWNER = Caller("firm-user", frozenset({Role.FIRM}))
SUPERVISOR = Caller("supervisor", frozenset({Role.SUPERVISOR}))
SECOND_SUPERVISOR = replace(SUPERVISOR, subject="second-supervisor")
OTHERS = (
    ANYONE,
    Caller("other-firm", frozenset({Role.FIRM})),
    Caller("analyst", frozenset({Role.ANALYST})),
    Caller("operator", frozenset({Role.OPERATOR})),
    Caller("officer", frozenset({Role.AGENCY}), agency=LEAD, region="330100"),
    Caller("officer", frozenset({Role.AGENCY}), agency=CO_AGENCY),
    SECOND_SUPERVISOR,
)


def opened(life: Life, reason: str = "上报主体失联，须上门核实") -> Blockage:
    """The life's report, its reporter shown to the supervisor."""
    step = Step(Side.SUPERVISOR.value, life.now, RULEBOOK)
    return unsealed(life.report, step, by="supervisor", reason=reason)


def message(report: Blockage, action: Action, at: Life, text: str = "请问何时答复？") -> Blockage:
    """The report with a message."""
    actor = Side.REPORTER.value if action is Action.MESSAGE_AGENCY else LEAD
    return with_message(report, action, Step(actor, at.now, RULEBOOK), text=text)


@pytest.mark.parametrize("status", list(S))
def test_nobody_but_the_reporter_knows_who_reported(status: S) -> None:
    """Not whoever handles it, and no supervisor, in no state."""
    life = life_in(status)
    assert may_see_reporter(OWNER, life.report, life.now, is_reporter=True)
    for caller in (*OTHERS, SUPERVISOR):
        assert not may_see_reporter(caller, life.report, life.now, is_reporter=False), caller


@pytest.mark.parametrize("status", list(S))
def test_a_supervisor_who_says_why_knows_it_for_a_day(status: S) -> None:
    """That supervisor alone, and no longer."""
    life = life_in(status)
    report = opened(life)
    last = life.now + UNSEALED_FOR - timedelta(seconds=1)

    assert report.status is status
    assert may_see_reporter(SUPERVISOR, report, last, is_reporter=False)
    assert not may_see_reporter(SUPERVISOR, report, life.now + UNSEALED_FOR, is_reporter=False)
    for caller in OTHERS:
        assert not may_see_reporter(caller, report, life.now, is_reporter=False), caller


def test_who_is_no_supervisor_any_more_knows_it_no_more() -> None:
    """The right lies with the office, not with the person."""
    life = life_in(S.IN_PROGRESS)
    former = replace(SUPERVISOR, roles=frozenset({Role.AGENCY}))
    assert not may_see_reporter(former, opened(life), life.now, is_reporter=False)


def test_the_reporter_is_told_who_looked_and_why() -> None:
    """At once, by a notice; the reason stands in the timeline, without a person's name."""
    life = life_in(S.IN_PROGRESS)
    report = opened(life)
    (notice,) = step_notices(report, Action.UNSEAL)

    assert (notice.addressee, notice.recipient) == (Addressee.SUBJECT, report.reporter)
    last = readable_timeline(report, frozenset({Side.REPORTER}))[-1]
    assert (last.actor, last.action, last.note) == ("supervisor", Action.UNSEAL, "上报主体失联，须上门核实")


def test_no_key_of_a_machine_unseals() -> None:
    """A reason is given by someone who can be asked about it."""
    assert all(Operation.UNSEAL_REPORTER not in scope for scope in SCOPES.values())


def test_an_alias_is_the_reports_and_not_the_reporters() -> None:
    """The same through the whole life of a report, and made of nothing that two reports of one firm share."""
    first = life_in(S.REPORTED).report.model_copy(update={"reference": "BK-7K4M-2QXC"})
    same = life_in(S.RESOLVED).report.model_copy(update={"reference": "BK-7K4M-2QXC"})
    second = first.model_copy(update={"reference": "BK-9W3P-HF6T"})

    assert alias_of(first) == alias_of(same) == "RP-7K4M-2QXC"
    assert alias_of(second) == "RP-9W3P-HF6T"
    assert alias_of(first.model_copy(update={"firm_id": "f9", "reporter": "else"})) == alias_of(first)


def test_a_message_stops_no_clock_and_moves_nothing() -> None:
    """Unlike a question: the limits, the holder and the state are as before."""
    life = life_in(S.IN_PROGRESS)
    for action in (Action.MESSAGE_AGENCY, Action.MESSAGE_REPORTER):
        after = message(life.report, action, life)
        assert (after.status, after.deadlines, after.pauses, after.holdings) == (
            life.report.status,
            life.report.deadlines,
            life.report.pauses,
            life.report.holdings,
        )


def test_what_the_reporter_writes_is_no_news_to_the_reporter() -> None:
    """Who keeps asking is still told after ten days that there is no news; a word of the agency is news."""
    life = life_in(S.IN_PROGRESS)
    before = last_news(life.report)
    life.later(timedelta(days=3))

    assert last_news(message(life.report, Action.MESSAGE_AGENCY, life)) == before
    assert last_news(message(life.report, Action.MESSAGE_REPORTER, life)) == life.now


def test_messages_go_to_the_other_side() -> None:
    """The reporter's to whoever holds the report, everyone else's to the reporter."""
    assert message_action(frozenset({Side.REPORTER})) is Action.MESSAGE_AGENCY
    assert message_action(frozenset({Side.LEAD, Side.TRIAGE})) is Action.MESSAGE_REPORTER
    report = message(life_in(S.IN_PROGRESS).report, Action.MESSAGE_AGENCY, Life())
    (told,) = step_notices(report, Action.MESSAGE_AGENCY)
    assert (told.addressee, told.recipient) == (Addressee.AGENCY, LEAD)


def test_the_thread_holds_questions_answers_and_messages_in_order() -> None:
    """What was written, and nothing of the other steps."""
    life = life_in(S.IN_PROGRESS).ask().answer()
    report = message(life.report, Action.MESSAGE_AGENCY, life, "另附合同一份")

    assert [entry.action for entry in exchanged(report)] == [
        Action.REQUEST_INFORMATION,
        Action.PROVIDE_INFORMATION,
        Action.MESSAGE_AGENCY,
    ]


@pytest.mark.parametrize("sides", [frozenset[Side](), frozenset({Side.CO_AGENCY})])
def test_who_may_not_write_sees_no_step_of_it(sides: frozenset[Side]) -> None:
    """A stranger, or a platform that helps and may be what the report is about."""
    life = life_in(S.IN_PROGRESS)
    report = message(opened(life), Action.MESSAGE_AGENCY, life)

    seen = [step.action for step in readable_timeline(report, sides)]
    assert seen == [step.action for step in life.report.timeline]


def test_a_thread_has_an_end() -> None:
    """A report is no chat room, and its state is kept whole."""
    life = life_in(S.IN_PROGRESS)
    report = life.report
    for _ in range(MOST_MESSAGES):
        report = message(report, Action.MESSAGE_AGENCY, life)
    with pytest.raises(LimitExceeded):
        message(report, Action.MESSAGE_REPORTER, life)


def test_nobody_writes_on_a_closed_report() -> None:
    """It can be contested instead."""
    life = life_in(S.CLOSED_UNRESOLVED)
    with pytest.raises(NotAllowedNow):
        message(life.report, Action.MESSAGE_AGENCY, life)


def test_an_association_that_helps_is_offered_no_message() -> None:
    """Only the offices that answer for the report write to its reporter."""
    life = life_in(S.IN_PROGRESS)
    offered = open_actions(life.report, frozenset({Side.CO_AGENCY}), life.now, RULEBOOK)
    assert set(offered).isdisjoint({Action.MESSAGE_REPORTER, Action.UNSEAL})


def test_every_step_of_the_thread_is_told_of() -> None:
    """Nothing is written into the void."""
    written = {Action.MESSAGE_AGENCY, Action.MESSAGE_REPORTER, Action.UNSEAL, Action.APPROVE_TEXT}
    assert written <= STEPS.keys()
    assert written <= {action for _, action in MOVES}
