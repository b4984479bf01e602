"""The clock and the errands in a process of their own, beside servers with NEWGROWTH_WORK_IN_PROCESS=false."""

from __future__ import annotations

from rich.console import Console

from newgrowth.commanding import until_stopped
from newgrowth.errands import errands
from newgrowth.head_keeping import HeadKeeper
from newgrowth.serving import services_of
from newgrowth.settings import Settings
from newgrowth.watches import keep_watch, watches
from newgrowth.wiring import at_work, opened


async def work(settings: Settings, console: Console) -> None:
    """Does what time and the log ask for, until stopped."""
    async with opened(settings) as parts:
        services, keeper = services_of(parts), HeadKeeper(settings, parts.record)
        watching = (keep_watch(watches(parts)), keeper.run(parts.news))
        beside = (*errands(parts, services), *watching)
        async with at_work(parts, follow=False, clock=True, beside=beside):
            console.print("Minding the clock and the deliveries. Ctrl-C stops; nothing is lost.")
            await until_stopped()
        await keeper.keep()
