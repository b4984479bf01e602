"""
A process of its own that reads a sheet and writes its rows as lines of JSON: what a file does to it harms nobody else.

    python -m indexer.transfer.sheet_process FILE [SHEET]

The first line is {"rows": …} or {"refused": …}, then [number, [cell, …]] a row that is not empty, and {"end": true}. A
cell is null, a text, or [kind, text] for what the sheet does not hold as text.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_ROWS = 200_000
MOST_BYTES = 512 << 20
MOST_SECONDS = 60
# A spreadsheet keeps 15 digits of a number.
LARGEST_EXACT = 10**15


class CellKind(StrEnum):
    """What a cell holds that is no text."""

    NUMBER = "number"
    LOSSY = "lossy"
    DATE = "date"
    OTHER = "other"


Cell = str | tuple[CellKind, str] | None


def lines(path: str, wanted: str | None) -> Iterator[Any]:
    """What the process writes."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = [
            each.name
            for each in workbook.sheets_metadata
            if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
        ]
        if (wanted or next(iter(names), None)) not in names:
            yield {"refused": "sheet", "names": names}
            return
        sheet = workbook.get_sheet_by_name(wanted or names[0])
    except (CalamineError, OSError, ValueError):
        yield {"refused": "damaged"}
        return
    yield from _rows(sheet)


def _rows(sheet: CalamineSheet) -> Iterator[Any]:
    _, (last, _) = (sheet.start, sheet.end or (-1, -1))
    if last >= MOST_ROWS:
        yield {"refused": "rows", "rows": last + 1}
        return
    yield {"rows": last + 1}
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [_cell(value) for value in values]
        if any(cells):
            yield number, cells
    yield {"end": True}


def _cell(value: object) -> Cell:
    match value:
        case str():
            return value or None
        case bool():
            return CellKind.OTHER, str(value).upper()
        case int() | float():
            kind = CellKind.NUMBER if abs(value) < LARGEST_EXACT else CellKind.LOSSY
            return kind, format(Decimal(f"{value:.15g}"), "f")
        case datetime.datetime() if value.time() == datetime.time():
            return CellKind.DATE, value.date().isoformat()
        case datetime.date() if not isinstance(value, datetime.datetime):
            return CellKind.DATE, value.isoformat()
        case _:
            return CellKind.OTHER, str(value)


def _limit() -> None:
    """Bounds of memory and time, where the system has them."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: Sequence[str]) -> None:
    """Writes the rows of the sheet named, or of the first one to be seen."""
    _limit()
    path, *sheet = arguments
    for line in lines(path, sheet[0] if sheet else None):
        sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
