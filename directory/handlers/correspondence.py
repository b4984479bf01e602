"""Commands between a shielded reporter and the offices: messages, and unsealing who reported."""

from __future__ import annotations

from directory.commands import SendReportMessage, UnsealReporter
from directory.handlers.case import open_case, read_reason
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.looks import FACTS, ViewWay
from directory.moves import OPERATIONS, Action
from directory.sealing import message_action, unsealed, with_message


async def send_message(command: SendReportMessage, h: Handling) -> Outcome:
    """A message to the other side of a report."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    action = message_action(case.sides)
    step = case.step(action)
    after = with_message(case.blockage, action, step, text=read_reason(command, "text"))
    return await case.keep(after, action)


async def unseal(command: UnsealReporter, h: Handling) -> Outcome:
    """Who reported, shown to the supervisor who says why; it is on the log of the person, too."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.UNSEAL)
    after = unsealed(case.blockage, step, by=h.actor, reason=read_reason(command, "reason"))
    outcome = await case.keep(after, Action.UNSEAL)
    if case.owner is not None and case.owner != h.caller.subject:
        said = {"report": after.reference, "agency": h.caller.agency}
        await h.uow.note_about(FACTS[ViewWay.UNSEALED], case.owner, actor=h.actor, at=h.now, data=said)
    return outcome


HANDLERS: Handlers = {
    SendReportMessage: Handler(OPERATIONS[Action.MESSAGE_REPORTER], send_message),
    UnsealReporter: Handler(OPERATIONS[Action.UNSEAL], unseal),
}
