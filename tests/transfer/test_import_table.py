"""Importing entries from a table: headers in three tongues, cells in two encodings, and everything a spreadsheet can break."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from directory.record.migrate import migrate
from directory.record.open import open_record
from indexer.transfer.columns import ACCOUNT_LABELS, LABELS, LONGEST_CELL, MOST_COLUMNS, read_header
from indexer.transfer.encodings import Encoding
from indexer.transfer.read import LONGEST_LINE, UnreadableFile, survey
from indexer.transfer.table import table_rows
from newgrowth.importing import import_firms
from newgrowth.settings import read_settings
from tests.factories import make_uscc
from tests.faults.evidence import kept

OWNER = "batch-clerk"
API = ("name", "uscc", "entityKind", "forms", "region")
CHINESE = ("名称", "统一社会信用代码", "主体类型 *", "业态", "行政区划")
ENGLISH = ("Name", "unified social credit code", "ENTITY KIND", "Business forms", " Region ")


def cells(
    name: str = "杭州微光直播有限公司", *, region: str = "330100", forms: str = "live-commerce"
) -> list[str]:
    """An enterprise with a code of its own, as the cells of a row."""
    return [name, make_uscc(), "ENTERPRISE", forms, region]


def table(*rows: Sequence[str], ends: str = "\r\n") -> str:
    """Rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ends).writerows(rows)
    return text.getvalue()


@dataclass
class Desk:
    """An empty record, and imports of tables into it."""

    folder: Path

    async def imports(
        self, content: bytes | str, *, encoding: Encoding = Encoding.UTF_8, dry_run: bool = False
    ) -> list[dict[str, Any]]:
        """The report of an import."""
        file = self.folder / "rows.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        report, quiet = io.StringIO(), Console(file=io.StringIO())
        with (self.folder / "rejects.csv").open("w+", encoding="utf-8-sig", newline="") as rejects:
            await import_firms(
                read_settings(data_dir=self.folder),
                file,
                OWNER,
                dry_run=dry_run,
                report=report,
                console=quiet,
                encoding=encoding,
                rejects=rejects,
            )
        return [json.loads(line) for line in report.getvalue().splitlines()]

    @property
    def rejects(self) -> str:
        """The refused rows of the last import."""
        return (self.folder / "rejects.csv").read_text("utf-8-sig")

    async def firms(self) -> list[Any]:
        """The entries made, by name."""
        url = f"sqlite+aiosqlite:///{self.folder / 'record.db'}"
        async with await open_record(url, mode="read") as record, record.reader() as reader:
            return sorted(await reader.firms_owned_by(OWNER), key=lambda firm: firm.profile.name)

    async def phones(self, firm: Any) -> list[str | None]:
        """The telephone numbers handed in with an entry."""
        url = f"sqlite+aiosqlite:///{self.folder / 'record.db'}"
        async with await open_record(url, mode="read") as record, record.reader() as reader:
            handed_in = (await reader.submissions_of_firms([firm.id]))[firm.id]
            contacts = await reader.contacts([one.contact.ref for one in handed_in if one.contact])
        return [contact.phone for contact in contacts.values()]


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    """A desk with an empty record."""
    await migrate(f"sqlite+aiosqlite:///{tmp_path / 'record.db'}")
    return Desk(tmp_path)


def outcomes(report: Iterable[dict[str, Any]]) -> list[str]:
    """What became of each row."""
    return [one["outcome"] for one in report]


@pytest.mark.parametrize("header", [API, CHINESE, ENGLISH], ids=["API", "Chinese", "English"])
async def test_a_header_may_be_in_any_tongue(desk: Desk, header: Sequence[str]) -> None:
    """The API's words, Chinese or English; case, spaces and stars do not matter."""
    report = await desk.imports(table(header, cells()))

    assert outcomes(report) == ["registered"]
    (firm,) = await desk.firms()
    assert (firm.profile.name, firm.profile.region) == ("杭州微光直播有限公司", "330100")


def test_every_label_means_one_column() -> None:
    """Of profiles and of numbered accounts alike."""
    accounts = [label.format(3) for labels in ACCOUNT_LABELS.values() for label in labels]
    labels = [label for labels in LABELS.values() for label in labels] + accounts

    places = [read_header([label])[0].places[0] for label in labels]

    assert None not in places
    assert len(set(places)) == len(LABELS) + len(ACCOUNT_LABELS)
    assert all(places.count(place) == 3 for place in places)


