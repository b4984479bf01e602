"""
Pages of searches from Elasticsearch.

An order by a field is read from the live index, each page behind the key of the one before. So is an order by relevance
whose keys nobody wants. A walk by relevance goes over a view that stands still, but shows the documents as they are now:
what was erased, or is no longer the caller's to see, does not come back through an old view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from directory.errors import SearchBusy
from indexer.engines.elastic import answers, queries
from indexer.engines.elastic.client import Client, Rejected
from indexer.engines.elastic.generations import Names
from indexer.engines.elastic.lookout import Lookout
from indexer.engines.elastic.mapping import body_of
from indexer.engines.elastic.views import Views, seen_through
from indexer.query.search import Hit, Hits, Search, Walk, WalkEnded

Json = dict[str, Any]

RETRY_AFTER_SECONDS = 5
TOO_MANY_REQUESTS, NOT_FOUND = 429, 404
WHOLE = "allow_partial_search_results=false"


class Searches:
    """Answers searches over the indices of one prefix, through one client."""

    def __init__(self, client: Client, names: Names, lookout: Lookout, views: Views, seconds: float) -> None:
        """`seconds`: how long the engine may take for one search."""
        self._client = client
        self._names = names
        self._lookout = lookout
        self._views = views
        self._seconds = seconds

    async def page(self, search: Search) -> Hits:
        """One page, its total and facets. Raises: WalkEnded, SearchBusy, SearchUnavailable."""
        if search.walk is not None:
            return await self._next(search, search.walk)
        position, generation = await self._lookout.standing()
        begins = search.lasting and search.after is None and queries.scored(search)
        ask = self._first if begins else self._live
        try:
            return await ask(search, position, generation)
        except Rejected as rejected:
            if rejected.status != NOT_FOUND and not await self._lookout.swapped(generation):
                raise
        self._lookout.forget()
        self._views.forget()
        return await ask(search, *await self._lookout.standing())

    async def _live(self, search: Search, position: int, generation: str) -> Hits:
        answer = await self.whole(f"/{self._names.read(search.kind)}", queries.request(search, self._seconds))
        hits, more = answers.hits_of(search, answer)
        return _hits(search, answer, hits, more, position, generation)

    async def _first(self, search: Search, position: int, generation: str) -> Hits:
        """The first page of what may become a walk."""
        async with self._views.current(search.kind, position, generation) as view:
            body = queries.request(search, self._seconds) | seen_through(view.name)
            answer = await self.whole("", body)
            hits, more = answers.hits_of(search, answer)
            page = _hits(search, answer, hits, more, view.position, view.generation)
            if not more:
                return page
            view.walked = True
            return replace(page, walk=Walk(answer["pit_id"], view.generation, view.position))

    async def _next(self, search: Search, walk: Walk) -> Hits:
        """A later page: the places from the view, the documents as they are now."""
        body = queries.request(search, self._seconds) | seen_through(walk.view) | {"_source": False}
        try:
            answer = await self.whole("", body)
        except Rejected as rejected:
            if rejected.status == NOT_FOUND or await self._lookout.swapped(walk.generation):
                raise WalkEnded("the view of the index that the walk goes over is gone") from rejected
            raise
        self._views.note_page(walk.view)
        places, more = answers.hits_of(search, answer)
        page = _hits(
            search, answer, await self._present(search, places), more, walk.position, walk.generation
        )
        passed = places[-1].key if places else None
        return replace(page, walk=replace(walk, view=answer["pit_id"]), passed=passed)

    async def _present(self, search: Search, places: Sequence[Hit]) -> tuple[Hit, ...]:
        if not places:
            return ()
        body = queries.present(search, [place.id for place in places], self._seconds)
        answer = await self.whole(f"/{self._names.read(search.kind)}", body)
        sources = {found["_id"]: body_of(found.get("_source", {})) for found in answer["hits"]["hits"]}
        return tuple(replace(place, source=sources[place.id]) for place in places if place.id in sources)

    async def whole(self, index: str, body: Json) -> Json:
        """The answer of every shard; `index` is its path, empty for a view. Raises: SearchBusy, SearchUnavailable."""
        try:
            answer = await self._client.ask("POST", f"{index}/_search?{WHOLE}", body)
        except Rejected as rejected:
            if rejected.status == TOO_MANY_REQUESTS:
                raise SearchBusy(str(rejected), RETRY_AFTER_SECONDS) from rejected
            raise
        answers.require_whole(answer)
        return answer


def _hits(
    search: Search, answer: Json, hits: tuple[Hit, ...], more: bool, position: int, generation: str
) -> Hits:
    total, exact = answers.total_of(search, answer)
    return Hits(
        hits=hits,
        more=more,
        total=total,
        total_is_exact=exact,
        facets=answers.facets_of(search, answer),
        position=position,
        generation=generation,
    )
