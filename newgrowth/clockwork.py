"""
The clock: a round does what is due (`newgrowth/chores.py`), counts limits again where a holiday notice was published,
reminds whom the ladders name (`directory/reminders.py`), forgets what is kept for a day only, and makes anonymous what was
kept long enough (`directory/retention.py`).

A round goes through long lists in batches and writes one transaction an item: cut short, the next one goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from directory.access import THE_CLOCK
from directory.anchors import Anchor
from directory.commands import Command, EndNotice, RescheduleBlockage
from directory.entities import Blockage, Firm, Submission
from directory.errors import ServiceFault
from directory.handling import Directory
from directory.ladders import Rung
from directory.ports import Reader
from directory.reminders import reminder, window
from directory.states import EntityType
from newgrowth.chores import CHORES, Chore, Due
from newgrowth.settings import Settings

PERIOD_SECONDS = 30.0
BATCH = 100
FORGOTTEN_AT_ONCE = 1000

# What is asked of an entity whose end was counted without the holidays that are now known; a notice whose end moves on
# goes on, and does not end.
RESCHEDULE: Mapping[EntityType, Callable[[str], Command]] = {
    EntityType.BLOCKAGE: lambda id_: RescheduleBlockage(blockage=id_),
    EntityType.SUBMISSION: lambda id_: EndNotice(submission=id_),
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What one round of the clock did: how many of each."""

    notices: int
    proposals: int
    supervisions: int
    lapses: int
    suspensions: int
    rescheduled: int
    reminders: int
    forgotten: int
    sessions: int
    anonymised: int


async def one_round(directory: Directory, at: datetime | None = None) -> Done:
    """Does what is due at `at` (default: this instant). Raises: ServiceFault."""
    now = at or datetime.now(UTC)
    # First, so that no limit counts as missed that a published holiday has moved.
    rescheduled = sum([await _all(directory, _to_reschedule(directory, each)) for each in RESCHEDULE])
    done = {chore: await _all(directory, _due(directory, CHORES[chore], now)) for chore in Chore}
    return Done(
        notices=done[Chore.NOTICES],
        proposals=done[Chore.PROPOSALS],
        supervisions=done[Chore.SUPERVISIONS] + done[Chore.LATE_STAGES],
        lapses=done[Chore.LAPSES],
        suspensions=done[Chore.SUSPENSIONS],
        rescheduled=rescheduled,
        reminders=sum([await _remind(directory, rung, now) for rung in directory.rulebook.reference.rungs]),
        forgotten=await directory.record.forget_replies(now) + await _forget_told(directory, now),
        sessions=await directory.record.purge_sessions(now),
        anonymised=await directory.record.retire(now),
    )


async def _due(directory: Directory, due: Due, now: datetime) -> AsyncIterator[Command]:
    """The commands for what is due, batch by batch; what could not be done is passed over, not asked for again."""
    until, after = due.until(now, directory.rulebook), None
    while True:
        async with directory.record.reader() as reader:
            found = await reader.reached(due.anchor, until, after=after, limit=BATCH)
        for each in found:
            yield due.command(each.id)
        if len(found) < BATCH:
            return
        after = found[-1].key


async def _to_reschedule(directory: Directory, of: EntityType) -> AsyncIterator[Command]:
    """The commands for what waited for a holiday notice that is now published: limits, and ends of public notices."""
    published, after = directory.rulebook.calendar.published, ""
    while True:
        async with directory.record.reader() as reader:
            found = await reader.waiting_for_calendar(of, published, after=after, limit=BATCH)
        for id_ in found:
            yield RESCHEDULE[of](id_)
        if len(found) < BATCH:
            return
        after = found[-1]


async def _remind(directory: Directory, rung: Rung, now: datetime) -> int:
    """How many were told by this rung; what is told is in the record before the next batch is read."""
    since, until = window(rung, now, directory.rulebook)
    told, after = 0, None
    while True:
        async with directory.record.reader() as reader:
            found = await reader.reached(
                rung.anchor, until, after=after, limit=BATCH, reminder=(f"notice.{rung.rule}", since)
            )
            entities = await _read(reader, rung.anchor, [each.id for each in found])
        notices = [reminder(rung, entities[each.id], each.at, now) for each in found if each.id in entities]
        if notices:
            async with directory.record.unit_of_work() as uow:
                told += await uow.notices.tell(notices)
        if len(found) < BATCH:
            return told
        after = found[-1].key


async def _read(
    reader: Reader, anchor: Anchor, ids: Sequence[str]
) -> Mapping[str, Firm | Submission | Blockage]:
    if anchor is Anchor.CONFIRMED:
        return await reader.firms(ids)
    if anchor in (Anchor.NOTICE_ENDS, Anchor.CHANGES_REQUESTED, Anchor.DRAFT_BEGUN):
        return await reader.submissions(ids)
    return await reader.blockages(ids)


async def _forget_told(directory: Directory, now: datetime) -> int:
    """How many notices, deliveries and mails were old and are no longer kept; the next round takes the next of them."""
    async with directory.record.unit_of_work() as uow:
        return await uow.notices.forget_old(now, FORGOTTEN_AT_ONCE)


async def _all(directory: Directory, commands: AsyncIterator[Command]) -> int:
    """How many were carried out; one that was overtaken meanwhile, or is held by an objection, is passed over.

    So is one that fails by a mistake of ours: it is told, and must not keep the round from all that come after it.
    """
    carried_out = 0
    async for command in commands:
        try:
            outcome = await directory.handle(command, THE_CLOCK)
        except ServiceFault:
            raise
        except Exception:
            log.exception("chore_failed", command=type(command).__name__)
        else:
            carried_out += not outcome.problems
    return carried_out


async def mind_the_clock(directory: Directory) -> None:
    """A round every half minute, until cancelled; a record that is down or a mistake of ours costs a round, not the clock."""
    while True:
        try:
            await one_round(directory)
        except ServiceFault as fault:
            log.warning("clock_round_failed", reason=str(fault))
        except Exception:
            log.exception("clock_round_failed")
        await asyncio.sleep(PERIOD_SECONDS)


async def run_clock(settings: Settings) -> Done:
    """One round with the record of these settings."""
    from newgrowth.wiring import opened

    async with opened(settings) as parts:
        return await one_round(parts.directory)
