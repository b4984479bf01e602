"""
Supervision (督办) and what supervisors look at: replies that are owed, call-backs, and signs that a report is pushed around.

A report comes under supervision once: by the clock when its resolve limit is missed or any other limit of those who
handle it has been for long (`limits.long_overdue`), by a supervisor, or by the second dispute. Whoever holds it owes a
reply within `limits.reply`. A withdrawal that an agency asked for (撤单) is called back.
Pure, as `directory/following.py`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from directory.blockages import Step, moved, needs_call_back, owes_reply
from directory.deadlines import Stage, is_overdue, long_overdue, running_of
from directory.entities import Blockage, CallBack, Supervision
from directory.errors import NotAllowedNow
from directory.moves import Action, Side
from directory.rulebook import Rulebook
from directory.states import CallBackOutcome, SupervisionCause

TRANSFERS_OF_PING_PONG = 3


class Indicator(StrEnum):
    """A sign that a report is pushed around instead of followed up (监督预警)."""

    PING_PONG = "PING_PONG"
    EXTENDED = "EXTENDED"
    WITHDRAWAL_ASKED = "WITHDRAWAL_ASKED"


def supervised(blockage: Blockage, step: Step, *, cause: SupervisionCause, note: str | None) -> Blockage:
    """The report under supervision, once; a reply is owed from now on. Raises: NotAllowedNow."""
    if blockage.supervised:
        raise NotAllowedNow.at(key="blockage.supervised_before")
    after = moved(blockage, Action.SUPERVISE, step, note, supervised=True)
    return after.model_copy(update={"supervision": Supervision(cause=cause, since=after.updated_at)})


def supervised_by_clock(blockage: Blockage, step: Step) -> Blockage:
    """The report under supervision, for a limit was missed. Raises: NotAllowedNow, when none was."""
    if not needs_supervision(blockage, step.at, step.rulebook):
        raise NotAllowedNow.at(key="blockage.nothing_missed")
    return supervised(blockage, step, cause=SupervisionCause.CLOCK, note=None)


def needs_supervision(blockage: Blockage, now: datetime, rulebook: Rulebook) -> bool:
    """True when the clock has to put the report under supervision, which it is once.

    At once when the resolve limit has passed; when nobody took it up, assigned or accepted it for long, then.
    """
    limit = running_of(blockage.deadlines, Stage.RESOLVE)
    missed = limit is not None and is_overdue(limit, now)
    return not blockage.supervised and (missed or long_overdue(blockage, now, rulebook))


def replied(blockage: Blockage, step: Step, *, reply: str) -> Blockage:
    """The report with the reply that is owed to the supervision. Raises: NotAllowedNow, when none is."""
    if not owes_reply(blockage) or blockage.supervision is None:
        raise NotAllowedNow.at(key="blockage.no_reply_owed")
    after = moved(blockage, Action.REPLY, step, reply)
    answer = {"replied_at": after.updated_at, "reply": reply}
    return after.model_copy(update={"supervision": blockage.supervision.model_copy(update=answer)})


def called_back(blockage: Blockage, step: Step, *, outcome: CallBackOutcome, note: str) -> Blockage:
    """The report after the call to its reporter: withdrawn for good, or back at the triage desk, without an agency.

    Raises: NotAllowedNow, when there is nothing to ask the reporter about.
    """
    if not needs_call_back(blockage):
        raise NotAllowedNow.at(key="blockage.no_call_back")
    called = CallBack(outcome=outcome, at=step.at, note=note)
    if outcome is CallBackOutcome.WITHDRAWN_FREELY:
        return moved(blockage, Action.CALL_BACK, step, note, call_back=called)
    return moved(
        blockage,
        Action.REINSTATE,
        step,
        note,
        call_back=called,
        agency=None,
        co_agencies=(),
        close_reason=None,
    )


def call_back_action(outcome: CallBackOutcome) -> Action:
    """The move that an outcome of a call-back is."""
    return Action.CALL_BACK if outcome is CallBackOutcome.WITHDRAWN_FREELY else Action.REINSTATE


def indicators(blockage: Blockage) -> tuple[Indicator, ...]:
    """The signs that the report shows."""
    shows = {
        Indicator.PING_PONG: is_ping_pong(blockage),
        Indicator.EXTENDED: blockage.extensions > 0,
        Indicator.WITHDRAWAL_ASKED: blockage.withdrawal_asked_by_agency is True,
    }
    return tuple(sign for sign, shown in shows.items() if shown)


def is_ping_pong(blockage: Blockage) -> bool:
    """True after three transfers, or when the report came back to an agency that had handed it on."""
    agencies = [each.holder for each in blockage.holdings if each.holder not in (Side.TRIAGE, Side.REPORTER)]
    stays = [after for before, after in pairwise(["", *agencies]) if before != after]
    return blockage.transfers >= TRANSFERS_OF_PING_PONG or len(stays) > len(set(stays))
