"""
Life of a policy blocking point (政策堵点): the unit that several reports with one cause are linked to.

    OPEN -start-> IN_PROGRESS -resolve-> RESOLVED -reopen-> IN_PROGRESS

A resolution is claimed for all its reports at once, and each reporter still answers for itself. A report that is linked
or filed in spite of a resolution is a recurrence: it is counted against the resolution and reopens the review. Linking,
merging and splitting leave the reports as they are but for the point that they name, and the step that says so. Pure:
values in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from directory.access import Caller, Operation, Role
from directory.entities import Blockage, BlockingPoint, PointResolution, Recurrence, TimelineEntry
from directory.errors import Forbidden, NotAllowedNow
from directory.plans import steps_to_do
from directory.states import OPEN_STATUSES, BlockageStatus
from directory.states import BlockingPointStatus as S

# What a report's timeline calls the steps by which it names a point, or none.
LINK_STEP = "link_blocking_point"
UNLINK_STEP = "unlink_blocking_point"


class PointSide(StrEnum):
    """What a caller is to a blocking point."""

    LEAD = "lead"
    SUPERVISOR = "supervisor"
    STEP_OWNER = "step_owner"


class PointAction(StrEnum):
    """A step in the life of a blocking point; RECUR is nobody's, a report that comes in spite of a resolution makes it."""

    AMEND = "amend"
    LINK = "link"
    SPLIT = "split"
    START = "start"
    POST_PROGRESS = "post_progress"
    PLAN_STEP = "plan_step"
    SETTLE_STEP = "settle_step"
    RESOLVE = "resolve"
    CARRY_OVER = "carry_over"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    RECUR = "recur"


CREATED = "blocking_point:created"
FACTS: Mapping[PointAction, str] = {
    PointAction.AMEND: "blocking_point:amended",
    PointAction.LINK: "blocking_point:linked",
    PointAction.SPLIT: "blocking_point:split",
    PointAction.START: "blocking_point:started",
    PointAction.POST_PROGRESS: "blocking_point:progress_posted",
    PointAction.PLAN_STEP: "blocking_point:step_planned",
    PointAction.SETTLE_STEP: "blocking_point:step_settled",
    PointAction.RESOLVE: "blocking_point:resolved",
    PointAction.CARRY_OVER: "blocking_point:carried_over",
    PointAction.REOPEN: "blocking_point:reopened",
    PointAction.MERGE: "blocking_point:merged",
    PointAction.UNMERGE: "blocking_point:unmerged",
    PointAction.RECUR: "blocking_point:recurred",
}
LINKED, UNLINKED = "blockage:linked", "blockage:unlinked"


@dataclass(frozen=True, slots=True)
class PointMove:
    """A row of the table: where the move leads and whose it is."""

    to: S
    by: frozenset[PointSide]


_BOTH = frozenset({PointSide.LEAD, PointSide.SUPERVISOR})
_ANY = frozenset(PointSide)
_SUPERVISORS = frozenset({PointSide.SUPERVISOR})
_NOBODY = frozenset[PointSide]()

MOVES: Mapping[tuple[S, PointAction], PointMove] = {
    (S.OPEN, PointAction.START): PointMove(S.IN_PROGRESS, _BOTH),
    (S.OPEN, PointAction.RESOLVE): PointMove(S.RESOLVED, _BOTH),
    (S.IN_PROGRESS, PointAction.RESOLVE): PointMove(S.RESOLVED, _BOTH),
    (S.RESOLVED, PointAction.CARRY_OVER): PointMove(S.RESOLVED, _BOTH),
    (S.RESOLVED, PointAction.REOPEN): PointMove(S.IN_PROGRESS, _BOTH),
    (S.RESOLVED, PointAction.RECUR): PointMove(S.IN_PROGRESS, _NOBODY),
    (S.OPEN, PointAction.POST_PROGRESS): PointMove(S.OPEN, _BOTH),
    (S.IN_PROGRESS, PointAction.POST_PROGRESS): PointMove(S.IN_PROGRESS, _BOTH),
    (S.OPEN, PointAction.PLAN_STEP): PointMove(S.OPEN, _BOTH),
    (S.IN_PROGRESS, PointAction.PLAN_STEP): PointMove(S.IN_PROGRESS, _BOTH),
    **{(status, PointAction.SETTLE_STEP): PointMove(status, _ANY) for status in S},
    **{(status, PointAction.AMEND): PointMove(status, _BOTH) for status in S},
    **{(status, PointAction.LINK): PointMove(status, _BOTH) for status in S},
    **{(status, PointAction.SPLIT): PointMove(status, _BOTH) for status in S},
    **{(status, PointAction.MERGE): PointMove(status, _SUPERVISORS) for status in S},
    **{(status, PointAction.UNMERGE): PointMove(status, _SUPERVISORS) for status in S},
}

