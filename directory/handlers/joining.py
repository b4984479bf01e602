"""This hinders us too (我也遇到): a firm's own report of a blocking point that is known already, in one step."""

from __future__ import annotations

from dataclasses import replace

from directory.commands import ReportBlockage
from directory.entities import BlockingPoint
from directory.errors import AlreadyExists, NotFound, Problem, UserFault
from directory.handlers.finding import held_own_firm, own_firm
from directory.handlers.matters import surviving_point
from directory.handlers.reporting import report
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import OPERATIONS, Action
from directory.point_commands import JoinBlockingPoint
from directory.states import OPEN_STATUSES

_GIVEN = frozenset({"firm", "blocking_point", "description", "region", "impact"})


async def join(command: JoinBlockingPoint, h: Handling) -> Outcome:
    """A report of the caller's entry, linked to the point, with the point's title, category and clauses.

    The words are the firm's own, or the point's where it has none. Raises: AlreadyExists, while an open report of the
    firm names the point.
    """
    await own_firm(h, command.firm)
    point = await surviving_point(h, command.blocking_point)
    if point is None:
        raise NotFound.at("blocking_point", key="not_found")
    firm = await held_own_firm(h, command.firm)
    for earlier in await h.uow.blockages.of_firm(firm.id):
        if earlier.blocking_point == point.id and earlier.status in OPEN_STATUSES:
            raise AlreadyExists.at("blocking_point", key="point.joined_already", reference=earlier.reference)
    try:
        outcome = await report(_as_report(command, point), h)
    except UserFault as fault:
        raise type(fault)(*map(_at_what_was_given, fault.problems)) from None
    return replace(outcome, blocking_point=point.id)


def _as_report(command: JoinBlockingPoint, point: BlockingPoint) -> ReportBlockage:
    return ReportBlockage(
        firm=command.firm,
        title=point.title,
        description=command.description or f"{point.title}\n{point.description}",
        category=point.category,
        severity=command.severity,
        region=command.region,
        clauses=point.clauses,
        impact=command.impact,
        blocking_point=point.id,
        visibility=command.visibility,
    )


def _at_what_was_given(problem: Problem) -> Problem:
    """The problem where the caller can correct it: what comes from the point is wrong with the point."""
    return (
        problem
        if problem.path[:1] and problem.path[0] in _GIVEN
        else replace(problem, path=("blocking_point",))
    )


HANDLERS: Handlers = {JoinBlockingPoint: Handler(OPERATIONS[Action.REPORT], join)}
