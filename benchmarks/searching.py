"""Search latency: GraphQL over HTTP beside the bare request to the engine, turn by turn."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from benchmarks.figures import Figure, percentile
from indexer.engines.elastic import queries
from indexer.query.search import Hits, Search, SearchEngine
from newgrowth.serving import services_of
from newgrowth.settings import Settings
from newgrowth.wiring import opened
from schema.app import make_app

FIRMS = """query ($filter: FirmFilter, $facets: [FirmFacet!]) {
  firms(filter: $filter, facets: $facets, first: 20) {
    totalCount nodes { entryNumber name status forms { code } region { code } }
    facets { values { value count } }
  }
}"""
BLOCKAGES = """query ($filter: BlockageFilter, $facets: [BlockageFacet!]) {
  blockages(filter: $filter, facets: $facets, first: 20) {
    totalCount nodes { reference title status severity category { code } }
    facets { values { value count } }
  }
}"""
FORMS, PLACES = ["FORM", "REGION"], ["REGION", "PLATFORM", "STATUS"]
ASKED: Sequence[tuple[str, dict[str, Any]]] = (
    (FIRMS, {"filter": {"text": "直播"}, "facets": FORMS}),
    (FIRMS, {"filter": {"text": "杭州 短视频"}, "facets": PLACES}),
    (FIRMS, {"filter": {"text": "studio"}, "facets": FORMS}),
    (FIRMS, {"filter": {"text": "直播 studio OR media"}}),
    (FIRMS, {"filter": {"text": "文化传媒", "regions": ["330000"]}, "facets": FORMS}),
    (FIRMS, {"filter": {"forms": ["live-commerce"], "followers": {"min": 10000}}, "facets": PLACES}),
    (FIRMS, {"filter": {"regions": ["440000"], "platforms": ["douyin"]}, "facets": FORMS}),
    (BLOCKAGES, {"filter": {"text": "抽成"}, "facets": ["CATEGORY", "SEVERITY"]}),
    (BLOCKAGES, {"filter": {"text": "account suspended"}, "facets": ["CATEGORY"]}),
    (BLOCKAGES, {"filter": {"text": "平台 fee", "open": True}, "facets": ["CATEGORY", "REGION"]}),
    (BLOCKAGES, {"filter": {"severities": ["HIGH"]}, "facets": ["CATEGORY", "FORM", "REGION"]}),
    (BLOCKAGES, {"filter": {"text": '"营业执照"', "regions": ["330000"]}}),
)
Ask = Callable[[Search], Awaitable[Any]]


class Recorder:
    """An engine that remembers what it was asked, so that the bare request is the very same."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self.asked: list[Search] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def search(self, search: Search) -> Hits:
        """The engine's answer."""
        self.asked.append(search)
        return await self._engine.search(search)


async def searches(settings: Settings, wanted: Sequence[tuple[str, dict[str, Any]]] = ASKED) -> list[Search]:
    """What the queries ask of the engine, and the documents found, without which a bare client had nothing to show."""
    async with opened(settings, mode="read") as parts:
        recorder: Any = Recorder(parts.engine)
        app = make_app(services_of(replace(parts, engine=recorder)))
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for query, variables in wanted:
                await _graphql(client, query, variables)
    assert len(recorder.asked) == len(wanted)
    return [replace(asked, documents=True) for asked in recorder.asked]


async def _graphql(client: httpx2.AsyncClient, query: str, variables: dict[str, Any]) -> Any:
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    content = response.json()
    assert "errors" not in content, content["errors"]
    return content["data"]


def search_path(search: Search, prefix: str) -> str:
    """Where a plain client sends what the engine would ask."""
    return f"/{prefix}-{search.kind.value}/_search?allow_partial_search_results=false"


def bare_elasticsearch(client: httpx2.AsyncClient, prefix: str) -> Ask:
    """The request that the engine would send, by a plain client."""

    async def ask(search: Search) -> Any:
        response = await client.post(search_path(search, prefix), json=queries.request(search, 8.0))
        response.raise_for_status()
        return response.json()

    return ask


async def compared(name: str, server: str, settings: Settings, bare: Ask, rounds: int) -> list[Figure]:
    """p50 and p95 of both, in milliseconds, one request at a time."""
    wanted = await searches(settings)
    ours: list[float] = []
    theirs: list[float] = []
    async with httpx2.AsyncClient(base_url=server, timeout=60) as client:
        for turn in range(rounds + 2):
            for (query, variables), search in zip(ASKED, wanted, strict=True):
                took = await _timed(_graphql(client, query, variables)), await _timed(bare(search))
                if turn >= 2:  # the first rounds warm up
                    ours.append(took[0])
                    theirs.append(took[1])
    figures = []
    for percent in (50, 95):
        mine, other = percentile(ours, percent), percentile(theirs, percent)
        figures += [
            Figure("search", f"{name}, GraphQL over HTTP, p{percent}", mine, "ms", mine / other),
            Figure("search", f"{name}, bare, p{percent}", other, "ms"),
        ]
    return figures


async def _timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000