# What triage refused, merged or gave back to its reporter hinders nobody any more, or never did.
VOID_STATUSES = frozenset({BlockageStatus.REJECTED, BlockageStatus.DUPLICATE, BlockageStatus.WITHDRAWN})


def point_sides(caller: Caller, point: BlockingPoint) -> frozenset[PointSide]:
    """Everything the caller is to the point; empty for those who only read it."""
    sides = set[PointSide]()
    if caller.has(Role.SUPERVISOR):
        sides.add(PointSide.SUPERVISOR)
    if caller.has(Role.AGENCY) and caller.agency is not None and caller.agency == point.lead_agency:
        sides.add(PointSide.LEAD)
    if caller.has(Role.AGENCY) and any(step.owner == caller.agency for step in steps_to_do(point.plan)):
        sides.add(PointSide.STEP_OWNER)
    return frozenset(sides)


def open_point_actions(point: BlockingPoint, sides: frozenset[PointSide]) -> tuple[PointAction, ...]:
    """The moves that a caller with these sides may make now; of one merged away none but taking that back."""
    if point.merged_into is not None:
        return (PointAction.UNMERGE,) if PointSide.SUPERVISOR in sides else ()
    return tuple(
        action
        for action in PointAction
        if (row := MOVES.get((point.status, action))) is not None
        and sides & row.by
        and action is not PointAction.UNMERGE
        and not (action is PointAction.RESOLVE and point.lead_agency is None)
        and not (action is PointAction.SETTLE_STEP and not steps_to_do(point.plan))
    )


def check_point_move(point: BlockingPoint, action: PointAction, sides: frozenset[PointSide]) -> None:
    """Raises: Forbidden, when the move is never that caller's; NotAllowedNow, when the point is in no state for it."""
    row = MOVES.get((point.status, action))
    ever = frozenset[PointSide]().union(*(move.by for (_, made), move in MOVES.items() if made is action))
    if not sides & ever:
        raise Forbidden.at(key="point.not_yours")
    if row is None:
        raise NotAllowedNow.at(key="point.no_such_move", status=point.status.value, action=action.value)


def point_moved(point: BlockingPoint, action: PointAction, at: datetime, **changes: Any) -> BlockingPoint:
    """The point after `action`, with `changes` of the move's own. Raises: NotAllowedNow, without a row for it."""
    row = MOVES.get((point.status, action))
    if row is None:
        raise NotAllowedNow.at(key="point.no_such_move", status=point.status.value, action=action.value)
    at = max(at, point.updated_at)
    resolved_at = (
        None if row.to is not S.RESOLVED else at if action is PointAction.RESOLVE else point.resolved_at
    )
    changed = {**changes, "status": row.to, "resolved_at": resolved_at, "updated_at": at}
    return point.model_copy(update=changed)


def point_resolved(point: BlockingPoint, resolution: PointResolution, at: datetime) -> BlockingPoint:
    """The point with a claimed resolution; its earlier ones stay beside it."""
    claimed = (*point.resolutions, resolution)
    return point_moved(point, PointAction.RESOLVE, at, resolutions=claimed, beneficiaries=None)


