"""Importing entries from a file: interrupted, repeated, in wrong encodings, with bad rows."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from directory.access import Caller, Role
from directory.commands import WithdrawSubmission
from directory.errors import ServiceFault
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.record.migrate import migrate
from directory.record.open import open_record
from indexer.transfer.firms import FirmImport
from indexer.transfer.read import LONGEST_LINE, UnreadableFile, rows, survey
from newgrowth.importing import import_firms
from newgrowth.settings import read_settings
from tests.factories import make_uscc
from tests.faults.evidence import kept, log_length
from tests.rulebooks import RULEBOOK

OWNER = "batch-clerk"
PROGRAM = [sys.executable, "-m", "newgrowth", "import"]

Profile = dict[str, Any]


def enterprise(number: int = 1, **changes: Any) -> Profile:
    """An enterprise with a code of its own, as a row."""
    values = {
        "name": f"杭州{chr(0x4E00 + number * 37)}{chr(0x5000 + number * 41)}文化有限公司",
        "uscc": make_uscc(),
        "entityKind": "ENTERPRISE",
        "forms": ["live-commerce"],
        "region": "330100",
    }
    return {**values, **changes}


def freelancer(**changes: Any) -> Profile:
    """A freelancer with figures, an account and contact details, in the rules' own spelling."""
    values = {
        "name": "小光手作",
        "entity_kind": "FREELANCER",
        "forms": ["live-commerce"],
        "region": "330106",
        "platforms": [{"platform": "douyin", "account_name": "小光手作", "followers": 120}],
        "metrics": [{"metric": "MONTHLY_TURNOVER_CNY", "period": "2026-01", "value": 1200.5}],
        "contact": {"person": "王小光", "phone": "+86 138 1234 5678"},
    }
    return {**values, **changes}


def written(path: Path, profiles: Iterable[Profile | str]) -> Path:
    """A file with these rows; a text is a line as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in profiles]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@dataclass
class Desk:
    """An empty record, and imports into it."""

    data_dir: Path

    @property
    def record(self) -> Path:
        """The record's file."""
        return self.data_dir / "record.db"

    @property
    def url(self) -> str:
        """The record's URL."""
        return f"sqlite+aiosqlite:///{self.record}"

    async def imports(
        self, file: Path, subject: str = OWNER, *, dry_run: bool = False
    ) -> list[dict[str, Any]]:
        """The report of an import."""
        report = io.StringIO()
        settings = read_settings(data_dir=self.data_dir)
        quiet = Console(file=io.StringIO())
        accepted = await import_firms(settings, file, subject, dry_run=dry_run, report=report, console=quiet)
        results = [json.loads(line) for line in report.getvalue().splitlines()]
        assert accepted is all(result["outcome"] != "refused" for result in results)
        return results

    async def outcomes(self, file: Path, subject: str = OWNER, *, dry_run: bool = False) -> list[str]:
        """What became of each row."""
        return [result["outcome"] for result in await self.imports(file, subject, dry_run=dry_run)]

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[Directory]:
        """The command side over the record."""
        async with await open_record(self.url) as record:
            yield Directory(record, RULEBOOK, HANDLERS)

    async def state(self) -> dict[str, Any]:
        """Profile, standing and submissions of each entry, by what it is in law."""
        async with await open_record(self.url, mode="read") as record, record.reader() as reader:
            firms = await reader.firms_owned_by(OWNER)
            handed_in = await reader.submissions_of_firms([firm.id for firm in firms])
        assert len({firm.profile.uscc for firm in firms}) == len(firms)
        return {
            str(firm.profile.uscc): (firm.profile, firm.status, len(handed_in[firm.id])) for firm in firms
        }


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    """A desk with an empty record."""
    made = Desk(tmp_path / "data")
    made.data_dir.mkdir()
    await migrate(made.url)
    return made


