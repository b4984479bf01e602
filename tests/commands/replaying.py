"""The whole state as the log tells it: every entry folded, and every entity compared with what the record keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from directory.entities import Blockage, BlockingPoint, Entity, Firm, Submission, load
from directory.facts import replay
from directory.record.open import SqlRecord
from directory.states import EntityType
from tests.record.steps import seal

KINDS: dict[EntityType, type[Entity]] = {
    EntityType.FIRM: Firm,
    EntityType.SUBMISSION: Submission,
    EntityType.BLOCKAGE: Blockage,
    EntityType.BLOCKING_POINT: BlockingPoint,
}
Key = tuple[EntityType, str]


@dataclass
class Replayed:
    """What the log of one record has told so far, by entity: its version and its state."""

    position: int = 0
    told: dict[Key, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    async def goes_on(self, record: SqlRecord) -> None:
        """Folds what was written since."""
        await seal(record)
        async with record.reader() as reader:
            entries = await reader.log_after(self.position, limit=100_000)
        for entry in entries:
            fact = entry.fact
            key = fact.entity_type, fact.entity_id
            _, state = self.told.get(key, (0, {}))
            self.told[key] = fact.entity_version, replay(state, fact.changes)
            self.position = entry.position

    async def agrees_with(self, record: SqlRecord) -> None:
        """The record keeps just these entities, each at this version and in this state."""
        async with record.reader() as reader:
            reads = {
                EntityType.FIRM: reader.firms,
                EntityType.SUBMISSION: reader.submissions,
                EntityType.BLOCKAGE: reader.blockages,
                EntityType.BLOCKING_POINT: reader.blocking_points,
            }
            for type_, kind in KINDS.items():
                ids = await reader.entity_ids(type_, limit=100_000)
                kept = await reads[type_](ids)
                told = {
                    id_: load(kind, id_, version, state)
                    for (of, id_), (version, state) in self.told.items()
                    if of is type_
                }
                assert told == dict(kept)
