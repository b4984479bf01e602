"""Statistics rows (统计) as the charts and their files take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from portal.provinces import TILES
from portal.tables import Cell

Row = Mapping[str, Any]

# The figures of a group in the order in which a file holds them; their names are those of the API's definitions.
COLUMNS = (
    "reported",
    "open",
    "overdue",
    "claimed",
    "confirmed",
    "contested",
    "unanswered",
    "closedUnresolved",
    "medianDaysToResolution",
    "p90DaysToResolution",
    "onTimeRate",
    "confirmationRate",
    "reopenRate",
)
MOST_LINES = 12
MOST_COLUMNS = 8


def by_key(rows: Sequence[Row]) -> list[tuple[str, str, Row]]:
    """Code, label and row of the groups of one dimension."""
    return [
        (row["keys"][0]["value"], row["keys"][0]["label"], row) for row in rows if row["keys"][0]["value"]
    ]


def months(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Reports by month from the first to the last, months without any among them."""
    counts = {code: row["reported"] for code, _, row in by_key(rows)}
    if not counts:
        return []
    found, (year, month) = [], map(int, min(counts).split("-"))
    while (now := f"{year:04}-{month:02}") <= max(counts):
        found.append((now, counts.get(now, 0)))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def provinces(rows: Sequence[Row]) -> tuple[dict[str, int], dict[str, str]]:
    """Reports by province, and the provinces' names."""
    known = [(code, label, row) for code, label, row in by_key(rows) if code in TILES]
    return {code: row["reported"] for code, _, row in known}, {code: label for code, label, _ in known}


def heat(rows: Sequence[Row]) -> tuple[list[str], list[tuple[str, list[int | None]]]]:
    """Columns and lines of a table of two dimensions, those with most reports first; a cell that is not told is None."""
    cells: dict[tuple[str, str], int] = {}
    for row in rows:
        line, column = row["keys"]
        if line["value"] and column["value"]:
            cells[line["label"], column["label"]] = row["reported"]
    columns = _largest(cells, 1)[:MOST_COLUMNS]
    lines = _largest({pair: count for pair, count in cells.items() if pair[1] in columns}, 0)[:MOST_LINES]
    return columns, [(line, [cells.get((line, column)) for column in columns]) for line in lines]


def _largest(cells: Mapping[tuple[str, str], int], part: int) -> list[str]:
    """The names in that place of the pairs, those with most reports first."""
    sums = Counter[str]()
    for pair, count in cells.items():
        sums[pair[part]] += count
    return sorted(sums, key=lambda name: (-sums[name], name))


def compared(
    rows: Sequence[tuple[str, str, Row]],
) -> tuple[list[tuple[str, str, Row]], list[tuple[str, str, Row]]]:
    """The groups whose medians and rates are told, and those that are too small for it."""
    return [one for one in rows if not one[2]["withheld"]], [one for one in rows if one[2]["withheld"]]


def file_rows(rows: Sequence[Row]) -> list[list[Cell]]:
    """A line a group: code and label of each dimension, then its figures."""
    return [
        [
            *(part for key in row["keys"] for part in (key["value"], key["label"])),
            *(row[name] for name in COLUMNS),
        ]
        for row in rows
    ]


def file_header(*dimensions: str) -> list[str]:
    """The header of `file_rows`."""
    return [*(part for name in dimensions for part in (name, f"{name}Label")), *COLUMNS]
