"""What the rules are told from outside: reference data, the calendar and the numbers an agency may set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from directory.reference import Reference
from directory.states import Severity
from directory.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in working days unless the name says otherwise; defaults are the directory's own design."""

    take: int = 5
    decide: int = 15
    resubmit: int = 20
    notice: int = 5
    decide_objection: int = 10
    reapply_calendar_days: int = 90
    triage: int = 1
    assign: int = 1
    accept: int = 2
    resolve: Mapping[Severity, int] = field(
        default_factory=lambda: {
            Severity.CRITICAL: 5,
            Severity.HIGH: 10,
            Severity.MEDIUM: 15,
            Severity.LOW: 30,
        }
    )
    confirm: int = 10
    reopen: int = 20
    pause_in_total: int = 20
    reply: int = 5
    long_overdue: int = 10
    due_soon: int = 3
    progress_note: int = 20
    quorum: int = 15
    confirm_again_months: int = 12
    lapse_months: int = 15
    suspend_months: int = 18
    saved_searches: int = 20
    hits_per_day: int = 50


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules' outside knowledge, the same for every command."""

    reference: Reference
    calendar: WorkCalendar
    limits: Limits = field(default_factory=Limits)
    second_person: bool = True
    private_webhooks: bool = False
    mail_offered: bool = False
