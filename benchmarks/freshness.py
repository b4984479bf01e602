"""How long it takes from a commit until a search finds what was committed, while a hundred entries a second are written."""

from __future__ import annotations

import asyncio
import time

from benchmarks.figures import Figure, percentile
from benchmarks.material import REFERENCE
from directory.record.open import SqlRecord
from indexer.documents import fields
from indexer.follow import Follower
from indexer.query.search import MOST_HITS, AnyOf, Kind, Search, SearchEngine
from indexer.route import Route
from schema.changes.doorbell import Doorbell
from tests.factories import make_firm

WRITES_A_SECOND = 100
LOOK_SECONDS = 0.1
LEFT_AFTER_SECONDS = 60.0


async def fresh(record: SqlRecord, engine: SearchEngine, seconds: float) -> list[Figure]:
    """Seconds from commit to found (looked for ten times a second), and how many writes a second there were."""
    news, committed = Doorbell(), asyncio.Event()
    route = Route(record, engine, REFERENCE, record.dead_letters)
    follower = Follower(route)
    background = [
        asyncio.create_task(record.sealer(sealed=lambda _: news.ring()).run(committed)),
        asyncio.create_task(follower.run(record.leases, "benchmark", news.listen)),
    ]
    waiting: dict[str, float] = {}
    took: list[float] = []
    writing = asyncio.create_task(_write(record, committed, waiting, seconds))
    began = written = time.perf_counter()
    try:
        while not writing.done() or waiting:
            await _look(engine, waiting, took)
            if not writing.done():
                written = time.perf_counter()
            elif time.perf_counter() - written > LEFT_AFTER_SECONDS:
                raise TimeoutError(f"{len(waiting)} entries are not found")
    finally:
        for task in (*background, writing):
            task.cancel()
        await asyncio.wait([*background, writing])
    # A machine that is busy with other things writes fewer than it should.
    rate = len(took) / (written - began)
    what = f"{engine.name}, commit to found at {rate:.0f} writes/s"
    return [
        Figure("freshness", f"{what}, p{percent}", percentile(took, percent), "s") for percent in (50, 95, 99)
    ]


async def _write(
    record: SqlRecord, committed: asyncio.Event, waiting: dict[str, float], seconds: float
) -> None:
    began = due = time.perf_counter()
    while due < began + seconds:
        firm = make_firm()
        async with record.unit_of_work() as uow:
            await uow.firms.add(firm, kind="entity:kept", actor="benchmark", at=firm.updated_at)
        waiting[str(firm.entry_number)] = time.perf_counter()
        committed.set()
        due += 1 / WRITES_A_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def _look(engine: SearchEngine, waiting: dict[str, float], took: list[float]) -> None:
    numbers = tuple(waiting)[:MOST_HITS]
    if numbers:
        search = Search(Kind.FIRM, AnyOf(fields.ENTRY_NUMBER, numbers), first=len(numbers))
        found = await engine.search(search)
        now = time.perf_counter()
        took += [now - waiting.pop(hit.source[fields.ENTRY_NUMBER]) for hit in found.hits]
    await asyncio.sleep(LOOK_SECONDS)
