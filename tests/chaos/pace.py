"""Acting so many times a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

MADE_UP_SECONDS = 1.0


@asynccontextmanager
async def paced(a_second: float, act: Callable[[], Awaitable[None]]) -> AsyncIterator[list[float]]:
    """Acts so often while the block lasts, as far as the machine allows; how long each act took.

    What an act that takes long keeps from being done is made up for, by a second of it at most.
    """
    took: list[float] = []
    ended = False

    async def go_on() -> None:
        due = time.monotonic()
        while not ended:
            began = time.monotonic()
            await act()
            took.append(time.monotonic() - began)
            due = max(due + 1 / a_second, began - MADE_UP_SECONDS)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    task = asyncio.create_task(go_on())
    try:
        yield took
    finally:
        ended = True
        await task
