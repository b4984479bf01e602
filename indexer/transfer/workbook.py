"""
Reading a sheet of a workbook (XLSX): the same columns as a table, with what cells hold beside text.

A number in a column of texts has lost its leading zeros and what it had beyond 15 digits: the row is refused, nothing is
made up. Of a formula the value counts that was last worked out. `Row.line` is the row's number in the sheet.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from directory.errors import ErrorCode, Problem
from directory.spreadsheets import guarded, unguarded
from indexer.transfer.columns import Header, Place, read_header, takes_date, takes_number
from indexer.transfer.container import DAMAGED, check_container
from indexer.transfer.read import Row, Survey, UnreadableFile
from indexer.transfer.sheet_process import MOST_BYTES, MOST_ROWS, Cell, CellKind

BEYOND_MEASURE = (
    f"The sheet cannot be read within {MOST_BYTES >> 20} MiB of memory: cells stand far apart, or hold too much. Copy the "
    f"table into a new workbook, or save it as CSV. "
    f"该工作表无法在{MOST_BYTES >> 20}MiB内存内读取；请将表格复制到新工作簿，或另存为CSV。"
)
TOO_MANY_ROWS = (
    "The sheet has {rows} rows, at most {most} are read. Divide it, or save it as CSV. "
    "该工作表有{rows}行，最多{most}行；请拆分，或另存为CSV。"
)
NO_SHEET = "There is no such sheet to be seen; there are: {names}. 没有可见的该工作表；现有：{names}。"


def survey_workbook(path: Path) -> Survey:
    """The file checked as a whole; its rows are counted when they are read. Raises: UnreadableFile."""
    check_container(path)
    with path.open("rb") as file:
        return Survey(hashlib.file_digest(file, "sha256").hexdigest(), 0)


def sheet_rows(path: Path, sheet: str | None = None) -> Iterator[Row]:
    """The rows of a surveyed workbook's sheet, of the first one to be seen if none is named; empty ones are passed over.

    Raises: UnreadableFile, before the first row.
    """
    with _process(path, sheet) as lines:
        first = next(lines, {"refused": "dead"})
        if "refused" in first:
            raise UnreadableFile(_refusal(first))
        header = None
        for line in lines:
            if isinstance(line, dict):
                return
            number, cells = line
            if header is None:
                header, problems = read_header([_text(cell) for cell in cells])
                if problems:
                    yield Row(number, {}, tuple(problems))
                    return
            else:
                yield _row(number, cells, header)
    raise UnreadableFile(BEYOND_MEASURE)


@contextmanager
def _process(path: Path, sheet: str | None) -> Iterator[Iterator[Any]]:
    command = [sys.executable, "-m", "indexer.transfer.sheet_process", str(path.absolute())]
    command += [] if sheet is None else [sheet]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(  # noqa: S603 - this Python and a module of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
    )
    with process:
        try:
            yield map(orjson.loads, process.stdout or ())
        finally:
            process.kill()


def _refusal(first: Mapping[str, Any]) -> str:
    match first["refused"]:
        case "rows":
            return TOO_MANY_ROWS.format(rows=first["rows"], most=MOST_ROWS)
        case "sheet":
            return NO_SHEET.format(names=", ".join(map(_quoted, first["names"])) or "-")
        case "damaged":
            return DAMAGED
        case _:
            return BEYOND_MEASURE


def _quoted(name: str) -> str:
    return f"“{name}”"


def _row(number: int, cells: Sequence[Cell], header: Header) -> Row:
    places = [*header.places, *([None] * (len(cells) - len(header.places)))]
    told = [_misfit(cell, place) for cell, place in zip(cells, places, strict=False)]
    texts = ["" if problem else _text(cell) for cell, problem in zip(cells, told, strict=True)]
    fields, problems = header.fields(texts)
    misfits = [problem for problem in told if problem]
    return Row(
        number, fields, (*misfits, *problems), header, tuple(guarded(unguarded(text)) for text in texts)
    )


def _text(cell: Cell) -> str:
    return cell or "" if isinstance(cell, str | None) else cell[1]


def _misfit(cell: Cell, place: Place | None) -> Problem | None:
    """What keeps the cell from being taken for what was meant. Remarks may hold anything."""
    if place is None or isinstance(cell, str | None):
        return None
    kind, value = cell
    if (kind == CellKind.NUMBER and takes_number(place)) or (kind == CellKind.DATE and takes_date(place)):
        return None
    key = "cell.number" if kind in {CellKind.NUMBER, CellKind.LOSSY} else "cell.not_text"
    return Problem(ErrorCode.INVALID, place, key, {"value": value})
