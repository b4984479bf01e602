"""Acting so many times a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


@asynccontextmanager
async def paced(a_second: float, act: Callable[[], Awaitable[None]]) -> AsyncIterator[list[float]]:
    """Acts so often while the block lasts, as far as the machine allows; how long each act took."""
    took: list[float] = []
    ended = False

    async def go_on() -> None:
        due = time.monotonic()
        while not ended:
            began = time.monotonic()
            await act()
            took.append(time.monotonic() - began)
            due = max(due + 1 / a_second, began)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    task = asyncio.create_task(go_on())
    try:
        yield took
    finally:
        ended = True
        await task
