"""How far the search index is behind the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import strawberry

from directory import dead_letter_ports
from directory.access import Operation
from indexer.query.search import Kind
from schema.context import Info
from schema.node import global_id

NODE_TYPES: Mapping[Kind, str] = {
    Kind.FIRM: "Firm",
    Kind.BLOCKAGE: "Blockage",
    Kind.BLOCKING_POINT: "BlockingPoint",
}


@strawberry.type(
    description="A document that no search finds, for it could not be built or was refused for good (死信)."
)
class DeadLetter:
    """What the document is of, and why."""

    entity_id: strawberry.ID = strawberry.field(description="The global id of what the document is of.")
    kind: str = strawberry.field(description="The kind of document: firm, blockage or blocking_point.")
    position: str = strawberry.field(description="The log position that it was built at.")
    reason: str = strawberry.field(description="Why, in the words of the builder or the engine.")
    at: datetime = strawberry.field(description="When it was refused last.")


@strawberry.type(description="A comparison of the index with the record, document by document (核对).")
class IndexCheck:
    """Made by `newgrowth index verify` and `repair`; a rebuild compares a sample only."""

    at: datetime = strawberry.field(description="When it ended.")
    compared: int = strawberry.field(description="How many documents were compared.")
    differing: int = strawberry.field(description="How many were not what the record says.")


@strawberry.type(description="How far the search index is behind the record.")
class IndexStatus:
    """Positions are log positions, as texts: they outgrow 32 bits."""

    engine: str = strawberry.field(description="Which engine holds the index.")
    record_position: str = strawberry.field(description="The last position of the log.")
    indexed_position: str = strawberry.field(description="The position up to which the index is complete.")
    lag_seconds: float = strawberry.field(
        description="How old the oldest change is that no search finds yet."
    )
    unsealed_seconds: float = strawberry.field(
        description="For how long the oldest change has waited for its position in the log; lag counts from then on."
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
    filling: bool = strawberry.field(
        description="Whether the index was empty and is being filled from the beginning, as in an engine that lost its "
        "data: until then searches miss what is not in it yet."
    )
    last_fault: str | None = strawberry.field(
        description="What kind of fault this server's indexer last met; null while all is well."
    )
    last_check: IndexCheck | None = strawberry.field(
        description="The last comparison of the generation that is searched with the record; null where it was never compared."
    )
    dead_letters: list[DeadLetter] | None = strawberry.field(
        description="The first five of the documents counted by `rejected`; null for all but operators."
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
            unsealed_seconds=state.unsealed_seconds,
            documents=state.documents,
            rejected=state.rejected,
            reachable=state.reachable,
            generation=state.generation,
            previous_generation=state.previous_generation,
            following=state.following,
            rebuilding=state.rebuilding,
            filling=state.filling,
            last_fault=state.last_fault,
            last_check=_shown_check(state.check) if state.check else None,
            dead_letters=(
                [shown_letter(each) for each in state.letters]
                if info.context.may(Operation.READ_DEAD_LETTERS)
                else None
            ),
        )


def shown_letter(letter: dead_letter_ports.DeadLetter) -> DeadLetter:
    """The letter as the API shows it."""
    return DeadLetter(
        entity_id=global_id(NODE_TYPES[Kind(letter.kind)], letter.id),
        kind=letter.kind,
        position=str(letter.version),
        reason=letter.reason,
        at=letter.at,
    )


def _shown_check(check: dead_letter_ports.IndexCheck) -> IndexCheck:
    return IndexCheck(at=check.at, compared=check.compared, differing=check.differing)
