"""Merging a blocking point into another (归并), and taking that back: references and ids keep resolving."""

from __future__ import annotations

from directory.blocking_points import (
    FACTS,
    LINKED,
    OPERATIONS,
    PointAction,
    check_point_move,
    point_on_its_own,
    point_sides,
    points_merged,
    without_merged_point,
)
from directory.entities import BlockingPoint
from directory.errors import InvalidInput, NotAllowedNow, NotFound
from directory.handlers.asking import ask_late_comer
from directory.handlers.matters import keep_point as keep
from directory.handlers.matters import (
    keep_recurrence,
    led_to,
    name_point,
    own_point,
)
from directory.handlers.wording import require_text
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.point_commands import MergeBlockingPoints, UnmergeBlockingPoint

MERGED, UNMERGED = FACTS[PointAction.MERGE], FACTS[PointAction.UNMERGE]


async def merge(command: MergeBlockingPoints, h: Handling) -> Outcome:
    """The survivor, with the other's reports; open ones that come to a resolved survivor reopen its review."""
    # Both are held in id order, so that two merges never wait crosswise.
    ids = [each for each in (command.source, command.into) if each.isascii() and each.isalnum()]
    held = await h.uow.blocking_points.held(sorted(set(ids)))
    source = _present(held.get(command.source), "from", h)
    survivor = _present(held.get(command.into), "into", h)
    reason = require_text(command.reason, "reason")
    if source.id == survivor.id:
        raise InvalidInput.at("into", key="point.same")
    reports = await h.uow.blockages.of_point(source.id)
    gone, stays = points_merged(source, survivor, tuple(report.id for report in reports), h.now)
    kept = await keep(h, stays, MERGED, {"source": source.reference, "reason": reason})
    await keep(h, gone, MERGED, {"into": survivor.reference, "reason": reason})
    await name_point(h, reports, kept, LINKED, blocking_point=kept.reference, reason=reason)
    return led_to(await keep_recurrence(h, kept, reports))


def _present(point: BlockingPoint | None, step: str, h: Handling) -> BlockingPoint:
    if point is None:
        raise NotFound.at(step, key="not_found")
    check_point_move(point, PointAction.MERGE, point_sides(h.caller, point))
    if point.merged_into is not None:
        raise NotAllowedNow.at(step, key="point.already_merged")
    return point


async def unmerge(command: UnmergeBlockingPoint, h: Handling) -> Outcome:
    """The point on its own again, as it stood, with those of its reports that the survivor still has.

    A report that was unlinked or split off meanwhile stays where it is; so does what was filed since the merge. What
    reporters were asked in the survivor's name stays theirs to answer. Of a resolved point those in progress are asked.
    """
    source = await own_point(h, command.blocking_point)
    if source is None:
        raise NotFound.at("blocking_point", key="not_found")
    check_point_move(source, PointAction.UNMERGE, point_sides(h.caller, source))
    reason = require_text(command.reason, "reason")
    if source.merged_into is None:
        raise NotAllowedNow.at("blocking_point", key="point.not_merged")
    survivor = await _leave(h, source, reason)
    alone = await keep(h, point_on_its_own(source, h.now), UNMERGED, {"reason": reason})
    brought = await h.uow.blockages.held(source.moved_by_merge)
    back = [report for report in brought.values() if report.blocking_point == survivor.id]
    await name_point(h, back, alone, LINKED, blocking_point=alone.reference, reason=reason)
    for report in (await h.uow.blockages.held([report.id for report in back])).values():
        await ask_late_comer(h, report)
    return led_to(alone)


async def _leave(h: Handling, source: BlockingPoint, reason: str) -> BlockingPoint:
    """The survivor, after what `source` had brought is no longer its own, nor that of any point in between."""
    above: BlockingPoint = source
    while above.merged_into is not None:
        found = await own_point(h, above.merged_into)
        if found is None:
            raise NotFound.at("blocking_point", key="not_found")
        above = await keep(
            h,
            without_merged_point(found, source, h.now),
            UNMERGED,
            {"source": source.reference, "reason": reason},
        )
    return above


HANDLERS: Handlers = {
    MergeBlockingPoints: Handler(OPERATIONS[PointAction.MERGE], merge),
    UnmergeBlockingPoint: Handler(OPERATIONS[PointAction.UNMERGE], unmerge),
}
