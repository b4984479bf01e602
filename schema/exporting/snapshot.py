"""
A snapshot (快照): the rows that a search finds for one caller, read from the record in batches, with a log position.

What the rows do not show yet, a change after the position tells: no row is older than that, and one that was written
meanwhile is newer. Each row has its version, as each change has, so a copy knows which changes it holds already.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from directory import entities
from directory.facts import Json
from directory.moves import Side
from directory.visibility import Audience, audiences, may_see_firm
from indexer.query.search import Hits, Search
from schema.blockages.seeing import Seen, all_seen
from schema.changes.sight import EXACT_FIGURES, Sight
from schema.context import Context
from schema.exporting.asking import export_search, own_only
from schema.exporting.beside import beside_firm, beside_report
from schema.exporting.words import Listing
from schema.firms.details import shown_readings
from schema.firms.naming import api_json, api_name
from schema.node import global_id

PROFILE = "profile."


@dataclass(frozen=True, slots=True)
class Row:
    """One entry or report: `state` as the change feed's fields tell it, `beside` what is worked out from it for reading,
    where that was asked for."""

    state: Mapping[str, Json]
    beside: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows in the order of their numbers, each once; to be walked once, and closed when it is left before the end.

    `asked` is the filter as the caller wrote it.
    """

    listing: Listing
    position: int
    retrieved_at: datetime
    rows: AsyncGenerator[Sequence[Row], None]
    asked: object = None


async def snapshot(
    context: Context, listing: Listing, given: object = None, *, beside: bool = False
) -> Snapshot:
    """The snapshot, its first batch found already, so that what is wrong with the request is told before any row.

    `beside` asks for what is worked out from the state of each row too.
    Raises: as `export_search`; SearchUnavailable. Its rows raise SearchUnavailable and RecordUnavailable.
    """
    search = replace(await export_search(context, listing, given), documents=False)
    hits = await context.services.search.search(search)
    return Snapshot(
        listing=listing,
        position=hits.position,
        retrieved_at=context.services.clock(),
        rows=_walk(context, partial(_READ[listing], beside=beside), search, hits),
        asked=given,
    )


async def _walk(
    context: Context,
    read: Callable[[Context, Sequence[str]], Awaitable[list[Row]]],
    search: Search,
    hits: Hits,
) -> AsyncGenerator[Sequence[Row], None]:
    """Batches of rows. What was loaded for one is forgotten before the next: the memory needed does not grow."""
    while True:
        yield await read(context, [hit.id for hit in hits.hits])
        context.forget()
        if not hits.more:
            return
        hits = await context.services.search.search(replace(search, after=hits.hits[-1].key))


async def _firms(context: Context, ids: Sequence[str], *, beside: bool) -> list[Row]:
    """The entries that the record, which is ahead of the index, still lets the caller see."""
    caller, only_own = context.caller, own_only(context)
    async with context.services.record.reader() as reader:
        found = await reader.firms(ids)
    return [
        _firm(context, firm, beside=beside)
        for id_ in ids
        if (firm := found.get(id_)) is not None
        and firm.merged_into is None
        and may_see_firm(caller, firm)
        and (not only_own or Audience.OWNER in audiences(caller, firm))
    ]


def _firm(context: Context, firm: entities.Firm, *, beside: bool) -> Row:
    state = Sight(context.caller, context.reference.agencies, firm, firm).state()
    if EXACT_FIGURES not in state and (told := list(shown_readings(context.caller, firm, firm.readings))):
        state[EXACT_FIGURES] = [
            {"metric": one.metric.value, "period": one.period, "band": one.band or str(one.value)}
            for one in told
        ]
    return Row(_named("Firm", firm, state), beside_firm(context, firm) if beside else {})


async def _blockages(context: Context, ids: Sequence[str], *, beside: bool) -> list[Row]:
    only_own = own_only(context)
    found = [
        one
        for one in await all_seen(context, ids)
        if one is not None and (not only_own or Side.REPORTER in one.sides)
    ]
    firms = await context.loaders.firm.load_many([one.report.firm_id for one in found])
    return [_blockage(context, one, firm, beside=beside) for one, firm in zip(found, firms, strict=True)]


def _blockage(context: Context, seen: Seen, firm: entities.Firm | None, *, beside: bool) -> Row:
    state = Sight(context.caller, context.reference.agencies, seen.report, firm).state()
    return Row(_named("Blockage", seen.report, state), beside_report(context, seen) if beside else {})


def _named(type_name: str, entity: entities.Entity, state: Mapping[str, Json]) -> dict[str, Json]:
    """The state under the names of the API, with the global id and the version before it."""
    named = {api_name(field.removeprefix(PROFILE)): api_json(value) for field, value in state.items()}
    return {"id": global_id(type_name, entity.id), "version": entity.version, **named}


_READ: Mapping[Listing, Callable[..., Awaitable[list[Row]]]] = {
    Listing.FIRMS: _firms,
    Listing.BLOCKAGES: _blockages,
}
