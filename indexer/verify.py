"""
Verification: is the index what the record says, document by document?

Walks the record's entities and the engine's (id, version, digest) and compares the digest of the document built from
present state with the one the engine holds. What differs at first is looked at again once the index has caught up with
what was sealed by then: a document that is only on its way is no difference.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from directory.ports import Record
from directory.states import EntityType
from directory.vocabulary import Reference
from indexer.documents.digest import content_digest
from indexer.projection import Touched, documents_of
from indexer.query.search import Kind, SearchEngine

CHUNK = 1000
ENTITY_TYPES = {Kind.FIRM: EntityType.FIRM, Kind.BLOCKAGE: EntityType.BLOCKAGE}
PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.1


class Fault(StrEnum):
    """How a document differs from the record."""

    MISSING = "missing"
    STALE = "stale"
    EXTRA = "extra"
    AHEAD = "ahead"


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
    """What record and index said of one document: digests, None for a tombstone or none; the index's version."""

    wanted: str | None
    found: str | None
    version: int = 0


Suspects = dict[tuple[Kind, str], Looked]


async def verify(
    record: Record,
    engine: SearchEngine,
    reference: Reference,
    progress: Callable[[int], None] = lambda _: None,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Verified:
    """Compares record and index, also while both are being written.

    Entries that the index has not carried over after `patience_seconds` show as differences.
    Raises: SearchUnavailable, RecordUnavailable.
    """
    walk = _Walk(record, engine, reference)
    suspects, compared = await walk.suspects(progress)
    if suspects:
        moving = await _caught_up(record, engine, patience_seconds)
        again, compared = await walk.suspects(lambda _: None)
        suspects = {key: looked for key, looked in again.items() if not moving or suspects.get(key) == looked}
    head = await _head(record)
    found = [Difference(kind, id_, _fault(looked, head)) for (kind, id_), looked in suspects.items()]
    return Verified(compared, tuple(found))


def _fault(looked: Looked, head: int) -> Fault:
    if looked.version > head:
        return Fault.AHEAD
    if looked.wanted is None:
        return Fault.EXTRA
    return Fault.MISSING if looked.found is None else Fault.STALE


async def _head(record: Record) -> int:
    async with record.reader() as reader:
        return await reader.head()


async def _caught_up(record: Record, engine: SearchEngine, seconds: float) -> bool:
    """Whether the index reached, within `seconds`, what is written now."""
    try:
        async with asyncio.timeout(seconds):
            await _sealed(record)
            head = await _head(record)
            while await engine.position() < head:  # noqa: ASYNC110 - other processes move it
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        return False
    return True


async def _sealed(record: Record) -> None:
    """Returns once everything written by now is sealed."""
    async with record.reader() as reader:
        _, last = await reader.unsealed()
        while 0 < (await reader.unsealed())[0] <= last:  # noqa: ASYNC110 - other processes seal
            await asyncio.sleep(POLL_SECONDS)


class _Walk:
    """Walks over every document that record or index have."""

    def __init__(self, record: Record, engine: SearchEngine, reference: Reference) -> None:
        self._record = record
        self._engine = engine
        self._reference = reference

    async def suspects(self, progress: Callable[[int], None]) -> tuple[Suspects, int]:
        """The documents that differ now, and how many of the record were compared."""
        await self._engine.refresh()
        suspects: Suspects = {}
        compared = 0
        for kind in Kind:
            held = {id_: (version, digest) async for id_, version, digest in self._held(kind)}
            async for wanted in self._wanted(kind):
                for id_, digest in wanted.items():
                    version, found = held.pop(id_, (0, None))
                    if digest != found:
                        suspects[kind, id_] = Looked(digest, found, version)
                compared += len(wanted)
                progress(len(wanted))
            suspects |= {
                (kind, id_): Looked(None, found, version)
                for id_, (version, found) in held.items()
                if found is not None
            }
        return suspects, compared

    async def _held(self, kind: Kind) -> AsyncIterator[tuple[str, int, str | None]]:
        after = ""
        while rows := await self._engine.versions(kind, after, CHUNK):
            for row in rows:
                yield row
            after = rows[-1][0]

    async def _wanted(self, kind: Kind) -> AsyncIterator[dict[str, str | None]]:
        """What the index should hold: digests by id, None for tombstones, a chunk at a time."""
        after = ""
        while True:
            async with self._record.reader() as reader:
                ids = await reader.entity_ids(ENTITY_TYPES[kind], after=after, limit=CHUNK, erased=True)
                if not ids:
                    return
                found = frozenset(ids)
                touched = Touched(firms=found) if kind is Kind.FIRM else Touched(blockages=found)
                documents = await documents_of(reader, touched, 0, self._reference)
            yield {
                document.id: None if document.body is None else content_digest(document.body)
                for document in documents
                if document.kind is kind and document.id in found
            }
            after = ids[-1]
