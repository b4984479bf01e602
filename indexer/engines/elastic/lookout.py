"""What is known to be searchable, looked up at most once a second: the log position and the live generation."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from indexer.engines.elastic.client import Client
from indexer.engines.elastic.control import Control
from indexer.engines.elastic.generations import Generations, Names, Topology, generation_name
from indexer.engines.elastic.mapping import REFRESH_SECONDS
from indexer.query.search import Kind

LOOK_EVERY_SECONDS = 1.0
# What was durable this long ago is searchable: a refresh a second, and time for it to happen.
SEARCHABLE_AFTER_SECONDS = REFRESH_SECONDS + 1.0


@dataclass(frozen=True, slots=True)
class Sight:
    """At some time the index of `generation` was durable up to `position`."""

    at: float
    position: int
    generation: str


class Lookout:
    """Looks through one client at the indices of one prefix."""

    def __init__(self, client: Client, names: Names, shards: int, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._generations = Generations(client, names, shards)
        self._control = Control(client, names.control)
        self._monotonic = monotonic
        self._looking = asyncio.Lock()
        self._seen: deque[Sight] = deque(maxlen=8)

    async def standing(self) -> tuple[int, str]:
        """The position known to be searchable and the live generation. Raises: SearchUnavailable."""
        async with self._looking:
            if not self._seen:
                self.note(*await refreshed(self._client, self._control, self._generations))
            now = self._monotonic()
            if now - self._seen[-1].at >= LOOK_EVERY_SECONDS:
                position, topology = await _stood_at(self._control, self._generations)
                self._seen.append(Sight(now, position, _live(topology)))
            searchable = [sight for sight in self._seen if now - sight.at >= SEARCHABLE_AFTER_SECONDS]
            return (searchable[-1].position if searchable else 0), self._seen[-1].generation

    def note(self, position: int, generation: str) -> None:
        """Notes what is searchable already: no need to wait before saying so."""
        self._seen.append(Sight(self._monotonic() - SEARCHABLE_AFTER_SECONDS, position, generation))

    async def swapped(self, generation: str) -> bool:
        """Whether another generation is live by now: the one that was asked may be gone."""
        return _live(await self._generations.look()) != generation

    def forget(self) -> None:
        """Looks anew at the next search: another generation was made the live one."""
        self._seen.clear()


async def refreshed(client: Client, control: Control, generations: Generations) -> tuple[int, str]:
    """Makes everything written so far searchable; the position that is complete then, and the live generation."""
    position, topology = await _stood_at(control, generations)
    names = [index.name for index in topology.indices]
    await client.ask("POST", f"/{','.join(names)}/_refresh?ignore_unavailable=true")
    return position, _live(topology)


async def _stood_at(control: Control, generations: Generations) -> tuple[int, Topology]:
    """The position up to which the live indices are complete: 0 where the one noted speaks of others."""
    state = await control.read()
    topology = await generations.look()
    return (state.position if state.indices == await generations.uuids(topology) else 0), topology


def _live(topology: Topology) -> str:
    return generation_name(topology.live(Kind.FIRM).number)