def point_reopened(point: BlockingPoint, at: datetime) -> BlockingPoint:
    """The point under review again, by somebody's decision."""
    at = max(at, point.updated_at)
    return point_moved(point, PointAction.REOPEN, at, reopens=point.reopens + 1, review_reopened_at=at)


def point_recurred(point: BlockingPoint, reports: Sequence[Blockage], at: datetime) -> BlockingPoint:
    """The point under review again because of open reports that came in spite of its resolution, each kept against it."""
    at = max(at, point.updated_at)
    came = tuple(Recurrence(report=report.id, at=at) for report in reports)
    return point_moved(
        point, PointAction.RECUR, at, recurrences=(*point.recurrences, *came), review_reopened_at=at
    )


def recurs(point: BlockingPoint, report: Blockage) -> bool:
    """Whether the report, about to name the point, says that its resolution did not hold."""
    return point.status is S.RESOLVED and report.status in OPEN_STATUSES


def renamed_point(
    report: Blockage, point: BlockingPoint | None, reference: str, actor: str, at: datetime
) -> Blockage:
    """The report with `point` as its blocking point, None for no point; all else about it stays.

    The step in its timeline notes the `reference` of the point that it comes to or leaves: points are public, and so is
    which of them a report names.
    """
    at = max(at, report.updated_at)
    step = TimelineEntry(
        at=at,
        actor=actor,
        action=LINK_STEP if point else UNLINK_STEP,
        before=report.status,
        after=report.status,
        note=reference,
    )
    return report.model_copy(
        update={
            "blocking_point": point.id if point else None,
            "timeline": (*report.timeline, step),
            "updated_at": at,
        }
    )


def points_merged(
    source: BlockingPoint, survivor: BlockingPoint, reports: tuple[str, ...], at: datetime
) -> tuple[BlockingPoint, BlockingPoint]:
    """Both points after `source` with its `reports` went into `survivor`, which answers to the old references."""
    references = (*survivor.merged_from, source.reference, *source.merged_from)
    gone = point_moved(source, PointAction.MERGE, at, merged_into=survivor.id, moved_by_merge=reports)
    return gone, point_moved(survivor, PointAction.MERGE, at, merged_from=references)


def point_on_its_own(source: BlockingPoint, at: datetime) -> BlockingPoint:
    """The merged point as it stands on its own again."""
    return point_moved(source, PointAction.UNMERGE, at, merged_into=None, moved_by_merge=())


def without_merged_point(above: BlockingPoint, source: BlockingPoint, at: datetime) -> BlockingPoint:
    """The point that no longer answers to the references that `source` had brought, nor takes its reports along."""
    references = {source.reference, *source.merged_from}
    reports = frozenset(source.moved_by_merge)
    return point_moved(
        above,
        PointAction.UNMERGE,
        at,
        merged_from=tuple(each for each in above.merged_from if each not in references),
        moved_by_merge=tuple(each for each in above.moved_by_merge if each not in reports),
    )


def split_off(
    point: BlockingPoint, new_id: str, reference: str, title: str, first_report: datetime | None, at: datetime
) -> BlockingPoint:
    """A new point beside `point`, not yet kept: of the same clauses and hands, and as old as its first report.

    Of a resolved point it is one in progress: what was claimed for the whole says nothing yet of the part.
    """
    return BlockingPoint(
        id=new_id,
        version=0,
        reference=reference,
        status=S.OPEN if point.status is S.OPEN else S.IN_PROGRESS,
        title=title,
        description=point.description,
        description_en=point.description_en,
        category=point.category,
        clauses=point.clauses,
        lead_agency=point.lead_agency,
        co_agencies=point.co_agencies,
        split_from=point.id,
        first_reported_at=first_report,
        created_at=at,
        updated_at=at,
    )


OPERATIONS: Mapping[PointAction, Operation] = {
    action: Operation.MERGE_BLOCKING_POINTS
    if action in (PointAction.MERGE, PointAction.UNMERGE)
    else Operation.HANDLE_BLOCKING_POINT
    for action in PointAction
    if action is not PointAction.RECUR
}
