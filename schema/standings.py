"""
As what those are known who are told of things outside (身份): noted anew whenever they use the directory, once a day.

Only for whom a search, a webhook or a mail address is kept is there anything to note, so anyone else costs one look-up
a day in each process.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from directory.access import Caller, Operation
from directory.errors import ServiceFault
from directory.saved_searches import STANDING_AFRESH
from directory.subscription_commands import KeepStanding

if TYPE_CHECKING:
    from schema.context import Context

REMEMBERED = 10_000

log = structlog.get_logger(__name__)


class Standings:
    """Whom this process has looked up today."""

    def __init__(self) -> None:
        self._looked_up: dict[str, tuple[Caller, datetime]] = {}

    async def note(self, context: Context) -> None:
        """Notes what the caller of an operation is known as, where it is a day old or has changed."""
        caller = replace(context.caller, bound_to=None)
        if caller.subject is None or not context.may(Operation.SAVE_SEARCH):
            return
        now = context.services.clock()
        if self._is_fresh(caller.subject, caller, now):
            return
        self._remember(caller.subject, caller, now)
        try:
            await _note(context, caller.subject, caller, now)
        except ServiceFault as fault:
            # Reads go on while nothing can be written, and a later operation notes it.
            self._looked_up.pop(caller.subject, None)
            log.warning("standing_not_kept", code=fault.code)

    def _is_fresh(self, subject: str, caller: Caller, now: datetime) -> bool:
        known = self._looked_up.get(subject)
        return known is not None and known[0] == caller and now - known[1] < STANDING_AFRESH

    def _remember(self, subject: str, caller: Caller, now: datetime) -> None:
        if len(self._looked_up) >= REMEMBERED:
            self._looked_up.clear()
        self._looked_up[subject] = (caller, now)


async def _note(context: Context, subject: str, caller: Caller, now: datetime) -> None:
    async with context.services.record.reader() as reader:
        known = (await reader.standings([subject])).get(subject)
    if known is not None and known.is_outdated(caller, now):
        await context.handle(KeepStanding())
