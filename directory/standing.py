"""
What a caller is to one report, and what follows from it: which moves are theirs, what they may read.

- The reporter is the firm's owner.
- Triage is any officer of an authority whose reach holds the report's region (首接负责: whoever receives it first).
- Lead and co-agency are officers of the bodies named in the assignment, wherever they sit; who owes a step of the plan
  is one of them.
- Platforms and associations may co-handle a report, never receive, lead or judge one: they may be what it is about.
  So what the reporter and the offices write to each other is not for them either, nor is the evidence.
Who reported is none of these: that is sealed from all but the reporter (`directory.sealing`).
"""

from __future__ import annotations

from directory.access import Caller, Role, reaches
from directory.blockages import steps_owed
from directory.entities import Blockage, TimelineEntry
from directory.moves import Action, Side
from directory.states import BlockageStatus, Visibility
from directory.vocabulary import Agencies, Agency

Sides = frozenset[Side]

NEVER_LEAD = frozenset({"non-government", "issuer"})
HIDDEN_STATUSES = frozenset({BlockageStatus.REPORTED, BlockageStatus.REJECTED, BlockageStatus.DUPLICATE})
NOTES_BETWEEN_PARTIES = frozenset(
    {
        Action.TRIAGE_ACCEPT,
        Action.ASSIGN,
        Action.TRANSFER,
        Action.RETURN,
        Action.REQUEST_INFORMATION,
        Action.PROVIDE_INFORMATION,
        Action.PLAN_STEP,
        Action.SETTLE_STEP,
        Action.WITHDRAW,
        Action.REPLY,
        Action.CALL_BACK,
        Action.REINSTATE,
    }
)
# Steps that are there only for who writes to the reporter, and for the reporter.
CORRESPONDENCE = frozenset(
    {
        Action.MESSAGE_REPORTER,
        Action.MESSAGE_AGENCY,
        Action.UNSEAL,
        Action.ADD_EVIDENCE,
        Action.ADD_OFFICE_EVIDENCE,
        Action.WITHDRAW_EVIDENCE,
        Action.REDACT_EVIDENCE,
    }
)
CORRESPONDENTS = frozenset({Side.REPORTER, Side.TRIAGE, Side.LEAD, Side.SUPERVISOR})


def may_lead(agency: Agency) -> bool:
    """True for a body that can be responsible: no platform, no association, no mere issuer, no office without a place."""
    return agency.kind not in NEVER_LEAD and agency.office is None


def may_help(agency: Agency) -> bool:
    """True for a body that can co-handle: whoever may lead, and platforms and associations."""
    return agency.kind == "non-government" or may_lead(agency)


def may_assign_to(caller: Caller, agency: Agency) -> bool:
    """True when the caller may hand a report to `agency`.

    A supervisor assigns across agencies; an officer to the own agency and to bodies inside the own reach, so that a
    district office gives no orders to a ministry.
    """
    if caller.has(Role.SUPERVISOR) or caller.region is None or caller.agency == agency.code:
        return True
    return agency.region is not None and reaches(caller, agency.region)


def sides_of(caller: Caller, blockage: Blockage, agencies: Agencies, *, is_reporter: bool) -> Sides:
    """Everything the caller is to the report; empty for a stranger. `is_reporter`: the caller owns the firm."""
    sides = set[Side]()
    if is_reporter and caller.has(Role.FIRM):
        sides.add(Side.REPORTER)
    if caller.has(Role.SUPERVISOR):
        sides.add(Side.SUPERVISOR)
    if caller.has(Role.CLOCK):
        sides.add(Side.CLOCK)
    if caller.has(Role.AGENCY) and caller.agency is not None:
        sides |= _sides_of_agency(caller, caller.agency, blockage, agencies)
    return frozenset(sides)


def _sides_of_agency(caller: Caller, code: str, blockage: Blockage, agencies: Agencies) -> set[Side]:
    sides = set[Side]()
    if code == blockage.agency:
        sides.add(Side.LEAD)
    if code in blockage.co_agencies:
        sides.add(Side.CO_AGENCY)
    if any(step.owner == code for step in steps_owed(blockage)):
        sides.add(Side.STEP_OWNER)
    agency = agencies.get(code)
    if agency is not None and may_lead(agency) and reaches(caller, blockage.region):
        sides.add(Side.TRIAGE)
    return sides


def was_taken_up(blockage: Blockage) -> bool:
    """True once triage accepted the report."""
    return any(step.action == Action.TRIAGE_ACCEPT for step in blockage.timeline)


def is_public(blockage: Blockage) -> bool:
    """True when anyone may read the report, without its reporter: a public one that triage took up."""
    if blockage.visibility is not Visibility.PUBLIC or blockage.status in HIDDEN_STATUSES:
        return False
    return was_taken_up(blockage)


def may_see_blockage(caller: Caller, blockage: Blockage, agencies: Agencies, *, is_reporter: bool) -> bool:
    """True when the caller may know of the report at all."""
    return is_public(blockage) or bool(sides_of(caller, blockage, agencies, is_reporter=is_reporter))


def corresponds(sides: Sides) -> bool:
    """True for who reads what the reporter and the offices write to each other."""
    return not sides.isdisjoint(CORRESPONDENTS)


def readable_timeline(blockage: Blockage, sides: Sides) -> tuple[TimelineEntry, ...]:
    """The timeline for a caller with `sides`: strangers see every step, but nothing of what the parties wrote."""
    if corresponds(sides):
        return blockage.timeline
    steps = tuple(step for step in blockage.timeline if step.action not in CORRESPONDENCE)
    if sides:
        return steps
    return tuple(
        step.model_copy(update={"note": None}) if step.action in NOTES_BETWEEN_PARTIES else step
        for step in steps
    )
