"""The limits that the rules count by (办理时限), as reference data; an operator may set some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from directory.states import Severity


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in working days unless the name says otherwise; what began to run keeps the limit that it began with."""

    take: int
    decide: int
    resubmit: int
    notice: int
    decide_objection: int
    reapply_calendar_days: int
    triage: int
    assign: int
    accept: int
    resolve: Mapping[Severity, int]
    confirm: int
    reopen: int
    pause_in_total: int
    reply: int
    long_overdue: int
    due_soon: int
    progress_note: int
    quorum: int
    confirm_again_months: int
    lapse_months: int
    suspend_months: int
    saved_searches: int
    hits_per_day: int
