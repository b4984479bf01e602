"""Commands of the clock on resolved blocking points: those who gain by it were told, or it seems not to hold."""

from __future__ import annotations

from directory.access import Operation
from directory.blocking_points import FACTS, PointAction, point_recurred
from directory.errors import NotAllowedNow, NotFound
from directory.handlers.matters import keep_point, led_to, surviving_point
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.point_commands import CountBeneficiaries, NoteRecurrence
from directory.point_follow_up import COUNTED, beneficiaries_counted, may_recur, waits_for_count


async def count_beneficiaries(command: CountBeneficiaries, h: Handling) -> Outcome:
    """The point with the count, unless its review was taken up or it was resolved anew meanwhile.

    Raises: NotFound, NotAllowedNow.
    """
    point = await surviving_point(h, command.blocking_point)
    if point is None:
        raise NotFound.at("blocking_point", key="not_found")
    if not waits_for_count(point) or point.resolved_at != command.resolved_at:
        raise NotAllowedNow.at(key="point.moved_on")
    after = beneficiaries_counted(point, command.count, h.now)
    return led_to(await keep_point(h, after, COUNTED, {"count": command.count}))


async def note_recurrence(command: NoteRecurrence, h: Handling) -> Outcome:
    """The point under review again, by those of the reports that still speak against it. Raises: NotFound, NotAllowedNow."""
    point = await surviving_point(h, command.blocking_point)
    if point is None:
        raise NotFound.at("blocking_point", key="not_found")
    held = await h.uow.blockages.held(command.blockages)
    came = [held[id_] for id_ in command.blockages if id_ in held and may_recur(point, held[id_])]
    if not came:
        raise NotAllowedNow.at(key="point.moved_on")
    after = point_recurred(point, came, h.now)
    data = {"reports": len(came), "suspected": True}
    return led_to(await keep_point(h, after, FACTS[PointAction.RECUR], data))


HANDLERS: Handlers = {
    CountBeneficiaries: Handler(Operation.FOLLOW_UP_POINT, count_beneficiaries),
    NoteRecurrence: Handler(Operation.FOLLOW_UP_POINT, note_recurrence),
}
