"""Commands of the agencies, the supervisor and the clock: take on, ask, report progress, resolve, extend, close."""

from __future__ import annotations

from directory.blockages import Step
from directory.claim_reading import CLAIM_FIELDS, read_claim
from directory.commands import (
    AcceptAssignment,
    CloseUnanswered,
    CloseUnresolved,
    ExtendDeadline,
    PostProgress,
    ProposeResolution,
    RequestInformation,
    ReturnAssignment,
)
from directory.entities import Resolution
from directory.following import (
    accepted,
    closed_unresolved,
    information_requested,
    lapse_of,
    lapsed,
    progress_posted,
    proposed,
    returned,
    with_extension,
)
from directory.handlers.case import (
    fields_of,
    open_case,
    read_note,
    read_reason,
    refuse_problems,
)
from directory.handlers.wording import LONGEST_NOTE
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import OPERATIONS, Action
from directory.raw_fields import RawFields
from directory.report_reading import LONGEST_CODE
from directory.standing import may_lead
from directory.states import ResolutionState
from directory.vocabulary import Agencies


async def accept(command: AcceptAssignment, h: Handling) -> Outcome:
    """A report taken on by its agency."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.ACCEPT)
    return await case.keep(accepted(case.blockage, step, note=read_note(command)), Action.ACCEPT)


async def give_back(command: ReturnAssignment, h: Handling) -> Outcome:
    """A report refused by its agency, with a reason and, if known, who should have it."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.RETURN)
    fields = fields_of(command, "note", "suggested_agency")
    reason = fields.text("note", longest=LONGEST_NOTE, multiline=True, required=True)
    suggested = _read_suggested(fields, h.rulebook.reference.agencies, case.blockage.agency)
    refuse_problems(fields)
    after = returned(case.blockage, step, reason=reason or "", suggested=suggested)
    return await case.keep(after, Action.RETURN, agency=case.blockage.agency, suggested=suggested)


def _read_suggested(fields: RawFields, agencies: Agencies, own: str | None) -> str | None:
    code = fields.text("suggested_agency", longest=LONGEST_CODE)
    if code is None:
        return None
    agency = agencies.get(code)
    if agency is None:
        fields.note("suggested_agency", key="code.unknown", given=code)
    elif not may_lead(agency) or code == own:
        fields.note("suggested_agency", key="blockage.cannot_lead", agency=code)
    return code


async def request_information(command: RequestInformation, h: Handling) -> Outcome:
    """A question to the reporter; the clock stops."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.REQUEST_INFORMATION)
    after = information_requested(case.blockage, step, question=read_reason(command))
    return await case.keep(after, Action.REQUEST_INFORMATION)


async def post_progress(command: PostProgress, h: Handling) -> Outcome:
    """A note of the agency or of one that helps."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.POST_PROGRESS)
    after = progress_posted(case.blockage, step, note=read_reason(command))
    return await case.keep(after, Action.POST_PROGRESS, agency=step.actor)


async def propose(command: ProposeResolution, h: Handling) -> Outcome:
    """A claimed resolution, of the whole obstacle or, with a residual, of a part."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.PROPOSE)
    resolution = _read_resolution(command, step, h)
    after = proposed(case.blockage, step, resolution)
    data = {
        "kind": command.kind.value,
        "clause": resolution.clause,
        "amending_document": resolution.amending_document,
        "partial": resolution.residual is not None,
    }
    return await case.keep(after, Action.PROPOSE, **data)


def _read_resolution(command: ProposeResolution, step: Step, h: Handling) -> Resolution:
    fields = fields_of(command, *CLAIM_FIELDS, "residual")
    claim = read_claim(fields, command.kind, h.rulebook.reference)
    residual = fields.text("residual", longest=LONGEST_NOTE, multiline=True)
    refuse_problems(fields)
    return Resolution(
        state=ResolutionState.CLAIMED,
        kind=command.kind,
        summary=claim.summary,
        clause=claim.clause,
        amending_document=claim.amending_document,
        residual=residual,
        proposed_by=step.actor,
        proposed_at=step.at,
    )


async def extend(command: ExtendDeadline, h: Handling) -> Outcome:
    """The one extension of the resolve limit."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.EXTEND)
    reason = read_reason(command, "reason")
    after = with_extension(case.blockage, step, working_days=command.working_days, reason=reason)
    return await case.keep(after, Action.EXTEND, working_days=command.working_days)


async def close(command: CloseUnresolved, h: Handling) -> Outcome:
    """A report ended honestly, as unresolved."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.CLOSE_UNRESOLVED)
    after = closed_unresolved(case.blockage, step, reason=read_reason(command))
    return await case.keep(after, Action.CLOSE_UNRESOLVED, agency=case.blockage.agency)


async def close_unanswered(command: CloseUnanswered, h: Handling) -> Outcome:
    """The clock: a proposal that nobody answered in time."""
    case = await open_case(command.blockage, h, expected_version=None)
    action = lapse_of(case.blockage)
    step = case.step(action)
    return await case.keep(lapsed(case.blockage, step), action)


HANDLERS: Handlers = {
    AcceptAssignment: Handler(OPERATIONS[Action.ACCEPT], accept),
    ReturnAssignment: Handler(OPERATIONS[Action.RETURN], give_back),
    RequestInformation: Handler(OPERATIONS[Action.REQUEST_INFORMATION], request_information),
    PostProgress: Handler(OPERATIONS[Action.POST_PROGRESS], post_progress),
    ProposeResolution: Handler(OPERATIONS[Action.PROPOSE], propose),
    ExtendDeadline: Handler(OPERATIONS[Action.EXTEND], extend),
    CloseUnresolved: Handler(OPERATIONS[Action.CLOSE_UNRESOLVED], close),
    CloseUnanswered: Handler(OPERATIONS[Action.LAPSE], close_unanswered),
}
