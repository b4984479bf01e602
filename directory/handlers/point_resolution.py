"""
Commands on the resolution of a blocking point: claim it, put it to those who came later, take the review up again.

The claim goes to every linked report that is in progress, in the same transaction, however many there are; each reporter
then confirms or disputes for itself. Reports in triage, not yet accepted, or waiting for their reporter's answer have no
such move: they stay where they are, are counted as not asked, and are asked by carrying the resolution over once they
are in progress. Closed reports keep the end that they had.
"""

from __future__ import annotations

from collections.abc import Sequence

from directory.blockages import Step
from directory.blocking_points import OPERATIONS, PointAction, point_moved, point_reopened, point_resolved
from directory.commands import CarryOverResolution, ReopenBlockingPoint, ResolveBlockingPoint
from directory.entities import Blockage, BlockingPoint, PointResolution
from directory.errors import NotAllowedNow
from directory.following import proposed
from directory.handlers.case import fields_of, keep_reports, read_reason, refuse_problems
from directory.handlers.matters import led_to, open_matter
from directory.handlers.resolution import LONGEST_SUMMARY, SHORTEST_SUMMARY
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import Action
from directory.point_counts import put_to, put_to_report
from directory.report_reading import LONGEST_CODE
from directory.states import BlockageStatus


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
        reports=len(asked),
    )
    await _ask(h, kept, asked)
    return led_to(kept)


def _read_resolution(command: ResolveBlockingPoint, lead: str, h: Handling) -> PointResolution:
    fields = fields_of(command, "summary", "clause")
    summary = fields.text(
        "summary", longest=LONGEST_SUMMARY, shortest=SHORTEST_SUMMARY, multiline=True, required=True
    )
    clause = fields.text("clause", longest=LONGEST_CODE)
    if clause is not None and h.rulebook.reference.clause(clause) is None:
        fields.note("clause", key="code.unknown", given=clause)
    refuse_problems(fields)
    return PointResolution(
        kind=command.kind, summary=summary or "", clause=clause, proposed_by=lead, proposed_at=h.now
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
    await _ask(h, kept, asked)
    return led_to(kept)


async def reopen(command: ReopenBlockingPoint, h: Handling) -> Outcome:
    """A resolved point under review again, with a reason; what its reporters were asked stays theirs to answer."""
    matter = await open_matter(h, command.blocking_point, command.expected_version)
    matter.admit(PointAction.REOPEN)
    reason = read_reason(command, "reason")
    return led_to(await matter.keep(point_reopened(matter.point, h.now), PointAction.REOPEN, reason=reason))


async def _in_progress(h: Handling, point: BlockingPoint) -> Sequence[Blockage]:
    """The point's reports in progress whose reporters have not been asked about its last resolution."""
    return [
        report
        for report in await h.uow.blockages.of_point(point.id)
        if report.status is BlockageStatus.IN_PROGRESS and put_to(report, point) is None
    ]


async def _ask(h: Handling, point: BlockingPoint, reports: Sequence[Blockage]) -> None:
    """Proposes the point's last resolution on each of the reports, in the name of the agency that leads the point."""
    resolution = point.resolutions[-1]
    step = Step(resolution.proposed_by, h.now, h.rulebook)
    asked = [proposed(report, step, put_to_report(resolution, point, h.now)) for report in reports]
    data = {
        "kind": resolution.kind.value,
        "clause": resolution.clause,
        "partial": False,
        "blocking_point": point.reference,
    }
    await keep_reports(h, asked, Action.PROPOSE, data)


HANDLERS: Handlers = {
    ResolveBlockingPoint: Handler(OPERATIONS[PointAction.RESOLVE], resolve),
    CarryOverResolution: Handler(OPERATIONS[PointAction.CARRY_OVER], carry_over),
    ReopenBlockingPoint: Handler(OPERATIONS[PointAction.REOPEN], reopen),
}
