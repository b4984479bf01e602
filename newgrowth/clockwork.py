"""
What time asks for: public notices that are over, proposals that nobody answered.

Each is a command by the clock, so it is on record like any other; done twice, or by two processes, it happens once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from directory.access import THE_CLOCK
from directory.commands import CloseUnanswered, Command, EndNotice
from directory.errors import ServiceFault
from directory.handling import Directory
from newgrowth.settings import Settings

PERIOD_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What one round of the clock did."""

    notices: int
    proposals: int


async def one_round(directory: Directory, at: datetime | None = None) -> Done:
    """Does what is due at `at` (default: this instant). Raises: ServiceFault."""
    moment = at or datetime.now(UTC)
    async with directory.record.unit_of_work() as uow:
        notices = [submission.id for submission in await uow.submissions.notices_over(moment)]
        proposals = [blockage.id for blockage in await uow.blockages.proposals_unanswered(moment)]
    return Done(
        notices=await _all(directory, [EndNotice(submission=id_) for id_ in notices]),
        proposals=await _all(directory, [CloseUnanswered(blockage=id_) for id_ in proposals]),
    )


async def _all(directory: Directory, commands: Sequence[Command]) -> int:
    """How many were carried out; one that was overtaken meanwhile, or is held by an objection, is passed over."""
    outcomes = [await directory.handle(command, THE_CLOCK) for command in commands]
    return sum(not outcome.problems for outcome in outcomes)


async def mind_the_clock(directory: Directory) -> None:
    """A round every half minute, until cancelled; a record that is down costs a round, not the clock."""
    while True:
        try:
            await one_round(directory)
        except ServiceFault as fault:
            log.warning("clock_round_failed", reason=str(fault))
        await asyncio.sleep(PERIOD_SECONDS)


async def run_clock(settings: Settings) -> Done:
    """One round with the record of these settings."""
    from newgrowth.wiring import opened

    async with opened(settings) as parts:
        return await one_round(parts.directory)
