"""
Where the index stands in the log: one document, changed by compare-and-set.

It remembers which indices it speaks of, by the cluster's own ids. When the engine was emptied or an index was made
anew, the ids differ, and the index counts as holding nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.errors import SearchUnavailable
from indexer.engines.elastic.client import Client, Rejected
from indexer.query.search import Kind

Json = dict[str, Any]

DOCUMENT = "state"
ATTEMPTS = 20
MAPPING: Json = {
    "dynamic": "strict",
    "properties": {
        "position": {"type": "long"},
        "epoch": {"type": "long"},
        "indices": {"properties": {kind.value: {"type": "keyword"} for kind in Kind}},
    },
}


@dataclass(frozen=True, slots=True)
class State:
    """A position, the epoch of who set it, the indices meant, and how to replace this very state."""

    position: int
    epoch: int
    indices: Mapping[str, str]
    condition: str


NOTHING = State(0, 0, {}, "op_type=create")


class Control:
    """The control index of one prefix."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index
        self._claimed: Mapping[str, str] | None = None

    async def make(self) -> None:
        """Makes the control index unless it is there."""
        body: Json = {
            "mappings": MAPPING,
            "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}},
        }
        try:
            await self._client.ask("PUT", f"/{self._index}", body)
        except Rejected as rejected:
            if not rejected.already_exists:
                raise

    async def read(self) -> State:
        """The present state; `NOTHING` when none was written. Raises: SearchUnavailable."""
        try:
            found = await self._client.ask("GET", f"/{self._index}/_doc/{DOCUMENT}")
        except Rejected as rejected:
            if rejected.status != 404:
                raise
            return NOTHING
        source = found["_source"]
        condition = f"if_seq_no={found['_seq_no']}&if_primary_term={found['_primary_term']}"
        return State(source["position"], source["epoch"], source["indices"], condition)

    async def advance(self, position: int, epoch: int, indices: Mapping[str, str], since: int) -> int:
        """Moves the position forward; nothing for an older epoch, nor for indices that do not stand at `since` yet.

        For other indices than before it starts anew, unless they were made since this process claimed the index by
        position 0: its documents went to those that are gone. Returns where `indices` stand then.
        """
        if position == 0:
            self._claimed = dict(indices)
        for _ in range(ATTEMPTS):
            state = await self.read()
            known = state.indices == indices
            stands = state.position if known else 0
            made_since = not known and self._claimed not in (None, indices)
            if epoch < state.epoch or stands < since or made_since:
                return stands
            reached = max(stands, position)
            if await self._replaced(state, reached, epoch, indices):
                return reached
        raise SearchUnavailable(f"too many indexers change {self._index} at once")

    async def restart(self, position: int, indices: Mapping[str, str]) -> None:
        """Says that `indices` are complete up to `position`, whatever was said before; the epoch stays."""
        for _ in range(ATTEMPTS):
            state = await self.read()
            if await self._replaced(state, position, state.epoch, indices):
                return
        raise SearchUnavailable(f"too many indexers change {self._index} at once")

    async def _replaced(self, state: State, position: int, epoch: int, indices: Mapping[str, str]) -> bool:
        body: Json = {"position": position, "epoch": epoch, "indices": dict(indices)}
        try:
            await self._client.ask("PUT", f"/{self._index}/_doc/{DOCUMENT}?{state.condition}", body)
        except Rejected as rejected:
            if rejected.status != 409:
                raise
            return False
        return True
