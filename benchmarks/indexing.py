"""Documents a second: from the record into an engine, beside the same documents put there bare."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import httpx2
import orjson

from benchmarks.figures import Figure
from benchmarks.material import REFERENCE
from directory.record.open import SqlRecord
from indexer.engines.elastic.mapping import index_document, mapping, settings
from indexer.follow import Follower
from indexer.projection import ENTITY_TYPES, Touched, documents_of
from indexer.query.search import Document, Kind, SearchEngine
from indexer.rebuild import Rebuilder
from indexer.route import Route
from indexer.verify import verify

AT_ONCE = 1_000
# Enough for both streams that an Elasticsearch engine writes in.
PUT_AT_ONCE = 4_000
STREAMS = 2


async def followed(record: SqlRecord, engine: SearchEngine, bare: float, count: int) -> list[Figure]:
    """The whole log followed into an empty engine, rebuilt and verified; `bare` documents a second is what it is held against."""
    route = Route(record, engine, REFERENCE, record.dead_letters)
    follower = Follower(route)
    began = time.perf_counter()
    await follower.catch_up(1)
    rate = count / (time.perf_counter() - began)
    began = time.perf_counter()
    result = await Rebuilder(route).run(record.leases, "benchmark")
    rebuilt = result.documents / (time.perf_counter() - began)
    began = time.perf_counter()
    verified = await verify(route)
    seconds = time.perf_counter() - began
    assert not verified.differences, verified.differences[:3]
    return [
        Figure("indexing", f"{engine.name}, following", rate, "documents/s", rate / bare),
        Figure("indexing", f"{engine.name}, rebuild", rebuilt, "documents/s", rebuilt / bare),
        Figure("indexing", f"{engine.name}, verification of {verified.compared:,}", seconds, "s"),
    ]


async def documents(record: SqlRecord) -> list[Document]:
    """Every document, as the follower would write it."""
    found: list[Document] = []
    for kind, entity_type in ENTITY_TYPES.items():
        after = ""
        async with record.reader() as reader:
            while ids := await reader.entity_ids(entity_type, after=after, limit=AT_ONCE):
                touched = Touched.of((kind, id_) for id_ in ids)
                built = await documents_of(reader, touched, 1, REFERENCE)
                found += built.documents
                after = ids[-1]
    return found


async def put(engine: SearchEngine, wanted: Sequence[Document], at_once: int = AT_ONCE) -> float:
    """Documents a second put into an empty engine, built beforehand."""
    began = time.perf_counter()
    for start in range(0, len(wanted), at_once):
        assert not await engine.put(wanted[start : start + at_once])
    return len(wanted) / (time.perf_counter() - began)


async def bare_bulk(url: str, wanted: Sequence[Document]) -> float:
    """Documents a second through `_bulk` in two streams: the same bodies, mapping and settings, made beforehand."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        for kind in Kind:
            body = {"mappings": mapping(kind), "settings": settings(1)}
            (await client.put(f"/bare-{kind.value}", json=body)).raise_for_status()
        bodies = [_lines(wanted[start : start + AT_ONCE]) for start in range(0, len(wanted), AT_ONCE)]
        left = iter(bodies)

        async def stream() -> None:
            for body in left:
                answer = await client.post(
                    "/_bulk?filter_path=errors",
                    content=body,
                    headers={"content-type": "application/x-ndjson"},
                )
                assert answer.json() == {"errors": False}, answer.text[:500]

        began = time.perf_counter()
        await asyncio.gather(*(stream() for _ in range(STREAMS)))
        rate = len(wanted) / (time.perf_counter() - began)
        await client.delete("/" + ",".join(f"bare-{kind.value}" for kind in Kind))
    return rate


def _lines(some: Sequence[Document]) -> bytes:
    return b"".join(
        orjson.dumps({"index": {"_index": f"bare-{each.kind.value}", "_id": each.id}})
        + b"\n"
        + index_document(each)
        + b"\n"
        for each in some
    )
