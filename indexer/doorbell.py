"""A doorbell: rung after each commit, waited on with a limit. Never the only call: waiters also look by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Doorbell:
    """Wakes everyone who waits; a ring while nobody waits is kept for each waiter's next look."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Event] = set()

    def ring(self) -> None:
        """Wakes all waiters. Call it from the event loop's own thread."""
        for event in self._waiters:
            event.set()

    def waiter(self) -> Waiter:
        """A waiter of its own, which hears every ring from now on."""
        event = asyncio.Event()
        self._waiters.add(event)
        return Waiter(event, lambda: self._waiters.discard(event))


class Waiter:
    """One listener to a doorbell."""

    def __init__(self, event: asyncio.Event, leave: Callable[[], None]) -> None:
        self._event = event
        self._leave = leave

    async def wait(self, at_most_seconds: float) -> None:
        """Returns after a ring, or when the time is over."""
        try:
            await asyncio.wait_for(self._event.wait(), at_most_seconds)
        except TimeoutError:
            return
        finally:
            self._event.clear()

    def close(self) -> None:
        """Stops listening."""
        self._leave()
