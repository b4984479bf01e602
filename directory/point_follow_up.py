"""
What follows the resolution of a blocking point (化解后跟踪): who gains by it without having asked, and who says by a new
report that it does not hold.

Both are everyone's to read, so they rest on reports alone that everyone may read. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from directory.entities import Blockage, BlockingPoint
from directory.point_counts import counting
from directory.reminders import Addressee, Notice
from directory.standing import is_public
from directory.states import OPEN_STATUSES, BlockingPointStatus, EntityType

RESOLVED_RULE = "notice.point.resolved"
COUNTED = "blocking_point:beneficiaries_counted"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the same obstacle stands in the way: forms and regions of the reports, and who reported."""

    forms: tuple[str, ...]
    regions: tuple[str, ...]
    reporters: frozenset[str]


def reach_of(reports: Iterable[Blockage]) -> Reach:
    """The reach of the point with these reports, by those that everyone may read."""
    told = [report for report in counting(list(reports)) if is_public(report)]
    return Reach(
        forms=tuple(sorted({form for report in told for form in report.forms})),
        regions=tuple(sorted({report.region for report in told})),
        reporters=frozenset(report.firm_id for report in told),
    )


def waits_for_count(point: BlockingPoint) -> bool:
    """Whether those who gain by its resolution are still to be told."""
    return point.status is BlockingPointStatus.RESOLVED and point.beneficiaries is None


def resolved_notice(point: BlockingPoint, firm_id: str, owner: str, now: datetime) -> Notice:
    """What a firm is told that never reported; once a resolution, as its instant is that of the resolution."""
    return Notice(
        addressee=Addressee.SUBJECT,
        recipient=owner,
        rule=RESOLVED_RULE,
        entity_type=EntityType.BLOCKING_POINT,
        entity_id=point.id,
        firm_id=firm_id,
        due_at=point.resolved_at or point.updated_at,
        at=now,
        params={"reference": point.reference},
    )


def beneficiaries_counted(point: BlockingPoint, count: int, at: datetime) -> BlockingPoint:
    """The point with how many gain by its resolution."""
    return point.model_copy(update={"beneficiaries": count, "updated_at": max(at, point.updated_at)})


def may_recur(point: BlockingPoint, report: Blockage) -> bool:
    """Whether a report that is like the point can say that its resolution does not hold: it is open, came later, was taken
    up by triage for everyone to read, and belongs to no point."""
    return (
        point.resolved_at is not None
        and report.reported_at > point.resolved_at
        and report.status in OPEN_STATUSES
        and report.blocking_point is None
        and is_public(report)
    )
