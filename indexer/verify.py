"""
Verification: is the index what the record says, document by document?

Walks the record's entities and the engine's (id, version, digest) in id order and compares the digest of the document
built from present state with the one the engine holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from directory.ports import Record
from directory.states import EntityType
from directory.vocabulary import Reference
from indexer.documents.digest import content_digest
from indexer.projection import Touched, documents_of
from indexer.query.search import Document, Kind, SearchEngine

CHUNK = 1000
ENTITY_TYPES = {Kind.FIRM: EntityType.FIRM, Kind.BLOCKAGE: EntityType.BLOCKAGE}


class Fault(StrEnum):
    """How a document differs from the record."""

    MISSING = "missing"
    STALE = "stale"
    EXTRA = "extra"


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


async def verify(
    record: Record,
    engine: SearchEngine,
    reference: Reference,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Compares record and index as they are now; entries not yet carried over show as differences.

    Raises: SearchUnavailable, RecordUnavailable.
    """
    await engine.refresh()
    compared, differences = 0, list[Difference]()
    for kind in Kind:
        held = {id_: digest_ async for id_, digest_ in _held(engine, kind)}
        async for documents in _expected(record, kind, reference):
            for document in documents:
                fault = _fault(document, held.pop(document.id, None))
                if fault is not None:
                    differences.append(Difference(kind, document.id, fault))
            compared += len(documents)
            progress(len(documents))
        differences += [
            Difference(kind, id_, Fault.EXTRA) for id_, found in held.items() if found is not None
        ]
    return Verified(compared, tuple(differences))


def _fault(expected: Document, found: str | None) -> Fault | None:
    wanted = content_digest(expected.body) if expected.body is not None else None
    if wanted == found:
        return None
    if wanted is None:
        return Fault.EXTRA
    return Fault.STALE if found is not None else Fault.MISSING


async def _held(engine: SearchEngine, kind: Kind) -> AsyncIterator[tuple[str, str | None]]:
    after = ""
    while rows := await engine.versions(kind, after, CHUNK):
        for id_, _, found in rows:
            yield id_, found
        after = rows[-1][0]


async def _expected(record: Record, kind: Kind, reference: Reference) -> AsyncIterator[list[Document]]:
    after = ""
    while True:
        async with record.reader() as reader:
            ids = await reader.entity_ids(ENTITY_TYPES[kind], after=after, limit=CHUNK)
            if not ids:
                return
            found = frozenset(ids)
            wanted = Touched(firms=found) if kind is Kind.FIRM else Touched(blockages=found)
            documents = await documents_of(reader, wanted, 0, reference)
        yield [document for document in documents if document.kind is kind and document.id in found]
        after = ids[-1]
