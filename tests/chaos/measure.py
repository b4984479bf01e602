"""
How much of it: the short measure of every test run, and the long one of `make chaos`.

The long one also holds the times that were promised, for it is run on a machine that does nothing else.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """Log entries of a run, its seeds, rebuilds, what goes on beside them and between two of them, entries erased, seconds
    without engine, rows imported, entries walked over, walks, and walks left on the way."""

    entries: int
    seeds: tuple[int, ...]
    rebuilds: int
    writes_a_second: int
    reads_a_second: int
    seconds_between: int
    erased: int
    outage_seconds: float
    imported: int
    walked: int
    walks: int
    left_walks: int


def _seeds(count: int) -> tuple[int, ...]:
    """Those of CHAOS_SEEDS, to play one again; else new ones for a long run, and always the same for a short one."""
    if chosen := os.environ.get("CHAOS_SEEDS"):
        return tuple(map(int, chosen.split(",")))
    return tuple(secrets.randbits(32) for _ in range(count)) if LONG_RUN else (1,)


LONG_RUN = os.environ.get("CHAOS") == "long"
SHORT = Measure(
    entries=150,
    seeds=_seeds(1),
    rebuilds=2,
    writes_a_second=20,
    reads_a_second=10,
    seconds_between=1,
    erased=200,
    outage_seconds=2.0,
    imported=800,
    walked=600,
    walks=20,
    left_walks=5,
)
MEASURE = (
    Measure(
        entries=10_000,
        seeds=_seeds(1),
        rebuilds=20,
        writes_a_second=100,
        reads_a_second=50,
        seconds_between=3,
        erased=1_000,
        outage_seconds=60.0,
        imported=10_000,
        walked=50_000,
        walks=1_000,
        left_walks=200,
    )
    if LONG_RUN
    else SHORT
)


FIGURES: list[str] = []
AGAIN = f"CHAOS_SEEDS={','.join(map(str, MEASURE.seeds))}"


def figure(text: str) -> None:
    """Tells what was measured: the end of a long run shows it."""
    FIGURES.append(text)


def promised(what: str, value: float, *, at_most: float | None = None, at_least: float | None = None) -> None:
    """A figure that a long run has to keep to: seconds at most, or so many a second at least."""
    figure(f"{what}: {value:.2f}")
    if not LONG_RUN:
        return
    assert at_most is None or value <= at_most, f"{what}: {value:.2f}, at most {at_most} were promised"
    assert at_least is None or value >= at_least, f"{what}: {value:.2f}, at least {at_least} were promised"
