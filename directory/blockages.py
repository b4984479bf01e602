"""
Life of a report (堵点诉求): whose turn it is, and what every move keeps in order.

The table of moves is in `directory/moves.py`. `moved` makes any of them and keeps what holds for all: an open report
waits on someone and has a running limit, each instant of its life is held by one body, every step stands in the
timeline, and what its plan still asks is asked of agencies that have a part in it. What a single move asks besides is
in `directory/following.py`.

A report that was returned goes back to the triage basket and waits on a supervisor, whose choice ends the argument:
the next agency cannot return it again, so a report refused by all cannot come to be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.deadlines import (
    Deadlines,
    PauseCause,
    Pauses,
    Stage,
    begun,
    is_overdue,
    met,
    paused,
    reopens_until,
    running_of,
    voided,
)
from directory.entities import Blockage, Holding, Pause, TimelineEntry
from directory.errors import Forbidden, NotAllowedNow
from directory.evidence import has_room, may_withdraw, unpublished, without_copy
from directory.moves import MOVES, SIDES_OF_ACTION, Action, Move, Side
from directory.plans import Plan, steps_to_do, without_steps_of_others
from directory.rulebook import Rulebook
from directory.states import OPEN_STATUSES, Visibility, WaitingOn
from directory.states import BlockageStatus as S

_WAITING: Mapping[S, WaitingOn] = {
    S.REPORTED: WaitingOn.TRIAGE,
    S.TRIAGED: WaitingOn.TRIAGE,
    S.ASSIGNED: WaitingOn.AGENCY,
    S.IN_PROGRESS: WaitingOn.AGENCY,
    S.INFORMATION_NEEDED: WaitingOn.REPORTER,
    S.RESOLUTION_PROPOSED: WaitingOn.REPORTER,
}


def waiting_on(blockage: Blockage) -> WaitingOn | None:
    """Who has to act next; None once closed. A returned report waits on a supervisor."""
    if blockage.status is S.TRIAGED and blockage.returns:
        return WaitingOn.SUPERVISOR
    return _WAITING.get(blockage.status)


def holder(blockage: Blockage) -> str | None:
    """Which body has the report: `triage`, an agency code or `reporter`; None once closed."""
    waits = waiting_on(blockage)
    if waits is WaitingOn.AGENCY:
        return blockage.agency
    if waits is WaitingOn.REPORTER:
        return Side.REPORTER.value
    return Side.TRIAGE.value if waits else None


def state_since(blockage: Blockage) -> datetime:
    """When the report entered its present state."""
    entered = (step.at for step in reversed(blockage.timeline) if step.before is not step.after)
    return next(entered, blockage.updated_at)


def sides_for(blockage: Blockage, action: Action) -> frozenset[Side]:
    """Whose move `action` is now; nobody's where the table has no row."""
    row = MOVES.get((blockage.status, action))
    if row is None:
        return frozenset()
    if action is Action.ASSIGN and waiting_on(blockage) is WaitingOn.SUPERVISOR:
        return frozenset({Side.SUPERVISOR})
    return row.by


def is_partial(blockage: Blockage) -> bool:
    """True when the last claimed resolution leaves a part of the obstacle."""
    return bool(blockage.resolutions) and blockage.resolutions[-1].residual is not None


def owes_reply(blockage: Blockage) -> bool:
    """True while a supervision (督办) waits for its reply."""
    return blockage.supervision is not None and blockage.supervision.replied_at is None


def needs_call_back(blockage: Blockage) -> bool:
    """True for a report that was withdrawn because an agency asked for it, until the reporter was called back."""
    return blockage.withdrawal_asked_by_agency is True and blockage.call_back is None


def steps_owed(blockage: Blockage) -> Plan:
    """The steps of its plan still to be done; of a report that has ended none is owed, whatever was left undone."""
    return steps_to_do(blockage.plan) if blockage.status in OPEN_STATUSES else ()


def parties(blockage: Blockage) -> frozenset[str]:
    """The agencies that have a part in the report: the responsible one (牵头单位) and those that help (协办单位)."""
    return frozenset(code for code in (blockage.agency, *blockage.co_agencies) if code is not None)


# Moves that a report allows once or has nothing left for, and the two of each pair of answers that do not fit the claim.
_USED_UP: Mapping[Action, Callable[[Blockage], bool]] = {
    Action.RETURN: lambda blockage: blockage.returns > 0,
    Action.EXTEND: lambda blockage: blockage.extensions > 0,
    Action.SUPERVISE: lambda blockage: blockage.supervised,
    Action.REPLY: lambda blockage: not owes_reply(blockage),
    Action.SETTLE_STEP: lambda blockage: not steps_owed(blockage),
    Action.CALL_BACK: lambda blockage: not needs_call_back(blockage),
    Action.REINSTATE: lambda blockage: not needs_call_back(blockage),
    Action.CONFIRM: is_partial,
    Action.LAPSE: is_partial,
    Action.CONFIRM_PART: lambda blockage: not is_partial(blockage),
    Action.LAPSE_PART: lambda blockage: not is_partial(blockage),
    Action.ADD_EVIDENCE: lambda blockage: not has_room(blockage.evidence),
    Action.ADD_OFFICE_EVIDENCE: lambda blockage: not has_room(blockage.evidence),
    Action.REDACT_EVIDENCE: lambda blockage: not without_copy(blockage.evidence),
    Action.PUBLISH_EVIDENCE: lambda blockage: not unpublished(blockage.evidence) or _for_agencies(blockage),
}


def _for_agencies(blockage: Blockage) -> bool:
    return blockage.visibility is not Visibility.PUBLIC


