"""Exports as workbooks: the rows of the other formats, texts as texts, and what the file is on a sheet of its own."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from directory.facts import Json
from schema.exporting import workbook
from schema.exporting.formats import COLUMNS, written
from schema.exporting.snapshot import Row, Snapshot
from schema.exporting.words import Format, Listing
from tests.factories import NOW, make_firm
from tests.journeys.stage import ANALYST, SUPERVISOR, Stage
from tests.schema.blockages.corpus import indexed, taken_up
from tests.schema.firms.listing import listed
from tests.transfer.exports import export
from tests.transfer.test_streaming import PAYLOADS, PHONE


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    """The sheets as another program reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def about(content: bytes) -> dict[str, str]:
    """What the last sheet tells, by the English half of its names."""
    *_, last = sheets_of(content).values()
    return {str(name).split()[-1]: value for name, value in last}


def left_in(folder: Path) -> list[Path]:
    """What lies in the folder."""
    return list(folder.iterdir())


def of_titles(*titles: Json) -> Snapshot:
    """Reports with these titles, in two batches."""

    async def rows() -> AsyncGenerator[Sequence[Row], None]:
        for some in (titles[:1], titles[1:]):
            yield [Row({"title": title}, {}) for title in some]

    return Snapshot(Listing.BLOCKAGES, 7, NOW, rows(), {"text": "直播"})


async def content_of(snapshot: Snapshot) -> bytes:
    """The whole file."""
    return b"".join([piece async for piece in written(snapshot, Format.XLSX)])


async def titles_of(snapshot: Snapshot) -> list[Any]:
    """The titles as another program reads them, sheet after sheet."""
    *sheets, _ = sheets_of(await content_of(snapshot)).values()
    return [row[header.index("title")] for header, *rows in sheets for row in rows]


@pytest.mark.parametrize("listing", ["firms", "blockages"])
async def test_a_workbook_holds_what_a_table_holds(stage: Stage, listing: str) -> None:
    """Cell by cell; only numbers are numbers."""
    firms = await listed(stage)
    await indexed(stage, *(taken_up(firm) for firm in firms.values()))

    table = (await export(stage, SUPERVISOR, f"{listing}.csv")).table
    found = await export(stage, SUPERVISOR, f"{listing}.xlsx")

    header, *rows = sheets_of(found.response.content)[listing]
    shown = [[str(int(cell)) if isinstance(cell, float) else cell for cell in row] for row in rows]
    assert tuple(header) == COLUMNS[Listing(listing)]
    assert shown == [list(row.values()) for row in table]
    assert len(shown) > 1
    assert found.response.headers["content-disposition"].endswith(f'{listing}-{found.position}.xlsx"')


async def test_the_last_sheet_says_what_the_file_is(stage: Stage) -> None:
    """Position, time, filter as it was asked, and how many rows."""
    await listed(stage)

    found = await export(stage, ANALYST, "firms.xlsx", {"filter": {"text": "微光直播"}})

    told = about(found.response.content)
    assert told["position"] == str(found.position) == found.response.headers["x-log-position"]
    assert told["retrievedAt"] == stage.clock.now.isoformat()
    assert told["filter"] == '{"text": "微光直播"}'
    assert told["rows"] == "1"
    assert "不得外传" in told["licence"]


async def test_no_cell_of_a_workbook_is_a_formula_or_a_link(stage: Stage) -> None:
    """64 payloads, addresses and a telephone number: texts, each as it was, without any guard."""
    firm = make_firm()
    texts = [*PAYLOADS, PHONE, "https://example.com", "mailto:a@example.com", "0012", "1e5", "_x0041_"]
    await indexed(stage, firm, *(taken_up(firm, title=text) for text in texts))

    content = (await export(stage, SUPERVISOR, "blockages.xlsx")).response.content

    header, *rows = sheets_of(content)["blockages"]
    assert sorted(row[header.index("title")] for row in rows) == sorted(texts)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = b"".join(packed.read(name) for name in packed.namelist() if "worksheets" in name)
    assert b"<f>" not in parts
    assert b"hyperlink" not in parts


async def test_a_full_sheet_is_continued_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the same header."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    titles = [f"第{number}号" for number in range(5)]

    content = await content_of(of_titles(*titles))

    assert list(sheets_of(content)) == ["blockages", "blockages 2", "blockages 3", workbook.ABOUT]
    assert await titles_of(of_titles(*titles)) == titles


async def test_an_export_of_nothing_is_a_header(stage: Stage) -> None:
    """And says that there are no rows."""
    content = (await export(stage, SUPERVISOR, "firms.xlsx")).response.content

    assert [len(rows) for rows in sheets_of(content).values()] == [1, 6]
    assert about(content)["rows"] == "0"


async def test_a_text_longer_than_a_cell_says_that_it_was_cut() -> None:
    """A cell holds 32,767 units of UTF-16, and half of an emoji is none."""
    whole, long = "多" * workbook.LONGEST_CELL, "\U0001f600" * workbook.LONGEST_CELL

    kept, cut = await titles_of(of_titles(whole, long))

    assert kept == whole
    assert cut.endswith(workbook.CUT)
    assert set(cut.removesuffix(workbook.CUT)) == {"\U0001f600"}


async def test_a_workbook_left_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither rows on the disk nor a walk that goes on."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    walked = []

    async def rows() -> AsyncGenerator[Sequence[Row], None]:
        try:
            yield [Row({"title": "微光"}, {})]
            walked.append(left_in(tmp_path))
            raise ConnectionError
        finally:
            walked.append([])

    with pytest.raises(ConnectionError):
        await content_of(Snapshot(Listing.BLOCKAGES, 1, NOW, rows()))

    assert [len(found) for found in walked] == [1, 0]
    assert left_in(tmp_path) == []
