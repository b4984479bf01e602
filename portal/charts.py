"""Geometry of the charts: where bars end and lines run. Templates draw them as SVG, each with its table beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEVELS = 5
WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 44, 14, 34
STEPS = 4
MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a line: where it stands, and whether its label is written below."""

    x: float
    y: float
    label: str
    value: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across at a round value."""

    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line chart in a box of WIDTH by HEIGHT."""

    points: Sequence[Point]
    ticks: Sequence[Tick]
    path: str
    area: str


def level(value: float, most: float) -> int:
    """How dark a value is painted: 0 for nothing, else 1 to LEVELS by its share of the highest."""
    return 0 if value <= 0 or most <= 0 else max(1, math.ceil(value / most * LEVELS))


def share(value: float, most: float, of: float = 100) -> float:
    """The length of a bar of `value` where the longest is `of` long; something is never nothing."""
    return 0 if value <= 0 or most <= 0 else round(max(value / most * of, of / 100), 2)


def round_up(value: float) -> float:
    """The next round number of at least this size: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def line(values: Iterable[tuple[str, float]]) -> Line:
    """The line through the values, from zero up, left to right."""
    given = list(values)
    top = round_up(max((value for _, value in given), default=0) / STEPS) * STEPS
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    floor = HEIGHT - BOTTOM
    step = inner_width / max(len(given) - 1, 1)
    every = max(1, math.ceil(len(given) / MOST_LABELS))
    points = [
        Point(
            x=round(LEFT + place * step if len(given) > 1 else LEFT + inner_width / 2, 1),
            y=round(floor - value / top * inner_height, 1),
            label=label,
            value=value,
            labelled=(len(given) - 1 - place) % every == 0,
        )
        for place, (label, value) in enumerate(given)
    ]
    path = " ".join(f"{'L' if place else 'M'}{point.x} {point.y}" for place, point in enumerate(points))
    ticks = [Tick(round(floor - inner_height * n / STEPS, 1), top * n / STEPS) for n in range(STEPS + 1)]
    area = f"{path} L{points[-1].x} {floor} L{points[0].x} {floor} Z" if points else ""
    return Line(points, ticks, path, area)
