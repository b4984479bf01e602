"""
The same searches over one index and over another ten times as large, on one Elasticsearch node, turn by turn.

The larger directory is the smaller one's documents over and over under other numbers, so that the matches of a search grow
tenfold; a few entries that only one search finds are in both, so that its matches do not grow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from rich.console import Console
from rich.progress import track

from benchmarks.figures import Figure, percentile
from indexer.documents import fields
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import EVERYTHING, AnyOf, Document, FacetWanted, Kind, Search
from indexer.query.syntax import parse

PLANTED = 1_000
PLANTED_NAME = "茶山枕溪"
AT_ONCE = 4_000
TENFOLD = 10
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


def copies(base: Sequence[Document], count: int) -> Iterator[Document]:
    """So many documents: those of the base over and over, each under an id of its own, and the planted ones."""
    firms = [each for each in base if each.kind is Kind.FIRM and each.body]
    for number in range(PLANTED):
        body = {**(firms[number % len(firms)].body or {}), fields.NAME: f"{PLANTED_NAME}{number}号工作室"}
        yield Document(Kind.FIRM, f"planted-{number}", 1, body)
    for number in range(count - PLANTED):
        one = base[number % len(base)]
        yield replace(one, id=f"{one.id}-{number // len(base)}", version=1)


async def filled(
    url: str, prefix: str, base: Sequence[Document], count: int, console: Console
) -> tuple[ElasticsearchEngine, float]:
    """An engine that holds so many documents, and how many went in a second."""
    engine = ElasticsearchEngine(url, prefix=prefix)
    await engine.open()
    wanted = copies(base, count)
    began = time.perf_counter()
    for _ in track(range(0, count, AT_ONCE), description=f"{count:,} documents", console=console):
        refused = await engine.put(list(islice(wanted, AT_ONCE)))
        assert not refused, refused[:3]
    rate = count / (time.perf_counter() - began)
    await engine.refresh()
    return engine, rate


async def compared(
    url: str, base: Sequence[Document], count: int, rounds: int, console: Console
) -> list[Figure]:
    """Milliseconds of both kinds of search in the small and the large index, and what went in a second."""
    small, slow = await filled(url, "small", base, count // TENFOLD, console)
    large, rate = await filled(url, "large", base, count, console)
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
    took: dict[str, list[float]] = {"small": [], "large": []}
    for turn in range(rounds + 2):
        for search in searches:
            for name, engine in (("small", small), ("large", large)):
                began = time.perf_counter()
                await engine.search(search)
                if turn >= 2:  # the first rounds warm up
                    took[name].append((time.perf_counter() - began) * 1000)
    figures = []
    for percent in (50, 95):
        few, many = (percentile(took[name], percent) for name in ("small", "large"))
        figures += [
            Figure("scale", f"{what}, the smaller, p{percent}", few, "ms"),
            Figure("scale", f"{what}, the larger, p{percent}", many, "ms", many / few),
        ]
    return figures
