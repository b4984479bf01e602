"""The commands on the index and the log, with what they show on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from directory.dead_letter_ports import IndexCheck
from directory.record.verify import verify_log
from indexer.projection import ENTITY_TYPES
from indexer.rebuild import Rebuilder
from indexer.status import IndexStatus
from indexer.verify import verify as verify_index
from newgrowth.commanding import until_stopped
from newgrowth.settings import Settings
from newgrowth.wiring import Parts, at_work, now, opened, process_name

SHOWN_DIFFERENCES = 20


def progress_on(console: Console) -> Progress:
    """A bar that shows how far a walk over the directory is."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console)


async def follow(settings: Settings, console: Console) -> None:
    """Seals and follows until stopped."""
    async with opened(settings) as parts, at_work(parts, follow=True, clock=False):
        console.print(f"Following the record into {parts.engine.name}. Ctrl-C stops; nothing is lost.")
        await until_stopped()


async def show_status(settings: Settings, console: Console) -> None:
    """Prints how far the index is behind."""
    async with opened(settings, mode="read") as parts:
        status = await parts.index_status()
        figures = {
            "engine": f"{status.engine}{'' if status.reachable else ' (no answer)'}",
            "record at": str(status.record_position),
            "index at": str(status.indexed_position),
            "lag, s": f"{status.lag_seconds:.1f}",
            "unsealed, s": f"{status.unsealed_seconds:.1f}",
            "documents": str(status.documents),
            "refused": str(status.rejected),
            "generation": status.generations.live or "none",
            "kept": status.generations.previous or "none",
            "at work": _at_work(status),
            "verified": _checked(status.check),
        }
        table = Table(title="Search index", show_header=False)
        for name, figure in figures.items():
            table.add_row(name, figure)
        console.print(table)


def _at_work(status: IndexStatus) -> str:
    who = "rebuild" if status.rebuilding else "follower" if status.following else "nobody"
    return f"{who} (the index is being filled from the beginning)" if status.filling else who


def _checked(check: IndexCheck | None) -> str:
    if check is None:
        return "never"
    return f"{check.at:%Y-%m-%dT%H:%M:%SZ}, {check.compared} documents, {check.differing} differed"


async def rebuild(settings: Settings, console: Console) -> None:
    """Builds a new index and swaps it in."""
    async with opened(settings) as parts:
        await seal_all(parts)
        with progress_on(console) as progress:
            task = progress.add_task("Rebuilding", total=await count_entities(parts))
            result = await Rebuilder(parts.route).run(
                parts.record.leases, process_name("rebuild"), lambda n: progress.advance(task, n)
            )
    console.print(
        f"{result.documents} documents in {result.generation} (before: {_or_none(result.before)}), "
        f"{result.refused} refused, {result.compared} compared with the record, "
        f"complete up to position {result.position}."
    )


def _or_none(count: int | None) -> str:
    return "none that could be read" if count is None else str(count)


async def verify(settings: Settings, console: Console) -> bool:
    """True when the index is what the record says; prints the differences."""
    # Beside whoever serves: only the note of the comparison is written.
    async with opened(settings, mode="beside") as parts:
        with progress_on(console) as progress:
            task = progress.add_task("Verifying", total=await count_entities(parts))
            found = await verify_index(parts.route, lambda n: progress.advance(task, n))
        await parts.record.index_checks.keep(await check_of(parts, found.compared, len(found.differences)))
    for difference in found.differences[:SHOWN_DIFFERENCES]:
        console.print(f"{difference.fault}: {difference.kind} {difference.id}")
    console.print(f"{found.compared} documents compared, {len(found.differences)} differ.")
    return not found.differences


async def check_of(parts: Parts, compared: int, differing: int) -> IndexCheck:
    """The comparison that just ended. Raises: SearchUnavailable."""
    live = (await parts.engine.generations()).live
    return IndexCheck(parts.engine.name, live, now(), compared, differing)


async def verify_chain(settings: Settings, console: Console) -> bool:
    """True when no entry of the log was changed; prints the first that was."""
    async with opened(settings, mode="read") as parts, parts.record.reader() as reader:
        with progress_on(console) as progress:
            task = progress.add_task("Verifying the log", total=await reader.head())
            broken = await verify_log(
                reader, progress=lambda position: progress.update(task, completed=position)
            )
    if broken is None:
        console.print("The log is whole.")
        return True
    console.print(f"The log is broken at position {broken.position}: {broken.damage}.")
    return False


async def seal_all(parts: Parts) -> None:
    """Seals what no running server has sealed."""
    sealer = parts.record.sealer()
    while await sealer.seal_once():
        pass
    await sealer.stop()


async def count_entities(parts: Parts) -> int:
    """How many entries, reports and blocking points there are: the length of the walk."""
    async with parts.record.reader() as reader:
        return sum([await reader.entity_count(kind) for kind in ENTITY_TYPES.values()])
