"""Reading the sealed log for one caller: by pages, and as it grows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from directory.entities import Blockage, BlockingPoint, Firm, Submission
from directory.facts import LogEntry
from directory.states import EntityType
from schema.changes.doorbell import rung_or_patient
from schema.changes.sight import Sight
from schema.changes.types import Change, ChangeConnection, connection, end_of, shown_change, veiled
from schema.context import Context
from schema.errors import ApiCode, ApiError
from schema.loaders import Loaders

# The bell may be missed across processes: a subscriber looks by itself this often.
PATIENCE_SECONDS = 1.0
BATCH = 100
# How many entries one page may look through before it comes back with what it has.
LOOK_THROUGH = 1000
MOST_KINDS = 50
# After which position the log can be read: it is kept whole, for ever, and so for longer than the ninety days promised.
EARLIEST = 0
LARGEST_POSITION = 2**63 - 1

Entity = tuple[EntityType, str]


def parse_position(after: str | None) -> int:
    """The position; 0, the beginning, for None. Raises: ApiError BAD_USER_INPUT."""
    if after is None:
        return 0
    if after.isascii() and after.isdecimal() and len(after) <= 19 and int(after) <= LARGEST_POSITION:
        return int(after)
    raise ApiError(ApiCode.BAD_USER_INPUT, "position.invalid")


def parse_kinds(kinds: Sequence[str] | None) -> tuple[str, ...]:
    """The kinds asked for, each once; empty for all. Raises: ApiError BAD_USER_INPUT, for too many."""
    wanted = tuple(dict.fromkeys(kinds or ()))
    if len(wanted) > MOST_KINDS:
        raise ApiError(ApiCode.BAD_USER_INPUT, "list.too_long", argument="kinds", limit=MOST_KINDS)
    return wanted


async def page(
    context: Context,
    *,
    after: str | None,
    first: int,
    kinds: Sequence[str] = (),
    entity: Entity | None = None,
) -> ChangeConnection:
    """Up to `first` changes that the caller may see, after a position; looks through a bounded stretch of the log.

    Raises: ApiError BAD_USER_INPUT, POSITION_UNKNOWN.
    """
    position = parse_position(after)
    await _check_reached(context, position)
    found: list[Change] = []
    looked, more = 0, True
    while more and len(found) < first and looked < LOOK_THROUGH:
        entries, more = await _read(context, position, BATCH, kinds, entity)
        for entry, change in zip(entries, await shown(context, entries, ends=not kinds), strict=True):
            if len(found) == first:
                more = True
                break
            position = entry.position
            if change is not None:
                found.append(change)
        looked += len(entries)
    return connection(found, after=after, reached=position, more=more)


async def follow(
    context: Context, *, after: str | None, kinds: Sequence[str] = (), entity: Entity | None = None
) -> AsyncGenerator[Change, None]:
    """Each change that the caller may see: those after `after` first, then each as it is sealed.

    Without `after`, from now on. Raises: ApiError BAD_USER_INPUT, POSITION_UNKNOWN.
    """
    position = parse_position(after) if after is not None else await head(context)
    await _check_reached(context, position)
    while True:
        bell = context.services.doorbell.listen()
        entries, more = await _read(context, position, BATCH, kinds, entity)
        for entry, change in zip(entries, await shown(context, entries, ends=not kinds), strict=True):
            position = entry.position
            if change is not None:
                context.forget()
                yield change
        if not more:
            await rung_or_patient(bell, seconds=PATIENCE_SECONDS)


async def _check_reached(context: Context, position: int) -> None:
    """The log is kept whole and only grows: a position that it never had is of another record, or of one since restored.

    Going on from there would pass over everything up to it in silence. Raises: ApiError POSITION_UNKNOWN, which says from
    where the log can be read: after `extensions.earliest`, up to its last position, `extensions.head`.
    """
    if position and position > (last := await head(context)):
        unknown = ApiError(ApiCode.POSITION_UNKNOWN, "position.unknown", head=last)
        unknown.extensions = {
            **(unknown.extensions or {}),
            "earliest": str(EARLIEST),
            "head": str(last),
        }
        raise unknown


async def head(context: Context) -> int:
    """The last sealed position; 0 before the first."""
    async with context.services.record.reader() as reader:
        return await reader.head()


async def shown(context: Context, entries: Sequence[LogEntry], *, ends: bool) -> list[Change | None]:
    """Each entry as the caller may see it, None for those that are not for this caller; four reads for all.

    `ends` adds the announcements of what is gone, and of what is between others; not to a choice of kinds, which would
    tell what it is.
    """
    loaders = Loaders(context.services.record)

    async def one(entry: LogEntry) -> Change | None:
        sight = await _sight(context, loaders, entry)
        if sight.sees_fact(entry.fact):
            if sight.shows(entry.fact):
                return shown_change(entry, sight)
            return veiled(entry, sight) if ends else None
        return end_of(entry) if ends and not sight.sees() and sight.tells_of_end(entry.fact) else None

    return list(await asyncio.gather(*(one(entry) for entry in entries)))


async def told_of(context: Context, entries: Sequence[LogEntry]) -> Sequence[LogEntry]:
    """Those of the entries of which the caller is told what happened, in their order."""
    changes = await shown(context, entries, ends=False)
    return [entry for entry, change in zip(entries, changes, strict=True) if change is not None]


async def _sight(context: Context, loaders: Loaders, entry: LogEntry) -> Sight:
    """The caller's view of the entity, by its present state: loaders of a request would keep a long feed's first one."""
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
    return Sight(context.caller, context.reference.agencies, entity, firm)


async def _read(
    context: Context, position: int, limit: int, kinds: Sequence[str], entity: Entity | None
) -> tuple[Sequence[LogEntry], bool]:
    """The next entries, and whether there may be more after them."""
    async with context.services.record.reader() as reader:
        entries = await reader.log_after(position, limit=limit, kinds=kinds, entity=entity)
    return entries, len(entries) == limit
