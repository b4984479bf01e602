"""How much of it: the short measure of every test run, and the long one of `make chaos`."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """Log entries of a run, its seeds, rebuilds and what goes on beside them, entries erased, seconds without engine."""

    entries: int
    seeds: tuple[int, ...]
    rebuilds: int
    writes_a_second: int
    reads_a_second: int
    erased: int
    outage_seconds: float


def _seeds(count: int) -> tuple[int, ...]:
    """The seeds of a long run: those of CHAOS_SEEDS, to play one again, or new ones."""
    if chosen := os.environ.get("CHAOS_SEEDS"):
        return tuple(map(int, chosen.split(",")))
    return tuple(secrets.randbits(32) for _ in range(count))


SHORT = Measure(
    entries=1_500,
    seeds=(1,),
    rebuilds=2,
    writes_a_second=40,
    reads_a_second=20,
    erased=200,
    outage_seconds=2.0,
)
LONG_RUN = os.environ.get("CHAOS") == "long"
MEASURE = (
    Measure(
        entries=10_000,
        seeds=_seeds(1),
        rebuilds=20,
        writes_a_second=100,
        reads_a_second=50,
        erased=1_000,
        outage_seconds=60.0,
    )
    if LONG_RUN
    else SHORT
)


FIGURES: list[str] = []


def figure(text: str) -> None:
    """Tells what was measured: the end of a long run shows it."""
    FIGURES.append(text)
