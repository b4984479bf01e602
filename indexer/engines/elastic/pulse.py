"""
The client of searches: it tells within about a second of an engine that is dead or hangs, and is apart from the writes'.

A search may take its seconds while the engine lives. One that waits is taken for lost only when the engine does not
answer even the smallest request; then, for a moment, no search waits at all. Where a cluster has several nodes, a search
that one of them dropped is asked again of the next: what is only read may be asked twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine

from indexer.engines.elastic.access import OPEN, Access
from indexer.engines.elastic.client import JSON, Client, Json, Rejected, Unreachable

# A search that takes longer than this makes us look whether the engine lives.
UNREMARKABLE_SECONDS = 0.25
# How long a living engine may take to say so. It is asked twice, for it can be this program that was late.
PATIENCE_SECONDS = 0.4
LOOKS = 2
# How long nobody asks an engine that gave no answer.
REST_SECONDS = 1.0


class SearchClient(Client):
    """A client that fails at once for a moment after the engine gave no answer, then lets one request find out."""

    def __init__(
        self,
        url: str,
        *,
        seconds: float,
        access: Access = OPEN,
        patience: float = PATIENCE_SECONDS,
        rest: float = REST_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds`: how long to wait for an answer of a living engine; `patience` for a sign of life."""
        super().__init__(url, seconds=seconds, access=access)
        self._patience = patience
        self._rest = rest
        self._monotonic = monotonic
        self._looking = asyncio.Lock()
        self._lived_at = -float("inf")
        self._silent_since: float | None = None

    async def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Json:
        await self._require_no_silence()
        for _ in range(self.nodes - 1):
            try:
                return await self._watched(method, path, body, headers)
            except Unreachable:
                if self._silent_since is not None:
                    raise
        return await self._watched(method, path, body, headers)

    async def _watched(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Json:
        """The answer of one node. Raises: Unreachable, as soon as there will be none."""
        asking = asyncio.ensure_future(self._heard(super()._send(method, path, body, headers)))
        try:
            while not (await asyncio.wait({asking}, timeout=UNREMARKABLE_SECONDS))[0]:
                await self._require_life()
            return await self._told(asking)
        finally:
            asking.cancel()
            await asyncio.wait({asking})

    async def _told(self, asking: asyncio.Future[Json]) -> Json:
        try:
            return await asking
        except Unreachable:
            # One connection that breaks is no engine that is dead.
            await self._require_life()
            raise

    async def _require_no_silence(self) -> None:
        """Raises: Unreachable, unless the engine spoke last time, or does so now that it had its rest."""
        if self._silent_since is None:
            return
        if self._looking.locked() or self._monotonic() - self._silent_since < self._rest:
            raise Unreachable(f"Elasticsearch at {self.shown_url} did not answer a moment ago")
        await self._require_life()

    async def _require_life(self) -> None:
        """Raises: Unreachable, when the engine does not answer the smallest request. One look serves all who wait."""
        asked_at = self._monotonic()
        async with self._looking:
            if self._silent_since is not None and self._silent_since >= asked_at:
                raise Unreachable(f"Elasticsearch at {self.shown_url} does not answer")
            if self._lived_at >= asked_at - UNREMARKABLE_SECONDS and self._silent_since is None:
                return
            for _ in range(LOOKS):
                if await self._lives():
                    return
            self._silent_since = self._monotonic()
            raise Unreachable(f"Elasticsearch at {self.shown_url} does not answer")

    async def _lives(self) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                await self._heard(super()._send("GET", "/", None, JSON))
        except Rejected:
            return True
        except (TimeoutError, Unreachable):
            return False
        return True

    async def _heard(self, request: Coroutine[None, None, Json]) -> Json:
        """The answer, with a note that there was one."""
        try:
            answer = await request
        except Rejected:
            self._note_life()
            raise
        self._note_life()
        return answer

    def _note_life(self) -> None:
        self._lived_at, self._silent_since = self._monotonic(), None