def _is_anothers(blockage: Blockage, action: Action, sides: frozenset[Side]) -> bool:
    """True for taking files back, where none is there that a caller with these sides may take back."""
    return action is Action.WITHDRAW_EVIDENCE and not any(
        may_withdraw(each, sides) for each in blockage.evidence
    )


def _before_the_end(stage: Stage, blockage: Blockage, now: datetime) -> bool:
    limit = running_of(blockage.deadlines, stage)
    return limit is not None and not is_overdue(limit, now)


def _too_late(blockage: Blockage, action: Action, now: datetime, rulebook: Rulebook) -> bool:
    """True for a move whose time is over, or has not come yet."""
    if action is Action.RETURN:
        return not _before_the_end(Stage.ACCEPT, blockage, now)
    if action is Action.EXTEND:
        return not _before_the_end(Stage.RESOLVE, blockage, now)
    if action in (Action.LAPSE, Action.LAPSE_PART):
        return _before_the_end(Stage.CONFIRM, blockage, now)
    if action is Action.REOPEN and blockage.closed_at is not None:
        return now >= reopens_until(blockage.closed_at, rulebook)
    return False


def open_actions(
    blockage: Blockage, sides: frozenset[Side], now: datetime, rulebook: Rulebook
) -> tuple[Action, ...]:
    """The moves that a caller with these sides may make now, in the order of a life: the buttons of a page."""
    return tuple(
        action
        for action in Action
        if sides & sides_for(blockage, action)
        and not (action in _USED_UP and _USED_UP[action](blockage))
        and not _too_late(blockage, action, now, rulebook)
        and not _is_anothers(blockage, action, sides)
    )


def admitted(blockage: Blockage, action: Action, sides: frozenset[Side]) -> Side:
    """The side on which the caller makes the move.

    Raises: Forbidden, when the move is never that caller's; NotAllowedNow, when the report is in no state for it.
    """
    if not sides & SIDES_OF_ACTION[action]:
        raise Forbidden.at(key="blockage.not_yours")
    allowed = sides_for(blockage, action)
    if not allowed:
        raise NotAllowedNow.at(key="blockage.no_such_move", status=blockage.status.value, action=action.value)
    if not sides & allowed:
        raise Forbidden.at(key="blockage.not_yours")
    return next(side for side in Side if side in sides & allowed)


@dataclass(frozen=True, slots=True)
class Step:
    """Who makes a move, when and by which rules. `actor` is a role or an agency code, never a person."""

    actor: str
    at: datetime
    rulebook: Rulebook


def moved(
    blockage: Blockage, action: Action, step: Step, note: str | None = None, **changes: Any
) -> Blockage:
    """The report after `action`, with `changes` of the move's own. Raises: NotAllowedNow, without a row for it.

    Time never runs backwards in a report, whatever the clocks of two servers say.
    """
    row = MOVES.get((blockage.status, action))
    if row is None:
        raise NotAllowedNow.at(key="blockage.no_such_move", status=blockage.status.value, action=action.value)
    at = max(step.at, blockage.updated_at)
    entry = TimelineEntry(
        at=at, actor=step.actor, action=action.value, before=blockage.status, after=row.to, note=note
    )
    closed_at = None if row.to in OPEN_STATUSES else blockage.closed_at or at
    changed = {**changes, "status": row.to, "updated_at": at, "closed_at": closed_at}
    after = blockage.model_copy(update=changed)
    pauses = _pauses(blockage, row.to, at)
    if pauses != blockage.pauses:
        after = after.model_copy(update={"deadlines": paused(after.deadlines, pauses, step.rulebook)})
    kept_in_order = {
        "pauses": pauses,
        "deadlines": _deadlines(after, row, at, step.rulebook),
        "holdings": _holdings(blockage, holder(after), at),
        "timeline": (*after.timeline, entry),
        "plan": without_steps_of_others(after.plan, parties(after), at),
    }
    return after.model_copy(update=kept_in_order)


def _pauses(before: Blockage, to: S, at: datetime) -> Pauses:
    pauses = before.pauses
    if before.status is to:
        return pauses
    if before.status is S.INFORMATION_NEEDED:
        return (*pauses[:-1], pauses[-1].model_copy(update={"ended_at": at}))
    if to is S.INFORMATION_NEEDED:
        return (*pauses, Pause(cause=PauseCause.INFORMATION.value, started_at=at))
    if before.closed_at is not None:
        return (*pauses, Pause(cause=PauseCause.CLOSED.value, started_at=before.closed_at, ended_at=at))
    return pauses


def _deadlines(after: Blockage, row: Move, at: datetime, rulebook: Rulebook) -> Deadlines:
    deadlines = after.deadlines
    if row.meets:
        deadlines = met(deadlines, row.meets, at)
    if row.voids:
        deadlines = voided(deadlines, row.voids)
    for stage in row.starts:
        deadlines = begun(deadlines, stage, after.severity, at, rulebook)
    return deadlines if row.to in OPEN_STATUSES else voided(deadlines, *Stage)


def _holdings(before: Blockage, holds: str | None, at: datetime) -> tuple[Holding, ...]:
    """The holdings, without a gap: of a report that is opened again, the reporter held it in the meantime."""
    *past, last = before.holdings
    lasts = last.ended_at is None
    if holds == (last.holder if lasts else None):
        return before.holdings
    if last.ended_at is not None and last.holder != Side.REPORTER:
        past.append(last)
        last = Holding(holder=Side.REPORTER.value, started_at=last.ended_at)
    ended = last.model_copy(update={"ended_at": at})
    return (*past, ended) if holds is None else (*past, ended, Holding(holder=holds, started_at=at))
