"""
The command `newgrowth import`: entries from a file, some hundred rows a transaction or all in one, with a report a row.

It can be interrupted anywhere and run again: what a row has led to is found again, whatever became of the report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
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
from indexer.ahead import one_ahead
from indexer.transfer.columns import Header
from indexer.transfer.declaring import Declaring, Taken
from indexer.transfer.encodings import Encoding
from indexer.transfer.firms import FirmImport, RowOutcome, RowResult
from indexer.transfer.read import Row, Survey, survey
from indexer.transfer.table import written_again
from indexer.transfer.workbook import sheet_rows, survey_workbook
from newgrowth.reading_ahead import TABLE, read_ahead, read_here, text_rows
from newgrowth.settings import Settings
from newgrowth.wiring import opened_record, rulebook
from seeds.reference import load_reference

# A problem's path in a command: input, profile, then the row's own fields.
_ABOVE_THE_ROW = ["input", "profile"]
_LANGUAGES = (("zh", Language.ZH), ("en", Language.EN))
WORKBOOK = ".xlsx"
PROBLEMS = "_problems"
# From here on a process that reads ahead is worth its start, half a second.
MANY_LINES = 5_000


async def import_firms(
    settings: Settings,
    file: Path,
    subject: str,
    *,
    dry_run: bool,
    as_one: bool = False,
    report: TextIO,
    console: Console,
    encoding: Encoding = Encoding.UTF_8,
    rejects: TextIO | None = None,
    sheet: str | None = None,
) -> bool:
    """True when no row was refused. One JSON object a row goes to `report`, progress and sums to `console`.

    A file whose name ends in .csv is a table, in .xlsx a workbook, of which `sheet` is read or the first one; any other
    is NDJSON. With `as_one` either all rows are carried out or, where one is refused, none; the file is held in memory then.
    Refused rows go to `rejects` as they were written, to be corrected and imported again; those of a table
    or a sheet as a table, with their problems in a last column.
    Raises: UnreadableFile, RecordInUse while another process writes to this SQLite record, RecordUnavailable.
    """
    (found, taken), reference = _opened(file, encoding, sheet), load_reference()
    async with await opened_record(settings, reference, bulk=True) as record:
        directory = Directory(record, rulebook(settings, reference), HANDLERS)
        caller = Caller(subject, frozenset({Role.FIRM}))
        firms = FirmImport(directory, caller, found.digest, dry_run=dry_run)
        told = Telling(report, rejects)
        with _progress(console) as progress:
            task = progress.add_task("Lines", total=found.lines or None)
            if as_one:
                await _as_one(firms, list(taken), told, lambda count: progress.advance(task, count))
            else:
                if found.lines < MANY_LINES:
                    read = read_here(taken, Declaring(directory.rulebook, found.digest))
                else:
                    read = read_ahead(settings, file, encoding, found.digest)
                await _one_by_one(firms, read, told, lambda line: progress.update(task, completed=line))
    console.print(
        ", ".join(f"{told.sums[each]} {each.replace('_', ' ')}" for each in RowOutcome if told.sums[each])
        or "No rows."
    )
    if as_one and told.sums[RowOutcome.REFUSED]:
        console.print("Nothing was imported: all rows or none.")
    return not told.sums[RowOutcome.REFUSED]


def is_table(file: Path) -> bool:
    """Whether refused rows of the file come back as a table."""
    return file.suffix.lower() in {TABLE, WORKBOOK}


def _opened(file: Path, encoding: Encoding, sheet: str | None) -> tuple[Survey, Iterable[Row]]:
    """The file looked through, and its rows. Raises: UnreadableFile."""
    if file.suffix.lower() == WORKBOOK:
        return survey_workbook(file), sheet_rows(file, sheet)
    found = survey(file, encoding)
    return found, text_rows(file, encoding)


@dataclass
class Telling:
    """Where what became of the rows is told: each in the report, refused ones also as they were written, and all in sums."""

    report: TextIO
    rejects: TextIO | None
    sums: Counter[RowOutcome] = field(default_factory=Counter)

    def tell(self, some: Sequence[Row], results: Sequence[RowResult]) -> None:
        """Tells of these rows, in order."""
        for row, result in zip(some, results, strict=True):
            if self.rejects is not None and result.outcome is RowOutcome.REFUSED:
                _reject(row, result, self.rejects)
            self.sums[result.outcome] += 1
            self.report.write(json.dumps(reported(row, result), ensure_ascii=False) + "\n")
        self.report.flush()


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console, redirect_stdout=False)


async def _one_by_one(
    firms: FirmImport,
    read: AsyncGenerator[Sequence[Taken], None],
    told: Telling,
    reached: Callable[[int], None],
) -> None:
    """Each row by itself, some in one unit of work; `reached` hears of lines."""
    async with aclosing(read), aclosing(one_ahead(read)) as ahead:
        async for some in ahead:
            told.tell([taken.row for taken in some], await firms.take_read(some))
            reached(some[-1].row.line)


async def _as_one(
    firms: FirmImport, taken: Sequence[Row], told: Telling, judged: Callable[[int], None]
) -> None:
    """All rows or none; `judged` hears of rows."""
    told.tell(taken, await firms.take_as_one(taken, judged))


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
