"""What an attacker works out of published counts: bounds that equations between them tighten."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

Interval = tuple[int, int]
MANY = 10**6


@dataclass
class Knowledge:
    """What an attacker works out: bounds of counts, tightened by every equation until nothing more follows."""

    bounds: dict[object, Interval]
    sums: list[tuple[object, tuple[object, ...]]]

    def tightened(self) -> dict[object, Interval]:
        """The bounds after all that follows: each whole is the sum of its parts."""
        names = list(self.bounds)
        place = {name: at for at, name in enumerate(names)}
        sums = [(place[whole], [place[part] for part in parts]) for whole, parts in self.sums]
        narrowed = _Narrowed([self.bounds[name] for name in names], sums)
        self.bounds = dict(zip(names, narrowed.bounds(), strict=True))
        return self.bounds


class _Narrowed:
    """Bounds by number, and the sums that have to be looked at again because a bound in them became narrower."""

    def __init__(self, bounds: Sequence[Interval], sums: Sequence[tuple[int, list[int]]]) -> None:
        self._low, self._high = ([each[side] for each in bounds] for side in (0, 1))
        self._sums = sums
        self._about: list[list[int]] = [[] for _ in bounds]
        for number, (whole, parts) in enumerate(sums):
            for at in (whole, *parts):
                self._about[at].append(number)
        self._waiting = deque(range(len(sums)))
        self._waits = [True] * len(sums)

    def bounds(self) -> list[Interval]:
        """The narrowest bounds: nothing more follows."""
        while self._waiting:
            number = self._waiting.popleft()
            self._waits[number] = False
            self._look_at(*self._sums[number])
        return list(zip(self._low, self._high, strict=True))

    def _look_at(self, whole: int, parts: list[int]) -> None:
        """What follows from one sum for its whole, and for each part from the others."""
        low, high = sum(self._low[part] for part in parts), sum(self._high[part] for part in parts)
        self._narrow(whole, low, high)
        for part in parts:
            others_low, others_high = low - self._low[part], high - self._high[part]
            self._narrow(part, self._low[whole] - others_high, self._high[whole] - others_low)
            low, high = others_low + self._low[part], others_high + self._high[part]

    def _narrow(self, at: int, low: int, high: int) -> None:
        if low <= self._low[at] and high >= self._high[at]:
            return
        self._low[at], self._high[at] = max(self._low[at], low), min(self._high[at], high)
        assert self._low[at] <= self._high[at], "the gate said something untrue"
        for number in self._about[at]:
            if not self._waits[number]:
                self._waits[number] = True
                self._waiting.append(number)
