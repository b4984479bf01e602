"""
Verification: is the index what the record says, document by document?

Walks the record's entities and the engine's (id, version, digest) and compares the digest of the document built from
present state with the one the engine holds, both in the order of ids: no more than a chunk of each is in memory, and the
differences. What differs at first is looked at again once the index has caught up with
what was sealed by then: a document that is only on its way is no difference.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from directory.ports import Record
from indexer.ahead import one_ahead
from indexer.documents.digest import content_digest
from indexer.projection import ENTITY_TYPES, Built, Touched
from indexer.query.search import Kind, SearchEngine
from indexer.route import Route

CHUNK = 1000
PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.1


class Fault(StrEnum):
    """How a document differs from the record."""

    MISSING = "missing"
    STALE = "stale"
    EXTRA = "extra"
    AHEAD = "ahead"
    UNBUILT = "unbuilt"


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that is not what the record says."""

    kind: Kind
    id: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Verified:
    """How many documents were compared, and every difference."""

    compared: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What record and index said of one document: digests, None for a tombstone or none; the index's version.

    `unbuilt`: what the record says cannot be made a document.
    """

    wanted: str | None
    found: str | None
    version: int = 0
    unbuilt: bool = False


Suspects = dict[tuple[Kind, str], Looked]


async def verify(
    route: Route,
    progress: Callable[[int], None] = lambda _: None,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    carry: Callable[[], Awaitable[object]] | None = None,
) -> Verified:
    """Compares record and index, also while both are being written.

    Entries that the index has not carried over after `patience_seconds` show as differences; who leads says by `carry`
    how they are carried over.
    Raises: SearchUnavailable, RecordUnavailable.
    """
    record, walk = route.record, _Walk(route)
    suspects, compared = await walk.suspects(progress)
    if suspects:
        carried = carry or partial(_carried_by_others, record, route.engine)
        moving = await _caught_up(record, carried, patience_seconds)
        again, compared = await walk.suspects(lambda _: None)
        suspects = {key: looked for key, looked in again.items() if not moving or suspects.get(key) == looked}
    head = await _head(record)
    found = [Difference(kind, id_, _fault(looked, head)) for (kind, id_), looked in suspects.items()]
    return Verified(compared, tuple(found))


def _fault(looked: Looked, head: int) -> Fault:
    if looked.unbuilt:
        return Fault.UNBUILT
    if looked.version > head:
        return Fault.AHEAD
    if looked.wanted is None:
        return Fault.EXTRA
    return Fault.MISSING if looked.found is None else Fault.STALE


async def _head(record: Record) -> int:
    async with record.reader() as reader:
        return await reader.head()


async def _caught_up(record: Record, carried: Callable[[], Awaitable[object]], seconds: float) -> bool:
    """Whether the index reached, within `seconds`, what is written now."""
    try:
        async with asyncio.timeout(seconds):
            await all_sealed(record)
            await carried()
    except TimeoutError:
        return False
    return True


async def _carried_by_others(record: Record, engine: SearchEngine) -> None:
    head = await _head(record)
    while await engine.position() < head:  # noqa: ASYNC110 - other processes move it
        await asyncio.sleep(POLL_SECONDS)


async def all_sealed(record: Record) -> None:
    """Returns once everything written by now is sealed."""
    async with record.reader() as reader:
        _, last = await reader.unsealed()
        while 0 < (await reader.unsealed())[0] <= last:  # noqa: ASYNC110 - other processes seal
            await asyncio.sleep(POLL_SECONDS)


class _Walk:
    """Walks over every document that record or index have."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._engine = route.engine

    async def suspects(self, progress: Callable[[int], None]) -> tuple[Suspects, int]:
        """The documents that differ now, and how many of the record were compared."""
        await self._engine.refresh()
        suspects: Suspects = {}
        compared = 0
        for kind in Kind:
            held = _Shelf(self._engine, kind)
            async with aclosing(one_ahead(self._wanted(kind))) as chunks:
                async for last, built in chunks:
                    suspects |= _differing(kind, built, await held.up_to(last))
                    compared += len(built)
                    progress(len(built))
            while rest := await held.next_ones():
                suspects |= _differing(kind, Built(), rest)
        return suspects, compared

    async def _wanted(self, kind: Kind) -> AsyncIterator[tuple[str, Built]]:
        """What the index should hold, a chunk at a time, each with its last id."""
        after = ""
        while True:
            async with self._route.record.reader() as reader:
                ids = await reader.entity_ids(ENTITY_TYPES[kind], after=after, limit=CHUNK, erased=True)
                if not ids:
                    return
                touched = Touched.of((kind, id_) for id_ in ids)
                built = await self._route.build(reader, touched, 0)
            after = ids[-1]
            yield after, built


Held = dict[str, tuple[int, str | None]]


class _Shelf:
    """What the engine holds of a kind, taken off in the order of ids."""

    def __init__(self, engine: SearchEngine, kind: Kind) -> None:
        self._engine = engine
        self._kind = kind
        self._after = ""
        self._rows: deque[tuple[str, int, str | None]] = deque()
        self._ended = False

    async def up_to(self, last: str) -> Held:
        """Version and digest by id of all that is left up to the id `last`."""
        taken: Held = {}
        while await self._filled() and self._rows[0][0] <= last:
            id_, version, digest = self._rows.popleft()
            taken[id_] = version, digest
        return taken

    async def next_ones(self) -> Held:
        """Some more, whatever their ids; nothing at the end."""
        return await self.up_to(self._rows[-1][0]) if await self._filled() else {}

    async def _filled(self) -> bool:
        if not self._rows and not self._ended:
            self._rows.extend(await self._engine.versions(self._kind, self._after, CHUNK))
            self._ended = not self._rows
            self._after = self._rows[-1][0] if self._rows else self._after
        return bool(self._rows)


def _differing(kind: Kind, built: Built, held: Held) -> Suspects:
    """The documents that are not held as they were built, and those held that nobody built."""
    suspects: Suspects = {}
    for document in built.documents:
        wanted = None if document.body is None else content_digest(document.body)
        version, found = held.pop(document.id, (0, None))
        if wanted != found:
            suspects[document.kind, document.id] = Looked(wanted, found, version)
    for refused in built.unbuilt:
        version, found = held.pop(refused.id, (0, None))
        suspects[refused.kind, refused.id] = Looked(None, found, version, unbuilt=True)
    left = {(kind, id_): Looked(None, found, v) for id_, (v, found) in held.items() if found is not None}
    return suspects | left
