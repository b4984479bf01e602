"""
The command `newgrowth import`: entries from a file, one row a transaction, with a report a row.

It can be interrupted anywhere and run again: what a row has led to is found again, whatever became of the report.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from directory.access import Caller, Role
from directory.errors import Problem
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.messages.catalogue import api_path, message
from directory.states import Language
from indexer.transfer.firms import FirmImport, RowOutcome, RowResult
from indexer.transfer.read import Survey, rows, survey
from newgrowth.settings import Settings
from newgrowth.wiring import opened_record, rulebook
from seeds.reference import load_reference

# A problem's path in a command: input, profile, then the row's own fields.
_ABOVE_THE_ROW = ["input", "profile"]


async def import_firms(
    settings: Settings, file: Path, subject: str, *, dry_run: bool, report: TextIO, console: Console
) -> bool:
    """True when no row was refused. One JSON object a row goes to `report`, progress and sums to `console`.

    Raises: UnreadableFile, RecordInUse while another process writes to this SQLite record, RecordUnavailable.
    """
    found, reference = survey(file), load_reference()
    async with await opened_record(settings, reference) as record:
        directory = Directory(record, rulebook(settings, reference), HANDLERS)
        caller = Caller(subject, frozenset({Role.FIRM}))
        firms = FirmImport(directory, caller, found.digest, dry_run=dry_run)
        sums = await _all_rows(firms, file, found, report, console)
    console.print(
        ", ".join(f"{sums[outcome]} {outcome.replace('_', ' ')}" for outcome in RowOutcome if sums[outcome])
        or "No rows."
    )
    return not sums[RowOutcome.REFUSED]


async def _all_rows(
    firms: FirmImport, file: Path, found: Survey, report: TextIO, console: Console
) -> Counter[RowOutcome]:
    sums: Counter[RowOutcome] = Counter()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, redirect_stdout=False) as progress:
        task = progress.add_task("Lines", total=found.lines)
        for row in rows(file):
            result = await firms.take(row)
            sums[result.outcome] += 1
            report.write(json.dumps(reported(result), ensure_ascii=False) + "\n")
            report.flush()
            progress.update(task, completed=row.line)
    return sums


def reported(result: RowResult) -> dict[str, Any]:
    """The result as a line of the report."""
    line: dict[str, Any] = {"line": result.line, "outcome": result.outcome.value}
    if result.entry is not None:
        line["entryNumber"] = result.entry
    if result.problems:
        line["problems"] = [_told(problem) for problem in result.problems]
    return line


def _told(problem: Problem) -> dict[str, Any]:
    path = api_path(problem)
    languages = (("zh", Language.ZH), ("en", Language.EN))
    return {
        "code": problem.code.value,
        "path": path[2:] if path[:2] == _ABOVE_THE_ROW else path[1:],
        "message": {name: message(problem, language) for name, language in languages},
    }
