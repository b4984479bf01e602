"""A disk that is full under a SQLite record: commands are refused for now, reads go on, and nothing is damaged."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from indexer.engines.embedded import EmbeddedEngine
from tests.journeys.entries import Entries, enterprise
from tests.journeys.stage import OWNER, staged
from tests.record.fixtures import new_record

SUBMIT = "mutation S($input: SubmitFirmInput!) { submitFirm(input: $input) { firm { name } submission { id } errors { code } } }"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes; where none can be mounted, the test is skipped and says so."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small file system: this user may not mount one")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)


def fill(disk: Path) -> Path:
    """Takes all the space that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return ballast


async def test_a_full_disk_costs_commands_and_nothing_else(small_disk: Path, tmp_path: Path) -> None:
    """UNAVAILABLE while it lasts; what was kept is read, and the same wish is granted once there is room."""
    url = new_record(small_disk)
    async with staged(tmp_path, url, EmbeddedEngine(tmp_path / "index.db")) as stage:
        kept = await Entries(stage).listed(enterprise(name="满盘之前有限公司"))
        ballast = fill(small_disk)
        profile = enterprise(name="满盘之后有限公司", summary="长" * 500)
        wish = {"profile": profile, "clientMutationId": "the-same-wish"}

        refused = await stage.answer(OWNER, SUBMIT, input=wish)
        seen = await stage.ask(OWNER, "query N($id: ID!) { node(id: $id) { id } }", id=kept["firm"]["id"])
        ballast.unlink()
        granted = await stage.ask(OWNER, SUBMIT, input=wish)
        again = await stage.ask(OWNER, SUBMIT, input=wish)

    assert refused.codes == ["UNAVAILABLE"]
    assert seen["node"]["id"] == kept["firm"]["id"]
    assert granted["submitFirm"]["errors"] == []
    assert granted == again
    with closing(sqlite3.connect(small_disk / "record.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT count(*) FROM submissions").fetchone()
    assert rows == (2,)
