"""Reports in all stages of their lives, drawn by chance: what statistics are tried on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from directory.deadlines import Stage
from directory.entities import Blockage, Deadline, Holding, Resolution, TimelineEntry
from directory.identifiers import Prefix, new_id, new_number
from directory.moves import Action
from directory.states import (
    OPEN_STATUSES,
    BlockageStatus,
    ResolutionKind,
    ResolutionState,
    Severity,
    Visibility,
)
from tests.factories import make_blockage

BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 7, 3, 4, 0, tzinfo=UTC)
MINUTES = 545 * 24 * 60
S = BlockageStatus
AGENCIES = ("local-culture@330100", "local-amr@330100", "local-gsb@330100", "samr", "mohrss")
CATEGORIES = ("platform-fees", "revenue-split", "tax-classification", "work-injury")
REGIONS = ("330000", "330100", "330106", "330200", "440300", "110000")
CAUSE_LEVELS = ("national", "platform", None)
FORMS = ("live-commerce", "short-video", "podcast")
STATUSES = (S.RESOLVED,) * 8 + tuple(S)
TEMPLATE = make_blockage()
TRIED = frozenset({S.RESOLVED, S.RESOLUTION_PROPOSED})


def drawn_reports(firm_id: str, count: int, seed: int = 1) -> Iterator[Blockage]:
    """As many reports of the firm, the same for the same seed."""
    chance = Random(seed)
    for _ in range(count):
        yield _report(firm_id, chance)


def _report(firm_id: str, chance: Random) -> Blockage:
    status = chance.choice(STATUSES)
    at = reported = BEGINNING + timedelta(minutes=chance.randrange(MINUTES))

    def later() -> datetime:
        nonlocal at
        at = min(NOW, at + timedelta(minutes=chance.randrange(10 * 24 * 60)))
        return at

    timeline: list[TimelineEntry] = []
    deadlines: list[Deadline] = []
    holdings = [Holding(holder="triage", started_at=reported)]
    agency = None
    if status not in (S.REPORTED, S.REJECTED, S.DUPLICATE):
        timeline.append(TimelineEntry(at=later(), actor="triage", action=Action.TRIAGE_ACCEPT.value))
    if timeline and status is not S.TRIAGED:
        for holder in chance.sample(AGENCIES, chance.choice((1, 1, 1, 2))):
            action = Action.ASSIGN if agency is None else Action.TRANSFER
            timeline.append(TimelineEntry(at=later(), actor="supervisor", action=action.value))
            holdings.append(Holding(holder=holder, started_at=at))
            agency = holder
        deadlines.append(_limit(Stage.RESOLVE, at, chance))
        if status is not S.ASSIGNED:
            timeline.append(TimelineEntry(at=later(), actor=str(agency), action=Action.ACCEPT.value))
    resolutions, deadlines = _tries(status, deadlines, later, chance)
    closed_at = None if status in OPEN_STATUSES else later()
    # Copied, not made: whoever draws tens of thousands need not have each of them checked.
    return TEMPLATE.model_copy(
        update={
            "id": new_id(secrets.token_bytes),
            "reference": new_number(Prefix.REPORT, secrets.token_bytes),
            "firm_id": firm_id,
            "status": status,
            "category": chance.choice(CATEGORIES),
            "severity": chance.choice(tuple(Severity)),
            "cause_level": chance.choice(CAUSE_LEVELS),
            "region": chance.choice(REGIONS),
            "forms": tuple(chance.sample(FORMS, chance.randrange(3))),
            "visibility": chance.choice((Visibility.PUBLIC,) * 4 + (Visibility.AGENCIES_ONLY,)),
            "agency": agency,
            "supervised": chance.random() < 0.1,
            "reopens": chance.choice((0, 0, 0, 1)) if status in TRIED or status is S.IN_PROGRESS else 0,
            "deadlines": tuple(deadlines),
            "holdings": tuple(holdings),
            "resolutions": tuple(resolutions),
            "timeline": tuple(timeline),
            "reported_at": reported,
            "updated_at": at,
            "closed_at": closed_at,
        }
    )


def _limit(stage: Stage, start: datetime, chance: Random) -> Deadline:
    days = chance.randrange(1, 40)
    return Deadline(
        stage=stage.value, started_at=start, due_at=start + timedelta(days=days), working_days=days
    )


def _tries(
    status: S, deadlines: list[Deadline], later: object, chance: Random
) -> tuple[list[Resolution], list[Deadline]]:
    """The claims of a report's life, disputed ones first, and its limits for a resolution after them."""
    assert callable(later)
    disputed = chance.choice((0, 0, 1)) if deadlines and status not in (S.ASSIGNED, S.WITHDRAWN) else 0
    states = [ResolutionState.CONTESTED] * disputed
    if status is S.RESOLVED:
        states.append(chance.choice((ResolutionState.CONFIRMED, ResolutionState.UNANSWERED)))
    if status is S.RESOLUTION_PROPOSED:
        states.append(ResolutionState.CLAIMED)
    resolutions = []
    for state in states:
        at = later()
        deadlines = [*deadlines[:-1], deadlines[-1].model_copy(update={"met_at": at})]
        if state is ResolutionState.CONTESTED:
            deadlines.append(_limit(Stage.RESOLVE, at, chance))
        confirmed = state is ResolutionState.CONFIRMED
        resolutions.append(
            Resolution(
                state=state,
                kind=ResolutionKind.RULE_CLARIFIED,
                summary="已明确",
                proposed_by="agency",
                proposed_at=at,
                confirmed_by_reporter=confirmed,
                rating=chance.choice((None, 1, 3, 4, 5)) if confirmed else None,
            )
        )
    if status not in OPEN_STATUSES:
        deadlines = [each if each.met_at else each.model_copy(update={"void": True}) for each in deadlines]
    elif status is S.RESOLUTION_PROPOSED:
        deadlines.append(_limit(Stage.CONFIRM, deadlines[-1].started_at, chance))
    return resolutions, deadlines
