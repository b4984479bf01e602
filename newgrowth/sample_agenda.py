"""The steps of sample lives in the order of their times, each a command at the time that it is for."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from directory.access import Caller
from directory.commands import Command
from directory.errors import DirectoryError
from directory.handling import Directory, Outcome

T = TypeVar("T")
Step = Callable[[], Awaitable[None]]


class SampleRefused(DirectoryError):
    """A sample step was refused: the sample data and the rules have grown apart."""


@dataclass(slots=True)
class Clock:
    """The time that the lives are at."""

    now: datetime = datetime(2018, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Agenda:
    """What is still to come until `today`; `directory` must tell the time by `clock`."""

    directory: Directory
    clock: Clock
    today: datetime
    _steps: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def plan(self, at: datetime, step: Step) -> None:
        """Takes the step at that time; one after today is never taken."""
        heapq.heappush(self._steps, (at, next(self._order), step))

    def ago(self, days: int) -> datetime:
        """So many days before today, at the same hour."""
        return self.today - timedelta(days=days)

    async def do(self, command: Command, caller: Caller) -> Outcome:
        """What the command led to. Raises: SampleRefused."""
        outcome = await self.directory.handle(command, caller)
        if outcome.problems:
            raise SampleRefused(f"{type(command).__name__} by {caller.subject}: {outcome.problems}")
        return outcome

    async def carry_out(self) -> int:
        """How many steps were taken, those included that the steps themselves planned."""
        carried_out = 0
        while self._steps:
            at, _, step = heapq.heappop(self._steps)
            if at > self.today:
                continue
            self.clock.now = at
            await step()
            carried_out += 1
        return carried_out


def made(value: T | None) -> T:
    """What a command made. Raises: SampleRefused, when it made none."""
    if value is None:
        raise SampleRefused("a sample step made nothing")
    return value
