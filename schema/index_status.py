"""How far the search index is behind the record."""

from __future__ import annotations

import strawberry

from directory.access import Operation
from schema.context import Info


@strawberry.type(description="How far the search index is behind the record.")
class IndexStatus:
    """Positions are log positions, as texts: they outgrow 32 bits."""

    engine: str = strawberry.field(description="Which engine holds the index.")
    record_position: str = strawberry.field(description="The last position of the log.")
    indexed_position: str = strawberry.field(description="The position up to which the index is complete.")
    lag_seconds: float = strawberry.field(
        description="How old the oldest change is that no search finds yet."
    )
    documents: int = strawberry.field(description="How many documents the index holds.")
    rejected: int = strawberry.field(
        description="How many documents could not be built, or were refused by the engine for good."
    )
    reachable: bool = strawberry.field(
        description="Whether the engine answers; the figures are those of an empty index when it does not."
    )
    generation: str | None = strawberry.field(description="The generation of the index that is searched.")
    previous_generation: str | None = strawberry.field(
        description="The generation before the last rebuild, while it is kept to go back to."
    )
    following: bool = strawberry.field(description="Whether an indexer carries changes into the index.")
    rebuilding: bool = strawberry.field(description="Whether the index is being rebuilt or repaired.")
    last_fault: str | None = strawberry.field(
        description="What kind of fault this server's indexer last met; null while all is well."
    )


@strawberry.type
class IndexStatusQueries:
    """The root field about the index."""

    @strawberry.field(description="How far the search index is behind the record.")
    async def index_status(self, info: Info) -> IndexStatus:
        info.context.require(Operation.READ_INDEX_STATUS)
        state = await info.context.services.index_state()
        return IndexStatus(
            engine=state.engine,
            record_position=str(state.record_position),
            indexed_position=str(state.indexed_position),
            lag_seconds=state.lag_seconds,
            documents=state.documents,
            rejected=state.rejected,
            reachable=state.reachable,
            generation=state.generation,
            previous_generation=state.previous_generation,
            following=state.following,
            rebuilding=state.rebuilding,
            last_fault=state.last_fault,
        )
