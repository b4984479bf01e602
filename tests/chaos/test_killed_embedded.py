"""The embedded index of a process that dies in a write is whole, and the next process fills it up."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from directory.record.open import open_record
from indexer.engines.embedded import EmbeddedEngine
from tests.chaos.dying import MOMENTS
from tests.chaos.measure import LONG_RUN, MEASURE, figure
from tests.crash.nursery import ROOT
from tests.indexer.office import Office
from tests.record.fixtures import new_record

LIVES = 20 if LONG_RUN else 1
LAST_EPOCH = 1_000_000


async def test_an_embedded_index_outlives_deaths_around_a_write(tmp_path: Path) -> None:
    """By SIGKILL before, inside and after the transaction that writes a batch."""
    url, index = new_record(tmp_path), tmp_path / "index.db"
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.chaos.dying", url, str(index), str(LIVES), str(MEASURE.seeds[0])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.split() == [str(int(signal.SIGKILL))] * len(MOMENTS) * LIVES, ended.stderr
    engine = EmbeddedEngine(index)
    await engine.open()
    async with await open_record(url) as record:
        office = Office(record, engine)
        carried = await office.follower().catch_up(LAST_EPOCH)
        assert carried > 0
        assert await office.differences() == []
        figure(f"{len(MOMENTS) * LIVES} deaths, then {carried} entries carried, 0 differences")
    await engine.close()
