"""
The same searches over one index and over another ten times as large, on one Elasticsearch node, turn by turn.

The larger directory is the smaller one's documents over and over under other numbers, so that the matches of a search grow
tenfold; a few entries that only one search finds are in both, so that its matches do not grow.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import httpx2
import orjson
from rich.console import Console
from rich.progress import Progress

from benchmarks.copied import copy_id
from benchmarks.figures import Figure, percentile
from indexer.documents import fields
from indexer.engines.elastic.generations import Names
from indexer.engines.elastic.mapping import index_document, settings
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import EVERYTHING, AnyOf, Document, FacetWanted, Kind, Search
from indexer.query.syntax import parse
from tests.conditions import eventually
from tests.servers.elasticsearch import USUAL_JVM_OPTIONS, UsualElasticsearch

SMALL, LARGE = "small", "large"
PLANTED = 1_000
PLANTED_NAME = "茶山枕溪"
TENFOLD = 10
AT_ONCE, STREAMS = 1_000, 3
BULK = "/_bulk?require_alias=true&filter_path=errors"
NDJSON = {"content-type": "application/x-ndjson"}
ID_MARK = "the-id-stands-here"
REFRESH = "refresh_interval"
WHILE_FILLING = {
    REFRESH: "-1",
    "translog.durability": "async",
    "translog.flush_threshold_size": "2gb",
}
MERGED_SECONDS = 1_200
FORM = FacetWanted("FORM", fields.FORMS)

GROWING: Sequence[Search] = (
    Search(Kind.FIRM, EVERYTHING, parse("直播"), facets=(FORM,), first=20, total=True, count_to=10_000),
    Search(Kind.FIRM, EVERYTHING, parse("杭州 短视频"), first=20, total=True, count_to=10_000),
    Search(Kind.FIRM, EVERYTHING, parse("studio"), facets=(FORM,), first=20, total=True, count_to=10_000),
    Search(Kind.BLOCKAGE, EVERYTHING, parse("抽成"), first=20, total=True, count_to=10_000),
    Search(Kind.BLOCKAGE, EVERYTHING, parse("account suspended"), first=20, total=True, count_to=10_000),
    Search(
        Kind.FIRM,
        EVERYTHING,
        filters=(("REGION", AnyOf(fields.REGION_PATH, ("330000",))),),
        facets=(FORM,),
        first=20,
        total=True,
        count_to=10_000,
    ),
)
STEADY: Sequence[Search] = (
    Search(Kind.FIRM, EVERYTHING, parse(PLANTED_NAME), facets=(FORM,), first=20, total=True),
    Search(Kind.FIRM, EVERYTHING, parse(f"{PLANTED_NAME} 7*"), first=20, total=True),
    Search(Kind.FIRM, EVERYTHING, parse(f'"{PLANTED_NAME}"'), first=20, total=True),
)


class Node(UsualElasticsearch):
    """A node with the memory that so many documents are given, and more of it for those that are being written."""

    jvm_options = tuple(option.replace("1g", "2g") for option in USUAL_JVM_OPTIONS)

    def settings(self) -> Mapping[str, Any]:
        """The usual ones; what is written in one go makes fewer segments, which need not be merged."""
        return {**super().settings(), "indices.memory.index_buffer_size": "30%"}


@dataclass(frozen=True, slots=True)
class Lines:
    """The two lines of a document in a bulk request, made once and parted where its id stands."""

    parts: Sequence[bytes]

    @classmethod
    def of(cls, document: Document, prefix: str) -> Lines:
        """The lines of a copy of the document, in the indices of that prefix."""
        copy = replace(document, id=ID_MARK, version=1)
        action = orjson.dumps({"create": {"_index": Names(prefix).write(copy.kind), "_id": copy.id}})
        return cls((action + b"\n" + index_document(copy) + b"\n").split(ID_MARK.encode()))

    def under(self, id_: str) -> bytes:
        """The lines with this id."""
        return id_.encode().join(self.parts)


def copies(base: Sequence[Document], count: int, prefix: str) -> Iterator[bytes]:
    """So many documents: the planted ones, and those of the base over and over, each under an id of its own."""
    firms = [each for each in base if each.kind is Kind.FIRM and each.body]
    for number in range(PLANTED):
        body = {**(firms[number % len(firms)].body or {}), fields.NAME: f"{PLANTED_NAME}{number}号工作室"}
        yield Lines.of(Document(Kind.FIRM, "", 1, body), prefix).under(f"planted-{number}")
    lines = [Lines.of(each, prefix) for each in base]
    for number in range(count - PLANTED):
        yield lines[number % len(lines)].under(copy_id(number))


async def filled(
    url: str, prefix: str, base: Sequence[Document], count: int, console: Console
) -> tuple[ElasticsearchEngine, float]:
    """An engine that holds so many documents and has put its segments together, and how many went in a second.

    They are put bare, several requests at a time, into indices that do not refresh meanwhile: a copy needs no rules.
    """
    engine = ElasticsearchEngine(url, prefix=prefix)
    await engine.open()
    async with httpx2.AsyncClient(base_url=url, timeout=600) as client:
        await _set(client, prefix, WHILE_FILLING)
        began = time.perf_counter()
        wanted = copies(base, count, prefix)
        with Progress(*Progress.get_default_columns(), console=console) as progress:
            task = progress.add_task(f"{count:,} documents", total=count)

            async def stream() -> None:
                while some := list(islice(wanted, AT_ONCE)):
                    answer = await client.post(BULK, content=b"".join(some), headers=NDJSON)
                    assert answer.json() == {"errors": False}, answer.text[:500]
                    progress.advance(task, len(some))

            await asyncio.gather(*(stream() for _ in range(STREAMS)))
        rate = count / (time.perf_counter() - began)
        await _set(client, prefix, dict.fromkeys(WHILE_FILLING) | {REFRESH: settings(1)["index"][REFRESH]})
        (await client.post(f"/{prefix}-*/_flush")).raise_for_status()
        await eventually(partial(_at_rest, client, prefix), within_seconds=MERGED_SECONDS)
    await engine.refresh()
    return engine, rate


async def _set(client: httpx2.AsyncClient, prefix: str, wanted: Mapping[str, Any]) -> None:
    kinds = ",".join(Names(prefix).read(kind) for kind in Kind)
    (await client.put(f"/{kinds}/_settings", json={"index": wanted})).raise_for_status()


async def _at_rest(client: httpx2.AsyncClient, prefix: str) -> bool:
    """Whether no segments are being merged."""
    told = (await client.get(f"/{prefix}-*/_stats/merge")).json()
    return bool(told["_all"]["total"]["merges"]["current"] == 0)


async def compared(
    url: str, base: Sequence[Document], count: int, rounds: int, console: Console
) -> list[Figure]:
    """Milliseconds of both kinds of search in the small and the large index, and what went in a second."""
    small, slow = await filled(url, SMALL, base, count // TENFOLD, console)
    large, rate = await filled(url, LARGE, base, count, console)
    figures = [
        Figure("scale", f"{count // TENFOLD:,} documents put", slow, "documents/s"),
        Figure("scale", f"{count:,} documents put", rate, "documents/s", rate / slow),
    ]
    for what, searches in (("matches grow tenfold", GROWING), ("matches stay the same", STEADY)):
        figures += await _both(what, searches, small, large, rounds)
    await small.close()
    await large.close()
    return figures


async def _both(
    what: str,
    searches: Sequence[Search],
    small: ElasticsearchEngine,
    large: ElasticsearchEngine,
    rounds: int,
) -> list[Figure]:
    took: dict[str, list[float]] = {SMALL: [], LARGE: []}
    for turn in range(rounds + 2):
        for search in searches:
            for name, engine in ((SMALL, small), (LARGE, large)):
                began = time.perf_counter()
                await engine.search(search)
                if turn >= 2:  # the first rounds warm up
                    took[name].append((time.perf_counter() - began) * 1000)
    figures = []
    for percent in (50, 95):
        few, many = (percentile(took[name], percent) for name in (SMALL, LARGE))
        figures += [
            Figure("scale", f"{what}, the smaller, p{percent}", few, "ms"),
            Figure("scale", f"{what}, the larger, p{percent}", many, "ms", many / few),
        ]
    return figures
