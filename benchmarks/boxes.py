"""Search boxes as people and machines fill them, over a large index: how slow the slowest is."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from random import Random

from benchmarks.figures import Figure, percentile
from benchmarks.material import REFERENCE, entities
from directory.entities import Blockage, Firm
from indexer.documents.blockage import blockage_document
from indexer.documents.firm import firm_document
from indexer.query.search import EVERYTHING, Document, Kind, Search, SearchEngine
from indexer.query.syntax import QueryTooLong
from tests.contracts.engines.corpus import box
from tests.relevance.test_random_boxes import drawn

AT_ONCE = 2_000
BOXES = 5_000
SEARCHED = (Kind.FIRM, Kind.BLOCKAGE)


def documents(count: int) -> Iterator[Document]:
    """`count` documents of generated firms and their reports, without a record in between."""
    firm: Firm | None = None
    reports: list[Blockage] = []
    for each in entities(count):
        if isinstance(each, Blockage):
            reports.append(each)
            continue
        yield from _of(firm, reports)
        firm, reports = each, []
    yield from _of(firm, reports)


def _of(firm: Firm | None, reports: Iterable[Blockage]) -> Iterator[Document]:
    if firm is None:
        return
    yield Document(Kind.FIRM, firm.id, 1, firm_document(firm, tuple(reports), REFERENCE))
    for report in reports:
        yield Document(Kind.BLOCKAGE, report.id, 1, blockage_document(report, firm, REFERENCE))


async def filled(engines: Sequence[SearchEngine], count: int) -> None:
    """The same documents in each engine, searchable."""
    waiting = documents(count)
    while some := list(islice(waiting, AT_ONCE)):
        for engine in engines:
            assert not await engine.put(some)
    for engine in engines:
        await engine.refresh()


async def answered(engine: SearchEngine, count: int = BOXES) -> list[Figure]:
    """Milliseconds for a page of 20 with its total, over `count` boxes; one that is not answered ends the run."""
    took = [each for kind in SEARCHED async for each in _timed(engine, kind, count // len(SEARCHED))]
    return [
        Figure("boxes", f"{engine.name}, {len(took)} boxes, {name}", value, "ms")
        for name, value in (
            ("p50", percentile(took, 50)),
            ("p95", percentile(took, 95)),
            ("p99", percentile(took, 99)),
            ("slowest", max(took)),
        )
    ]


async def _timed(engine: SearchEngine, kind: Kind, count: int) -> AsyncIterator[float]:
    chance = Random(f"boxes of {kind}")
    for _ in range(count):
        try:
            text = box(drawn(chance))
        except QueryTooLong:
            continue
        began = time.perf_counter()
        await engine.search(Search(kind, EVERYTHING, text, first=20, total=True))
        yield (time.perf_counter() - began) * 1000
