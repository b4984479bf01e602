"""Importing entries from workbooks: what sheets do to values, and files made to harm their reader."""

from __future__ import annotations

import csv
import datetime
import io
import json
import resource
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from xlsxwriter import Workbook

from indexer.transfer import container
from indexer.transfer.read import UnreadableFile
from indexer.transfer.sheet_process import MOST_ROWS
from indexer.transfer.workbook import sheet_rows, survey_workbook
from newgrowth.importing import import_firms
from newgrowth.settings import read_settings
from tests.factories import make_uscc
from tests.faults.evidence import kept, log_length
from tests.faults.import_desk import OWNER, Desk

HEADER = ("名称", "统一社会信用代码", "主体类型", "业态", "行政区划")
DAY = datetime.date(2020, 7, 14)


def firm(name: str = "杭州微光直播有限公司", **changes: Any) -> list[Any]:
    """An enterprise with a code of its own, as the cells of a row."""
    cells = {
        "name": name,
        "uscc": make_uscc(),
        "kind": "ENTERPRISE",
        "forms": "live-commerce",
        "region": "330100",
    }
    return list({**cells, **changes}.values())


def workbook(path: Path, *rows: Sequence[Any], sheet: str = "名录", at: int = 0) -> Path:
    """A workbook with these rows from row `at` on; a text beginning with = is a formula."""
    with Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_numbers": False}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows, at):
            page.write_row(number, 0, row)
    return path


def repacked(path: Path, parts: Mapping[str, bytes] | None = None, *, but: Iterable[str] = ()) -> Path:
    """The workbook with more parts, or other ones in their place, or without some."""
    added = dict(parts or {})
    with zipfile.ZipFile(path) as packed:
        old = {name: packed.read(name) for name in packed.namelist() if name not in {*added, *but}}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**old, **added}.items():
            packed.writestr(name, content)
    return path


async def test_a_sheet_is_imported_as_a_table_is(desk: Desk, tmp_path: Path) -> None:
    """Rows are told by their number in the sheet, wherever the table begins and whatever is empty between."""
    file = workbook(
        tmp_path / "rows.xlsx", HEADER, firm("杭州一光有限公司"), [], firm("杭州二光有限公司"), at=2
    )

    report = await desk.imports(file)

    assert [(row["line"], row["outcome"]) for row in report] == [(4, "registered"), (6, "registered")]


async def test_the_same_workbook_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """Nor do its rows in another workbook."""
    row = firm()
    await desk.imports(workbook(tmp_path / "rows.xlsx", HEADER, row))
    before = kept(desk.record)

    assert await desk.outcomes(workbook(tmp_path / "rows.xlsx", HEADER, row)) == ["already_there"]
    assert await desk.outcomes(workbook(tmp_path / "again.XLSX", HEADER[::-1], row[::-1])) == [
        "already_there"
    ]
    assert kept(desk.record) == before


def only(path: Path, header: Sequence[Any], row: Sequence[Any]) -> Any:
    """The row of a sheet with one."""
    (read,) = sheet_rows(workbook(path, header, row))
    return read


