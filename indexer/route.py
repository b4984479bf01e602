"""What every work of the indexer is done between: the record, the engine, and the books kept of what was refused."""

from __future__ import annotations

from dataclasses import dataclass

from directory.dead_letter_ports import DeadLetters
from directory.ports import Reader, Record
from directory.reference import Reference
from indexer.dead_letters import account_for
from indexer.projection import Built, Touched, documents_of
from indexer.query.search import SearchEngine


@dataclass(frozen=True, slots=True)
class Route:
    """From a record into an engine."""

    record: Record
    engine: SearchEngine
    reference: Reference
    dead_letters: DeadLetters

    async def build(self, reader: Reader, wanted: Touched, version: int) -> Built:
        """The documents of `wanted` from present state. Raises: RecordUnavailable."""
        return await documents_of(reader, wanted, version, self.reference)

    async def put(self, built: Built) -> None:
        """Writes what was built; what cannot be built or taken becomes a dead letter. Raises: ServiceFault."""
        await account_for(self.dead_letters, built, await self.engine.put(built.documents))
