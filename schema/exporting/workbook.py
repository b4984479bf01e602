"""
A snapshot as a workbook (XLSX, ECMA-376), in constant memory: every text is a text, none is ever a formula or a link.

The file is made on disk as the rows come and handed over once it is whole: there is no such thing as half a workbook. A
sheet has 1,048,576 rows; what goes beyond stands on further sheets. The last sheet tells what the file is.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from directory.facts import Json
from schema.exporting.cells import cell_text
from schema.exporting.snapshot import Row, Snapshot

# Rows of a sheet and characters of a cell: Excel specifications and limits (Microsoft Support).
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
# A spreadsheet keeps 15 digits of a number.
LARGEST_EXACT = 10**15
CUT = " …（内容过长，完整内容见NDJSON导出；too long, whole in the NDJSON export）"
ABOUT = "关于 about"
_CHUNK = 1 << 16
_AS_TEXT = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


async def workbook(snapshot: Snapshot, names: Sequence[str], licence: str) -> AsyncGenerator[bytes, None]:
    """The file, piece by piece, once all rows are in it; `names` are the columns. Leaving it early ends the walk."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder, "export.xlsx")
        sheets = _Sheets(path, snapshot.listing.value, names)
        async with aclosing(snapshot.rows) as batches:
            async for batch in batches:
                await asyncio.to_thread(sheets.add, batch)
        await asyncio.to_thread(sheets.close, _about(snapshot, sheets.rows, licence))
        with await asyncio.to_thread(path.open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, _CHUNK):
                yield piece


class _Sheets:
    """The sheets as they grow."""

    def __init__(self, path: Path, title: str, names: Sequence[str]) -> None:
        self.rows = 0
        self._book = Workbook(path, {**_AS_TEXT, "tmpdir": str(path.parent)})
        self._book.use_zip64()  # a sheet of more than 2 GiB
        self._title = title
        self._names = names
        self._sheet: Worksheet | None = None
        self._next = 0

    def add(self, batch: Sequence[Row]) -> None:
        """Writes rows, on a further sheet where one is full."""
        for row in batch:
            sheet = self._sheet if self._sheet and self._next < MOST_ROWS else self._another()
            values = {**row.beside, **row.state}
            for column, name in enumerate(self._names):
                _write(sheet, self._next, column, values.get(name))
            self._next += 1
            self.rows += 1

    def close(self, about: Sequence[tuple[str, str]]) -> None:
        """Writes what the file is, and the file."""
        if self._sheet is None:
            self._another()
        last = self._book.add_worksheet(ABOUT)
        for row, (name, value) in enumerate(about):
            last.write_string(row, 0, name)
            last.write_string(row, 1, _bounded(value))
        self._book.set_properties({"title": self._title, "comments": "\n".join(map(": ".join, about))})
        self._book.close()

    def _another(self) -> Worksheet:
        number = len(self._book.worksheets()) + 1
        sheet = self._book.add_worksheet(self._title if number == 1 else f"{self._title} {number}")
        for column, name in enumerate(self._names):
            sheet.write_string(0, column, name)
        sheet.freeze_panes(1, 0)
        self._sheet, self._next = sheet, 1
        return sheet


def _write(sheet: Worksheet, row: int, column: int, value: Json) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_EXACT:
        sheet.write_number(row, column, value)
    elif text := cell_text(value):
        sheet.write_string(row, column, _bounded(text))


def _bounded(text: str) -> str:
    """The text as a cell can hold it; a cell counts in units of UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - len(CUT))].decode("utf-16-le", "ignore") + CUT


def _about(snapshot: Snapshot, rows: int, licence: str) -> Sequence[tuple[str, str]]:
    return (
        ("内容 of", snapshot.listing.value),
        ("日志位置 position", str(snapshot.position)),
        ("导出时间 retrievedAt", snapshot.retrieved_at.isoformat()),
        ("筛选条件 filter", json.dumps(snapshot.asked, ensure_ascii=False, default=str)),
        ("行数 rows", str(rows)),
        ("使用限制 licence", licence),
    )
