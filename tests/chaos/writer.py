"""
Who writes in a process of its own, as servers do beside an indexer: `python -m tests.chaos.writer URL SEED A_SECOND`.

It says `ready` once its town is founded, writes from the first line it reads until its input ends, and says then how many acts it did.
"""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from directory.entities import Firm
from directory.record.open import SqlRecord, open_record
from newgrowth.loops import new_event_loop
from tests.chaos.pace import paced
from tests.chaos.town import WRITERS, Town
from tests.factories import make_firm, make_profile
from tests.record.steps import change, keep

ROOT = Path(__file__).resolve().parents[2]
TEA_HOUSES = 60
# The share of writes that are commands of the town; the others are small changes, for the sake of their number.
COMMANDS = 0.2


async def tea_houses(record: SqlRecord) -> list[Firm]:
    """Entries that a search for 茶山 finds, whatever they are renamed to by the writer."""
    firms = [make_firm(profile=make_profile(name=f"茶山{number}号工作室")) for number in range(TEA_HOUSES)]
    await keep(record, *firms)
    return [firm.model_copy(update={"version": 1}) for firm in firms]


@dataclass
class Acts:
    """How many acts the writer did, once it has ended."""

    count: int = 0


@asynccontextmanager
async def beside(url: str, seed: int, a_second: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A writer that is ready, and waits to be told to begin."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, url, str(seed), str(a_second), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        await _line(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def writing(process: asyncio.subprocess.Process) -> AsyncIterator[Acts]:
    """The writer writes while the block lasts."""
    acts = Acts()
    assert process.stdin is not None
    process.stdin.write(b"begin\n")
    await process.stdin.drain()
    yield acts
    process.stdin.close()
    acts.count = int(await _line(process))


async def _line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the writer has ended"
    return line


async def _write(url: str, seed: int, a_second: int) -> None:
    async with await open_record(url) as record, AsyncExitStack() as writers:
        houses, town = await tea_houses(record), await Town(record, seed).founded()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        took = [
            await writers.enter_async_context(
                paced(a_second // WRITERS, _one(record, town, houses[number::WRITERS], f"{seed}:{number}"))
            )
            for number in range(WRITERS)
        ]
        await asyncio.to_thread(sys.stdin.read)
        await writers.aclose()
        print(sum(map(len, took)), flush=True)


def _one(record: SqlRecord, town: Town, houses: list[Firm], seed: str) -> Callable[[], Awaitable[None]]:
    """How one of the writers acts, whose tea houses nobody else renames."""
    dice = random.Random(seed)

    async def act() -> None:
        if dice.random() < COMMANDS:
            await town.act(dice)
            return
        at, name = dice.randrange(len(houses)), f"茶山{dice.randrange(10_000)}号工作室"
        profile = houses[at].profile.model_copy(update={"name": name})
        houses[at] = await change(record, houses[at], profile=profile)

    return act


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
