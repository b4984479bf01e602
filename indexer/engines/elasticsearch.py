"""
The Elasticsearch engine: for directories past some 300,000 entries, from one node to a cluster.

Searches are nearly real-time (one second). Writes are safe to repeat and to reorder: each carries its log position as
external version. What cannot be answered whole is not answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from directory.errors import SearchUnavailable
from indexer.engines.elastic import answers
from indexer.engines.elastic.access import OPEN_FOR_ALL, Accesses
from indexer.engines.elastic.bulk import Bulk, Pause
from indexer.engines.elastic.client import Client
from indexer.engines.elastic.control import Control
from indexer.engines.elastic.generations import Generations, Names, NoLiveIndex, Topology, generation_name
from indexer.engines.elastic.groups import Moment
from indexer.engines.elastic.lookout import Lookout, refreshed
from indexer.engines.elastic.mapping import DIGEST, ID, VERSION
from indexer.engines.elastic.overwriting import Overwriting, remember_deletions
from indexer.engines.elastic.pulse import SearchClient
from indexer.engines.elastic.searches import Searches
from indexer.engines.elastic.views import Views
from indexer.query.forgiveness import answered, tallied
from indexer.query.search import Document, Filter, Hits, Kind, Refused, Search, Suggested
from indexer.query.search import Generations as Standing
from indexer.query.suggestions import suggested
from indexer.query.tallies import Tallied, Tally

Json = dict[str, Any]

SEARCH_SECONDS = 8.0
# The engine keeps the time of a search itself; this is for what it adds on the way.
GRACE_SECONDS = 2.0
REQUEST_SECONDS = 30.0


class ElasticsearchEngine:
    """A `SearchEngine` over the indices of one prefix."""

    name = "elasticsearch"

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "newgrowth",
        accesses: Accesses = OPEN_FOR_ALL,
        shards: int = 1,
        search_seconds: float = SEARCH_SECONDS,
        pause: Pause = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`url` of the cluster; `prefix` of all index names; `accesses`: the keys for a cluster with security on."""
        self._url = url
        self._accesses = accesses
        self._names = Names(prefix)
        self._shards = shards
        self._search_seconds = search_seconds
        self._pause = pause
        self._monotonic = monotonic
        self._connected: Client | None = None

    async def open(self) -> None:
        """Connects, and makes what is missing.

        Raises: SearchUnavailable, when the cluster does not answer; it is asked again at the next call.
        """
        self._connected = client = Client(self._url, seconds=REQUEST_SECONDS, access=self._accesses.indexing)
        self._generations = Generations(client, self._names, self._shards)
        self._control = Control(client, self._names.control)
        self._bulk = Bulk(client, pause=self._pause)
        self._searching = asking = SearchClient(
            self._url,
            seconds=self._search_seconds + GRACE_SECONDS,
            access=self._accesses.searching,
            monotonic=self._monotonic,
        )
        self._lookout = Lookout(asking, self._names, self._shards, self._monotonic)
        self._views = Views(asking, self._names, self._monotonic)
        self._answering = Searches(asking, self._names, self._lookout, self._views, self._search_seconds)
        await self.make_missing()

    async def make_missing(self) -> None:
        """Makes the first, empty indices in a cluster that holds nothing of this prefix. Raises: SearchUnavailable."""
        topology = await self._generations.look()
        if topology.empty:
            await self._generations.make(1, live=True)
        if not topology.has_control:
            await self._control.make()

    async def close(self) -> None:
        """Closes the connections."""
        if self._connected is not None:
            await self._views.close()
            await self._searching.close()
            await self._connected.close()
            self._connected = None

    @property
    def _client(self) -> Client:
        if self._connected is None:
            raise SearchUnavailable("the search engine is not open")
        return self._connected

    @property
    def _asking(self) -> SearchClient:
        if self._connected is None:
            raise SearchUnavailable("the search engine is not open")
        return self._searching

    @property
    def _searches(self) -> Searches:
        if self._connected is None:
            raise SearchUnavailable("the search engine is not open")
        return self._answering

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes each document, unless a newer one is there, into the live index and into those being rebuilt."""
        topology = await self._generations.look()
        while True:
            try:
                return await self._put(documents, topology)
            except SearchUnavailable:
                # A swap between looking and writing takes an alias away; every write is safe to repeat.
                before, topology = topology, await self._generations.look()
                if topology.indices == before.indices:
                    raise

    async def _put(self, documents: Sequence[Document], topology: Topology) -> Sequence[Refused]:
        aliases = {kind: topology.write_aliases(kind) for kind in {document.kind for document in documents}}
        refused: dict[tuple[Kind, str, int], Refused] = {}
        for place in range(max(map(len, aliases.values()), default=0)):
            there = {kind: names[place] for kind, names in aliases.items() if place < len(names)}
            for each in await self._write([each for each in documents if each.kind in there], there):
                refused.setdefault((each.kind, each.id, each.version), each)
        return list(refused.values())

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes into a generation being rebuilt only."""
        chosen = (await self._generations.look()).generation(generation)
        return await self._write(
            documents, {kind: self._names.next(kind, index.number) for kind, index in chosen.items()}
        )

    async def _write(self, documents: Sequence[Document], aliases: dict[Kind, str]) -> list[Refused]:
        return await self._bulk.write(documents, lambda document: aliases[document.kind])

    async def search(self, search: Search) -> Hits:
        """One page, its total and facets. Raises: SearchUnavailable."""
        return await answered(search, self._search)

    async def _search(self, search: Search) -> Hits:
        return await self._searches.page(search)

    async def _standing(self) -> tuple[int, str]:
        """The position known to be searchable and the live generation."""
        return await self._lookout.standing()

    async def tally(self, search: Search, tallies: Sequence[Tally]) -> Tallied:
        """Counts of what the search finds, all of one moment. Raises: SearchUnavailable."""

        async def ask(asked: Search) -> Tallied:
            position, generation = await self._standing()
            async with Moment(self._asking, self._names.read(asked.kind), self._search_seconds) as moment:
                counted = [await moment.counted(asked, tally) for tally in tallies]
            return Tallied(tuple(counted), position, generation)

        return await tallied(search, self._search, ask)

    async def suggest(self, prefix: str, visible: Filter, first: int) -> Sequence[Suggested]:
        """Names of entries that begin with, or hold a word that begins with, `prefix`."""
        return await suggested(prefix, visible, first, self._search)

    async def refresh(self) -> None:
        """Makes everything written so far searchable."""
        self._lookout.note(*await refreshed(self._client, self._control, self._generations))
        self._views.forget()

    async def position(self) -> int:
        """The log position up to which the live index is complete; 0 when it is empty, gone or made anew."""
        state = await self._control.read()
        try:
            indices = await self._generations.uuids(await self._generations.look())
        except NoLiveIndex:
            return 0
        return state.position if state.indices == indices else 0

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Moves the position forward from `since`, never back nor for an older epoch; where the index stands then."""
        topology = await self._generations.look()
        indices = await self._generations.uuids(topology)
        if position == 0:
            # Who claims the lead puts back what a repair that was killed left behind.
            await remember_deletions(self._client, [topology.live(kind).name for kind in Kind])
        return await self._control.advance(position, epoch, indices, since)

    async def count(self) -> int:
        """Live documents of both kinds."""
        found = await self._client.ask("GET", f"/{','.join(self._names.read(kind) for kind in Kind)}/_count")
        return int(found["count"])

    async def versions(self, kind: Kind, after: str, limit: int) -> Sequence[tuple[str, int, str | None]]:
        """(id, version, content digest or None for a tombstone) in id order, from behind `after`."""
        body = {"size": limit, "sort": [{ID: "asc"}], "search_after": [after], "_source": [VERSION, DIGEST]}
        path = f"/{self._names.write(kind)}/_search?allow_partial_search_results=false"
        answers.require_whole(answer := await self._client.ask("POST", path, body))
        return [
            (hit["_id"], hit["_source"][VERSION], hit["_source"].get(DIGEST))
            for hit in answer["hits"]["hits"]
        ]

    async def held_in(self, generation: str, kind: Kind) -> int:
        """How many documents of the kind an unfinished generation holds, tombstones included."""
        name = (await self._generations.look()).generation(generation)[kind].name
        await self._client.ask("POST", f"/{name}/_refresh")
        return int((await self._client.ask("GET", f"/{name}/_count"))["count"])

    async def digests_in(self, generation: str, kind: Kind, ids: Sequence[str]) -> Mapping[str, str | None]:
        """The content digests that an unfinished generation holds of these ids, None for a tombstone."""
        name = (await self._generations.look()).generation(generation)[kind].name
        asked: Json = {"docs": [{"_index": name, "_id": id_, "_source": [DIGEST]} for id_ in ids]}
        found = (await self._client.ask("POST", "/_mget", asked))["docs"] if ids else []
        return {each["_id"]: each["_source"].get(DIGEST) for each in found if each.get("found")}

    async def begin_rebuild(self) -> str:
        """The name of a new, empty generation; from now on `put` writes to it too. It takes the previous one's place."""
        await self._generations.drop_previous()
        topology = await self._generations.look()
        if not topology.has_control:
            await self._control.make()
        number = max((index.number for index in topology.indices), default=0) + 1
        await self._generations.make(number, live=False)
        return generation_name(number)

    async def swap(self, generation: str, position: int, keep: bool = False) -> None:
        """Makes the generation the live one, complete up to `position`; keeps the one before, or deletes it."""
        chosen = (await self._generations.look()).generation(generation)
        await self._client.ask("POST", f"/{','.join(index.name for index in chosen.values())}/_refresh")
        await self._generations.promote(generation, await self.position() if keep else None)
        # Until this is written the position counts as 0, for the indices it speaks of are gone: late, never wrong.
        await self._control.restart(position, await self._generations.uuids(await self._generations.look()))
        self._lookout.forget()
        self._views.forget()

    async def generations(self) -> Standing:
        """Which generations there are."""
        return (await self._generations.look()).standing()

    async def rollback(self) -> int:
        """Lets the live and the previous generation change places; the position to go on from. Raises: NoPrevious."""
        position = await self._generations.restore(await self.position())
        await self._control.restart(position, await self._generations.uuids(await self._generations.look()))
        self._lookout.forget()
        self._views.forget()
        return position

    async def drop_previous(self) -> str | None:
        """Deletes the previous generation, if one is kept, and returns its name."""
        return await self._generations.drop_previous()

    async def purge(self) -> None:
        """Has the cluster merge away what deleted and replaced documents left in its files, behind the searches."""
        await self._generations.purge()

    async def rewrite(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Puts documents into the live index whatever it holds of them."""
        topology = await self._generations.look()
        live = {kind: topology.live(kind).name for kind in Kind}
        write = partial(self._write, aliases={kind: self._names.write(kind) for kind in Kind})
        return await Overwriting(self._client, live, self._pause).overwrite(documents, write)

    async def version(self) -> str | None:
        """The server's version, such as 9.5.5. Raises: SearchUnavailable."""
        return str((await self._asking.ask("GET", "/"))["version"]["number"])

    async def check(self) -> None:
        """Raises: SearchUnavailable, with what to do, unless the index can be searched and written to."""
        topology = await self._generations.look()
        for kind in Kind:
            topology.live(kind)

    async def abandon(self, generation: str | None = None) -> Sequence[str]:
        """Deletes unfinished generations, or the one named, and returns their names."""
        return await self._generations.drop_unfinished(generation)
