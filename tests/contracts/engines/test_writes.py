"""Writes: repeatable, in any order, one bad document at nobody's cost, the erased erased."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.documents.digest import content_digest
from indexer.query.search import AnyOf, Document, Kind, Search, SearchEngine
from tests.chaos.measure import LONG_RUN
from tests.contracts.engines.corpus import everything, firm, firms_with, found, report


def erased(firm_id: str, version: int) -> Document:
    """The tombstone of an entry."""
    return Document(Kind.FIRM, firm_id, version, None)


async def test_a_document_is_found_after_it_was_written(engine: SearchEngine) -> None:
    """And counted; an empty index counts nothing."""
    assert await engine.count() == 0
    assert await engine.put([firm("a", name="茶"), report("b", title="茶")]) == []
    await engine.refresh()
    assert await found(engine, firms_with("茶")) == {"a"}
    assert await engine.count() == 2


async def test_nothing_to_write_is_no_error(engine: SearchEngine) -> None:
    """An empty batch does nothing."""
    assert list(await engine.put([])) == []


async def test_a_newer_document_takes_the_place_of_an_older_one(engine: SearchEngine) -> None:
    """All of it: words, values and facets of the older one are gone."""
    await engine.put([firm("a", version=1, name="茶", forms=["x"], codes=["NG-1"], followers=1)])
    await engine.put([firm("a", version=2, name="咖啡", forms=["y"])])
    assert await everything(engine, Kind.FIRM) == [("a", firm("a", name="咖啡", forms=["y"]).body)]
    assert await found(engine, firms_with("茶")) == set()
    assert await found(engine, firms_with(None, AnyOf("forms", ("x",)))) == set()
    assert await found(engine, firms_with(None, AnyOf("forms", ("y",)))) == {"a"}


@pytest.mark.parametrize("version", [1, 2])
async def test_an_older_or_equal_document_changes_nothing(engine: SearchEngine, version: int) -> None:
    """A replay is done, not refused."""
    await engine.put([firm("a", version=2, name="茶")])
    assert await engine.put([firm("a", version=version, name="咖啡")]) == []
    await engine.refresh()
    assert await found(engine, firms_with("茶")) == {"a"}


async def test_the_erased_stay_erased(engine: SearchEngine) -> None:
    """A late batch, replayed over a tombstone, brings nothing back; only a later version could."""
    before = [firm(f"f{n}", version=n + 1, name="茶") for n in range(20)]
    await engine.put(before)
    await engine.put([erased(document.id, 100) for document in before])
    assert await engine.put(before) == []
    assert await everything(engine, Kind.FIRM) == []
    assert await engine.count() == 0
    versions = await engine.versions(Kind.FIRM, "", 100)
    assert sorted(versions) == sorted((document.id, 100, None) for document in before)


async def test_a_tombstone_may_come_first(engine: SearchEngine) -> None:
    """Also for an entry that the index has never seen."""
    await engine.put([erased("a", 5)])
    await engine.put([firm("a", version=4, name="茶")])
    assert await everything(engine, Kind.FIRM) == []


async def test_versions_walk_all_documents_in_the_order_of_ids(engine: SearchEngine) -> None:
    """With the digest of what is kept, so that a verification need not read it."""
    await engine.put([firm("b", version=3, name="茶"), erased("a", 2), firm("c", version=9), report("d")])
    await engine.refresh()
    first = await engine.versions(Kind.FIRM, "", 2)
    rest = await engine.versions(Kind.FIRM, first[-1][0], 2)
    expected = [
        ("a", 2, None),
        ("b", 3, content_digest(firm("b", name="茶").body or {})),
        ("c", 9, content_digest(firm("c").body or {})),
    ]
    assert [*map(tuple, first), *map(tuple, rest)] == expected


NEVER_TAKEN = {
    "unknown field": firm("unknown", surprise="?"),
    "keyword of 33,000 bytes": firm("wide", name_key="字" * 11_000),
    "number past 64 bits": firm("many", followers=2**63),
    "number with a fraction": firm("half", followers=1.5),
    "lone surrogate": firm("broken", name="a\ud800b"),
    "id of 513 bytes": firm("i" * 513),
}


@pytest.mark.parametrize("bad", NEVER_TAKEN.values(), ids=NEVER_TAKEN.keys())
async def test_a_document_that_cannot_be_taken_blocks_no_other(library: SearchEngine, bad: Document) -> None:
    """It comes back with a reason, and those before and behind it are written."""
    owner = uuid4().hex
    good = [firm(f"{owner}{n:02}", owner=owner, name="茶") for n in range(20)]
    (refused,) = await library.put([*good[:7], bad, *good[7:]])
    await library.refresh()
    assert (refused.kind, refused.id, refused.version) == (Kind.FIRM, bad.id, 1)
    assert refused.reason
    written = await found(library, firms_with("茶", visible=AnyOf("owner", (owner,)), first=50))
    assert written == {document.id for document in good}


async def test_all_documents_that_cannot_be_taken_come_back(engine: SearchEngine) -> None:
    """Several in one batch, next to each other too."""
    bad = list(NEVER_TAKEN.values())
    refused = await engine.put([*bad, firm("good")])
    assert {each.id for each in refused} == {document.id for document in bad}
    assert len(await everything(engine, Kind.FIRM)) == 1


STREAMS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 6), st.booleans()),
    min_size=1,
    max_size=12,
    unique_by=lambda e: e[:2],
)


@settings(max_examples=1_000 if LONG_RUN else 40)
@given(stream=STREAMS, data=st.data())
async def test_any_order_of_the_same_writes_leaves_the_same_index(
    library: SearchEngine, stream: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    """Shuffled, repeated, or lost and sent again: the newest version of each entry is what stays."""
    owner = uuid4().hex
    documents = [
        erased(f"{owner}-{n}", version)
        if gone
        else firm(f"{owner}-{n}", version=version, owner=owner, name=f"v{version}")
        for n, version, gone in stream
    ]
    sent = data.draw(st.permutations(documents + data.draw(st.lists(st.sampled_from(documents), max_size=5))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=3)))
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        await library.put(sent[start:end])
    await library.refresh()

    newest = {document.id: document for document in sorted(documents, key=lambda each: each.version)}
    expected = {each.id: each.body for each in newest.values() if each.body is not None}
    hits = (await library.search(Search(Kind.FIRM, AnyOf("owner", (owner,))))).hits
    assert {hit.id: hit.source for hit in hits} == expected


async def test_writers_at_the_same_time_leave_the_newest(engine: SearchEngine) -> None:
    """Ten batches at once, each with another version of the same entries."""
    batches = [
        [firm(f"f{n}", version=version, followers=version) for n in range(20)] for version in range(1, 11)
    ]
    await asyncio.gather(*(engine.put(batch) for batch in batches))
    kept = await everything(engine, Kind.FIRM)
    assert [body["followers"] for _, body in kept] == [10] * 20


async def test_the_position_only_moves_forward(engine: SearchEngine) -> None:
    """And not for an epoch older than the one last seen: a leader that was replaced cannot move it."""
    assert await engine.position() == 0
    await engine.set_position(10, epoch=2)
    await engine.set_position(5, epoch=2)
    assert await engine.position() == 10
    await engine.set_position(20, epoch=1)
    assert await engine.position() == 10
    await engine.set_position(7, epoch=3)
    await engine.set_position(30, epoch=2)
    assert await engine.position() == 10
    await engine.set_position(11, epoch=3)
    assert await engine.position() == 11


async def test_positions_set_at_the_same_time_end_at_the_highest(engine: SearchEngine) -> None:
    """No setter overwrites a later one."""
    await asyncio.gather(*(engine.set_position(position, epoch=1) for position in range(1, 9)))
    assert await engine.position() == 8


async def test_hits_name_a_position_that_is_searchable(engine: SearchEngine) -> None:
    """After a refresh, the position that was set before it."""
    await engine.put([firm("a")])
    await engine.set_position(42, epoch=1)
    await engine.refresh()
    assert (await engine.search(firms_with())).position == 42
