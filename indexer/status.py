"""How far the index is behind the record (索引进度)."""

from __future__ import annotations

from dataclasses import dataclass

from directory.errors import SearchUnavailable
from directory.ports import DeadLetters, Record
from indexer.query.search import SearchEngine


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Positions of record and index, the lag in seconds, live documents and dead letters.

    `reachable` is False when the engine gave no answer; then its figures are those of an empty index.
    """

    engine: str
    reachable: bool
    record_position: int
    indexed_position: int
    lag_seconds: float
    documents: int
    rejected: int


async def index_status(record: Record, engine: SearchEngine, dead_letters: DeadLetters) -> IndexStatus:
    """The present status. Lag is how long the oldest entry not yet indexed has been sealed. Raises: RecordUnavailable."""
    reachable, indexed, documents = True, 0, 0
    try:
        indexed, documents = await engine.position(), await engine.count()
    except SearchUnavailable:
        reachable = False
    async with record.reader() as reader:
        head = await reader.head()
        lag = await reader.waiting_seconds(indexed)
    return IndexStatus(
        engine=engine.name,
        reachable=reachable,
        record_position=head,
        indexed_position=indexed,
        lag_seconds=lag,
        documents=documents,
        rejected=await dead_letters.count(),
    )
