"""Commands a second: entries submitted through the real rules into the record, one after the other and by eight callers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
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


def declarations(count: int) -> Iterator[tuple[Caller, SubmitFirm]]:
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


async def measured(name: str, url: str, count: int) -> list[Figure]:
    """Commands a second on the database at `url`, half of `count` alone and half by eight callers at once."""
    wanted: list[Any] = list(declarations(count))
    async with directory_at(url) as directory:
        alone = await _rate(directory, wanted[: count // 2], callers=1)
        together = await _rate(directory, wanted[count // 2 :], callers=CALLERS)
    return [
        Figure("commands", f"{name}, one caller", alone, "commands/s"),
        Figure("commands", f"{name}, {CALLERS} callers", together, "commands/s", together / alone),
    ]


async def _rate(directory: Directory, wanted: list[Any], *, callers: int) -> float:
    left = iter(wanted)

    async def call() -> None:
        for caller, command in left:
            outcome = await directory.handle(command, caller)
            assert not outcome.problems, outcome.problems

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return len(wanted) / (time.perf_counter() - began)


def sqlite_url(directory: Path, name: str) -> str:
    """The URL of a record in `directory`."""
    return f"sqlite+aiosqlite:///{directory / name}"
