"""What the indexer asks of the record beside the entities themselves; `directory/record/` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class IndexingReads(Protocol):
    """Reads that tell which documents belong together, without reading what the reports say."""

    async def with_open_blockages(self, firm_ids: Sequence[str]) -> frozenset[str]:
        """Those of several entries of which a report is open."""

    async def firms_of_blockages(self, ids: Sequence[str]) -> frozenset[str]:
        """The entries of several reports that are not erased."""
