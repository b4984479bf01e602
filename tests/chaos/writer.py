"""
Who writes in a process of its own, as servers do beside an indexer: `python -m tests.chaos.writer URL SEED A_SECOND`.

It says `ready` once its town is founded, writes from the first line it reads until its input ends, and ends then.
"""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from directory.entities import Firm
from directory.record.open import SqlRecord, open_record
from newgrowth.loops import new_event_loop
from tests.chaos.pace import paced
from tests.chaos.town import WRITERS, Town
from tests.crash.nursery import ROOT
from tests.factories import make_firm, make_profile
from tests.record.steps import CLERK, keep

TEA_HOUSES = 60
# The share of acts that are commands of the town; the others are changes of several entries, for the sake of their number.
COMMANDS = 0.2
AT_ONCE = 4
# Log entries of an act, a little less than there are.
ENTRIES = 3


async def tea_houses(record: SqlRecord) -> list[Firm]:
    """Entries that a search for 茶山 finds, whatever they are renamed to by the writer."""
    firms = [make_firm(profile=make_profile(name=_name(number))) for number in range(TEA_HOUSES)]
    await keep(record, *firms)
    return [firm.model_copy(update={"version": 1}) for firm in firms]


def _name(number: int) -> str:
    return f"茶山{number}号工作室"


@asynccontextmanager
async def beside(url: str, seed: int, a_second: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A writer that is ready, and waits to be told to begin."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, url, str(seed), str(a_second), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def writing(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    """The writer writes while the block lasts."""
    assert process.stdin is not None
    process.stdin.write(b"begin\n")
    await process.stdin.drain()
    yield
    process.stdin.close()
    assert await process.wait() == 0


async def _write(url: str, seed: int, a_second: int) -> None:
    async with await open_record(url) as record, AsyncExitStack() as writers:
        houses, town = await tea_houses(record), await Town(record, seed).founded()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        for number in range(WRITERS):
            act = _one(record, town, houses[number::WRITERS], f"{seed}:{number}")
            await writers.enter_async_context(paced(a_second / ENTRIES / WRITERS, act))
        await asyncio.to_thread(sys.stdin.read)


def _one(record: SqlRecord, town: Town, houses: list[Firm], seed: str) -> Callable[[], Awaitable[None]]:
    """How one of the writers acts, whose tea houses nobody else renames."""
    dice = random.Random(seed)

    async def act() -> None:
        if dice.random() < COMMANDS:
            await town.act(dice)
            return
        async with record.unit_of_work() as uow:
            for at in dice.sample(range(len(houses)), AT_ONCE):
                profile = houses[at].profile.model_copy(update={"name": _name(dice.randrange(10_000))})
                renamed = houses[at].model_copy(update={"profile": profile})
                houses[at] = await uow.firms.save(renamed, kind="firm:renamed", **CLERK)

    return act


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
