"""
Commands: entries submitted through the real rules into the record, each in turn with a bare transaction.

The bare one writes, with the driver alone and as durably, what a command leaves behind: its share of the rows of a record
that was filled by the same commands before. What their ratio says is what rules, reads and the log cost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bare import Bare, bare_at
from benchmarks.figures import Figure, percentile
from benchmarks.material import REFERENCE, RULEBOOK
from directory.access import Caller, Role
from directory.commands import SubmitFirm
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.names import place_names
from directory.record.migrate import migrate
from directory.record.open import open_record
from seeds.generate import generate

CALLERS = 8
Wanted = tuple[Caller, SubmitFirm]


def declarations(count: int) -> Iterator[Wanted]:
    """Entries to submit, each by an owner of its own."""
    for sample in generate(count, seed=7, today=datetime.now(UTC).date()):
        yield Caller(sample.owner_subject, frozenset({Role.FIRM})), SubmitFirm(profile=sample.profile)


@asynccontextmanager
async def directory_at(url: str) -> AsyncIterator[Directory]:
    """A directory over new tables, sealed in the background as in a server."""
    await migrate(url)
    rung = asyncio.Event()
    async with await open_record(url, places=place_names(REFERENCE.regions)) as record:
        sealing = asyncio.create_task(record.sealer().run(rung))
        yield Directory(record, RULEBOOK, HANDLERS, committed=rung.set)
        sealing.cancel()
        await asyncio.wait([sealing])


async def measured(name: str, urls: Sequence[str], count: int) -> list[Figure]:
    """Milliseconds of a command and of a bare transaction, and commands a second by eight callers at once.

    `urls` of three empty databases of one kind: one to take the rows from, one for commands and one for bare rows. Half of
    `count` come one after the other.
    """
    wanted = list(declarations(count))
    before, after = wanted[: count // 2], wanted[count // 2 :]
    source, ours, theirs = urls
    async with directory_at(source) as directory:
        await _rate(directory, before, callers=1)
    await migrate(theirs)
    async with directory_at(ours) as directory, bare_at(theirs, source, len(before)) as bare:
        took, bare_took = await _in_turn(directory, bare, before)
        together = await _rate(directory, after, callers=CALLERS)
    alone = len(took) / sum(took)
    return [
        *_spread(name, took, bare_took),
        Figure("commands", f"{name}, one caller", alone, "commands/s", sum(bare_took) / sum(took)),
        Figure("commands", f"{name}, {CALLERS} callers", together, "commands/s", together / alone),
    ]


async def _in_turn(
    directory: Directory, bare: Bare, wanted: Sequence[Wanted]
) -> tuple[list[float], list[float]]:
    """Seconds of each command, and of the bare transaction after it."""
    took, bare_took = [], []
    for caller, command in wanted:
        began = time.perf_counter()
        await _handled(directory, caller, command)
        took.append(time.perf_counter() - began)
        bare_took.append(await bare.write_next())
    return took, bare_took


def _spread(name: str, took: Sequence[float], bare_took: Sequence[float]) -> list[Figure]:
    figures = []
    for percent in (50, 95):
        mine, other = percentile(took, percent) * 1000, percentile(bare_took, percent) * 1000
        figures += [
            Figure("commands", f"{name}, a command, p{percent}", mine, "ms", mine / other),
            Figure("commands", f"{name}, bare transaction of its rows, p{percent}", other, "ms"),
        ]
    return figures


async def _rate(directory: Directory, wanted: Sequence[Wanted], *, callers: int) -> float:
    left = iter(wanted)

    async def call() -> None:
        for caller, command in left:
            await _handled(directory, caller, command)

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return len(wanted) / (time.perf_counter() - began)


async def _handled(directory: Directory, caller: Caller, command: SubmitFirm) -> None:
    outcome = await directory.handle(command, caller)
    assert not outcome.problems, outcome.problems


def sqlite_url(directory: Path, name: str) -> str:
    """The URL of a record in `directory`."""
    return f"sqlite+aiosqlite:///{directory / name}"
