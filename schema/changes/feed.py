"""Reading the sealed log for one caller: by pages, and as it grows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from directory.facts import LogEntry
from schema.changes.doorbell import rung_or_patient
from schema.changes.looks import About, Entity, Wanted, about, look_at
from schema.changes.sight import Sight
from schema.changes.types import Change, ChangeConnection, connection, end_of, shown_change, veiled
from schema.context import Context
from schema.errors import ApiCode, ApiError

# The bell may be missed across processes: a subscriber looks by itself this often.
PATIENCE_SECONDS = 1.0
BATCH = 100
# How many entries one page may look through before it comes back with what it has.
LOOK_THROUGH = 1000
MOST_KINDS = 50
# After which position the log can be read: it is kept whole, for ever, and so for longer than the ninety days promised.
EARLIEST = 0
LARGEST_POSITION = 2**63 - 1


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
        look = await look_at(context.services.record, Wanted(position, BATCH, tuple(kinds), entity))
        more = look.more
        for entry, each in zip(look.entries, look.about, strict=True):
            if len(found) == first:
                more = True
                break
            position = entry.position
            if (change := _shown(context, entry, each, ends=not kinds)) is not None:
                found.append(change)
        looked += len(look.entries)
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
        wanted = Wanted(position, BATCH, tuple(kinds), entity)
        look = await context.services.looks.after(context.services.record, wanted, bell)
        for entry, each in zip(look.entries, look.about, strict=True):
            position = entry.position
            if (change := _shown(context, entry, each, ends=not kinds)) is not None:
                context.forget()
                yield change
        if not look.more:
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


async def told_of(context: Context, entries: Sequence[LogEntry]) -> Sequence[LogEntry]:
    """Those of the entries of which the caller is told what happened, in their order."""
    those = await about(context.services.record, entries)
    return [
        entry
        for entry, each in zip(entries, those, strict=True)
        if _shown(context, entry, each, ends=False) is not None
    ]


def _shown(context: Context, entry: LogEntry, about_it: About, *, ends: bool) -> Change | None:
    """The entry as the caller may see it; None when it is not for this caller.

    `ends` adds the announcements of what is gone, and of what is between others; not to a choice of kinds, which would
    tell what it is.
    """
    sight = Sight(context.caller, context.reference.agencies, *about_it)
    if sight.sees_fact(entry.fact):
        if sight.shows(entry.fact):
            return shown_change(entry, sight)
        return veiled(entry, sight) if ends else None
    return end_of(entry) if ends and not sight.sees() and sight.tells_of_end(entry.fact) else None
