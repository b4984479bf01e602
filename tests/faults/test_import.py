"""Importing entries from a file: repeated, interrupted, rehearsed, beside a server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from directory.access import Caller, Role
from directory.commands import WithdrawSubmission
from directory.errors import ServiceFault
from directory.record.open import open_record
from indexer.transfer.firms import FirmImport
from indexer.transfer.read import rows, survey
from tests.faults.evidence import kept
from tests.faults.import_desk import OWNER, Desk, Profile, enterprise, freelancer, written

PROGRAM = [sys.executable, "-m", "newgrowth", "import"]


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


async def test_a_dry_run_judges_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    """By the same rules as the import, the present record among them."""
    taken, there = enterprise(1), enterprise(2)
    await desk.imports(written(tmp_path / "other", [taken]), "someone-else")
    await desk.imports(written(tmp_path / "own", [there]))
    before = kept(desk.record)

    file = written(tmp_path / "rows", [taken, there, enterprise(3), enterprise(4, name="")])

    assert await desk.outcomes(file, dry_run=True) == ["refused", "already_there", "acceptable", "refused"]
    assert kept(desk.record) == before


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
