"""Commands of supervision (督办): orders and replies, call-backs, and what the clock does to limits."""

from __future__ import annotations

from directory.access import Operation
from directory.blockages import Step
from directory.commands import (
    RecordCallBack,
    ReplyToSupervision,
    RescheduleBlockage,
    SuperviseBlockage,
    SuperviseMissedLimit,
)
from directory.errors import NotAllowedNow
from directory.handlers.case import known_report, open_case, read_note, read_reason
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import OPERATIONS, Action
from directory.rescheduling import RESCHEDULED, rescheduled
from directory.states import SupervisionCause
from directory.supervision import call_back_action, called_back, replied, supervised, supervised_by_clock


async def supervise(command: SuperviseBlockage, h: Handling) -> Outcome:
    """A report put under supervision by a supervisor, at any time."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.SUPERVISE)
    note = read_note(command)
    after = supervised(case.blockage, step, cause=SupervisionCause.SUPERVISOR, note=note)
    return await case.keep(after, Action.SUPERVISE, agency=case.blockage.agency)


async def supervise_missed_limit(command: SuperviseMissedLimit, h: Handling) -> Outcome:
    """The clock: a report put under supervision, for a limit was missed."""
    case = await open_case(command.blockage, h, expected_version=None)
    after = supervised_by_clock(case.blockage, case.step(Action.SUPERVISE))
    return await case.keep(after, Action.SUPERVISE, agency=case.blockage.agency)


async def reply(command: ReplyToSupervision, h: Handling) -> Outcome:
    """The reply that is owed to a supervision."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.REPLY)
    after = replied(case.blockage, step, reply=read_reason(command))
    return await case.keep(after, Action.REPLY, agency=case.blockage.agency)


async def record_call_back(command: RecordCallBack, h: Handling) -> Outcome:
    """What a reporter said about a withdrawal that an agency had asked for."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    action = call_back_action(command.outcome)
    step = case.step(action)
    after = called_back(case.blockage, step, outcome=command.outcome, note=read_reason(command))
    return await case.keep(after, action, agency=case.blockage.agency)


async def reschedule(command: RescheduleBlockage, h: Handling) -> Outcome:
    """The clock: running limits counted again by a calendar that knows more. Raises: NotAllowedNow, when none moves."""
    blockage = await known_report(command.blockage, h, "blockage")
    after = rescheduled(blockage, Step(h.actor, h.now, h.rulebook))
    if after is None:
        raise NotAllowedNow.at(key="blockage.nothing_provisional")
    kept = await h.uow.blockages.save(after, kind=RESCHEDULED, actor=h.actor, at=after.updated_at)
    return Outcome(firm=kept.firm_id, blockage=kept.id)


HANDLERS: Handlers = {
    SuperviseBlockage: Handler(OPERATIONS[Action.SUPERVISE], supervise),
    SuperviseMissedLimit: Handler(OPERATIONS[Action.SUPERVISE], supervise_missed_limit),
    ReplyToSupervision: Handler(OPERATIONS[Action.REPLY], reply),
    RecordCallBack: Handler(OPERATIONS[Action.CALL_BACK], record_call_back),
    RescheduleBlockage: Handler(Operation.RESCHEDULE, reschedule),
}
