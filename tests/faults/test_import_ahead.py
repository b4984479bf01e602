"""A long file is read by a process of its own: it says the same, and goes when it is no longer wanted."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.transfer.declaring import Declaring, Taken
from indexer.transfer.encodings import Encoding
from indexer.transfer.firms import FirmImport
from indexer.transfer.read import Row, survey
from newgrowth import importing, reading_ahead
from newgrowth.reading_ahead import ReaderLost, read_ahead, read_here, text_rows
from newgrowth.settings import read_settings
from tests.declarations import raw_enterprise, raw_freelancer, reading
from tests.faults.import_desk import Desk, Profile, enterprise, freelancer, written
from tests.rulebooks import RULEBOOK
from tests.strategies import hostile_texts

# A batch of this file, so that a short one has several.
AT_ONCE = 20
DECLARING = Declaring(RULEBOOK, "file")
FIGURES = st.decimals(0, 10**13, places=2).map(str)
PROFILES = st.one_of(
    st.builds(
        lambda name, summary, value: raw_enterprise(
            name=name, summary=summary, metrics=[reading("MONTHLY_TURNOVER_CNY", "2026-01", value)]
        ),
        st.one_of(st.just("杭州微光直播有限公司"), hostile_texts),
        hostile_texts,
        FIGURES,
    ),
    st.builds(
        lambda person, website: raw_freelancer(contact={"person": person}, website=website),
        hostile_texts,
        st.sampled_from([None, "https://example.com/a", "ftp://x"]),
    ),
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows stand in one transaction."""
    monkeypatch.setattr(reading_ahead, "AT_ONCE", AT_ONCE)


def mixed(count: int) -> list[Profile | str]:
    """Rows of all sorts: accepted, refused, repeated and unreadable ones."""
    rows: list[Profile | str] = [enterprise(number) for number in range(count)]
    return [*rows, freelancer(), rows[3], enterprise(1, region="999999"), "{", enterprise(2, name="")]


@given(PROFILES)
def test_what_a_row_declares_travels_whole(raw: dict[str, Any]) -> None:
    """To the last decimal, or with the problems that keep it from declaring anything."""
    taken = DECLARING.taken(Row(1, raw, cells=("…",)))

    assert pickle.loads(pickle.dumps(taken)) == taken  # noqa: S301 - just packed


async def test_read_ahead_a_file_leads_to_the_same(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row by row: the report, and what is kept."""
    beside = Desk(tmp_path / "beside")
    beside.data_dir.mkdir()
    beside.record.write_bytes(desk.record.read_bytes())
    file = written(tmp_path / "rows", mixed(AT_ONCE))
    here = await desk.imports(file)

    monkeypatch.setattr(importing, "MANY_LINES", 0)
    ahead = await beside.imports(file)

    numbers = {"entryNumber"}
    assert [{name: said for name, said in row.items() if name not in numbers} for row in ahead] == [
        {name: said for name, said in row.items() if name not in numbers} for row in here
    ]
    assert [row["outcome"] for row in here][-5:] == [
        "registered", "already_there", "refused", "refused", "refused",
    ]  # fmt: skip
    assert await beside.state() == await desk.state()


async def batches_of(file: Path, *, ahead: bool) -> list[list[Taken]]:
    """The rows of a table as they are read."""
    digest = survey(file).digest
    source = (
        read_ahead(read_settings(), file, Encoding.UTF_8, digest)
        if ahead
        else read_here(text_rows(file, Encoding.UTF_8), Declaring(RULEBOOK, digest))
    )
    async with aclosing(source):
        return [list(some) async for some in source]


async def test_a_table_is_read_ahead_with_its_header(tmp_path: Path) -> None:
    """Cells, columns and problems of each row are those that reading it here gives."""
    file = tmp_path / "firms.csv"
    rows = [
        f"杭州第{number}家有限公司,91330100MA000000{number:02d},ENTERPRISE,330100" for number in range(30)
    ]
    file.write_text(
        "\n".join(["名称,统一社会信用代码,主体类型,行政区划", *rows, "a,b,c,d,e,f"]), encoding="utf-8"
    )

    assert await batches_of(file, ahead=True) == await batches_of(file, ahead=False)


async def test_an_import_that_is_stopped_keeps_whole_batches_and_leaves_no_process(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the second batch is being carried out: the first one is there, and run again the rest follows."""
    file = written(tmp_path / "rows", [enterprise(number) for number in range(2 * AT_ONCE + 5)])
    honest, begun = FirmImport._carried_out, asyncio.Event()

    async def announced(self: FirmImport, new: Any) -> Any:
        if await desk.state():
            begun.set()
        return await honest(self, new)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "MANY_LINES", 0)
        patched.setattr(FirmImport, "_carried_out", announced)
        running = asyncio.create_task(desk.imports(file))
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    assert multiprocessing.active_children() == []
    assert len(await desk.state()) == AT_ONCE
    outcomes = await desk.outcomes(file)
    assert outcomes == ["already_there"] * AT_ONCE + ["registered"] * (AT_ONCE + 5)


async def test_a_reader_that_dies_is_not_the_end_of_the_file(tmp_path: Path) -> None:
    """What it did not read is not passed over in silence."""
    file = written(tmp_path / "rows", [enterprise(number) for number in range(3 * AT_ONCE)])
    ahead = read_ahead(read_settings(), file, Encoding.UTF_8, survey(file).digest)

    async with aclosing(ahead):
        assert len(await anext(ahead)) == AT_ONCE
        (process,) = multiprocessing.active_children()
        process.kill()
        with pytest.raises(ReaderLost, match="run the command again"):
            async for _ in ahead:
                pass
