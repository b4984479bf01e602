"""Figures as they are shown and written."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

MEASURED_WITH = (
    "strawberry-graphql",
    "graphql-core",
    "starlette",
    "uvicorn",
    "elasticsearch",
    "sqlalchemy",
    "asyncpg",
)


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


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def write(figures: Sequence[Figure], path: Path) -> None:
    """Writes the figures as JSON, with what they were measured on."""
    machine = {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
    }
    load = dict(zip(("1", "5", "15"), os.getloadavg(), strict=True))
    versions = {"python": platform.python_version(), **{name: version(name) for name in MEASURED_WITH}}
    body = {
        "machine": machine,
        "versions": versions,
        "load_average": load,
        "figures": [asdict(figure) for figure in figures],
    }
    path.write_text(json.dumps(body, indent=2) + "\n")
