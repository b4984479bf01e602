"""What somebody has read of what they were told."""

from __future__ import annotations

from directory.access import Operation
from directory.commands import MarkNoticesRead
from directory.errors import Forbidden, LimitExceeded
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.reminders import inbox_of

MOST_AT_ONCE = 100
# Positions have 64 bits; what is longer names none.
LONGEST_POSITION = 18


async def mark_read(command: MarkNoticesRead, h: Handling) -> Outcome:
    """Notices of the caller's own and of the office, read by the caller. Raises: Forbidden, LimitExceeded."""
    inbox = inbox_of(h.caller, h.rulebook.reference.agencies)
    if inbox is None:
        raise Forbidden.at(key="forbidden.role", operation=Operation.READ_NOTICES.value)
    if len(command.notices) > MOST_AT_ONCE:
        raise LimitExceeded.at("notices", key="notices.too_many", most=MOST_AT_ONCE)
    positions = [int(each) for each in command.notices if _is_position(each)]
    await h.uow.notices.mark_read(inbox, positions)
    return Outcome()


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_POSITION


HANDLERS: Handlers = {MarkNoticesRead: Handler(Operation.READ_NOTICES, mark_read)}
