"""The generation before a rebuild, kept to go back to: closed, at its own position, gone when it must be."""

from __future__ import annotations

import asyncio

import pytest

from indexer.query.search import Document, Generations, Kind, NoPrevious, SearchEngine
from tests.contracts.engines.corpus import everything, firm, firms_with, found, report


async def swapped(engine: SearchEngine, position: int = 12) -> tuple[str, str]:
    """An old generation with one entry and one report, complete up to 10, kept behind a new one; their names."""
    await engine.put([firm("old", version=9, name="茶"), report("old")])
    await engine.set_position(10, epoch=1)
    old = (await engine.generations()).live
    new = await engine.begin_rebuild()
    await engine.put_into(new, [firm("new", version=9, name="茶")])
    await engine.swap(new, position, True)
    assert old is not None
    return old, new


async def names(engine: SearchEngine, kind: Kind = Kind.FIRM) -> list[str]:
    """Ids of what the live generation holds."""
    return [each[0] for each in await everything(engine, kind)]


async def test_a_swap_can_keep_the_generation_before(engine: SearchEngine) -> None:
    """It is named, it is not searched, and it is no orphan."""
    old, new = await swapped(engine)
    assert await engine.generations() == Generations(live=new, previous=old)
    assert await names(engine) == ["new"]
    assert list(await engine.abandon()) == []
    assert (await engine.generations()).previous == old


async def test_what_is_kept_is_not_written_to(engine: SearchEngine) -> None:
    """Whatever came after the swap is missing from it, and carried over again from its own position."""
    old, new = await swapped(engine)
    await engine.put([firm("later", version=13, name="茶")])
    await engine.set_position(13, epoch=1, since=12)
    assert await engine.rollback() == 10
    assert await engine.generations() == Generations(live=old, previous=new)
    assert (await names(engine), await names(engine, Kind.BLOCKAGE)) == (["old"], ["old"])
    assert await engine.position() == 10
    await engine.put([firm("later", version=13, name="茶")])
    await engine.refresh()
    assert await found(engine, firms_with("茶")) == {"old", "later"}


async def test_going_back_can_be_undone(engine: SearchEngine) -> None:
    """The two change places, each with the position it had."""
    old, new = await swapped(engine)
    await engine.rollback()
    assert await engine.rollback() == 12
    assert await engine.generations() == Generations(live=new, previous=old)
    assert await engine.position() == 12


async def test_the_epoch_outlives_going_back(engine: SearchEngine) -> None:
    """A leader that was replaced stays powerless."""
    await engine.set_position(0, epoch=5)
    await engine.put([firm("old")])
    await engine.swap(await engine.begin_rebuild(), 12, True)
    await engine.rollback()
    await engine.set_position(99, epoch=4)
    assert await engine.position() == 0


async def test_without_a_previous_generation_there_is_no_way_back(engine: SearchEngine) -> None:
    """As after a swap that kept nothing, or after it was dropped."""
    with pytest.raises(NoPrevious):
        await engine.rollback()
    old, _ = await swapped(engine)
    assert await engine.drop_previous() == old
    assert await engine.drop_previous() is None
    with pytest.raises(NoPrevious):
        await engine.rollback()
    assert await names(engine) == ["new"]


async def test_the_next_rebuild_takes_the_place_of_what_was_kept(engine: SearchEngine) -> None:
    """There are never more than two whole generations on the disk."""
    _, new = await swapped(engine)
    next_one = await engine.begin_rebuild()
    assert await engine.generations() == Generations(live=new, unfinished=(next_one,))
    await engine.swap(next_one, 12, True)
    assert await engine.generations() == Generations(live=next_one, previous=new)


async def test_nobody_notices_going_back_and_forth(engine: SearchEngine) -> None:
    """Each search is answered by one generation or the other, whole."""
    await engine.put([firm(f"f{n}", name="茶") for n in range(50)])
    await engine.set_position(1, epoch=1)
    new = await engine.begin_rebuild()
    await engine.put_into(new, [firm(f"f{n}", name="茶") for n in range(50)])
    await engine.swap(new, 1, True)
    await engine.refresh()
    counts: list[int | None] = []
    reading = True

    async def read() -> None:
        while reading:
            counts.append((await engine.search(firms_with("茶", first=1, total=True))).total)
            await asyncio.sleep(0)

    reader = asyncio.create_task(read())
    for _ in range(5):
        await engine.rollback()
        before = len(counts)
        while len(counts) <= before:  # noqa: ASYNC110 - the reader moves it
            await asyncio.sleep(0)
    reading = False
    await reader
    assert set(counts) == {50}


@pytest.mark.parametrize("held", [1, 5, 900])
async def test_rewriting_does_not_ask_what_is_newer(engine: SearchEngine, held: int) -> None:
    """Older, as new or newer: the document is what was written last, and takes newer ones from then on."""
    await engine.put([firm("a", version=held, name="茶"), firm("b", version=held, name="茶")])
    assert await engine.rewrite([firm("a", version=5, name="咖啡"), Document(Kind.FIRM, "b", 5, None)]) == []
    await engine.refresh()
    assert await names(engine) == ["a"]
    assert await found(engine, firms_with("咖啡")) == {"a"}
    await engine.put([firm("a", version=4, name="水"), firm("b", version=4, name="水")])
    assert await everything(engine, Kind.FIRM) == [("a", firm("a", name="咖啡").body)]
    await engine.put([firm("a", version=6, name="水")])
    assert await everything(engine, Kind.FIRM) == [("a", firm("a", name="水").body)]


async def test_rewriting_tells_what_is_refused(engine: SearchEngine) -> None:
    """And writes the rest."""
    await engine.put([firm("bad", version=900), firm("good", version=900)])
    (refused,) = await engine.rewrite(
        [firm("bad", version=5, surprise=1), firm("good", version=5, name="茶")]
    )
    assert refused.id == "bad"
    await engine.refresh()
    assert await found(engine, firms_with("茶")) == {"good"}


async def test_a_position_moves_on_only_from_where_the_index_stands(engine: SearchEngine) -> None:
    """Who believes that it stands further on was not there when it was emptied."""
    assert await engine.set_position(5, epoch=1) == 5
    assert await engine.set_position(9, epoch=1, since=7) == 5
    assert await engine.set_position(9, epoch=1, since=5) == 9
    assert await engine.set_position(12, epoch=0, since=9) == 9
    assert await engine.position() == 9
