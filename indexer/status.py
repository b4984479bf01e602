"""How far the index is behind the record (索引进度)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


async def index_status(
    record: Record, engine: SearchEngine, dead_letters: DeadLetters, now: datetime
) -> IndexStatus:
    """The present status. Lag is the age of the oldest sealed entry that is not yet indexed. Raises: RecordUnavailable."""
    reachable, indexed, documents = True, 0, 0
    try:
        indexed, documents = await engine.position(), await engine.count()
    except SearchUnavailable:
        reachable = False
    async with record.reader() as reader:
        head = await reader.head()
        waiting = await reader.log_after(indexed, limit=1) if indexed < head else ()
    lag = (now - waiting[0].fact.at).total_seconds() if waiting else 0.0
    return IndexStatus(
        engine=engine.name,
        reachable=reachable,
        record_position=head,
        indexed_position=indexed,
        lag_seconds=max(0.0, lag),
        documents=documents,
        rejected=await dead_letters.count(),
    )
