"""What only a file can do to a directory: several processes, slow searches, a file that is none, another layout."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from directory.errors import SearchUnavailable
from indexer.engines.embedded import EmbeddedEngine
from indexer.engines.fts import connections, tables
from indexer.query.search import Document, Kind, WalkEnded
from tests.contracts.engines.corpus import everything, firm, firms_with, found, report, walk

ROOT = Path(__file__).parents[3]

# Writes entry after entry, rebuilding in between, until its input is closed.
OTHER_PROCESS = """
import asyncio, sys, threading
from pathlib import Path
from indexer.engines.embedded import EmbeddedEngine
from tests.contracts.engines.corpus import firm

closed = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), closed.set()), daemon=True).start()

async def main():
    engine = EmbeddedEngine(Path(sys.argv[1]))
    await engine.open()
    turn = 0
    print("writing", flush=True)
    while not closed.is_set():
        turn += 1
        assert not await engine.put([firm(f"other{turn}", name="咖啡")])
        generation = await engine.begin_rebuild()
        await engine.put_into(generation, [firm(f"f{n}", version=2, name="茶") for n in range(50)])
        await engine.swap(generation, turn)
    await engine.close()
    print(turn, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the index is kept."""
    return tmp_path / "index" / "search.db"


@pytest_asyncio.fixture(loop_scope="session")
async def engine(path: Path) -> AsyncIterator[EmbeddedEngine]:
    """An open engine that holds fifty entries."""
    opened = EmbeddedEngine(path)
    await opened.open()
    await opened.put([firm(f"f{n}", name="茶") for n in range(50)])
    yield opened
    await opened.close()


async def test_an_index_outlives_its_engine(engine: EmbeddedEngine, path: Path) -> None:
    """Documents and position are there when the file is opened again."""
    await engine.set_position(9, epoch=2)
    await engine.close()
    again = EmbeddedEngine(path)
    await again.open()
    assert (await again.count(), await again.position()) == (50, 9)
    await again.close()


async def test_readers_see_the_commits_of_another_process_whole(engine: EmbeddedEngine, path: Path) -> None:
    """While another process writes, rebuilds and swaps, no read fails and no count dips."""
    other = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        OTHER_PROCESS,
        str(path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    assert await other.stdout.readline() == b"writing\n"
    positions = set[int]()
    while len(positions) < 5:
        hits = await engine.search(firms_with("茶", first=1, total=True))
        assert hits.total == 50
        positions.add(hits.position)
    other.stdin.close()
    turns = int(await other.stdout.readline())
    assert await other.wait() == 0
    assert await engine.position() == turns


async def test_two_processes_may_write_at_once(engine: EmbeddedEngine, path: Path) -> None:
    """They wait for each other; nothing is lost."""
    other = EmbeddedEngine(path)
    await other.open()
    await asyncio.gather(
        *(
            writer.put([firm(f"{name}{n}")])
            for n in range(30)
            for name, writer in (("a", engine), ("b", other))
        )
    )
    assert await engine.count() == 110
    await other.close()


async def test_a_search_that_takes_too_long_is_ended(
    engine: EmbeddedEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One broad search cannot hold a reader for ever; the next one works."""
    monkeypatch.setattr(connections, "STEPS_BETWEEN_LOOKS", 1)
    hurried = EmbeddedEngine(path, search_seconds=0.0)
    with pytest.raises(SearchUnavailable, match="interrupted"):
        await hurried.search(firms_with("茶"))
    await hurried.close()
    assert len((await engine.search(firms_with("茶", first=50))).hits) == 50


async def test_a_search_nobody_waits_for_leaves_its_reader_free(engine: EmbeddedEngine) -> None:
    """Callers that go away take their searches with them."""
    abandoned = [asyncio.create_task(engine.search(firms_with("茶"))) for _ in range(40)]
    await asyncio.sleep(0)
    for task in abandoned:
        task.cancel()
    await asyncio.gather(*abandoned, return_exceptions=True)
    assert (await engine.search(firms_with("茶", total=True))).total == 50


async def test_a_closed_engine_answers_nothing(engine: EmbeddedEngine) -> None:
    """Searches under way when it closes still get their answers."""
    under_way = [asyncio.create_task(engine.search(firms_with("茶", total=True))) for _ in range(20)]
    await asyncio.sleep(0)
    await engine.close()
    assert {hits.total for hits in await asyncio.gather(*under_way)} == {50}
    with pytest.raises(SearchUnavailable, match="closed"):
        await engine.search(firms_with("茶"))


async def test_a_file_that_is_no_index_is_told(tmp_path: Path) -> None:
    """As a fault of the search, with the file's name."""
    path = tmp_path / "search.db"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    engine = EmbeddedEngine(path)
    with pytest.raises(SearchUnavailable, match=r"search\.db"):
        await engine.open()
    await engine.close()


async def test_an_index_of_another_layout_is_not_used_and_can_be_rebuilt(
    engine: EmbeddedEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made by another version of the program: no write, no search, and a rebuild puts it right."""
    await engine.set_position(9, epoch=1)
    monkeypatch.setattr(tables, "FORMAT", tables.FORMAT + 1)
    newer = EmbeddedEngine(path)
    await newer.open()
    for fault in (newer.put([firm("a")]), newer.search(firms_with("茶")), newer.position()):
        with pytest.raises(SearchUnavailable, match="newgrowth index rebuild"):
            await fault

    generation = await newer.begin_rebuild()
    await newer.put_into(generation, [firm("a", name="茶")])
    await newer.swap(generation, 1)
    assert await found(newer, firms_with("茶")) == {"a"}
    assert await newer.position() == 1
    await newer.close()


async def test_a_rebuild_leaves_no_tables_behind(engine: EmbeddedEngine, path: Path) -> None:
    """Neither swapped nor abandoned ones."""

    def made() -> set[str]:
        with sqlite3.connect(path) as connection:
            rows = connection.execute("SELECT tbl_name FROM sqlite_master WHERE name LIKE 'firm_doc_%'")
            return {name for (name,) in rows}

    await engine.swap(await engine.begin_rebuild(), 1)
    await engine.begin_rebuild()
    await engine.abandon()
    assert made() == {"firm_doc_2"}


async def test_the_text_of_the_erased_is_not_in_the_file(engine: EmbeddedEngine, path: Path) -> None:
    """Neither in rows nor in the full-text index, once the index was rebuilt and the log written back."""
    await engine.put([firm("person", name="zxqwv unmistakable")])
    await engine.put([Document(Kind.FIRM, "person", 5, None)])
    await engine.swap(await engine.begin_rebuild(), 1)
    await engine.close()
    assert b"zxqwv" not in await asyncio.to_thread(path.read_bytes)


async def test_documents_are_kept_apart_by_kind(engine: EmbeddedEngine) -> None:
    """A report may have the id of an entry."""
    await engine.put([report("f1", title="茶")])
    assert [each[0] for each in await everything(engine, Kind.BLOCKAGE)] == ["f1"]
    assert await engine.count() == 51


async def test_the_longest_unused_ranking_makes_room(path: Path, engine: EmbeddedEngine) -> None:
    """Memory is bounded: the walk that rested longest has ended, and says so."""
    small = EmbeddedEngine(path, most_ranked=120)
    search = firms_with("茶", first=20, lasting=True)
    pages = [await small.search(search) for _ in range(2)]
    rest = [replace(search, after=page.end, walk=page.walk) for page in pages]
    await small.search(rest[0])
    await small.search(search)

    with pytest.raises(WalkEnded):
        await small.search(rest[1])
    assert len((await small.search(rest[0])).hits) == 20
    await small.close()


async def test_a_ranking_larger_than_the_room_is_kept_alone(path: Path, engine: EmbeddedEngine) -> None:
    """A very broad search can be read to its end by who began it last."""
    small = EmbeddedEngine(path, most_ranked=10)

    assert len(set(await walk(small, firms_with("茶", first=20, lasting=True)))) == 50
    await small.close()


async def test_a_walk_does_not_go_on_in_another_process(path: Path, engine: EmbeddedEngine) -> None:
    """Rankings are in memory: it says so, rather than going on in another order."""
    search = firms_with("茶", first=20, lasting=True)
    page = await engine.search(search)
    other = EmbeddedEngine(path)

    with pytest.raises(WalkEnded):
        await other.search(replace(search, after=page.end, walk=page.walk))
    await other.close()
