"""
Search boxes as people and machines fill them, over a large index: how slow the slowest is, and what comes back.

Once for the engine alone, and once over HTTP, where each answer has a status and may hold errors.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import httpx2

from benchmarks.figures import Figure, percentile
from indexer.query.search import EVERYTHING, Kind, Search, SearchEngine
from indexer.query.syntax import QueryTooLong
from tests.contracts.engines.corpus import box
from tests.relevance.test_random_boxes import drawn

BOXES = 5_000
SEARCHED = (Kind.FIRM, Kind.BLOCKAGE)
ASKED = {
    Kind.FIRM: "query ($t: String) { firms(filter: {text: $t}, first: 20) { totalCount nodes { name } } }",
    Kind.BLOCKAGE: "query ($t: String) { blockages(filter: {text: $t}, first: 20) { totalCount nodes { title } } }",
}


def typed(kind: Kind, count: int) -> Iterator[str]:
    """What is typed into the boxes, the same every time."""
    chance = Random(f"boxes of {kind}")
    return (drawn(chance) for _ in range(count))


async def answered(engine: SearchEngine, count: int = BOXES) -> list[Figure]:
    """Milliseconds for a page of 20 with its total, over `count` boxes; one that is not answered ends the run."""
    took = [each for kind in SEARCHED async for each in _timed(engine, kind, count // len(SEARCHED))]
    return spread("boxes", f"{engine.name}, {len(took)} boxes", took)


async def over_http(name: str, url: str, count: int = BOXES) -> list[Figure]:
    """The same over GraphQL and HTTP, with how many answers had each status and each code of an error."""
    took: list[float] = []
    statuses: Counter[str] = Counter()
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        for kind in SEARCHED:
            for text in typed(kind, count // len(SEARCHED)):
                # A lone surrogate is no JSON that a client could send.
                variables = {"t": text.encode("utf-8", "replace").decode()}
                began = time.perf_counter()
                response = await client.post("/graphql", json={"query": ASKED[kind], "variables": variables})
                took.append((time.perf_counter() - began) * 1000)
                statuses[_said(response.status_code, response.json())] += 1
    counted = [
        Figure("boxes", f"{name} over HTTP, {said}", number, "answers") for said, number in statuses.items()
    ]
    return [*spread("boxes", f"{name} over HTTP, {len(took)} boxes", took), *counted]


def _said(status: int, content: Any) -> str:
    codes = sorted({error["extensions"]["code"] for error in content.get("errors", ())})
    return " ".join([str(status), *codes])


def spread(part: str, what: str, took: list[float]) -> list[Figure]:
    """How long it took, in milliseconds: half, ninety-five and ninety-nine of a hundred, and the slowest."""
    percents = [(f"p{percent}", percentile(took, percent)) for percent in (50, 95, 99)]
    return [
        Figure(part, f"{what}, {name}", value, "ms") for name, value in [*percents, ("slowest", max(took))]
    ]


async def _timed(engine: SearchEngine, kind: Kind, count: int) -> AsyncIterator[float]:
    for text in typed(kind, count):
        try:
            read = box(text)
        except QueryTooLong:
            continue
        began = time.perf_counter()
        await engine.search(Search(kind, EVERYTHING, read, first=20, total=True))
        yield (time.perf_counter() - began) * 1000