async def test_each_row_becomes_an_entry_to_be_reviewed(desk: Desk, tmp_path: Path) -> None:
    """In the API's spelling or in the rules' own; the report names each entry."""
    profile = enterprise()
    report = await desk.imports(written(tmp_path / "rows", [profile, freelancer()]))

    assert [(one["line"], one["outcome"]) for one in report] == [(1, "registered"), (2, "registered")]
    async with await open_record(desk.url, mode="read") as record, record.reader() as reader:
        first, second = [await reader.firm_by_entry_number(one["entryNumber"]) for one in report]
        assert first is not None
        assert second is not None
        handed_in = await reader.submissions_of_firms([second.id])
    assert (first.owner, first.status, first.profile.uscc) == (OWNER, "PENDING", profile["uscc"])
    (submission,) = handed_in[second.id]
    assert [str(reading.value) for reading in submission.readings] == ["1200.5"]
    assert submission.contact is not None


async def test_the_same_file_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """The second time every row is already there."""
    file = written(tmp_path / "rows", [enterprise(1), freelancer(), enterprise(2)])
    await desk.imports(file)
    before = kept(desk.record)

    assert await desk.outcomes(file) == ["already_there"] * 3
    assert kept(desk.record) == before


async def test_the_same_rows_in_another_file_change_nothing(desk: Desk, tmp_path: Path) -> None:
    """One row was corrected and the file sent again: only that row is new."""
    good, bad = enterprise(1), enterprise(2, region="999999")
    assert await desk.outcomes(written(tmp_path / "rows", [good, freelancer(), bad])) == [
        "registered", "registered", "refused",
    ]  # fmt: skip

    corrected = written(tmp_path / "again", [good, freelancer(), {**bad, "region": "330100"}])

    assert await desk.outcomes(corrected) == ["already_there", "already_there", "registered"]


async def test_days_later_the_same_file_still_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """The ids of requests are kept for a day; what a row has led to is known for good."""
    file = written(tmp_path / "rows", [enterprise(), freelancer()])
    await desk.imports(file)
    before = kept(desk.record)

    async with desk.directory() as directory:
        caller = Caller(OWNER, frozenset({Role.FIRM}))
        later = FirmImport(
            directory, caller, survey(file).digest, clock=lambda: datetime.now(UTC) + timedelta(days=3)
        )
        results = [await later.take(row) for row in rows(file)]

    assert [result.outcome for result in results] == ["already_there", "already_there"]
    assert kept(desk.record) == before


async def test_a_registration_taken_back_is_not_made_again_by_a_repeat(desk: Desk, tmp_path: Path) -> None:
    """The owner withdrew it; the same file, run again the same day, is no new wish."""
    file = written(tmp_path / "rows", [enterprise()])
    await desk.imports(file)
    async with desk.directory() as directory:
        async with directory.record.reader() as reader:
            (firm,) = await reader.firms_owned_by(OWNER)
            (submission,) = (await reader.submissions_of_firms([firm.id]))[firm.id]
        withdrawal = WithdrawSubmission(submission=submission.id, expected_version=submission.version)
        assert not (await directory.handle(withdrawal, Caller(OWNER, frozenset({Role.FIRM})))).problems

    assert await desk.outcomes(file) == ["already_there"]


async def test_one_row_twice_in_a_file_is_one_entry(desk: Desk, tmp_path: Path) -> None:
    """The second is already there."""
    row = enterprise()

    assert await desk.outcomes(written(tmp_path / "rows", [row, row])) == ["registered", "already_there"]


@pytest.mark.parametrize(
    ("subject", "changes"), [("someone-else", {}), (OWNER, {"nameEn": "Shimmer Live Ltd"})]
)
async def test_an_identity_that_is_taken_is_refused(
    desk: Desk, tmp_path: Path, subject: str, changes: Profile
) -> None:
    """By another's entry, or by an own one that says something else: an import amends nothing."""
    row = enterprise()
    await desk.imports(written(tmp_path / "rows", [row]))
    before = kept(desk.record)

    (told,) = await desk.imports(written(tmp_path / "again", [{**row, **changes}]), subject)

    (problem,) = told["problems"]
    assert (told["outcome"], problem["code"], problem["path"]) == ("refused", "DUPLICATE", ["uscc"])
    assert set(problem["message"]) == {"zh", "en"}
    assert kept(desk.record) == before


