"""One fact of the log, as its readers may see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from directory import facts
from directory.facts import LogEntry
from directory.states import EntityType
from schema.changes.sight import Sight
from schema.connections import PageInfo, page_info
from schema.context import Info
from schema.node import Node, global_id

NODE_TYPES = {
    EntityType.FIRM: "Firm",
    EntityType.SUBMISSION: "Submission",
    EntityType.BLOCKAGE: "Blockage",
    EntityType.BLOCKING_POINT: "BlockingPoint",
}
WITHHELD = "withheld"


@strawberry.type(description="One field of an entry before and after a change.")
class FieldChange:
    """A change that the caller may see; hidden values are null on both sides."""

    field: str = strawberry.field(description="The field's name; those of the profile as `profile.<name>`.")
    before: JSON | None = strawberry.field(
        description="The value before; null where there was none, where a list only grew, or where it is hidden."
    )
    after: JSON | None = strawberry.field(
        description="The value after, or the new items of a list that only grew; null where it is hidden."
    )


@strawberry.type(
    description="One fact of the append-only log. `position` only grows, so a client resumes after the last one it saw."
)
class Change:
    """A sealed log entry."""

    position: str = strawberry.field(description="The place in the log: gapless, and only growing.")
    at: datetime = strawberry.field(description="When it happened.")
    actor: str = strawberry.field(
        description="Who did it, by the token's subject. To who may not know it \"reporter\" for the firm's person and "
        '"officer" for anyone else; "withheld" where it is gone.'
    )
    kind: str = strawberry.field(
        description="What happened, in the past tense: firm:listed, blockage:assigned; blockage:updated where it is between "
        "others."
    )
    changes: list[FieldChange] = strawberry.field(description="The fields that changed.")
    digest: str = strawberry.field(
        description="SHA-256 over the digest before it and this entry's canonical form, in hexadecimal."
    )
    gone: bool = strawberry.field(
        description="Whether what it happened to left the public directory by this: delisted, merged, made private, no "
        "longer under public notice, or erased. For a caller who may no longer see it, nothing else is told and `kind` "
        "ends in :gone."
    )
    entity_version: int = strawberry.field(
        description="The version that the change gave it: a copy that has this version or a later one knows the change."
    )
    entity_type: strawberry.Private[EntityType]
    entity_key: strawberry.Private[str]

    @strawberry.field(description="The global id of what it happened to, also where that is gone.")
    def entity_id(self) -> strawberry.ID:
        return global_id(NODE_TYPES[self.entity_type], self.entity_key)

    @strawberry.field(
        description="What it happened to, in its present state; null where it is gone or hidden."
    )
    async def entity(self, info: Info) -> Node | None:
        fetch = info.context.fetchers.get(NODE_TYPES[self.entity_type])
        return await fetch(info.context, self.entity_key) if fetch else None


@strawberry.type(description="A change in its list.")
class ChangeEdge:
    """Relay's edge."""

    cursor: str = strawberry.field(description="The change's position.")
    node: Change = strawberry.field(description="The change.")


@strawberry.type(description="A page of changes, oldest first.")
class ChangeConnection:
    """Relay's connection; `after` takes any position, also one that no page ended at."""

    edges: list[ChangeEdge] = strawberry.field(description="The changes with their cursors.")
    nodes: list[Change] = strawberry.field(description="The changes alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")


def connection(changes: list[Change], *, after: str | None, reached: int, more: bool) -> ChangeConnection:
    """A page of changes. `reached` is the last position looked at, from which the next page goes on.

    It may lie beyond the last change shown, for what the caller may not see is passed over.
    """
    positions = [change.position for change in changes]
    page = page_info(positions, after=after, more=more)
    page.end_cursor = str(reached) if reached else None
    return ChangeConnection(
        edges=[ChangeEdge(cursor=change.position, node=change) for change in changes],
        nodes=changes,
        page_info=page,
    )


def shown_change(entry: LogEntry, sight: Sight) -> Change:
    """The entry as the caller may see it, who has been found to have a right to it."""
    fact = entry.fact
    return Change(
        position=str(entry.position),
        at=fact.at,
        actor=sight.actor(fact),
        kind=fact.kind,
        changes=_shown_fields(sight.fields(fact)),
        digest=entry.digest,
        gone=sight.tells_of_end(fact),
        entity_version=fact.entity_version,
        entity_type=fact.entity_type,
        entity_key=fact.entity_id,
    )


def veiled(entry: LogEntry, sight: Sight) -> Change:
    """That something happened that is between others: with the version, and the fields that the caller reads."""
    told = shown_change(entry, sight)
    told.kind, told.actor = f"{entry.fact.entity_type.value.lower()}:updated", WITHHELD
    told.changes = [change for change in told.changes if not change.before is change.after is None]
    return told


def end_of(entry: LogEntry) -> Change:
    """That something left the directory, for a caller who may no longer see it."""
    fact = entry.fact
    return Change(
        position=str(entry.position),
        at=fact.at,
        actor=WITHHELD,
        kind=f"{fact.entity_type.value.lower()}:gone",
        changes=[],
        digest=entry.digest,
        gone=True,
        entity_version=fact.entity_version,
        entity_type=fact.entity_type,
        entity_key=fact.entity_id,
    )


def _shown_fields(changes: Iterable[facts.FieldChange]) -> list[FieldChange]:
    return [FieldChange(field=change.field, before=change.before, after=change.after) for change in changes]
