"""An import that is killed half-way and run again is as if it had been run once."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from pathlib import Path

import pytest

from directory.record.migrate import migrate
from indexer.transfer.declaring import Declaring
from indexer.transfer.firms import AT_ONCE, FirmImport
from indexer.transfer.read import Row
from tests.chaos.measure import MEASURE, figure
from tests.faults.import_desk import OWNER, Desk, enterprise, written

PROGRAM = [sys.executable, "-m", "newgrowth", "import"]


async def desk_in(directory: Path) -> Desk:
    """A desk with an empty record."""
    made = Desk(directory)
    made.data_dir.mkdir()
    await migrate(made.url)
    return made


async def killed_at(desk: Desk, file: Path, row: int) -> None:
    """An import as a program of its own that is killed once it has told of so many rows."""
    arguments = [str(file), "--as", OWNER, "--data-dir", str(desk.data_dir)]
    killed = await asyncio.create_subprocess_exec(*PROGRAM, *arguments, stdout=-1, stderr=-3)
    assert killed.stdout is not None
    for _ in range(row):
        assert await killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    await killed.communicate()


async def test_killed_half_way_and_run_again_is_as_if_run_once(tmp_path: Path) -> None:
    """By SIGKILL: no entry twice, none missing, and none that one run would not have made."""
    count = MEASURE.imported
    file = written(tmp_path / "rows", [enterprise(number) for number in range(count)])
    desk, once = await desk_in(tmp_path / "killed"), await desk_in(tmp_path / "once")
    await once.imports(file)

    await killed_at(desk, file, count // 2)
    half_way = len(await desk.state())
    outcomes = await desk.outcomes(file)

    assert count // 2 <= half_way < count
    assert outcomes == ["already_there"] * half_way + ["registered"] * (count - half_way)
    assert await desk.state() == await once.state()
    figure(f"import killed with {half_way} of {count} rows kept, run again: the same as one run")


async def test_an_import_that_remembers_nothing_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken twin: run again, rows that are there already are refused as somebody else's."""

    async def nothing(*arguments: object) -> None:
        """Knows of no row."""

    def new_key(self: Declaring, row: Row) -> str:
        return secrets.token_hex(8)

    file = written(tmp_path / "rows", [enterprise(number) for number in range(2 * AT_ONCE)])
    desk = await desk_in(tmp_path / "killed")
    await killed_at(desk, file, AT_ONCE)
    monkeypatch.setattr(FirmImport, "_present", nothing)
    monkeypatch.setattr(Declaring, "key", new_key)

    assert "already_there" not in (outcomes := await desk.outcomes(file))
    assert outcomes.count("refused") >= AT_ONCE
