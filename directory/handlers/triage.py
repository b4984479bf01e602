"""Commands of the triage desk: take a report up, refuse it, merge it into another, assign it to an agency."""

from __future__ import annotations

from directory.agency_reading import read_helpers, read_lead
from directory.causes import CAUSES, read_cause
from directory.coded_fields import check_code
from directory.commands import AssignBlockage, TriageBlockage
from directory.entities import Blockage
from directory.errors import Forbidden, InvalidInput
from directory.following import accepted_by_triage, assigned, assignment_of, marked_duplicate, rejected
from directory.handlers.case import (
    Case,
    fields_of,
    known_report,
    open_case,
    read_note,
    read_reason,
    refuse_problems,
)
from directory.handlers.wording import LONGEST_NOTE
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import OPERATIONS, Action
from directory.public_texts import proposed_words
from directory.raw_fields import RawFields
from directory.report_reading import LONGEST_CODE, read_clauses, read_public_words
from directory.standing import may_assign_to
from directory.workdays import local_date

SHORTEST_REFUSAL = 10


async def triage(command: TriageBlockage, h: Handling) -> Outcome:
    """A report taken up, refused or merged, as the command says."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    if command.accept and command.duplicate_of is not None:
        raise InvalidInput.at("duplicate_of", key="blockage.accept_or_merge")
    if command.accept:
        return await _accept(command, case)
    if command.duplicate_of is not None:
        return await _merge(command, command.duplicate_of, case)
    return await _reject(command, case)


async def _accept(command: TriageBlockage, case: Case) -> Outcome:
    step = case.step(Action.TRIAGE_ACCEPT)
    blockage, rulebook = case.blockage, case.handling.rulebook
    fields = fields_of(command, "category", *CAUSES, "clauses", "reason", "public_title", "public_summary")
    category = _read_category(fields, case)
    claimed = {name: getattr(blockage, name) for name in CAUSES}
    cause = read_cause(fields, rulebook.reference, local_date(case.handling.now), otherwise=claimed)
    clauses = read_clauses(fields, rulebook.reference)
    note = fields.text("reason", longest=LONGEST_NOTE, multiline=True)
    title, summary = read_public_words(fields, "public_title", "public_summary")
    refuse_problems(fields)
    after = accepted_by_triage(
        blockage,
        step,
        category=category or blockage.category,
        severity=command.severity or blockage.severity,
        clauses=blockage.clauses if command.clauses is None else clauses,
        **cause,
        note=note,
        public=proposed_words(blockage, title, summary),
    )
    return await case.keep(
        after, Action.TRIAGE_ACCEPT, category=after.category, severity=after.severity.value
    )


def _read_category(fields: RawFields, case: Case) -> str | None:
    code = fields.text("category", longest=LONGEST_CODE)
    if code is not None:
        known = case.handling.rulebook.reference.vocabulary("blockage_categories")
        check_code(fields, ("category",), code, known, local_date(case.handling.now))
    return code


async def _merge(command: TriageBlockage, duplicate_of: str, case: Case) -> Outcome:
    step = case.step(Action.MARK_DUPLICATE)
    original = await known_report(duplicate_of, case.handling, "duplicate_of")
    after = marked_duplicate(case.blockage, step, original, note=read_note(command, "reason"))
    return await case.keep(after, Action.MARK_DUPLICATE, duplicate_of=original.id)


async def _reject(command: TriageBlockage, case: Case) -> Outcome:
    step = case.step(Action.TRIAGE_REJECT)
    reason = read_reason(command, "reason")
    note = _refusal(reason, case.blockage, case.handling)
    after = rejected(case.blockage, step, reason=reason, note=note)
    return await case.keep(after, Action.TRIAGE_REJECT)


def _refusal(reason: str, blockage: Blockage, h: Handling) -> str:
    """What the reporter reads: for a code why it is refused and where to turn to, in the language of the report."""
    term = h.rulebook.reference.vocabulary("refusal_reasons").get(reason)
    if term is not None and term.description is not None:
        language = blockage.language.value
        return f"{term.label.in_(language)}: {term.description.in_(language)}"
    if len(reason) < SHORTEST_REFUSAL:
        raise InvalidInput.at("reason", key="blockage.refusal_reason", least=SHORTEST_REFUSAL)
    return reason


async def assign(command: AssignBlockage, h: Handling) -> Outcome:
    """One agency made responsible, with others to help."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    action = assignment_of(case.blockage)
    step = case.step(action)
    agencies = h.rulebook.reference.agencies
    fields = fields_of(command, "agency", "co_agencies", "note")
    lead = read_lead(fields, "agency", agencies, required=True) or ""
    helpers = read_helpers(fields, agencies, lead)
    note = fields.text("note", longest=LONGEST_NOTE, multiline=True)
    refuse_problems(fields)
    if not may_assign_to(h.caller, agencies.require(lead)):
        raise Forbidden.at("agency", key="blockage.assign_out_of_reach", agency=lead)
    after = assigned(case.blockage, step, agency=lead, co_agencies=helpers, note=note)
    return await case.keep(after, action, agency=lead, co_agencies=list(helpers))


HANDLERS: Handlers = {
    TriageBlockage: Handler(OPERATIONS[Action.TRIAGE_ACCEPT], triage),
    AssignBlockage: Handler(OPERATIONS[Action.ASSIGN], assign),
}
