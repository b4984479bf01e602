"""
What the reports of a blocking point say together: since when, how many firms, where, and what became of its resolution.

Counted from the reports each time, so that a count is right after any sequence of moves. Reports that were refused,
merged as duplicates or withdrawn are not counted. Claimed, confirmed, contested and unanswered are never added together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.blocking_points import VOID_STATUSES
from directory.entities import Blockage, BlockingPoint, PointResolution, Resolution
from directory.rulebook import Rulebook
from directory.states import OPEN_STATUSES, BlockageStatus, BlockingPointStatus, ResolutionState


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a point reaches: its first report, and how many firms in which regions."""

    first_reported_at: datetime | None
    firms: int
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What reporters say to the resolution claimed last; `not_asked` are open reports that it was not put to yet."""

    claimed: int
    confirmed: int
    contested: int
    unanswered: int
    not_asked: int
    last_answered_at: datetime | None


def counting(reports: Sequence[Blockage]) -> list[Blockage]:
    """Those of the reports that count."""
    return [report for report in reports if report.status not in VOID_STATUSES]


def extent(point: BlockingPoint, reports: Sequence[Blockage]) -> Extent:
    """The extent by these reports of the point; one that was split off is as old as what it was part of."""
    counted = counting(reports)
    days = [report.reported_at for report in counted]
    if point.first_reported_at is not None:
        days.append(point.first_reported_at)
    return Extent(
        first_reported_at=min(days, default=None),
        firms=len({report.firm_id for report in counted}),
        regions=tuple(sorted({report.region for report in counted})),
    )


def answers(point: BlockingPoint, reports: Sequence[Blockage]) -> Answers:
    """The answers in these reports of the point; all zero while nothing has been claimed."""
    if not point.resolutions:
        return Answers(0, 0, 0, 0, 0, None)
    counted = counting(reports)
    given = [put for report in counted if (put := put_to(report, point)) is not None]
    states = [resolution.state for resolution in given]
    return Answers(
        claimed=states.count(ResolutionState.CLAIMED),
        confirmed=states.count(ResolutionState.CONFIRMED),
        contested=states.count(ResolutionState.CONTESTED),
        unanswered=states.count(ResolutionState.UNANSWERED),
        not_asked=sum(report.status in OPEN_STATUSES and put_to(report, point) is None for report in counted),
        last_answered_at=max((each.answered_at for each in given if each.answered_at), default=None),
    )


def state_of(answered: Answers) -> ResolutionState:
    """How far a point's resolution can be believed: one contest outweighs all else, one confirmation all silence."""
    if answered.contested:
        return ResolutionState.CONTESTED
    if answered.confirmed:
        return ResolutionState.CONFIRMED
    if answered.unanswered and not answered.claimed:
        return ResolutionState.UNANSWERED
    return ResolutionState.CLAIMED


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough reporters stand behind the resolution claimed last (多数确认): at least one confirms, and none contests.

    Asked until `closes_at`; before that it may still be missed, and is `reached` at the end of it alone.
    """

    closes_at: datetime
    open: bool
    reached: bool


def quorum(point: BlockingPoint, answered: Answers, now: datetime, rulebook: Rulebook) -> Quorum | None:
    """The quorum at `now`; None while nothing has been claimed."""
    if not point.resolutions:
        return None
    closes_at = rulebook.calendar.add_workdays(point.resolutions[-1].proposed_at, rulebook.limits.quorum).at
    agreed = answered.confirmed > 0 and answered.contested == 0
    return Quorum(closes_at, open=now < closes_at, reached=agreed and now >= closes_at)


def recurrences(point: BlockingPoint, reports: Sequence[Blockage]) -> int:
    """How many of these reports came to the point in spite of a resolution."""
    came = {recurrence.report for recurrence in point.recurrences}
    return sum(report.id in came for report in counting(reports))


def put_to(report: Blockage, point: BlockingPoint) -> Resolution | None:
    """The point's latest resolution as it was put to this reporter, with the answer; None when it was not."""
    if not point.resolutions:
        return None
    since = point.resolutions[-1].proposed_at
    for resolution in reversed(report.resolutions):
        if resolution.blocking_point == point.id and resolution.proposed_at >= since:
            return resolution
    return None


def waits_for_question(report: Blockage, point: BlockingPoint) -> bool:
    """Whether the report is in progress, and the point's resolution that stands was not put to its reporter yet."""
    return (
        report.status is BlockageStatus.IN_PROGRESS
        and point.status is BlockingPointStatus.RESOLVED
        and put_to(report, point) is None
    )


def put_to_report(resolution: PointResolution, point: BlockingPoint, at: datetime) -> Resolution:
    """The point's resolution as a claim to one of its reporters."""
    return Resolution(
        state=ResolutionState.CLAIMED,
        kind=resolution.kind,
        summary=resolution.summary,
        clause=resolution.clause,
        amending_document=resolution.amending_document,
        blocking_point=point.id,
        proposed_by=resolution.proposed_by,
        proposed_at=max(at, resolution.proposed_at),
    )