async def test_lists_accounts_figures_and_contact_stand_in_cells(desk: Desk) -> None:
    """Everything that a profile can hold."""
    header = (
        *API,
        "otherNames",
        "账号1平台",
        "账号1名称",
        "platforms.1.followers",
        "metrics.CUSTOMERS.2026-01",
        "联系电话",
    )
    row = [
        *cells(forms="live-commerce；short-video"),
        "微光; 小微光",
        "douyin",
        "微光",
        "120",
        "30",
        "'+86 138 1234 5678",
    ]

    assert outcomes(await desk.imports(table(header, row))) == ["registered"]

    (firm,) = await desk.firms()
    profile = firm.profile
    assert (profile.forms, profile.other_names) == (("live-commerce", "short-video"), ("微光", "小微光"))
    assert (profile.platforms[0].account_name, profile.platforms[0].followers) == ("微光", 120)
    assert await desk.phones(firm) == ["13812345678"]


async def test_gb18030_is_read_where_it_is_told(desk: Desk) -> None:
    """As spreadsheets in China save it."""
    content = table(CHINESE, cells("杭州㐂微光有限公司")).encode("gb18030")

    with pytest.raises(UnreadableFile, match="--encoding gb18030"):
        await desk.imports(content)
    assert outcomes(await desk.imports(content, encoding=Encoding.GB18030)) == ["registered"]
    assert (await desk.firms())[0].profile.name == "杭州㐂微光有限公司"


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "mark"])
async def test_utf_8_told_as_gb18030_is_refused(desk: Desk, mark: str) -> None:
    """It would decode to other characters, and nobody would notice."""
    with pytest.raises(UnreadableFile, match="is UTF-8"):
        await desk.imports(mark + table(CHINESE, cells()), encoding=Encoding.GB18030)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
async def test_every_line_end_is_read(desk: Desk, ends: str) -> None:
    """With a mark at the beginning, blank lines and a last line of another kind."""
    content = (
        "\ufeff"
        + table(API, cells("杭州一光有限公司"), ["", ""], ends=ends)
        + ends
        + table(cells("杭州二光有限公司"))
    )

    assert outcomes(await desk.imports(content)) == ["registered", "registered"]


BAD_HEADERS = {
    "no header": (cells(), "no name that is known"),
    "a column twice": ((*API, "Name"), "more than once"),
    "an unknown column": ((*API, "colour"), "colour"),
    "10,000 columns": ([f"c{number}" for number in range(10_000)], f"at most {MOST_COLUMNS}"),
    "nothing but commas": (["", "", ""], "no name that is known"),
    "a zero character": ((*API, "col\0our"), "There is no column"),
    "a formula": ((*API, "=cmd|'/C calc'!A0"), "There is no column"),
}


@pytest.mark.parametrize("bad", BAD_HEADERS)
async def test_a_bad_header_is_told_as_a_row(desk: Desk, bad: str) -> None:
    """And no row below it is read: none would mean what was meant."""
    header, told = BAD_HEADERS[bad]
    before = kept(desk.folder / "record.db")

    (row,) = await desk.imports(table(header, cells(), cells()))

    assert (row["line"], row["outcome"]) == (1, "refused")
    assert told in row["problems"][0]["message"]["en"]
    assert kept(desk.folder / "record.db") == before


BAD_ROWS: dict[str, tuple[str, str]] = {
    "a quotation mark that goes on": ('杭州"微光"有限公司,"a"b,ENTERPRISE,live-commerce,330100\r\n', "quotation mark"),
    "a cell too many": (table([*cells(), "x"]), "only 5 columns"),
    "a cell beyond measure": (table(cells("多" * (LONGEST_CELL + 1))), "too long"),
    "a line beyond measure": (table(cells("多" * (LONGEST_LINE + 1))), "too long"),
    "a zero character": (table(cells("微\0光有限公司")), ""),
    "a number for a code": (table(["杭州微光有限公司", "9.13301E+17", "ENTERPRISE", "live-commerce", "330100"]), ""),
    "an unknown region": (table(cells(region="999999")), ""),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_ROWS)
async def test_a_bad_row_harms_no_other(desk: Desk, bad: str) -> None:
    """It is told with its line; those around it are registered."""
    row, told = BAD_ROWS[bad]

    report = await desk.imports(
        table(API, cells("杭州一光有限公司")) + row + table(cells("杭州二光有限公司"))
    )

    assert [(one["line"], one["outcome"]) for one in report] == [
        (2, "registered"), (3, "refused"), (4, "registered"),
    ]  # fmt: skip
    assert told in report[1]["problems"][0]["message"]["en"]


async def test_a_cell_under_no_name_is_told(desk: Desk) -> None:
    """A column without a name is none, as long as it is empty."""
    header = (*API, "")

    report = await desk.imports(table(header, [*cells("杭州一光有限公司"), ""], [*cells(), "x"]))

    assert outcomes(report) == ["registered", "refused"]
    assert "without a name" in report[1]["problems"][0]["message"]["en"]


