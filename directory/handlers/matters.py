"""A blocking point on somebody's desk, and the reports that a command on it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.access import THE_CLOCK, Role
from directory.blocking_points import (
    FACTS,
    VOID_STATUSES,
    PointAction,
    PointSide,
    check_point_move,
    point_recurred,
    point_sides,
    recurs,
    renamed_point,
)
from directory.entities import Blockage, BlockingPoint
from directory.errors import ErrorCode, InvalidInput, NotFound, Problem
from directory.handlers.finding import check_version
from directory.handling import Handling, Outcome
from directory.moves import Side
from directory.standing import may_see_blockage, sides_of

MOST_AT_ONCE = 200
# Who may say what a report is about: whoever receives it, leads it, or supervises.
_MAY_LINK = frozenset({Side.TRIAGE, Side.LEAD, Side.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Matter:
    """One blocking point with what the caller is to it."""

    point: BlockingPoint
    sides: frozenset[PointSide]
    handling: Handling

    def admit(self, action: PointAction) -> None:
        """Raises: Forbidden, NotAllowedNow."""
        check_point_move(self.point, action, self.sides)

    async def keep(self, after: BlockingPoint, action: PointAction, **data: object) -> BlockingPoint:
        """The point as written, with one fact."""
        return await keep_point(self.handling, after, FACTS[action], data)


async def open_matter(h: Handling, point_id: str, expected_version: int) -> Matter:
    """The point, or the one that it lives on in, held until the command ends. Raises: NotFound, VersionConflict."""
    point = await surviving_point(h, point_id)
    if point is None:
        raise NotFound.at("blocking_point", key="not_found")
    check_version(point, expected_version)
    return Matter(point, point_sides(h.caller, point), h)


async def surviving_point(h: Handling, point_id: str) -> BlockingPoint | None:
    """The point with this id or the one that it was merged into in the end, held until the command ends."""
    point = await own_point(h, point_id)
    while point is not None and point.merged_into is not None:
        point = await own_point(h, point.merged_into)
    return point


async def own_point(h: Handling, point_id: str) -> BlockingPoint | None:
    """The point with this id itself, merged or not, held until the command ends."""
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (point_id.isascii() and point_id.isalnum()):
        return None
    return (await h.uow.blocking_points.held([point_id])).get(point_id)


async def keep_point(
    h: Handling, after: BlockingPoint, kind: str, data: Mapping[str, object]
) -> BlockingPoint:
    """The point as written, with one fact."""
    return await h.uow.blocking_points.save(after, kind=kind, actor=h.actor, at=after.updated_at, data=data)


async def keep_recurrence(h: Handling, point: BlockingPoint, reports: Sequence[Blockage]) -> BlockingPoint:
    """The point, its review reopened where open reports among these came in spite of its resolution.

    By the rule, and so in the name of the clock: the point's history is everyone's to read, and who reported is not.
    """
    came_back = [report for report in reports if recurs(point, report)]
    if not came_back:
        return point
    after = point_recurred(point, came_back, h.now)
    return await h.uow.blocking_points.save(
        after,
        kind=FACTS[PointAction.RECUR],
        actor=THE_CLOCK.subject or "",
        at=after.updated_at,
        data={"reports": len(came_back)},
    )


async def name_point(
    h: Handling,
    reports: Sequence[Blockage],
    point: BlockingPoint | None,
    kind: str,
    *,
    blocking_point: str,
    **data: object,
) -> None:
    """Makes each of the reports name `point`, or none, with one fact and one step of its timeline each.

    `blocking_point` is the reference of the point that they come to or leave.
    """
    office = h.caller.agency if h.caller.has(Role.AGENCY) else None
    for report in reports:
        after = renamed_point(report, point, blocking_point, office or Side.SUPERVISOR.value, h.now)
        told = {"blocking_point": blocking_point, **data}
        await h.uow.blockages.save(after, kind=kind, actor=h.actor, at=after.updated_at, data=told)


async def reports_to_link(h: Handling, ids: Sequence[str], step: str) -> list[Blockage]:
    """The reports, which name no point yet, in the order given. Raises: InvalidInput, with every problem."""
    return await _reports(h, ids, step, None)


async def reports_of(h: Handling, ids: Sequence[str], step: str, point: BlockingPoint) -> list[Blockage]:
    """The reports, which name this point, in the order given. Raises: InvalidInput, with every problem."""
    return await _reports(h, ids, step, point)


async def _reports(h: Handling, ids: Sequence[str], step: str, point: BlockingPoint | None) -> list[Blockage]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_AT_ONCE:
        params = {"most": MOST_AT_ONCE, "given": len(wanted)}
        raise InvalidInput(Problem(ErrorCode.TOO_LARGE, (step,), "value.too_many", params))
    found = await h.uow.blockages.held([each for each in wanted if each.isascii() and each.isalnum()])
    judged = [_problem(h, found.get(each), point, (step, str(place))) for place, each in enumerate(wanted)]
    if problems := [problem for problem in judged if problem is not None]:
        raise InvalidInput.all_of(problems)
    return [found[each] for each in wanted]


def _problem(
    h: Handling, report: Blockage | None, point: BlockingPoint | None, path: tuple[str, str]
) -> Problem | None:
    """What keeps this caller from linking the report, or from taking it out of `point`."""
    agencies = h.rulebook.reference.agencies
    if report is None or not may_see_blockage(h.caller, report, agencies, is_reporter=False):
        return Problem(ErrorCode.NOT_FOUND, path, "not_found")
    named = {"reference": report.reference}
    if sides_of(h.caller, report, agencies, is_reporter=False).isdisjoint(_MAY_LINK):
        return Problem(ErrorCode.FORBIDDEN, path, "point.report_out_of_reach", named)
    if point is not None and report.blocking_point != point.id:
        return Problem(ErrorCode.NOT_ALLOWED_NOW, path, "point.not_linked", named)
    if point is None and report.blocking_point is not None:
        return Problem(ErrorCode.NOT_ALLOWED_NOW, path, "point.linked_before", named)
    if point is None and report.status in VOID_STATUSES:
        return Problem(ErrorCode.NOT_ALLOWED_NOW, path, "point.report_void", named)
    return None


def led_to(point: BlockingPoint) -> Outcome:
    """The outcome of a command on a point."""
    return Outcome(blocking_point=point.id)
