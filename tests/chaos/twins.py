"""
Broken twins: engines and indexers that are wrong in one way each.

A check that lets them pass would prove nothing of the real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any

from directory.errors import SearchUnavailable
from indexer.query.search import Document, Kind, Refused, SearchEngine
from indexer.rebuild import Rebuilder


class Twin:
    """An engine that does all but one thing as the real one."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class Hasty(Twin):
    """Its documents are sent, and the place is saved whatever became of them."""

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Takes no answer for a good one."""
        with suppress(SearchUnavailable):
            return await self._engine.put(documents)
        return []


class Unversioned(Twin):
    """Whatever is written last stays, however old it is."""

    _arrivals = count(1_000_000)

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes over everything."""
        return await self._engine.put([replace(each, version=next(self._arrivals)) for each in documents])


class Unfenced(Twin):
    """Every leader is obeyed, also one that was replaced."""

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Looks at no epoch."""
        return await self._engine.set_position(position, 1, since)


class Eager(Twin):
    """A new generation is shown at once, and filled while it is searched."""

    async def begin_rebuild(self) -> str:
        """Swaps before anything is in it."""
        generation = await self._engine.begin_rebuild()
        await self._engine.swap(generation, 0)
        return generation

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Fills what is live already."""
        return await self._engine.put(documents)

    async def held_in(self, generation: str, kind: Kind) -> int:
        """Whatever is wanted."""
        return len(await self._engine.versions(kind, "", 1_000))

    async def digests_in(self, generation: str, kind: Kind, ids: Sequence[str]) -> dict[str, str | None]:
        """What is live."""
        return {id_: digest for id_, _, digest in await self._engine.versions(kind, "", 1_000)}

    async def swap(self, generation: str, position: int, keep: bool = False) -> None:
        """Has happened."""


class Impatient(Rebuilder):
    """A rebuild that swaps without having caught up, and says it has."""

    async def _complete_up_to(self, start: int, *others: Any, **more: Any) -> int:
        async with self._route.record.reader() as reader:
            return await reader.head()

    async def _require_same(self, *others: Any) -> None:
        """Looks at nothing."""


class Forward(Twin):
    """Its place is saved before the documents are written."""

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Saves where it would stand then."""
        await self._engine.set_position(max(each.version for each in documents), 1)
        refused: Sequence[Refused] = await self._engine.put(documents)
        return refused


class Remembering(Twin):
    """It knows its place by heart, whatever became of its documents."""

    remembers = True

    def __init__(self, engine: SearchEngine) -> None:
        super().__init__(engine)
        self.place = 0

    def comes_back_as(self, engine: SearchEngine) -> None:
        """Has other documents from now on."""
        self._engine = engine

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Keeps it."""
        self.place = max(self.place, position)
        stands: int = await self._engine.set_position(position, epoch, since)
        return self.place if self.remembers else stands

    async def position(self) -> int:
        """What it remembers."""
        return self.place if self.remembers else await self._engine.position()


class Deaf(Twin):
    """It takes no documents until it `hears`."""

    hears = False

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Takes them, or does not answer."""
        if not self.hears:
            raise SearchUnavailable("no answer")
        refused: Sequence[Refused] = await self._engine.put(documents)
        return refused


class Untidy(Twin):
    """What others left behind stays."""

    async def abandon(self, generation: str | None = None) -> Sequence[str]:
        """Drops nothing."""
        return []
