"""Rebuilding beside the live index, and swapping without anybody noticing."""

from __future__ import annotations

import asyncio

import pytest

from directory.errors import SearchUnavailable
from indexer.query.search import Document, Kind, SearchEngine
from tests.contracts.engines.corpus import everything, firm, firms_with, found, report


async def test_a_generation_being_filled_is_not_seen(engine: SearchEngine) -> None:
    """Readers go on with the live one."""
    await engine.put([firm("a", name="茶")])
    generation = await engine.begin_rebuild()
    await engine.put_into(generation, [firm("b", name="茶")])
    await engine.refresh()
    assert await found(engine, firms_with("茶")) == {"a"}
    assert await engine.count() == 1


async def test_a_swap_shows_the_new_generation_whole(engine: SearchEngine) -> None:
    """Both kinds at once, with the position it was built to."""
    await engine.put([firm("old"), report("old")])
    await engine.set_position(90, epoch=4)
    generation = await engine.begin_rebuild()
    await engine.put_into(generation, [firm("new"), report("new")])
    before = (await engine.search(firms_with())).generation
    await engine.swap(generation, 70)
    assert [each[0] for each in await everything(engine, Kind.FIRM)] == ["new"]
    assert [each[0] for each in await everything(engine, Kind.BLOCKAGE)] == ["new"]
    assert await engine.position() == 70
    assert (await engine.search(firms_with())).generation == generation != before


async def test_the_epoch_outlives_a_swap(engine: SearchEngine) -> None:
    """A leader that was replaced before the rebuild stays powerless after it."""
    await engine.set_position(90, epoch=4)
    await engine.swap(await engine.begin_rebuild(), 70)
    await engine.set_position(95, epoch=3)
    assert await engine.position() == 70
    await engine.set_position(80, epoch=4)
    assert await engine.position() == 80


async def test_what_is_written_during_a_rebuild_is_in_both(engine: SearchEngine) -> None:
    """Newer writes win over the rebuild's older reads, erasures included."""
    await engine.put([firm("a", version=1, name="茶"), firm("b", version=1, name="茶")])
    generation = await engine.begin_rebuild()
    await engine.put([firm("a", version=5, name="咖啡"), Document(Kind.FIRM, "b", 6, None)])
    await engine.put_into(generation, [firm("a", version=4, name="茶"), firm("b", version=4, name="茶")])
    await engine.refresh()
    assert await found(engine, firms_with("咖啡")) == {"a"}
    await engine.swap(generation, 6)
    assert await everything(engine, Kind.FIRM) == [("a", firm("a", name="咖啡").body)]


async def test_a_document_refused_by_both_is_refused_once(engine: SearchEngine) -> None:
    """Whoever counts the refused counts documents."""
    generation = await engine.begin_rebuild()
    assert len(await engine.put([firm("bad", surprise=1), firm("good")])) == 1
    assert len(await engine.put_into(generation, [firm("worse", surprise=1)])) == 1


async def test_an_abandoned_rebuild_leaves_nothing(engine: SearchEngine) -> None:
    """Its generation is named, gone, and no longer written to."""
    await engine.put([firm("a")])
    first, second = await engine.begin_rebuild(), await engine.begin_rebuild()
    assert list(await engine.abandon(first)) == [first]
    assert list(await engine.abandon(first)) == []
    assert list(await engine.abandon()) == [second]
    assert list(await engine.abandon()) == []
    assert await engine.put([firm("b")]) == []
    assert [each[0] for each in await everything(engine, Kind.FIRM)] == ["a", "b"]


@pytest.mark.parametrize("name", ["g99", "", "live"])
async def test_only_a_generation_that_is_being_filled_can_be_swapped_in(
    engine: SearchEngine, name: str
) -> None:
    """A rebuild that was abandoned by someone else ends with a clear fault, and the live index stays."""
    await engine.put([firm("a")])
    with pytest.raises(SearchUnavailable, match="begin the rebuild again"):
        await engine.swap(name, 1)
    with pytest.raises(SearchUnavailable, match="begin the rebuild again"):
        await engine.put_into(name, [firm("b")])
    assert [each[0] for each in await everything(engine, Kind.FIRM)] == ["a"]


async def test_a_rebuild_can_follow_a_rebuild(engine: SearchEngine) -> None:
    """Each swap drops the generation before it and nothing else."""
    for turn in range(3):
        generation = await engine.begin_rebuild()
        await engine.put_into(generation, [firm(f"turn{turn}")])
        await engine.swap(generation, turn)
    assert [each[0] for each in await everything(engine, Kind.FIRM)] == ["turn2"]
    assert list(await engine.abandon()) == []


async def test_readers_and_writers_never_notice_a_rebuild(engine: SearchEngine) -> None:
    """While generations are built and swapped, no read fails and no count dips."""
    there = [firm(f"f{n:03}", name="茶") for n in range(100)]
    await engine.put(there)
    await engine.refresh()
    counts: list[int | None] = []
    reading = True

    async def read() -> None:
        while reading:
            counts.append((await engine.search(firms_with("茶", first=1, total=True))).total)

    async def write() -> None:
        version = 2
        while reading:
            assert await engine.put([firm("f000", version=version, name="茶")]) == []
            version += 1

    async def rebuild() -> None:
        for turn in range(4):
            generation = await engine.begin_rebuild()
            await engine.put_into(generation, there)
            await engine.swap(generation, turn)

    others = [asyncio.create_task(read()), asyncio.create_task(read()), asyncio.create_task(write())]
    await rebuild()
    reading = False
    await asyncio.gather(*others)

    assert len(counts) > 8
    assert set(counts) == {100}
    assert list(await engine.abandon()) == []
