"""Reports written after a step, and what follows from it: who is told, and who is asked what a blocking point asks (征询反馈)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from directory.access import THE_CLOCK
from directory.blockages import Step
from directory.entities import Blockage, BlockingPoint
from directory.following import proposed
from directory.handling import Handling
from directory.moves import FACTS, Action
from directory.point_counts import put_to_report, waits_for_question
from directory.reminders import step_notices


async def keep_reports(
    h: Handling,
    moved: Sequence[Blockage],
    action: Action,
    data: Mapping[str, object],
    actor: str | None = None,
) -> list[Blockage]:
    """The reports as written after one step, each with the same fact; all whom the step concerns are told of it."""
    by = actor or h.actor
    kept = [
        await h.uow.blockages.save(each, kind=FACTS[action], actor=by, at=each.updated_at, data=data)
        for each in moved
    ]
    await h.uow.notices.tell([notice for each in kept for notice in step_notices(each, action)])
    return kept


async def ask_reporters(
    h: Handling, point: BlockingPoint, reports: Sequence[Blockage], actor: str | None = None
) -> None:
    """Proposes the point's last resolution on each of the reports, in the name of the agency that leads the point."""
    resolution = point.resolutions[-1]
    step = Step(resolution.proposed_by, h.now, h.rulebook)
    asked = [proposed(report, step, put_to_report(resolution, point, h.now)) for report in reports]
    data = {
        "kind": resolution.kind.value,
        "clause": resolution.clause,
        "amending_document": resolution.amending_document,
        "partial": False,
        "blocking_point": point.reference,
    }
    await keep_reports(h, asked, Action.PROPOSE, data, actor)


async def ask_late_comer(h: Handling, report: Blockage) -> None:
    """Puts the resolution that stands to a report that has just come into progress, by the rule and so by the clock.

    The report was written before: whoever claims a resolution of the point meanwhile holds the point and waits for the
    report, or finds it in progress. So one of the two asks, and never both.
    """
    if report.blocking_point is None:
        return
    point = (await h.uow.blocking_points.find([report.blocking_point])).get(report.blocking_point)
    if point is not None and waits_for_question(report, point):
        await ask_reporters(h, point, [report], THE_CLOCK.subject)
