"""The command `newgrowth export` beside the API: the same file for the same caller."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from directory.access import Caller
from newgrowth.exporting import NotExported, export
from newgrowth.settings import read_settings
from schema.exporting.words import Format, Listing
from tests.journeys.stage import ANALYST, OWNER, PUBLIC, Person, Stage
from tests.schema.firms.listing import listed
from tests.transfer.exports import export as asked


async def file_of(stage: Stage, data_dir: Path, who: Person, form: Format, wanted: Any = None) -> str:
    """What the command writes for the person, beside the running server."""
    out = io.BytesIO()
    settings = read_settings(data_dir=data_dir)
    caller = Caller(who.subject, frozenset({who.role}))
    quiet = Console(file=io.StringIO())
    await export(settings, Listing.FIRMS, form, wanted, caller, out=out, console=quiet)
    return out.getvalue().decode("utf-8-sig")


@pytest.mark.parametrize("who", [ANALYST, OWNER], ids=lambda who: who.subject)
async def test_the_command_writes_what_the_api_answers(stage: Stage, tmp_path: Path, who: Person) -> None:
    """Row by row, in both formats."""
    await listed(stage)
    wanted = {"text": "直播"}

    table = await file_of(stage, tmp_path, who, Format.CSV, wanted)
    lines = await file_of(stage, tmp_path, who, Format.NDJSON, wanted)

    same = await asked(stage, who, "firms.csv", {"filter": wanted})
    assert table == same.response.content.decode("utf-8-sig")
    assert [json.loads(line) for line in lines.splitlines()[1:-1]] == (
        await asked(stage, who, "firms.ndjson", {"filter": wanted})
    ).rows


@pytest.mark.parametrize(
    ("who", "wanted", "told"),
    [(PUBLIC, None, "may not export"), (ANALYST, {"forms": ["x"]}, "forms"), (ANALYST, {"a": 1}, "a")],
)
async def test_what_the_api_refuses_the_command_refuses(
    stage: Stage, tmp_path: Path, who: Person, wanted: Any, told: str
) -> None:
    """With the same reason, and nothing written."""
    with pytest.raises(NotExported, match=told):
        await file_of(stage, tmp_path, who, Format.CSV, wanted)


def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    """A filter that is no JSON ends it before anything is opened."""
    program = [sys.executable, "-m", "newgrowth", "export", "firms", "--as-role", "ANALYST"]

    done = subprocess.run(
        [*program, "--filter", "{", "--data-dir", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "not valid JSON" in done.stderr
