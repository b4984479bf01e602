"""
Reporters, shielded but reachable (反映主体身份保护).

Whoever handles a report knows its reporter by an alias, asks through the directory and is answered through it. The alias
is made of the report's own number, which is drawn at random: it is the same for everyone and for good, and two reports
of one firm have nothing in common. A supervisor may be shown the reporter, for a reason, for a day; the reason is on the
log, and the reporter is told at once. Every further look takes a further reason, so no look goes unlogged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from directory.access import Caller, Operation, Role, may
from directory.blockages import Step, moved
from directory.entities import Blockage, TimelineEntry, Unsealing
from directory.errors import LimitExceeded
from directory.moves import Action, Side
from directory.standing import Sides

ALIAS_PREFIX = "RP"
UNSEALED_FOR = timedelta(days=1)
MOST_MESSAGES = 200

_MESSAGES = frozenset({Action.MESSAGE_REPORTER, Action.MESSAGE_AGENCY})
_EXCHANGED = _MESSAGES | {Action.REQUEST_INFORMATION, Action.PROVIDE_INFORMATION}


def alias_of(blockage: Blockage) -> str:
    """What the reporter is called on this report by everyone: RP-7K4M-2QXC on the report BK-7K4M-2QXC."""
    return ALIAS_PREFIX + blockage.reference[blockage.reference.index("-") :]


def unsealed(blockage: Blockage, step: Step, *, by: str, reason: str) -> Blockage:
    """The report with its reporter shown to `by` for a day, and the reason in its timeline."""
    after = moved(blockage, Action.UNSEAL, step, reason)
    shown = Unsealing(by=by, at=after.updated_at, until=after.updated_at + UNSEALED_FOR, reason=reason)
    return after.model_copy(update={"unsealings": (*blockage.unsealings, shown)})


def may_see_reporter(caller: Caller, blockage: Blockage, now: datetime, *, is_reporter: bool) -> bool:
    """True when the caller may know who reported: the reporter, and a supervisor for a day after unsealing it."""
    if is_reporter and caller.has(Role.FIRM):
        return True
    if not may(caller, Operation.UNSEAL_REPORTER):
        return False
    return any(each.by == caller.subject and now < each.until for each in blockage.unsealings)


def message_action(sides: Sides) -> Action:
    """Which way a message goes: the reporter's to whoever holds the report, anyone else's to the reporter."""
    return Action.MESSAGE_AGENCY if Side.REPORTER in sides else Action.MESSAGE_REPORTER


def with_message(blockage: Blockage, action: Action, step: Step, *, text: str) -> Blockage:
    """The report with one more message; no clock stops. Raises: LimitExceeded, NotAllowedNow."""
    if sum(entry.action in _MESSAGES for entry in blockage.timeline) >= MOST_MESSAGES:
        raise LimitExceeded.at("text", key="blockage.too_many_messages", most=MOST_MESSAGES)
    return moved(blockage, action, step, text)


def exchanged(blockage: Blockage) -> Sequence[TimelineEntry]:
    """What reporter and offices wrote to each other, oldest first: messages, questions that stop the clock, answers."""
    return [entry for entry in blockage.timeline if entry.action in _EXCHANGED and entry.note]