BAD_ROWS: dict[str, tuple[Profile | str, str, list[str]]] = {
    "half an object": ('{"name": "x"', "INVALID", []),
    "a list": ("[1]", "INVALID", []),
    "a text": ('"x"', "INVALID", []),
    "null": ("null", "INVALID", []),
    "not a number": ('{"name": NaN}', "INVALID", []),
    "a number of 5,000 digits": ('{"name": ' + "9" * 5_000 + "}", "INVALID", []),
    "an exponent beyond all bounds": ('{"name": 1e99999999999999999999}', "INVALID", []),
    "100,000 brackets": ('{"name": ' + "[" * 100_000, "INVALID", []),
    "a line of more than a mebibyte": (enterprise(summary="多" * LONGEST_LINE), "TOO_LARGE", []),
    "a field in two spellings": ({**enterprise(nameEn="A B"), "name_en": "A C"}, "INVALID", ["nameEn"]),
    "a field twice": ('{"region": "330100", "region": "330106"}', "INVALID", ["region"]),
    "an unknown field": (enterprise(colour="red"), "INVALID", ["colour"]),
    "a wrong check character": (enterprise(uscc="91330100MA00000019"), "INVALID", ["uscc"]),
    "half an emoji": ('{"name": "\\ud83d"}', "INVALID_TEXT", ["name"]),
    "a zero character": (enterprise(name="微\0光"), "INVALID_TEXT", ["name"]),
    "a turned name": (enterprise(name="微光\u202e司公"), "INVALID_TEXT", ["name"]),
    "an account that is a number": (enterprise(platforms=[3]), "INVALID", ["platforms", "0"]),
    "followers in a float": (
        enterprise(platforms=[{"platform": "douyin", "accountName": "a", "followers": 1.5}]),
        "INVALID",
        ["platforms", "0", "followers"],
    ),
    "a figure with too many places": (
        enterprise(metrics=[{"metric": "MONTHLY_TURNOVER_CNY", "period": "2026-01", "value": 0.001}]),
        "INVALID",
        ["metrics", "0", "value"],
    ),
}


@pytest.mark.parametrize("bad", BAD_ROWS)
async def test_a_bad_row_is_told_and_harms_no_other(desk: Desk, tmp_path: Path, bad: str) -> None:
    """With code, path and a sentence in both languages; the rows around it are registered."""
    row, code, path = BAD_ROWS[bad]

    report = await desk.imports(written(tmp_path / "rows", [enterprise(1), row, enterprise(2)]))

    assert [(one["line"], one["outcome"]) for one in report] == [
        (1, "registered"), (2, "refused"), (3, "registered"),
    ]  # fmt: skip
    assert (code, path) in [(problem["code"], problem["path"]) for problem in report[1]["problems"]]
    assert all(problem["message"]["zh"] and problem["message"]["en"] for problem in report[1]["problems"])


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("gbk", "GB18030"),
        ("big5", "not UTF-8"),
    ],
)
async def test_another_encoding_is_refused_by_name(
    desk: Desk, tmp_path: Path, encoding: str, named: str
) -> None:
    """Before the first row, however far down the first foreign byte stands; nothing is guessed."""
    file = tmp_path / "rows"
    lines = [json.dumps(enterprise(), ensure_ascii=True), '{"name": "杭州微光"}']
    file.write_bytes("\n".join(lines).encode(encoding))

    with pytest.raises(UnreadableFile, match=named):
        await desk.imports(file)

    assert log_length(desk.record) == 0


@pytest.mark.parametrize(
    "shape",
    ["\ufeff{row}\n", "{row}\r\n", "\n\n  \n{row}\n\n", "{row}"],
    ids=["mark", "CRLF", "blank", "bare"],
)
async def test_every_usual_shape_of_the_file_is_read(desk: Desk, tmp_path: Path, shape: str) -> None:
    """A byte order mark, line ends of Windows, blank lines, no line end at the end."""
    file = tmp_path / "rows"
    file.write_text(shape.replace("{row}", json.dumps(enterprise(), ensure_ascii=False)), newline="")

    assert await desk.outcomes(file) == ["registered"]


