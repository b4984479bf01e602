"""Looking one ahead: the next thing is read and built while the present one is being written."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def one_ahead(source: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The items of `source`, each handed out while the next is on its way. Close it (`aclosing`) to stop early.

    What the source raises is raised in the place of the item that is missing.
    """
    upcoming = asyncio.ensure_future(_next_of(source))
    try:
        while found := await upcoming:
            upcoming = asyncio.ensure_future(_next_of(source))
            yield found[0]
    finally:
        upcoming.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await upcoming


async def _next_of(source: AsyncIterator[T]) -> tuple[()] | tuple[T]:
    """The next item, alone; nothing at the end."""
    try:
        return (await anext(source),)
    except StopAsyncIteration:
        return ()
