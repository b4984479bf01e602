"""The commands that mend the index, with what they show on the terminal: repair, the way back, dead letters."""

from __future__ import annotations

from rich.console import Console

from indexer.leading import leading
from indexer.repair import Repairer
from indexer.replay import every_letter, replay
from newgrowth.indexing import SHOWN_DIFFERENCES, check_of, count_entities, progress_on, seal_all
from newgrowth.settings import Settings
from newgrowth.wiring import opened, process_name


async def repair(settings: Settings, console: Console) -> bool:
    """True when the index is what the record says in the end; prints what was found and what is left."""
    async with opened(settings) as parts:
        await seal_all(parts)
        with progress_on(console) as progress:
            task = progress.add_task("Verifying", total=await count_entities(parts))
            repairer = Repairer(parts.route)
            result = await repairer.run(
                parts.record.leases, process_name("repair"), lambda n: progress.advance(task, n)
            )
        await parts.record.index_checks.keep(await check_of(parts, result.compared, len(result.left)))
    for difference in result.found[:SHOWN_DIFFERENCES]:
        console.print(f"{difference.fault}: {difference.kind} {difference.id}")
    console.print(
        f"{result.compared} documents compared, {len(result.found)} differed, {len(result.left)} differ still."
    )
    for difference in result.left[:SHOWN_DIFFERENCES]:
        console.print(f"still {difference.fault}: {difference.kind} {difference.id}")
    return not result.left


async def rollback(settings: Settings, console: Console) -> None:
    """Lets the live and the previous generation change places. Raises: NoPrevious."""
    async with opened(settings) as parts, leading(parts.record.leases, process_name("rollback")):
        position = await parts.engine.rollback()
        live = (await parts.engine.generations()).live
    console.print(
        f"{live} is live again, complete up to position {position}; the rest is carried over again."
    )


async def drop_previous(settings: Settings, console: Console) -> None:
    """Drops the generation that is kept from before the last rebuild."""
    async with opened(settings) as parts, leading(parts.record.leases, process_name("drop-previous")):
        dropped = await parts.engine.drop_previous()
    console.print("No previous generation is kept." if dropped is None else f"{dropped} is dropped.")


async def list_dead_letters(settings: Settings, console: Console) -> None:
    """Prints every dead letter on a line of its own, whole however narrow the terminal is."""
    count = 0
    async with opened(settings, mode="read") as parts:
        async for letters in every_letter(parts.record.dead_letters):
            for letter in letters:
                said = f"{letter.at:%Y-%m-%dT%H:%M:%SZ} {letter.kind} {letter.id}: {letter.reason}"
                console.print(said, soft_wrap=True, markup=False, highlight=False)
            count += len(letters)
    if not count:
        console.print("No document is refused.")


async def replay_dead_letters(settings: Settings, console: Console) -> bool:
    """True when no document is refused any more."""
    async with opened(settings) as parts:
        done = await replay(parts.route)
    console.print(f"{done.letters} documents built anew, {done.refused} refused still.")
    return done.refused == 0
