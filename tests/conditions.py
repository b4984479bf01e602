"""Waiting for what must come, instead of for some time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx2

WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.02


async def eventually(
    condition: Callable[[], bool | Awaitable[bool]], *, within_seconds: float = WITHIN_SECONDS
) -> None:
    """Returns once the condition holds. Raises: TimeoutError, when it has not for a minute."""
    async with asyncio.timeout(within_seconds):
        while True:
            held = condition()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(POLL_SECONDS)


async def all_indexed(client: httpx2.AsyncClient) -> bool:
    """Whether the server behind the client has something recorded, and can find all of it."""
    told = (await client.get("/readyz")).json()
    recorded, indexed = str(told["recordPosition"]), str(told["indexedPosition"])
    return recorded != "0" and indexed == recorded
