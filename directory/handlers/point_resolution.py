"""
Commands on the resolution of a blocking point: claim it, put it to those who came later, take the review up again.

The claim goes to every linked report that is in progress, in the same transaction, however many there are; each reporter
then confirms or disputes for itself. Reports in triage, not yet accepted, or waiting for their reporter's answer have no
such move: they stay where they are, are counted as not asked, and are asked as soon as they come into progress. Carrying
over is for those that came into progress elsewhere, such as in a point that was merged. Closed reports keep their end.
"""

from __future__ import annotations

from collections.abc import Sequence

from directory.blocking_points import OPERATIONS, PointAction, point_moved, point_reopened, point_resolved
from directory.claim_reading import CLAIM_FIELDS, read_claim
from directory.entities import Blockage, BlockingPoint, PointResolution
from directory.errors import NotAllowedNow
from directory.handlers.asking import ask_reporters
from directory.handlers.case import fields_of, read_reason, refuse_problems
from directory.handlers.matters import led_to, open_matter
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.point_commands import CarryOverResolution, ReopenBlockingPoint, ResolveBlockingPoint
from directory.point_counts import waits_for_question


async def resolve(command: ResolveBlockingPoint, h: Handling) -> Outcome:
    """A point claimed as removed, on behalf of the agency that leads it, and its reporters asked."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.RESOLVE)
    if matter.point.lead_agency is None:
        raise NotAllowedNow.at(key="point.no_lead")
    resolution = _read_resolution(command, matter.point.lead_agency, h)
    after = point_resolved(matter.point, resolution, h.now)
    asked = await _in_progress(h, after)
    kept = await matter.keep(
        after,
        PointAction.RESOLVE,
        kind=resolution.kind.value,
        clause=resolution.clause,
        amending_document=resolution.amending_document,
        reports=len(asked),
    )
    await ask_reporters(h, kept, asked)
    return led_to(kept)


def _read_resolution(command: ResolveBlockingPoint, lead: str, h: Handling) -> PointResolution:
    fields = fields_of(command, *CLAIM_FIELDS)
    claim = read_claim(fields, command.kind, h.rulebook.reference)
    refuse_problems(fields)
    return PointResolution(
        kind=command.kind,
        summary=claim.summary,
        clause=claim.clause,
        amending_document=claim.amending_document,
        proposed_by=lead,
        proposed_at=h.now,
    )


async def carry_over(command: CarryOverResolution, h: Handling) -> Outcome:
    """The resolution that stands, put to reporters whose reports have come into progress since."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.CARRY_OVER)
    asked = await _in_progress(h, matter.point)
    if not asked:
        raise NotAllowedNow.at(key="point.nothing_to_carry_over")
    after = point_moved(matter.point, PointAction.CARRY_OVER, h.now)
    kept = await matter.keep(after, PointAction.CARRY_OVER, reports=len(asked))
    await ask_reporters(h, kept, asked)
    return led_to(kept)


async def reopen(command: ReopenBlockingPoint, h: Handling) -> Outcome:
    """A resolved point under review again, with a reason; what its reporters were asked stays theirs to answer."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.REOPEN)
    reason = read_reason(command, "reason")
    return led_to(await matter.keep(point_reopened(matter.point, h.now), PointAction.REOPEN, reason=reason))


async def _in_progress(h: Handling, point: BlockingPoint) -> Sequence[Blockage]:
    """The point's reports in progress whose reporters have not been asked about its last resolution."""
    return [each for each in await h.uow.blockages.of_point(point.id) if waits_for_question(each, point)]


HANDLERS: Handlers = {
    ResolveBlockingPoint: Handler(OPERATIONS[PointAction.RESOLVE], resolve),
    CarryOverResolution: Handler(OPERATIONS[PointAction.CARRY_OVER], carry_over),
    ReopenBlockingPoint: Handler(OPERATIONS[PointAction.REOPEN], reopen),
}