async def test_an_empty_file_is_no_mistake(desk: Desk, tmp_path: Path) -> None:
    """It has no rows."""
    assert await desk.outcomes(written(tmp_path / "rows", [])) == []


async def test_a_dry_run_judges_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    """By the same rules as the import, the present record among them."""
    taken, there = enterprise(1), enterprise(2)
    await desk.imports(written(tmp_path / "other", [taken]), "someone-else")
    await desk.imports(written(tmp_path / "own", [there]))
    before = kept(desk.record)

    file = written(tmp_path / "rows", [taken, there, enterprise(3), enterprise(4, name="")])

    assert await desk.outcomes(file, dry_run=True) == ["refused", "already_there", "acceptable", "refused"]
    assert kept(desk.record) == before


def test_a_file_is_read_in_constant_memory(tmp_path: Path) -> None:
    """A line of twelve mebibytes and thousands of short ones: never more than a few mebibytes at a time."""
    file = tmp_path / "rows"
    row = json.dumps(enterprise()) + "\n"
    with file.open("w") as out:
        out.write('{"name": "' + "a" * (12 << 20) + '"}\n')
        for _ in range(5_000):
            out.write(row)
    tracemalloc.start()

    lines = survey(file).lines
    read = sum(1 for _ in rows(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == lines
    assert peak < 5 << 20


async def test_beside_a_running_server_the_record_says_so(desk: Desk, tmp_path: Path) -> None:
    """A SQLite record has one writing process."""
    file = written(tmp_path / "rows", [enterprise()])

    async with await open_record(desk.url):
        with pytest.raises(ServiceFault, match="being written by process"):
            await desk.imports(file)


def program(desk: Desk, file: Path) -> list[str]:
    """The command line of an import."""
    return [*PROGRAM, str(file), "--as", OWNER, "--data-dir", str(desk.data_dir)]


async def test_the_exit_code_tells_of_refused_rows(desk: Desk, tmp_path: Path) -> None:
    """1 when rows were refused, 2 when the file cannot be read; the report is all there is on standard output."""
    mixed = written(tmp_path / "mixed", [enterprise(2), "{"])
    foreign = tmp_path / "foreign"
    foreign.write_bytes("杭州".encode("utf-16"))

    runs = [
        await asyncio.to_thread(subprocess.run, program(desk, file), capture_output=True, text=True)
        for file in (mixed, foreign)
    ]

    assert [run.returncode for run in runs] == [1, 2]
    outcomes = [[json.loads(line)["outcome"] for line in run.stdout.splitlines()] for run in runs]
    assert outcomes == [["registered", "refused"], []]
    assert "UTF-16" in runs[1].stderr


async def test_killed_half_way_and_run_again_is_as_if_run_once(desk: Desk, tmp_path: Path) -> None:
    """SIGKILL in the middle: no entry twice, none missing, and none that one run would not have made."""
    file = written(tmp_path / "rows", [enterprise(number) for number in range(60)])
    other = Desk(tmp_path / "once")
    other.data_dir.mkdir()
    await migrate(other.url)
    await other.imports(file)

    killed = await asyncio.create_subprocess_exec(*program(desk, file), stdout=-1, stderr=-3)
    assert killed.stdout is not None
    for _ in range(25):
        assert await killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    await killed.communicate()
    half_way = len(await desk.state())
    again = await asyncio.to_thread(subprocess.run, program(desk, file), capture_output=True, text=True)

    assert again.returncode == 0
    outcomes = [json.loads(line)["outcome"] for line in again.stdout.splitlines()]
    assert 25 <= half_way < 60
    assert outcomes == ["already_there"] * half_way + ["registered"] * (60 - half_way)
    assert await desk.state() == await other.state()
