"""
From log entries to the documents they touch, built whole from present state.

Every document of a batch carries the batch's last position as its version: the state read is at least that new, and
whatever changes later has an entry of its own at a higher position.

What cannot be read or built is told and left out, so that one spoilt entry does not stop the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import structlog

from directory.entities import Blockage, BlockingPoint, Firm
from directory.errors import ServiceFault
from directory.indexing_ports import Touch
from directory.ports import Reader
from directory.reference import Reference
from directory.states import EntityType
from indexer.documents.blockage import blockage_document, remains_document
from indexer.documents.blocking_point import blocking_point_document
from indexer.documents.firm import firm_document
from indexer.query.search import Document, Kind, Refused

# The event loop has other work too: a request waits no longer than it takes to build so many documents.
BUILT_AT_ONCE = 50

# What each kind of document is built from.
ENTITY_TYPES: Mapping[Kind, EntityType] = {
    Kind.FIRM: EntityType.FIRM,
    Kind.BLOCKAGE: EntityType.BLOCKAGE,
    Kind.BLOCKING_POINT: EntityType.BLOCKING_POINT,
}

log = structlog.get_logger(__name__)
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of the entries, reports and blocking points whose documents a batch touches."""

    firms: frozenset[str] = field(default_factory=frozenset)
    blockages: frozenset[str] = field(default_factory=frozenset)
    points: frozenset[str] = field(default_factory=frozenset)

    def __iter__(self) -> Iterator[tuple[Kind, str]]:
        yield from ((Kind.FIRM, id_) for id_ in sorted(self.firms))
        yield from ((Kind.BLOCKAGE, id_) for id_ in sorted(self.blockages))
        yield from ((Kind.BLOCKING_POINT, id_) for id_ in sorted(self.points))

    @classmethod
    def of(cls, those: Iterable[tuple[Kind, str]]) -> Touched:
        """The entries, reports and blocking points of `those`."""
        listed = list(those)
        return cls(
            frozenset(id_ for kind, id_ in listed if kind is Kind.FIRM),
            frozenset(id_ for kind, id_ in listed if kind is Kind.BLOCKAGE),
            frozenset(id_ for kind, id_ in listed if kind is Kind.BLOCKING_POINT),
        )

    def halves(self) -> tuple[Touched, Touched] | None:
        """Two halves of it; None for a single one."""
        those = list(self)
        if len(those) < 2:
            return None
        return Touched.of(those[: len(those) // 2]), Touched.of(those[len(those) // 2 :])


def touched(entries: Iterable[Touch]) -> Touched:
    """What a batch touches directly; a report also touches its firm's document, which is known only after a read."""
    firms, blockages, points = set(), set(), set()
    for entry in entries:
        if entry.entity_type is EntityType.FIRM:
            firms.add(entry.entity_id)
        elif entry.entity_type is EntityType.BLOCKAGE:
            blockages.add(entry.entity_id)
            if entry.left is not None:
                # The document of the firm that it was moved away from counted it.
                firms.add(entry.left)
        elif entry.entity_type is EntityType.BLOCKING_POINT:
            points.add(entry.entity_id)
    return Touched(frozenset(firms), frozenset(blockages), frozenset(points))


@dataclass(frozen=True, slots=True)
class Built:
    """Documents ready to be written, and those that cannot be built, with the reason."""

    documents: tuple[Document, ...] = ()
    unbuilt: tuple[Refused, ...] = ()

    def __add__(self, other: Built) -> Built:
        return Built(self.documents + other.documents, self.unbuilt + other.unbuilt)

    def __len__(self) -> int:
        return len(self.documents) + len(self.unbuilt)


async def with_firms(reader: Reader, wanted: Touched) -> Touched:
    """With the entries of its reports, whose documents tell whether a report is open. Raises: RecordUnavailable."""
    return replace(wanted, firms=wanted.firms | await reader.firms_of_blockages(sorted(wanted.blockages)))


async def documents_of(reader: Reader, wanted: Touched, version: int, reference: Reference) -> Built:
    """The documents of `wanted` from present state, in six reads; what is gone or merged away becomes a tombstone.

    Raises: RecordUnavailable. What cannot be read is found by halving.
    """
    try:
        return await _built(reader, wanted, version, reference)
    except ServiceFault:
        raise
    except Exception as fault:
        if (halves := wanted.halves()) is None:
            return Built(unbuilt=tuple(_unbuilt(kind, id_, version, fault) for kind, id_ in wanted))
        built = Built()
        for half in halves:
            built += await documents_of(reader, half, version, reference)
        return built


async def _built(reader: Reader, wanted: Touched, version: int, reference: Reference) -> Built:
    blockages = await reader.blockages(sorted(wanted.blockages))
    firms = await reader.firms(sorted(wanted.firms | {blockage.firm_id for blockage in blockages.values()}))
    blocked = await reader.with_open_blockages(sorted(wanted.firms))
    points = await reader.blocking_points(sorted(wanted.points))
    gone = sorted(wanted.blockages - blockages.keys())
    remains = await reader.remains_of_blockages(gone) if gone else {}
    bodies: list[tuple[Kind, str, Callable[[], Body | None]]] = [
        *(
            (Kind.FIRM, id_, partial(_firm_body, firms.get(id_), id_ in blocked, reference))
            for id_ in sorted(wanted.firms)
        ),
        *(
            (Kind.BLOCKAGE, id_, partial(_blockage_body, blockages.get(id_), firms, reference))
            for id_ in sorted(wanted.blockages - remains.keys())
        ),
        *((Kind.BLOCKAGE, id_, partial(remains_document, left, reference)) for id_, left in remains.items()),
        *(
            (Kind.BLOCKING_POINT, id_, partial(_point_body, points.get(id_), reference))
            for id_ in sorted(wanted.points)
        ),
    ]
    documents: list[Document] = []
    unbuilt: list[Refused] = []
    for count, (kind, id_, body) in enumerate(bodies):
        if count % BUILT_AT_ONCE == 0:
            await asyncio.sleep(0)
        try:
            documents.append(Document(kind, id_, version, body()))
        except Exception as fault:
            unbuilt.append(_unbuilt(kind, id_, version, fault))
    return Built(tuple(documents), tuple(unbuilt))


def _unbuilt(kind: Kind, id_: str, version: int, fault: Exception) -> Refused:
    log.error("document_not_built", kind=kind.value, id=id_, error=type(fault).__name__)
    return Refused(kind, id_, version, f"not built: {type(fault).__name__} {_place(fault)}")


def _place(fault: Exception) -> str:
    """Where it happened. Its own words are left out: they may repeat what the entry says of a person."""
    trace = fault.__traceback__
    if trace is None:
        return "at an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"in {trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}"


def _firm_body(firm: Firm | None, blocked: bool, reference: Reference) -> Body | None:
    if firm is None or firm.merged_into is not None:
        return None
    return firm_document(firm, reference, open_blockages=blocked)


def _blockage_body(blockage: Blockage | None, firms: Mapping[str, Firm], reference: Reference) -> Body | None:
    if blockage is None or (firm := firms.get(blockage.firm_id)) is None:
        return None
    return blockage_document(blockage, firm, reference)


def _point_body(point: BlockingPoint | None, reference: Reference) -> Body | None:
    if point is None or point.merged_into is not None:
        return None
    return blocking_point_document(point, reference)
