"""Counts by groups of values: composite aggregations, page by page, over one point in time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any

from directory.errors import SearchUnavailable
from indexer.engines.elastic import answers, queries
from indexer.engines.elastic.client import Client
from indexer.query.search import Search
from indexer.query.tallies import Counts, Tally

Json = dict[str, Any]

GROUPS = "groups"
# A page of groups; the engine allows 65,536 buckets an answer.
PAGE = 10_000
KEPT_ALIVE = "1m"


class Moment:
    """An index as it was when the block began; whatever is written meanwhile is not seen."""

    def __init__(self, client: Client, index: str, seconds: float) -> None:
        """`seconds`: how long one page may take."""
        self._client = client
        self._index = index
        self._seconds = seconds
        self._id = ""

    async def __aenter__(self) -> Moment:
        opened = await self._client.ask(
            "POST", f"/{self._index}/_pit?keep_alive={KEPT_ALIVE}&allow_partial_search_results=false"
        )
        self._id = opened["id"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Left open it ends by itself after a minute.
        with suppress(SearchUnavailable):
            await self._client.ask("DELETE", "/_pit", {"id": self._id})

    async def counted(self, search: Search, tally: Tally) -> Counts:
        """The groups of what the search finds, each with its count. Raises: SearchUnavailable."""
        narrower = replace(
            search,
            filters=(*search.filters, *((None, each) for each in tally.filters)),
            facets=(),
            after=None,
            first=1,
            walk=None,
            total=not tally.by,
            count_to=None,
        )
        asked = queries.request(narrower, self._seconds)
        body: Json = {name: asked[name] for name in ("query", "track_total_hits", "timeout")} | {"size": 0}
        if not tally.by:
            total = (await self._ask(body))["hits"]["total"]["value"]
            return {(): int(total)} if total else {}
        return await self._pages(body, tally)

    async def _pages(self, body: Json, tally: Tally) -> Counts:
        sources = [
            {str(place): {"terms": {"field": name, "missing_bucket": True}}}
            for place, name in enumerate(tally.by)
        ]
        composite: Json = {"sources": sources, "size": PAGE}
        counts: dict[tuple[Any, ...], int] = {}
        while True:
            answer = await self._ask({**body, "aggs": {GROUPS: {"composite": composite}}})
            page = answer["aggregations"][GROUPS]
            for bucket in page["buckets"]:
                counts[tuple(bucket["key"][str(place)] for place in range(len(tally.by)))] = bucket[
                    "doc_count"
                ]
            if "after_key" not in page:
                return counts
            composite = {**composite, "after": page["after_key"]}

    async def _ask(self, body: Json) -> Json:
        pit = {"id": self._id, "keep_alive": KEPT_ALIVE}
        answer = await self._client.ask("POST", "/_search", {**body, "pit": pit})
        answers.require_whole(answer)
        return answer
