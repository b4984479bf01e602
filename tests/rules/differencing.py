"""What an attacker works out of published counts: bounds that equations between them tighten."""

from __future__ import annotations

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
        bounds, changed = self.bounds, True
        while changed:
            changed = False
            for whole, parts in self.sums:
                low, high = (sum(bounds[part][side] for part in parts) for side in (0, 1))
                changed |= self._narrow(whole, low, high)
                for part in parts:
                    others_low = sum(bounds[each][0] for each in parts if each != part)
                    others_high = sum(bounds[each][1] for each in parts if each != part)
                    changed |= self._narrow(
                        part, bounds[whole][0] - others_high, bounds[whole][1] - others_low
                    )
        return bounds

    def _narrow(self, name: object, low: int, high: int) -> bool:
        before = self.bounds[name]
        after = max(before[0], low), min(before[1], high)
        assert after[0] <= after[1], "the gate said something untrue"
        self.bounds[name] = after
        return after != before
