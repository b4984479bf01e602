"""
Matching (订阅匹配): tells the owners of saved searches what changed and is found by them, each once.

The log is followed by position, behind the index: what changed is looked for by each saved search, restricted to it,
as the search's owner is known at that time. What only others may hear of, such as what reporter and offices write to each
other, is told to nobody by this way either. Matches, notices and the new position are one transaction, which is taken
back where another process has gone on from the same position meanwhile: killed anywhere, nothing is told twice and
nothing is left out.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from directory.entities import Blockage
from directory.errors import ServiceFault
from directory.facts import LogEntry
from directory.ports import Leases, Reader
from directory.reminders import Notice
from directory.saved_searches import KEPT_DAYS, Match, SavedSearch, Standing, kind_of, match_notice
from directory.states import EntityType
from indexer.leading import held
from schema.changes.feed import told_of
from schema.root import context_for
from schema.saved_searches.finding import found_among
from schema.services import Services

LEASE = "matching"
BATCH = 200
PATIENCE_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """The entries behind `since` by the report they tell of, the reports as they are now, and who looks for some."""

    since: int
    until: int
    entries: Mapping[str, Sequence[LogEntry]]
    reports: Sequence[Blockage]
    searches: Sequence[SavedSearch]
    standings: Mapping[str, Standing]
    met: frozenset[tuple[str, str]]


async def match_once(services: Services) -> int | None:
    """How many matches a batch of the log led to; None where there is nothing to match (yet).

    Raises: SearchUnavailable, RecordUnavailable; then nothing was told and the next call does it all.
    """
    async with services.record.reader() as reader:
        batch = await _read(reader)
    if batch is None:
        return None
    matches = await _matched(services, batch)
    if matches is None:
        return None
    return await _keep(services, batch, matches)


async def _read(reader: Reader) -> Batch | None:
    since = await reader.matched_to()
    entries = await reader.log_after(since, limit=BATCH) if since is not None else ()
    if since is None or not entries:
        return None
    by_report: dict[str, list[LogEntry]] = defaultdict(list)
    for entry in entries:
        if entry.fact.entity_type is EntityType.BLOCKAGE:
            by_report[entry.fact.entity_id].append(entry)
    reports = tuple((await reader.blockages(sorted(by_report))).values()) if by_report else ()
    searches = await reader.saved_searches() if reports else ()
    return Batch(
        since=since,
        until=entries[-1].position,
        entries=by_report,
        reports=reports,
        searches=searches,
        standings=await reader.standings(sorted({each.owner for each in searches})) if searches else {},
        met=await reader.met([report.id for report in reports]) if searches else frozenset(),
    )


async def _matched(services: Services, batch: Batch) -> list[tuple[SavedSearch, Match]] | None:
    """What each search finds; None while the index has not come as far as the batch."""
    matched: list[tuple[SavedSearch, Match]] = []
    now = services.clock()
    for saved in batch.searches:
        standing = batch.standings.get(saved.owner)
        changed = [each for each in batch.reports if batch.entries[each.id][-1].position > saved.position]
        if not changed or standing is None or not standing.holds(now):
            continue
        found = await found_among(services, saved, standing.caller, changed)
        if found is None:
            continue
        if found.position < batch.until:
            return None
        since = [each for id_ in found.ids for each in batch.entries[id_] if each.position > saved.position]
        told = await told_of(context_for(services, standing.caller), since)
        matched += [(saved, _match(saved, entry, batch)) for entry in _last_of_each(told)]
    return matched


def _last_of_each(entries: Sequence[LogEntry]) -> Sequence[LogEntry]:
    return tuple({entry.fact.entity_id: entry for entry in entries}.values())


def _match(saved: SavedSearch, entry: LogEntry, batch: Batch) -> Match:
    report_id = entry.fact.entity_id
    kind = kind_of(saved, report_id, batch.met)
    return Match(saved.id, report_id, entry.position, kind, entry.fact.at)


async def _keep(services: Services, batch: Batch, matches: Sequence[tuple[SavedSearch, Match]]) -> int | None:
    by_id = {report.id: report for report in batch.reports}
    now = services.clock()
    notices: list[Notice] = [
        match_notice(saved, match, by_id[match.blockage], now) for saved, match in matches
    ]
    async with services.record.unit_of_work() as uow:
        if not await uow.saved_searches.advance(batch.since, batch.until):
            return None
        await uow.saved_searches.keep_matches([match for _, match in matches])
        await uow.saved_searches.forget_matches(now - timedelta(days=KEPT_DAYS))
        await uow.notices.tell(notices)
    return len(matches)


async def match_searches(services: Services, leases: Leases, holder: str) -> None:
    """Matches until cancelled, wherever the lease is free; a fault costs a pause."""
    while True:
        try:
            async with held(leases, LEASE, holder) as lease:
                while lease is not None and not lease.lost:
                    while await match_once(services) is not None:
                        pass
                    await asyncio.sleep(PATIENCE_SECONDS)
        except ServiceFault as fault:
            log.warning("searches_not_matched", reason=str(fault))
        except Exception:
            # A mistake of ours must not end the matching for good: it is told, and tried again.
            log.exception("matching_failed")
        await asyncio.sleep(PATIENCE_SECONDS)
