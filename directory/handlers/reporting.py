"""Commands of the reporter: report, answer a question, answer a resolution, contest it later, withdraw."""

from __future__ import annotations

from directory.commands import (
    AnswerResolution,
    ProvideInformation,
    ReopenBlockage,
    ReportBlockage,
    WithdrawBlockage,
)
from directory.following import answer_to, answered, information_provided, reopened, withdrawn
from directory.handlers.case import (
    fields_of,
    open_case,
    read_reason,
    refuse_problems,
)
from directory.handlers.finding import held_own_firm
from directory.handlers.matters import keep_recurrence, surviving_point
from directory.handlers.wording import LONGEST_NOTE
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.identifiers import Prefix
from directory.moves import FACTS, OPERATIONS, Action
from directory.report_reading import Identity, check_may_report, new_report, read_report
from directory.workdays import local_date


async def report(command: ReportBlockage, h: Handling) -> Outcome:
    """A new report of the caller's own entry; one that names a resolved blocking point reopens the point's review."""
    # The point is held before the entry, everywhere, so that two reports never wait crosswise.
    point = await surviving_point(h, command.blocking_point) if command.blocking_point is not None else None
    firm = await held_own_firm(h, command.firm)
    check_may_report(firm, h.now)
    earlier = await h.uow.blockages.of_firm(firm.id)
    values = read_report(command, firm, earlier, h.rulebook, local_date(h.now), point)
    identity = Identity(h.new_id(), h.new_number(Prefix.REPORT))
    blockage = new_report(identity, firm, values, h.actor, h.now, h.rulebook)
    kept = await h.uow.blockages.add(
        blockage,
        kind=FACTS[Action.REPORT],
        actor=h.actor,
        at=h.now,
        data={"reference": blockage.reference, "category": blockage.category},
    )
    if point is not None:
        await keep_recurrence(h, point, [kept])
    return Outcome(firm=firm.id, blockage=kept.id)


async def provide_information(command: ProvideInformation, h: Handling) -> Outcome:
    """The reporter's answer; the clock runs on."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.PROVIDE_INFORMATION)
    after = information_provided(case.blockage, step, answer=read_reason(command))
    return await case.keep(after, Action.PROVIDE_INFORMATION)


async def answer_resolution(command: AnswerResolution, h: Handling) -> Outcome:
    """The reporter's yes or no to a claimed resolution."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    action = answer_to(case.blockage, confirm=command.confirm)
    step = case.step(action)
    fields = fields_of(command, "rating", "comment")
    rating = fields.integer("rating", least=1, most=5)
    comment = fields.text("comment", longest=LONGEST_NOTE, multiline=True)
    refuse_problems(fields)
    after = answered(case.blockage, step, confirm=command.confirm, rating=rating, comment=comment)
    return await case.keep(after, action, disputes=after.disputes, rating=rating)


async def reopen(command: ReopenBlockage, h: Handling) -> Outcome:
    """A resolution contested after the fact."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.REOPEN)
    after = reopened(case.blockage, step, reason=read_reason(command, "reason"))
    return await case.keep(after, Action.REOPEN, reopens=after.reopens)


async def withdraw(command: WithdrawBlockage, h: Handling) -> Outcome:
    """A report taken back, with who asked for it."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.WITHDRAW)
    after = withdrawn(
        case.blockage,
        step,
        reason=read_reason(command, "reason"),
        asked_by_agency=command.asked_by_agency,
    )
    return await case.keep(after, Action.WITHDRAW, asked_by_agency=command.asked_by_agency)


HANDLERS: Handlers = {
    ReportBlockage: Handler(OPERATIONS[Action.REPORT], report),
    ProvideInformation: Handler(OPERATIONS[Action.PROVIDE_INFORMATION], provide_information),
    AnswerResolution: Handler(OPERATIONS[Action.CONFIRM], answer_resolution),
    ReopenBlockage: Handler(OPERATIONS[Action.REOPEN], reopen),
    WithdrawBlockage: Handler(OPERATIONS[Action.WITHDRAW], withdraw),
}
