"""
Views of an index that stand still (points in time), for walks by relevance: every write moves the scores.

One view serves all searches of its kind that begin within a second, so their number is bounded by time and not by
callers. A view that no search walks on with is closed as soon as the next one takes its place; the others end two
minutes after their last page. Any process can go on with a view: its name travels in the cursors.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from directory.errors import SearchUnavailable
from indexer.engines.elastic.client import Client, Json
from indexer.engines.elastic.generations import Names
from indexer.engines.elastic.mapping import REFRESH_SECONDS
from indexer.query.search import Kind

# As long as a refresh takes to show a write at all, so a view costs no freshness.
SHARED_SECONDS = float(REFRESH_SECONDS)
PAUSE_SECONDS = 120
MOST_OPEN = 240


@dataclass(slots=True)
class View:
    """A view of a generation that was complete up to `position`. `walked`: somebody holds a cursor of it."""

    name: str
    generation: str
    position: int
    opened_at: float
    users: int = 0
    walked: bool = False


def seen_through(view: str) -> Json:
    """The part of a request that sends it to the view, which is kept for two more minutes."""
    return {"pit": {"id": view, "keep_alive": f"{PAUSE_SECONDS}s"}}


class Views:
    """The views that this process opened, through one client."""

    def __init__(self, client: Client, names: Names, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._names = names
        self._monotonic = monotonic
        self._current: dict[Kind, View] = {}
        self._opening = {kind: asyncio.Lock() for kind in Kind}
        # By name, when it ends at the earliest.
        self._open: dict[str, float] = {}

    @asynccontextmanager
    async def current(self, kind: Kind, position: int, generation: str) -> AsyncIterator[View]:
        """A view not older than a second, of what stands at `position`. Raises: SearchUnavailable, Rejected."""
        # An opening that ended with its caller would leave a view that nobody knows of.
        taking = asyncio.ensure_future(self._taken(kind, position, generation))
        try:
            view = await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(_given_back)
            raise
        try:
            yield view
        finally:
            view.users -= 1
            await self._close_unless_needed(kind, view)

    async def _taken(self, kind: Kind, position: int, generation: str) -> View:
        async with self._opening[kind]:
            view = self._current.get(kind)
            if view is None or not self._serves(view, generation):
                before, view = view, await self._opened(kind, position, generation)
                self._current[kind] = view
                if before is not None:
                    await self._close_unless_needed(kind, before)
            view.users += 1
            return view

    def _serves(self, view: View, generation: str) -> bool:
        return view.generation == generation and self._monotonic() - view.opened_at < SHARED_SECONDS

    async def _opened(self, kind: Kind, position: int, generation: str) -> View:
        opened_at = self._monotonic()
        path = (
            f"/{self._names.read(kind)}/_pit?keep_alive={PAUSE_SECONDS}s&allow_partial_search_results=false"
        )
        name = (await self._client.ask("POST", path))["id"]
        self._open = {each: ends for each, ends in self._open.items() if ends > opened_at}
        self._open[name] = opened_at + PAUSE_SECONDS
        while len(self._open) > MOST_OPEN:
            await self._close(min(self._open, key=self._open.__getitem__))
        return View(name, generation, position, opened_at)

    def note_page(self, view: str) -> None:
        """Notes that a page was read, so that `close` knows of the view until it has ended."""
        if view in self._open:
            self._open[view] = self._monotonic() + PAUSE_SECONDS

    def forget(self) -> None:
        """The next search opens a view of its own: what is current is behind."""
        for view in self._current.values():
            view.opened_at = -float("inf")

    async def _close_unless_needed(self, kind: Kind, view: View) -> None:
        if view is not self._current.get(kind) and not view.walked and not view.users:
            await self._close(view.name)

    async def _close(self, name: str) -> None:
        self._open.pop(name, None)
        # One that cannot be closed ends by itself.
        with suppress(SearchUnavailable):
            await self._client.ask("DELETE", "/_pit", {"id": name})

    async def close(self) -> None:
        """Closes all views; walks over them have ended."""
        for kind in Kind:
            async with self._opening[kind]:
                self._current.pop(kind, None)
        while self._open:
            await self._close(next(iter(self._open)))


def _given_back(taking: asyncio.Task[View]) -> None:
    if not taking.cancelled() and taking.exception() is None:
        taking.result().users -= 1
