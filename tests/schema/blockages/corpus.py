"""Many reports at once, straight into the record: what a search looks through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from directory.deadlines import Stage as LimitStage
from directory.deadlines import started
from directory.entities import Blockage, Firm, TimelineEntry
from directory.moves import Action
from directory.states import BlockageStatus, Severity, Visibility
from tests.factories import NOW, make_blockage
from tests.journeys.stage import HELPER, LEAD, SECOND_LEAD, Stage
from tests.record.steps import keep
from tests.rulebooks import RULEBOOK

STATUSES = (
    BlockageStatus.TRIAGED,
    BlockageStatus.IN_PROGRESS,
    BlockageStatus.RESOLUTION_PROPOSED,
    BlockageStatus.RESOLVED,
)
CATEGORIES = ("revenue-split", "platform-fees", "tax-classification")
REGIONS = ("330100", "330106", "330200", "440300")
FORMS = (("live-commerce",), ("short-video", "live-commerce"), ("online-game-social",))
CLAUSES = (("mcn-draft-2025#art2",), (), ("mcn-draft-2025#art2", "ndrc-2020-1157#13"))
LEVELS = ("national", None, "platform", "county", None)
PROCEDURE_STEPS = ("filing", "tax", None)
CLOSED = frozenset({BlockageStatus.RESOLVED})


def taken_up(firm: Firm, at: datetime = NOW, **changes: Any) -> Blockage:
    """A report of the firm that triage has taken up, not yet kept."""
    triaged = TimelineEntry(
        at=at,
        actor="triage",
        action=Action.TRIAGE_ACCEPT.value,
        before=BlockageStatus.REPORTED,
        after=BlockageStatus.TRIAGED,
    )
    values: dict[str, Any] = {
        "firm_id": firm.id,
        "reporter": firm.owner,
        "status": BlockageStatus.TRIAGED,
        "timeline": (triaged,),
        "reported_at": at,
        "updated_at": at,
    }
    return make_blockage(**{**values, **changes})


def mixed(firm: Firm, count: int) -> list[Blockage]:
    """Reports of all kinds, told apart by their number in a fixed pattern."""
    return [_nth(firm, number) for number in range(count)]


def _nth(firm: Firm, number: int) -> Blockage:
    at = NOW + timedelta(days=3 * number)
    status = STATUSES[number % len(STATUSES)]
    severity = tuple(Severity)[number % len(Severity)]
    limit = started(LimitStage.RESOLVE, at, 5 + number, RULEBOOK)
    agency = (LEAD, SECOND_LEAD)[number % 2] if status is not BlockageStatus.TRIAGED else None
    return taken_up(
        firm,
        at,
        status=status,
        title=f"第{number}号诉求 platform number {number}",
        severity=severity,
        category=CATEGORIES[number % len(CATEGORIES)],
        region=REGIONS[number // 2 % len(REGIONS)],
        forms=FORMS[number % len(FORMS)],
        platforms=("douyin",) if number % 2 else ("taobao", "douyin"),
        clauses=CLAUSES[number % len(CLAUSES)],
        cause_level=LEVELS[number % len(LEVELS)],
        procedure_step=PROCEDURE_STEPS[number % len(PROCEDURE_STEPS)],
        agency=agency,
        co_agencies=(HELPER,) if agency else (),
        supervised=number % 5 == 0,
        visibility=Visibility.AGENCIES_ONLY if number % 7 == 6 else Visibility.PUBLIC,
        deadlines=() if status in CLOSED else (limit,),
        closed_at=at + timedelta(days=1) if status in CLOSED else None,
    )


async def indexed(stage: Stage, *entities: Any) -> None:
    """Keeps the entities and makes them searchable."""
    await keep(stage.record, *entities)
    await stage.index()


def references(found: Sequence[dict[str, Any]]) -> list[str]:
    """The numbers of the reports, in order."""
    return [node["reference"] for node in found]
