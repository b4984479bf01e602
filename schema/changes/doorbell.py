"""The bell that rings when the log has grown, so that subscribers need not ask all the time."""

from __future__ import annotations

import asyncio


class Doorbell:
    """Wakes everyone who waits. It only hastens: a waiter looks again after its patience is over, rung or not."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now. To be called on the event loop's thread."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """The next ring. To be taken before looking at the log, so that no ring in between is missed."""
        return self._rung


async def rung_or_patient(bell: asyncio.Event, *, seconds: float) -> None:
    """Returns at the ring, or after `seconds`."""
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except TimeoutError:
        return
