"""
From log entries to the documents they touch, built whole from present state.

Every document of a batch carries the batch's last position as its version: the state read is at least that new, and
whatever changes later has an entry of its own at a higher position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from directory.entities import Blockage, Firm
from directory.facts import LogEntry
from directory.ports import Reader
from directory.states import EntityType
from directory.vocabulary import Reference
from indexer.documents.blockage import blockage_document
from indexer.documents.firm import firm_document
from indexer.query.search import Document, Kind


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of the entries and reports whose documents a batch touches."""

    firms: frozenset[str] = field(default_factory=frozenset)
    blockages: frozenset[str] = field(default_factory=frozenset)


def touched(entries: Iterable[LogEntry]) -> Touched:
    """What a batch touches directly; a report also touches its firm's document, which is known only after a read."""
    firms, blockages = set(), set()
    for entry in entries:
        if entry.fact.entity_type is EntityType.FIRM:
            firms.add(entry.fact.entity_id)
        elif entry.fact.entity_type is EntityType.BLOCKAGE:
            blockages.add(entry.fact.entity_id)
            firms.update(_left(entry))
    return Touched(frozenset(firms), frozenset(blockages))


def _left(entry: LogEntry) -> Iterator[str]:
    """The firm that a report was moved away from, whose document counted it."""
    for change in entry.fact.changes:
        if change.field == "firm_id" and isinstance(change.before, str):
            yield change.before


async def documents_of(reader: Reader, wanted: Touched, version: int, reference: Reference) -> list[Document]:
    """The documents of `wanted` from present state, in four reads; what is gone or merged away becomes a tombstone."""
    blockages = await reader.blockages(sorted(wanted.blockages))
    firm_ids = sorted(wanted.firms | {blockage.firm_id for blockage in blockages.values()})
    firms = await reader.firms(firm_ids)
    reports = await reader.blockages_of_firms(firm_ids)
    found = [
        Document(Kind.FIRM, firm_id, version, _firm_body(firms.get(firm_id), reports, reference))
        for firm_id in firm_ids
    ]
    for blockage_id in sorted(wanted.blockages):
        blockage = blockages.get(blockage_id)
        body = _blockage_body(blockage, firms, reference) if blockage else None
        found.append(Document(Kind.BLOCKAGE, blockage_id, version, body))
    return found


def _firm_body(
    firm: Firm | None, reports: Mapping[str, Sequence[Blockage]], reference: Reference
) -> dict[str, object] | None:
    if firm is None or firm.merged_into is not None:
        return None
    return firm_document(firm, reports.get(firm.id, ()), reference)


def _blockage_body(
    blockage: Blockage, firms: Mapping[str, Firm], reference: Reference
) -> dict[str, object] | None:
    firm = firms.get(blockage.firm_id)
    return blockage_document(blockage, firm, reference) if firm else None
