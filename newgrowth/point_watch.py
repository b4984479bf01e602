"""
What follows when blocking points are resolved: listed firms of the same forms and regions that never reported are told,
and a new report that is like a resolved point reopens its review.

A round goes over all resolved points. Cut short, the next one does the rest: who was told is in the ledger of notices,
and a point whose firms were all told says how many.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import structlog

from directory.access import THE_CLOCK
from directory.entities import Blockage, BlockingPoint
from directory.errors import ServiceFault
from directory.point_commands import CountBeneficiaries, NoteRecurrence
from directory.point_follow_up import Reach, reach_of, resolved_notice, waits_for_count
from directory.states import BlockingPointStatus, FirmStatus
from indexer.documents import fields
from indexer.query.alike_points import reports_like
from indexer.query.search import AnyOf, Filter, Hit, Is, Kind, Search, Sort
from schema.services import Services

PERIOD_SECONDS = 60.0
BATCH = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """What one round did: how many were told, and how many reviews it reopened."""

    told: int
    reopened: int


async def follow_up(services: Services) -> FollowedUp:
    """One round. Raises: ServiceFault; what was done until then stays done."""
    told = reopened = 0
    resolved = (AnyOf(fields.STATUS, (BlockingPointStatus.RESOLVED.value,)),)
    async for hits in _pages(services, Kind.BLOCKING_POINT, resolved, fields.CREATED_AT):
        async with services.record.reader() as reader:
            points = await reader.blocking_points([hit.id for hit in hits])
            reports = await reader.blockages_of_points([hit.id for hit in hits])
        for hit in hits:
            if (point := points.get(hit.id)) is not None and point.resolved_at is not None:
                told += await _tell(services, point, reports.get(point.id, ()))
                reopened += await _watch(services, point, hit)
    return FollowedUp(told, reopened)


async def _pages(
    services: Services, kind: Kind, filters: Sequence[Filter], order: str
) -> AsyncIterator[Sequence[Hit]]:
    """All that everyone may read and that these filters find, by pages."""
    named = tuple((None, each) for each in filters)
    page = Search(kind, Is(fields.PUBLIC, True), filters=named, sort=Sort(order), first=BATCH)
    while True:
        hits = await services.search.search(page)
        yield hits.hits
        if not hits.more:
            return
        page = replace(page, after=hits.end)


async def _tell(services: Services, point: BlockingPoint, reports: Sequence[Blockage]) -> int:
    """Tells the firms that gain by the resolution and never reported; how many were new."""
    if not waits_for_count(point) or point.resolved_at is None:
        return 0
    new = count = 0
    reach = reach_of(reports)
    async for hits in _pages(services, Kind.FIRM, _alike_firms(reach), fields.LISTED_AT):
        silent = [hit for hit in hits if hit.id not in reach.reporters]
        count += len(silent)
        now = services.clock()
        notices = [resolved_notice(point, hit.id, hit.source[fields.OWNER], now) for hit in silent]
        async with services.record.unit_of_work() as uow:
            new += await uow.notices.tell(notices)
    counted = CountBeneficiaries(blocking_point=point.id, resolved_at=point.resolved_at, count=count)
    await services.directory.handle(counted, THE_CLOCK)
    return new


def _alike_firms(reach: Reach) -> tuple[Filter, ...]:
    return (
        AnyOf(fields.STATUS, (FirmStatus.LISTED.value,)),
        AnyOf(fields.FORM_PATH, reach.forms),
        AnyOf(fields.REGION_PATH, reach.regions),
    )


async def _watch(services: Services, point: BlockingPoint, hit: Hit) -> bool:
    """Whether a report reopened the review of the point."""
    if point.status is not BlockingPointStatus.RESOLVED or point.resolved_at is None:
        return False
    found = await reports_like(
        hit.source, services.search.search, services.reference.lexicon, since=point.resolved_at
    )
    if not found:
        return False
    noted = NoteRecurrence(blocking_point=point.id, blockages=tuple(found))
    outcome = await services.directory.handle(noted, THE_CLOCK)
    return not outcome.problems


async def watch_points(services: Services) -> None:
    """A round every minute, until cancelled; what is down costs a round."""
    while True:
        await asyncio.sleep(PERIOD_SECONDS)
        try:
            await follow_up(services)
        except ServiceFault as fault:
            log.warning("points_not_followed_up", reason=str(fault))
        except Exception:
            # A mistake of ours must not end the watch for good: it is told, and tried again.
            log.exception("point_watch_failed")
