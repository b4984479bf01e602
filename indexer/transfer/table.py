"""
Reading a table of rows (CSV, RFC 4180): the first row names the columns, then one entry a row, in constant memory.

A row that cannot be read is a row with problems, not the end of the file. A header that is not understood is: no row below
it would mean what was meant.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from directory.errors import ErrorCode, Problem
from indexer.transfer.columns import Header, read_header
from indexer.transfer.encodings import Encoding
from indexer.transfer.read import LONGEST_LINE, Row


class _LineTooLong(Exception):
    """A line of more than `LONGEST_LINE` characters; it has been passed over."""


class _Lines:
    """The lines of a file, with their ends, none of them longer than memory should hold."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.read += 1
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            return line
        while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            continue
        raise _LineTooLong


def table_rows(path: Path, encoding: Encoding) -> Iterator[Row]:
    """The rows of a surveyed file, in order; blank ones are passed over. `Row.line` is the line where a row begins."""
    with path.open(encoding=encoding.codec, newline="") as file:
        records = _records(_Lines(file))
        header = None
        for line, cells, problem in records:
            if header is None:
                header, problems = read_header(cells)
                if problem is not None or problems:
                    yield Row(line, {}, (problem,) if problem else tuple(problems))
                    return
            elif problem is not None:
                yield Row(line, {}, (problem,))
            elif any(cell.strip() for cell in cells):
                yield _row(line, cells, header)


def _records(lines: _Lines) -> Iterator[tuple[int, Sequence[str], Problem | None]]:
    """Each record with the line where it begins, or with what makes it unreadable. Blank lines before a header are none."""
    reader = csv.reader(lines, strict=True)
    while True:
        begins = lines.read + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            params = {"first": begins, "last": lines.read}
            yield begins, (), Problem(ErrorCode.INVALID, (), "row.quotes", params)
        except _LineTooLong:
            yield begins, (), Problem(ErrorCode.TOO_LARGE, (), "row.too_long", {"longest": LONGEST_LINE})
        else:
            if cells:
                yield begins, cells, None


def _row(line: int, cells: Sequence[str], header: Header) -> Row:
    fields, problems = header.fields(cells)
    return Row(line, fields, tuple(problems), header, tuple(cells))


def written_again(cells: Sequence[str]) -> str:
    """A record as a line of a table."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue()
