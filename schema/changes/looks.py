"""What followers look at: the log's next entries and what they are about, read once for all who look at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from directory.entities import Blockage, BlockingPoint, Firm, Submission
from directory.facts import LogEntry
from directory.ports import Record
from directory.states import EntityType
from schema.loaders import Loaders

Entity = tuple[EntityType, str]
About = tuple[Firm | Submission | Blockage | BlockingPoint | None, Firm | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stretch of the log: up to `limit` entries after a position, of these kinds and this entity, or of all."""

    position: int
    limit: int
    kinds: tuple[str, ...] = ()
    entity: Entity | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Entries of the log, oldest first, what each is about with its firm (名录主体), and whether there may be more of them.

    It is of nobody: what a caller is shown of it is for the caller's rights to say.
    """

    entries: Sequence[LogEntry]
    about: Sequence[About]
    more: bool


class Looks:
    """Looks that are under way. Whoever wants the same joins them, so that a thousand who are woken read once.

    Only those who listen to the same bell do: what was sealed before somebody began to listen is never missing.
    """

    def __init__(self) -> None:
        self._under_way: dict[tuple[asyncio.Event, Wanted], asyncio.Task[Look]] = {}

    async def after(self, record: Record, wanted: Wanted, bell: asyncio.Event) -> Look:
        """What is wanted, read after the bell was taken. Raises: RecordUnavailable."""
        key = (bell, wanted)
        look = self._under_way.get(key)
        if look is None:
            look = self._under_way[key] = asyncio.create_task(look_at(record, wanted))
            look.add_done_callback(lambda ended: self._forget(key, ended))
        # One who leaves takes nothing away from the others.
        return await asyncio.shield(look)

    def _forget(self, key: tuple[asyncio.Event, Wanted], ended: asyncio.Task[Look]) -> None:
        del self._under_way[key]
        if not ended.cancelled():
            ended.exception()  # a failure is told to those who wait for it, of whom none may be left


async def look_at(record: Record, wanted: Wanted) -> Look:
    """What is wanted, as it stands. Raises: RecordUnavailable."""
    async with record.reader() as reader:
        entries = await reader.log_after(
            wanted.position, limit=wanted.limit, kinds=wanted.kinds, entity=wanted.entity
        )
    return Look(entries, await about(record, entries), more=len(entries) == wanted.limit)


async def about(record: Record, entries: Sequence[LogEntry]) -> Sequence[About]:
    """What the entries are about, by its present state: four reads for all of them."""
    loaders = Loaders(record)
    return await asyncio.gather(*(_about(loaders, entry) for entry in entries))


async def _about(loaders: Loaders, entry: LogEntry) -> About:
    kind, entity_id = entry.fact.entity_type, entry.fact.entity_id
    entity: Firm | Submission | Blockage | BlockingPoint | None = None
    firm: Firm | None = None
    if kind is EntityType.FIRM:
        entity = firm = await loaders.firm.load(entity_id)
    elif kind is EntityType.SUBMISSION:
        entity = await loaders.submission.load(entity_id)
    elif kind is EntityType.BLOCKAGE:
        entity = await loaders.blockage.load(entity_id)
    elif kind is EntityType.BLOCKING_POINT:
        entity = await loaders.blocking_point.load(entity_id)
    if isinstance(entity, Submission | Blockage):
        firm = await loaders.firm.load(entity.firm_id)
    return entity, firm
