"""Commands on blocking points: name one, say what it is, link reports, split it, begin work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.access import Operation, Role
from directory.blocking_points import (
    CREATED,
    LINKED,
    OPERATIONS,
    UNLINKED,
    PointAction,
    PointSide,
    point_moved,
    split_off,
)
from directory.entities import BlockingPoint
from directory.errors import ErrorCode, Forbidden, InvalidInput, Problem
from directory.handlers import point_follow_up, point_merging, point_plan, point_resolution
from directory.handlers.case import fields_of, read_note, read_reason, refuse_problems
from directory.handlers.matters import (
    keep_recurrence,
    led_to,
    name_point,
    open_matter,
    reports_of,
    reports_to_link,
)
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.identifiers import Prefix
from directory.point_commands import (
    AmendBlockingPoint,
    CreateBlockingPoint,
    LinkBlockages,
    SplitBlockingPoint,
    StartBlockingPoint,
)
from directory.point_counts import extent
from directory.point_reading import read_amendment, read_new_point, read_point_title
from directory.standing import may_lead
from directory.states import BlockingPointStatus
from directory.workdays import local_date


async def create(command: CreateBlockingPoint, h: Handling) -> Outcome:
    """A new point with its first reports, if any. An agency leads what it names; a supervisor may name any to lead."""
    values = read_new_point(command, h.rulebook, local_date(h.now))
    point = BlockingPoint(
        id=h.new_id(),
        version=0,
        reference=h.new_number(Prefix.POINT),
        status=BlockingPointStatus.OPEN,
        created_at=h.now,
        updated_at=h.now,
        **{**values, "lead_agency": _first_lead(values, h)},
    )
    reports = await reports_to_link(h, command.blockages, "blockages")
    return await _add(h, point, [report.id for report in reports], {})


def _first_lead(values: Mapping[str, Any], h: Handling) -> str | None:
    """Who leads a new point. Raises: Forbidden, for an agency that cannot lead, or would have another one lead."""
    lead: str | None = values["lead_agency"]
    if h.caller.has(Role.SUPERVISOR):
        return lead
    agency = h.rulebook.reference.agencies.get(h.caller.agency or "")
    if agency is None or not may_lead(agency):
        raise Forbidden.at(key="point.cannot_lead")
    if lead not in (None, agency.code):
        raise Forbidden.at("lead_agency", key="point.lead_elsewhere")
    return agency.code


async def _add(h: Handling, point: BlockingPoint, ids: list[str], data: Mapping[str, object]) -> Outcome:
    """The outcome of keeping a new point, which the reports with these ids name from now on."""
    kept = await h.uow.blocking_points.add(
        point,
        kind=CREATED,
        actor=h.actor,
        at=h.now,
        data={"reference": point.reference, "reports": len(ids), **data},
    )
    found = await h.uow.blockages.held(ids)
    await name_point(h, list(found.values()), kept, LINKED, blocking_point=kept.reference, **data)
    return led_to(kept)


async def amend(command: AmendBlockingPoint, h: Handling) -> Outcome:
    """A point that says something else; only a supervisor makes another agency lead."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.AMEND)
    values = read_amendment(command, matter.point, h.rulebook, local_date(h.now))
    if values["lead_agency"] != matter.point.lead_agency and PointSide.SUPERVISOR not in matter.sides:
        raise Forbidden.at("lead_agency", key="point.lead_elsewhere")
    after = point_moved(matter.point, PointAction.AMEND, h.now, **values)
    return led_to(await matter.keep(after, PointAction.AMEND))


async def link(command: LinkBlockages, h: Handling) -> Outcome:
    """Reports linked and unlinked, all or none; open ones that come to a resolved point reopen its review."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.LINK)
    if not command.add and not command.remove:
        raise InvalidInput(Problem(ErrorCode.REQUIRED, ("add",), "required"))
    reason = read_note(command, "reason")
    coming = await reports_to_link(h, command.add, "add")
    leaving = await reports_of(h, command.remove, "remove", matter.point)
    point = await matter.keep(
        point_moved(matter.point, PointAction.LINK, h.now),
        PointAction.LINK,
        added=len(coming),
        removed=len(leaving),
        reason=reason,
    )
    await name_point(h, coming, point, LINKED, blocking_point=point.reference, reason=reason)
    await name_point(h, leaving, None, UNLINKED, blocking_point=point.reference, reason=reason)
    return led_to(await keep_recurrence(h, point, coming))


async def split(command: SplitBlockingPoint, h: Handling) -> Outcome:
    """A new point beside the one that was split, with the reports named; it is as old as its sibling's first report.

    Merging it back undoes the split.
    """
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.SPLIT)
    fields = fields_of(command, "title", "blockages")
    title = read_point_title(fields)
    fields.given("blockages", required=True)
    refuse_problems(fields)
    reason = read_reason(command, "reason")
    going = await reports_of(h, command.blockages, "blockages", matter.point)
    since = extent(matter.point, await h.uow.blockages.of_point(matter.point.id)).first_reported_at
    part = split_off(matter.point, h.new_id(), h.new_number(Prefix.POINT), title or "", since, h.now)
    await matter.keep(
        point_moved(matter.point, PointAction.SPLIT, h.now),
        PointAction.SPLIT,
        into=part.reference,
        reports=len(going),
        reason=reason,
    )
    told = {"split_from": matter.point.reference, "reason": reason}
    return await _add(h, part, [report.id for report in going], told)


async def start(command: StartBlockingPoint, h: Handling) -> Outcome:
    """A point in somebody's hands."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.START)
    after = point_moved(matter.point, PointAction.START, h.now)
    return led_to(await matter.keep(after, PointAction.START, note=read_note(command)))


HANDLERS: Handlers = {
    CreateBlockingPoint: Handler(Operation.HANDLE_BLOCKING_POINT, create),
    AmendBlockingPoint: Handler(OPERATIONS[PointAction.AMEND], amend),
    LinkBlockages: Handler(OPERATIONS[PointAction.LINK], link),
    SplitBlockingPoint: Handler(OPERATIONS[PointAction.SPLIT], split),
    StartBlockingPoint: Handler(OPERATIONS[PointAction.START], start),
    **point_resolution.HANDLERS,
    **point_merging.HANDLERS,
    **point_plan.HANDLERS,
    **point_follow_up.HANDLERS,
}