async def test_a_quotation_mark_never_closed_is_told_with_its_lines(desk: Desk) -> None:
    """What it swallowed is named; it can hide nothing."""
    report = await desk.imports(table(API, cells()) + '"杭州,x\r\n' + table(cells(), cells()))

    assert outcomes(report) == ["registered", "refused"]
    assert "Lines 3 to 5" in report[1]["problems"][0]["message"]["en"]


async def test_problems_name_their_column_as_it_was_written(desk: Desk) -> None:
    """With code, path and a sentence in both languages."""
    header = (*CHINESE, "账号1平台", "账号1名称")
    (row,) = await desk.imports(table(header, [*cells(region="999999"), "douyin", "光" * 300]))

    told = {problem["column"]: (problem["code"], set(problem["message"])) for problem in row["problems"]}
    assert told == {"行政区划": ("INVALID", {"zh", "en"}), "账号1名称": ("TOO_LARGE", {"zh", "en"})}


async def test_refused_rows_come_back_to_be_corrected_and_imported_again(desk: Desk) -> None:
    """As they were written, with what is wrong beside them; that column is passed over the next time."""
    good, bad = cells("杭州一光有限公司"), cells("=杭州二光有限公司", region="999999")
    await desk.imports(table(CHINESE, good, [f"'{bad[0]}", *bad[1:]]))
    back = list(csv.reader(io.StringIO(desk.rejects, newline="")))

    assert back[0] == [*[name.strip() for name in CHINESE], "_problems"]
    assert back[1][:5] == [f"'{bad[0]}", *bad[1:]]
    assert back[1][5].startswith("行政区划: ")
    back[1][4] = "330100"

    assert outcomes(await desk.imports(table(*back))) == ["registered"]
    assert [firm.profile.name for firm in await desk.firms()] == ["=杭州二光有限公司", "杭州一光有限公司"]


async def test_the_same_table_twice_changes_nothing(desk: Desk) -> None:
    """Nor in another encoding, with the columns in another order."""
    row = cells()
    await desk.imports(table(API, row))
    before = kept(desk.folder / "record.db")

    assert outcomes(await desk.imports(table(API, row))) == ["already_there"]
    turned = table(CHINESE[::-1], row[::-1]).encode("gb18030")
    assert outcomes(await desk.imports(turned, encoding=Encoding.GB18030)) == ["already_there"]
    assert kept(desk.folder / "record.db") == before


async def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    """It judges by the same rules."""
    before = kept(desk.folder / "record.db")

    report = await desk.imports(table(API, cells(), cells(region="x")), dry_run=True)

    assert outcomes(report) == ["acceptable", "refused"]
    assert kept(desk.folder / "record.db") == before


@given(
    content=st.text(alphabet=st.sampled_from('",;\r\n\0 name微=\ufeff'), max_size=60) | st.text(max_size=60)
)
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    """Every text is rows, or rows with problems; lines only grow."""
    file = tmp_path_factory.mktemp("any") / "rows.csv"
    file.write_bytes(f"name,uscc\n{content}".encode("utf-8", "replace"))

    lines = [row.line for row in table_rows(file, Encoding.UTF_8)]

    assert lines == sorted(set(lines))


def test_a_table_is_read_in_constant_memory(tmp_path: Path) -> None:
    """Thousands of rows, and one line of twelve mebibytes."""
    file = tmp_path / "rows.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(table(API))
        out.write("a" * (12 << 20) + "\n")
        for _ in range(5_000):
            out.write(table(cells("a")))
    tracemalloc.start()
    survey(file)
    read = sum(1 for _ in table_rows(file, Encoding.UTF_8))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == 5_001
    assert peak < 12 << 20


async def test_the_command_takes_tables_and_keeps_what_is_there(desk: Desk) -> None:
    """The exit code tells of refused rows; a file for rejects that exists is not written over."""
    file, rejects = desk.folder / "rows.csv", desk.folder / "back.csv"
    file.write_bytes(table(CHINESE, cells(), cells(region="x")).encode("gbk"))
    program = [
        sys.executable,
        "-m",
        "newgrowth",
        "import",
        str(file),
        "--as",
        OWNER,
        "--data-dir",
        str(desk.folder),
    ]
    program += ["--encoding", "gb18030", "--rejects", str(rejects)]

    runs = [
        await asyncio.to_thread(subprocess.run, program, capture_output=True, text=True) for _ in range(2)
    ]

    assert [run.returncode for run in runs] == [1, 2]
    assert [json.loads(line)["outcome"] for line in runs[0].stdout.splitlines()] == ["registered", "refused"]
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "File exists" in runs[1].stderr