VALUES: dict[str, tuple[str, Any, Any]] = {
    "a region as a number": ("region", 330100, {"region": "330100"}),
    "a date": ("成立日期", DAY, {"founded_on": "2020-07-14"}),
    "a date at midnight": (
        "成立日期",
        datetime.datetime(2020, 7, 14),
        {"founded_on": "2020-07-14"},
    ),
    "a date as a text": ("成立日期", "2020-07-14", {"founded_on": "2020-07-14"}),
    "a figure": (
        "metrics.CUSTOMERS.2026-01",
        0.1 + 0.2,
        {"metrics": [{"metric": "CUSTOMERS", "period": "2026-01", "value": "0.3"}]},
    ),
    "followers": ("账号1粉丝数", 1_200_000, {"platforms": [{"followers": "1200000"}]}),
    "a text with an apostrophe": ("简介", "'+86", {"summary": "+86"}),
    "a remark of any kind": ("_备注", 9.5, {}),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_cell_means_what_it_shows(tmp_path: Path, kind: str) -> None:
    """Numbers where a number is meant, dates where a date is."""
    column, value, fields = VALUES[kind]

    row = only(tmp_path / "rows.xlsx", ["name", column], ["微光", value])

    assert (row.problems, row.fields) == ((), {"name": "微光", **fields})


MISFITS: dict[str, tuple[str, Any, str]] = {
    "a code of 18 digits": ("统一社会信用代码", 913301061234567890, "cell.number"),
    "a telephone number": ("联系电话", 13812345678, "cell.number"),
    "a code of an industry": ("行业", 111, "cell.number"),
    "an account of digits": ("账号1名称", 12345, "cell.number"),
    "a figure beyond 15 digits": ("metrics.CUSTOMERS.2026-01", 10**17, "cell.number"),
    "a day as a bare number": ("成立日期", 44026, "cell.number"),
    "a date for an occupation": ("职业", DAY, "cell.not_text"),
    "a moment of a day": ("成立日期", datetime.datetime(2020, 7, 14, 12), "cell.not_text"),
    "a truth value": ("名称", True, "cell.not_text"),
}


@pytest.mark.parametrize("kind", MISFITS)
def test_what_lost_its_digits_is_refused_and_never_guessed(tmp_path: Path, kind: str) -> None:
    """The problem names the place and the value; what comes back to be corrected is blank there."""
    column, value, key = MISFITS[kind]

    row = only(tmp_path / "rows.xlsx", ["简介", column], ["直播。", value])

    (problem,) = row.problems
    assert (problem.key, row.header.column(problem.path)) == (key, column)
    assert row.cells == ("直播。", "")


def test_of_a_formula_the_value_counts(tmp_path: Path) -> None:
    """The one that was last worked out; the formula itself is nobody's name."""
    with Workbook(tmp_path / "rows.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["name", "summary"])
        page.write_formula(1, 0, '=CONCAT("杭州","微光")', None, "杭州微光")

    (row,) = sheet_rows(tmp_path / "rows.xlsx")

    assert row.fields == {"name": "杭州微光"}


def test_merged_and_formatted_cells_are_no_rows(tmp_path: Path) -> None:
    """Of merged cells the first one holds the value."""
    with Workbook(tmp_path / "rows.xlsx") as book:
        page, bold = book.add_worksheet(), book.add_format({"bold": True})
        page.write_row(0, 0, ["name", "summary"])
        page.merge_range(1, 0, 1, 1, "微光")
        page.write_blank(500, 0, None, bold)

    assert [(row.line, row.fields) for row in sheet_rows(tmp_path / "rows.xlsx")] == [(2, {"name": "微光"})]


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    """The first one to be seen, if none is named; one that is not there is told with those that are."""
    with Workbook(tmp_path / "rows.xlsx") as book:
        hidden = book.add_worksheet("隐藏")
        for page in (hidden, book.add_worksheet("一"), book.add_worksheet("二")):
            page.write_column(0, 0, ["name", page.get_name()])
        book.worksheets()[1].activate()
        book.worksheets()[1].set_first_sheet()
        hidden.hide()

    assert [row.fields["name"] for row in sheet_rows(tmp_path / "rows.xlsx")] == ["一"]
    assert [row.fields["name"] for row in sheet_rows(tmp_path / "rows.xlsx", "二")] == ["二"]
    with pytest.raises(UnreadableFile, match="“一”, “二”"):
        list(sheet_rows(tmp_path / "rows.xlsx", "三"))


async def test_refused_rows_of_a_sheet_come_back_as_a_table(desk: Desk, tmp_path: Path) -> None:
    """Guarded against formulas, with the problems beside them; corrected, that table is imported."""
    file = workbook(tmp_path / "rows.xlsx", HEADER, firm(region="999999"))
    with Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        for column, value in enumerate(firm("=1+1有限公司", region="999999")):
            page.write_string(1, column, value)
    rejects = io.StringIO()

    await import_firms(
        read_settings(data_dir=desk.data_dir),
        file,
        OWNER,
        dry_run=False,
        report=io.StringIO(),
        console=Console(file=io.StringIO()),
        rejects=rejects,
    )
    header, row = csv.reader(io.StringIO(rejects.getvalue(), newline=""))
    row[4] = "330100"
    again = tmp_path / "again.csv"
    with again.open("w", newline="") as out:
        csv.writer(out).writerows([header, row])

    assert row[0] == "'=1+1有限公司"
    assert await desk.outcomes(again) == ["registered"]


def packed_bomb(path: Path) -> Path:
    """64 MiB of zeros in 64 KiB."""
    return repacked(workbook(path, HEADER), {"xl/media/image1.png": bytes(64 << 20)})


def many_parts(path: Path) -> Path:
    """More parts than any workbook has."""
    return repacked(workbook(path, HEADER), {f"xl/media/{n}.png": b"" for n in range(container.MOST_PARTS)})


def lying_bomb(path: Path) -> Path:
    """A part that says it holds less than it does."""
    content = repacked(workbook(path, HEADER), {"xl/media/image1.png": b"abcd" * 50_000}).read_bytes()
    size = (200_000).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (2_000).to_bytes(4, "little")))
    return path


