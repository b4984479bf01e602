"""
Days until something happened, with those for which it has not happened yet (生存分析，右删失).

The product-limit estimate of Kaplan and Meier (J. Amer. Statist. Assoc. 53, 1958, 457-481): an open report is not left
out, it counts in every day that it has already lived through. Otherwise an agency that closes only what is easy would
look fast, and one that closes nothing would have no figure at all.

Reports that ended without the event (closed as unresolved) are given as unfinished with all their days up to now: they
could have been resolved in that time and were not. With such administrative censoring this is the risk set of Fine and
Gray (J. Amer. Statist. Assoc. 94, 1999, 496-509, section 2), and an agency gains nothing by giving up early.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

MEDIAN = Fraction(1, 2)
NINE_TENTHS = Fraction(9, 10)


@dataclass(frozen=True, slots=True)
class Durations:
    """How many took how many whole days: `finished` ones to the event, `unfinished` ones without it so far."""

    finished: Mapping[int, int] = field(default_factory=dict)
    unfinished: Mapping[int, int] = field(default_factory=dict)


def survival(durations: Durations) -> Iterator[tuple[int, Fraction]]:
    """Each day on which something finished, with the estimated share that takes longer than that, falling.

    What is unfinished after as many days as another took to finish was still there on that day.
    """
    at_risk = sum(durations.finished.values()) + sum(durations.unfinished.values())
    share = Fraction(1)
    for day in sorted({*durations.finished, *durations.unfinished}):
        finished = durations.finished.get(day, 0)
        if finished:
            share *= Fraction(at_risk - finished, at_risk)
            yield day, share
        at_risk -= finished + durations.unfinished.get(day, 0)


def days_until(durations: Durations, part: Fraction) -> int | None:
    """The first day by which at least `part` of all has finished, by the estimate.

    None where the estimate does not reach that far: too much is unfinished to say.
    """
    return next((day for day, longer in survival(durations) if 1 - longer >= part), None)
