"""Figures as they are shown and written."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `ratio` compares it with the bare thing measured in the same run."""

    part: str
    what: str
    value: float
    unit: str
    ratio: float | None = None


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of a hundred values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def show(figures: Sequence[Figure], console: Console) -> None:
    """Prints a table."""
    table = Table("part", "what", "value", "unit", "of the bare", title="newgrowth benchmarks")
    for name in ("value", "of the bare"):
        next(column for column in table.columns if column.header == name).justify = "right"
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        table.add_row(figure.part, figure.what, f"{figure.value:,.1f}", figure.unit, ratio)
    console.print(table)


def write(figures: Sequence[Figure], path: Path) -> None:
    """Writes the figures as JSON, with what they were measured on."""
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    load = dict(zip(("1", "5", "15"), os.getloadavg(), strict=True))
    body = {"machine": machine, "load_average": load, "figures": [asdict(figure) for figure in figures]}
    path.write_text(json.dumps(body, indent=2) + "\n")
