"""How far the index is behind the record (索引进度), and who is at work on it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from directory.dead_letter_ports import DeadLetter, IndexCheck
from directory.errors import SearchUnavailable
from directory.ports import Leases
from indexer.leading import FILLING_LEASE, LEASE, REBUILD_LEASE
from indexer.query.search import Generations
from indexer.route import Route

# Someone looks at the status to learn that the engine hangs: they are not to hang with it.
PATIENCE_SECONDS = 3.0
# Enough to see what is wrong; `newgrowth index dead-letters list` tells them all.
FIRST_LETTERS = 5


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Positions of record and index, the lag in seconds, live documents, and dead letters with the first few of them.

    `unsealed_seconds`: for how long the first entry has waited for the sealer. It has no position yet, so lag does not count it.

    `reachable` is False when the engine gave no answer; then its figures are those of an empty index. `following` and
    `rebuilding`: whether some process leads, and whether one has taken the index over for a rebuild or a repair. `filling`:
    whether the index was empty and is being filled from the beginning, as in an engine that lost its data. `check`: the last
    comparison of the generation that is searched with the record, None where it was never compared.
    """

    engine: str
    reachable: bool
    record_position: int
    indexed_position: int
    lag_seconds: float
    unsealed_seconds: float
    documents: int
    rejected: int
    generations: Generations
    following: bool
    rebuilding: bool
    filling: bool
    letters: Sequence[DeadLetter] = ()
    check: IndexCheck | None = None


async def index_status(
    route: Route, leases: Leases, *, patience_seconds: float = PATIENCE_SECONDS
) -> IndexStatus:
    """The present status; an engine that says nothing within `patience_seconds` counts as one that cannot be reached.

    Lag is how long the oldest entry not yet indexed has been sealed. Raises: RecordUnavailable.
    """
    engine, generations = route.engine, Generations(None)
    reachable, indexed, documents = True, 0, 0
    try:
        async with asyncio.timeout(patience_seconds):
            generations = await engine.generations()
            indexed, documents = await engine.position(), await engine.count()
    except (SearchUnavailable, TimeoutError):
        reachable = False
    async with route.record.reader() as reader:
        head = await reader.head()
        lag = await reader.waiting_seconds(indexed)
        unsealed = await reader.unsealed_seconds()
        check = await reader.index_check(engine.name)
    rejected = await route.dead_letters.count()
    rebuilding = await leases.holder(REBUILD_LEASE) is not None
    return IndexStatus(
        engine=engine.name,
        reachable=reachable,
        record_position=head,
        indexed_position=indexed,
        lag_seconds=lag,
        unsealed_seconds=unsealed,
        documents=documents,
        rejected=rejected,
        generations=generations,
        following=not rebuilding and await leases.holder(LEASE) is not None,
        rebuilding=rebuilding,
        filling=(reachable and indexed == 0 < head) or await leases.holder(FILLING_LEASE) is not None,
        letters=await route.dead_letters.page(first=FIRST_LETTERS) if rejected else (),
        check=check if check and check.generation == generations.live else None,
    )
