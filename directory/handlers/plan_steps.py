"""What a command says of a step to be planned, read alike for every plan (推进计划)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from directory.commands import Command
from directory.handlers.case import fields_of, refuse_problems
from directory.handling import Handling
from directory.report_reading import LONGEST_CODE
from directory.standing import may_help, may_lead
from directory.workdays import local_date

SHORTEST_STEP, LONGEST_STEP = 5, 500


class StepToPlan(NamedTuple):
    """A step as it will be planned."""

    what: str
    owner: str
    due_on: date


def read_step(
    command: Command, due_on: date, h: Handling, owners: Collection[str] | None = None
) -> StepToPlan:
    """What an agency will owe until the end of a day that is not over yet. Raises: InvalidInput, with every problem.

    `command` has `what` and `owner`; `owners` are the agencies that may owe it, None for any that leads or helps at all.
    """
    fields = fields_of(command, "what", "owner")
    what = fields.text("what", longest=LONGEST_STEP, shortest=SHORTEST_STEP, required=True)
    owner = fields.text("owner", longest=LONGEST_CODE, required=True)
    agency = h.rulebook.reference.agencies.get(owner or "")
    if owner is not None and (agency is None or not (may_lead(agency) or may_help(agency))):
        fields.note("owner", key="code.unknown", given=owner)
    elif owner is not None and owners is not None and owner not in owners:
        fields.note("owner", key="plan.no_party", agency=owner)
    today = local_date(h.now)
    if due_on < today:
        fields.note("due_on", key="plan.step_in_the_past", today=today.isoformat())
    refuse_problems(fields)
    return StepToPlan(what or "", owner or "", due_on)
