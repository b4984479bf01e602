"""What the indexer asks of the record beside the entities themselves; `directory/record/` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from directory.states import EntityType


@dataclass(frozen=True, slots=True)
class Touch:
    """A sealed entry of the log, as far as it tells which documents change.

    `left` is the entry (名录主体) that a report was moved away from, if it was.
    """

    position: int
    kind: str
    entity_type: EntityType
    entity_id: str
    left: str | None = None


class IndexingReads(Protocol):
    """Reads that tell which documents belong together, without reading what the reports say."""

    async def with_open_blockages(self, firm_ids: Sequence[str]) -> frozenset[str]:
        """Those of several entries of which a report is open."""

    async def firms_of_blockages(self, ids: Sequence[str]) -> frozenset[str]:
        """The entries of several reports that are not erased."""

    async def touches_after(self, position: int, *, limit: int) -> Sequence[Touch]:
        """What up to `limit` sealed entries after `position` touch, in order; what they changed is not read."""
