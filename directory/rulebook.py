"""What the rules are told from outside: reference data, the calendar and the numbers an agency may set."""

from __future__ import annotations

from dataclasses import dataclass

from directory.limits import Limits
from directory.reference import Reference
from directory.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules' outside knowledge, the same for every command."""

    reference: Reference
    calendar: WorkCalendar
    limits: Limits
    second_person: bool = True
    private_webhooks: bool = False
    mail_offered: bool = False