def far_cell(path: Path) -> Path:
    """Two cells, in the first and in the last place of the sheet: 17 thousand million cells between them."""
    with Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "name")
        page.write(MOST_ROWS - 2, 16_383, "x")
    return path


def many_rows(path: Path) -> Path:
    """All the rows that a sheet has."""
    with Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "name")
        page.write((1 << 20) - 1, 0, "x")
    return path


def one_text_everywhere(path: Path) -> Path:
    """A text of 32,000 characters, kept once and shown 100,000 times: 3 GB once read."""
    with Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "name")
        for row in range(1, 100_001):
            page.write_string(row, 0, "a" * 32_000)
    return path


def billion_laughs(path: Path) -> Path:
    """Entities of entities in the list of texts."""
    text = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    return repacked(workbook(path, HEADER), {"xl/sharedStrings.xml": text})


def renamed(content: bytes) -> Callable[[Path], Path]:
    """A file of another kind under the name of a workbook."""

    def made(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return made


HARMFUL: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a zip bomb": (packed_bomb, "packed more than"),
    "a zip bomb that lies": (lying_bomb, "damaged"),
    "more parts than any workbook": (many_parts, "too large"),
    "billion laughs": (billion_laughs, "document type"),
    "two cells far apart": (far_cell, "cannot be read within"),
    "one text 100,000 times": (one_text_everywhere, "cannot be read within"),
    "2^20 rows": (many_rows, "has 1048576 rows"),
    "macros": (lambda p: repacked(workbook(p, HEADER), {"xl/vbaProject.bin": b"x"}), "macros"),
    "external links": (
        lambda p: repacked(workbook(p, HEADER), {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "other files",
    ),
    "encrypted, or old": (renamed(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)), "password"),
    "a program": (renamed(b"MZ\x90\0" + bytes(2_000)), "no XLSX workbook"),
    "a text": (renamed("名称,region\n".encode()), "no XLSX workbook"),
    "nothing": (renamed(b""), "no XLSX workbook"),
    "another archive": (
        lambda p: repacked(workbook(p, HEADER), but=["xl/workbook.xml"]),
        "no XLSX workbook",
    ),
    "half a workbook": (lambda p: renamed(workbook(p, HEADER).read_bytes()[:-800])(p), "damaged"),
    "a sheet that is no XML": (
        lambda p: repacked(workbook(p, HEADER), {"xl/worksheets/sheet1.xml": b"<worksheet><a"}),
        "damaged",
    ),
}


@pytest.mark.parametrize("harm", HARMFUL)
async def test_a_harmful_file_is_refused_with_its_reason(desk: Desk, tmp_path: Path, harm: str) -> None:
    """In both languages, before any row; nothing of it is kept in memory."""
    make, told = HARMFUL[harm]
    file = make(tmp_path / "rows.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(UnreadableFile, match=told) as refused:
        await desk.imports(file)

    assert any("\u4e00" <= character <= "\u9fff" for character in str(refused.value))
    assert log_length(desk.record) == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 << 10


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(UnreadableFile, match=r"none\.xlsx"):
        survey_workbook(tmp_path / "none.xlsx")


async def test_a_header_not_understood_refuses_the_sheet(desk: Desk, tmp_path: Path) -> None:
    """A problem a row, as in a table."""
    (told,) = await desk.imports(workbook(tmp_path / "rows.xlsx", [*HEADER, "colour"], firm()))

    assert (told["line"], told["outcome"]) == (1, "refused")
    assert "colour" in json.dumps(told["problems"])
