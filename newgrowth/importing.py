"""
The command `newgrowth import`: entries from a file, some hundred rows a transaction, with a report a row.

It can be interrupted anywhere and run again: what a row has led to is found again, whatever became of the report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from directory.access import Caller, Role
from directory.errors import Problem
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.messages.catalogue import api_path, message
from directory.spreadsheets import guarded
from directory.states import Language
from indexer.transfer.columns import Header
from indexer.transfer.encodings import Encoding
from indexer.transfer.firms import FirmImport, RowOutcome, RowResult
from indexer.transfer.read import Row, Survey, rows, survey
from indexer.transfer.table import table_rows, written_again
from indexer.transfer.workbook import sheet_rows, survey_workbook
from newgrowth.settings import Settings
from newgrowth.wiring import opened_record, rulebook
from seeds.reference import load_reference

# A problem's path in a command: input, profile, then the row's own fields.
_ABOVE_THE_ROW = ["input", "profile"]
_LANGUAGES = (("zh", Language.ZH), ("en", Language.EN))
TABLE = ".csv"
WORKBOOK = ".xlsx"
PROBLEMS = "_problems"
# What one transaction holds: the report is that far behind at most when the program is killed.
AT_ONCE = 100


async def import_firms(
    settings: Settings,
    file: Path,
    subject: str,
    *,
    dry_run: bool,
    report: TextIO,
    console: Console,
    encoding: Encoding = Encoding.UTF_8,
    rejects: TextIO | None = None,
    sheet: str | None = None,
) -> bool:
    """True when no row was refused. One JSON object a row goes to `report`, progress and sums to `console`.

    A file whose name ends in .csv is a table, in .xlsx a workbook, of which `sheet` is read or the first one; any other
    is NDJSON. Refused rows go to `rejects` as they were written, to be corrected and imported again; those of a table
    or a sheet as a table, with their problems in a last column.
    Raises: UnreadableFile, RecordInUse while another process writes to this SQLite record, RecordUnavailable.
    """
    (found, taken), reference = _opened(file, encoding, sheet), load_reference()
    async with await opened_record(settings, reference) as record:
        directory = Directory(record, rulebook(settings, reference), HANDLERS)
        caller = Caller(subject, frozenset({Role.FIRM}))
        firms = FirmImport(directory, caller, found.digest, dry_run=dry_run)
        sums = await _all_rows(firms, taken, found, report, console, rejects)
    console.print(
        ", ".join(f"{sums[outcome]} {outcome.replace('_', ' ')}" for outcome in RowOutcome if sums[outcome])
        or "No rows."
    )
    return not sums[RowOutcome.REFUSED]


def is_table(file: Path) -> bool:
    """Whether refused rows of the file come back as a table."""
    return file.suffix.lower() in {TABLE, WORKBOOK}


def _opened(file: Path, encoding: Encoding, sheet: str | None) -> tuple[Survey, Iterable[Row]]:
    """The file looked through, and its rows. Raises: UnreadableFile."""
    if file.suffix.lower() == WORKBOOK:
        return survey_workbook(file), sheet_rows(file, sheet)
    found = survey(file, encoding)
    return found, table_rows(file, encoding) if file.suffix.lower() == TABLE else rows(file, encoding)


async def _all_rows(
    firms: FirmImport,
    taken: Iterable[Row],
    found: Survey,
    report: TextIO,
    console: Console,
    rejects: TextIO | None,
) -> Counter[RowOutcome]:
    sums: Counter[RowOutcome] = Counter()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, redirect_stdout=False) as progress:
        task = progress.add_task("Lines", total=found.lines or None)
        for some in _batches(taken):
            for row, result in zip(some, await firms.take_all(some), strict=True):
                if rejects is not None and result.outcome is RowOutcome.REFUSED:
                    _reject(row, result, rejects)
                sums[result.outcome] += 1
                report.write(json.dumps(reported(row, result), ensure_ascii=False) + "\n")
            report.flush()
            progress.update(task, completed=some[-1].line)
    return sums


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


def reported(row: Row, result: RowResult) -> dict[str, Any]:
    """The result as a line of the report; problems of a table's row name their column."""
    line: dict[str, Any] = {"line": result.line, "outcome": result.outcome.value}
    if result.entry is not None:
        line["entryNumber"] = result.entry
    if result.problems:
        line["problems"] = [_told(problem, row.header) for problem in result.problems]
    return line


def _told(problem: Problem, header: Header | None) -> dict[str, Any]:
    path = api_path(problem)
    told: dict[str, Any] = {
        "code": problem.code.value,
        "path": path[2:] if path[:2] == _ABOVE_THE_ROW else path[1:],
        "message": {name: message(problem, language) for name, language in _LANGUAGES},
    }
    if header is not None and (column := _column(problem, header)) is not None:
        told["column"] = column
    return told


def _column(problem: Problem, header: Header) -> str | None:
    place = problem.path[1:] if problem.path[:1] == ("profile",) else problem.path
    return header.column(place) if place else None


def _reject(row: Row, result: RowResult, rejects: TextIO) -> None:
    """The refused row as it was written; of one that could not be read there is nothing to write."""
    if row.header is None:
        rejects.writelines(f"{text}\n" for text in row.cells)
    else:
        if rejects.tell() == 0:
            rejects.write(written_again((*row.header.names, PROBLEMS)))
        names = row.header.names
        blank = ("",) * (len(names) - len(row.cells))
        told = "\n".join(_in_a_cell(problem, row.header) for problem in result.problems)
        rejects.write(written_again((*row.cells[: len(names)], *blank, guarded(told))))
    rejects.flush()


def _in_a_cell(problem: Problem, header: Header) -> str:
    sentences = " ".join(message(problem, language) for _, language in _LANGUAGES)
    return f"{_column(problem, header) or '-'}: {sentences}"
