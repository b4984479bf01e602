"""
Who reads which part of a report (堵点诉求): one table, by the words of the public API in snake_case.

That a caller may know of the report at all is asked before (`standing.may_see_blockage`). A part without a row is shown
to nobody. What parties write to each other stays between them, also where it is kept a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.entities import Blockage
from directory.standing import Sides, corresponds
from directory.states import BlockageStatus


class Readers(StrEnum):
    """Who among those that may know of a report reads a part of it."""

    EVERYONE = "everyone"
    PARTIES = "parties"
    CORRESPONDENTS = "correspondents"
    KNOWING_THE_REPORTER = "knowing_the_reporter"


REPORT_FIELDS: Mapping[str, Readers] = {
    **dict.fromkeys(
        (
            "id",
            "reference",
            "version",
            "status",
            "title",
            "description",
            "public_title",
            "public_summary",
            "public_text",
            "reporter_alias",
            "language",
            "category",
            "severity",
            "forms",
            "platforms",
            "region",
            "clauses",
            "cause_known",
            "cause_level",
            "procedure_step",
            "visibility",
            "reported_at",
            "updated_at",
            "closed_at",
            "agency",
            "co_agencies",
            "waiting_on",
            "gross_days",
            "net_days",
            "disputes",
            "reopens",
            "transfers",
            "returns",
            "extensions",
            "supervised",
            "supervision",
            "overdue",
            "long_overdue",
            "overdue_level",
            "days_overdue",
            "deadlines",
            "pauses",
            "holdings",
            "resolution",
            "resolutions",
            "residual",
            "timeline",
            "close_reason",
            "open_actions",
            "blocking_point",
            "suggested_blocking_points",
            "suggested_blocking_points_with_reasons",
            "similar",
            "similar_with_reasons",
            "published_evidence",
        ),
        Readers.EVERYONE,
    ),
    **dict.fromkeys(
        (
            "impact",
            "duplicate_of",
            "suggested_agencies",
            "suggested_co_agencies",
            "withdrawal_asked_by_agency",
        ),
        Readers.PARTIES,
    ),
    **dict.fromkeys(("supervision.reply", "call_back", "indicators", "plan"), Readers.PARTIES),
    **dict.fromkeys(("messages", "reporter_size_class", "evidence"), Readers.CORRESPONDENTS),
    "reported_by": Readers.KNOWING_THE_REPORTER,
}


def may_read_report_field(field: str, sides: Sides, *, knows_reporter: bool) -> bool:
    """Whether a caller with `sides` reads the field of a report that they may know of."""
    readers = REPORT_FIELDS.get(field)
    if readers is Readers.KNOWING_THE_REPORTER:
        return knows_reporter
    if readers is Readers.CORRESPONDENTS:
        return corresponds(sides)
    return readers is Readers.EVERYONE or (readers is Readers.PARTIES and bool(sides))


def readable_close_reason(blockage: Blockage, sides: Sides) -> str | None:
    """Why the report was closed: to strangers only where it was closed as unresolved, for that reason is public."""
    if sides or blockage.status is BlockageStatus.CLOSED_UNRESOLVED:
        return blockage.close_reason
    return None
