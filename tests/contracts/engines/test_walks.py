"""Reading a long list page by page while others write: nothing twice, nothing missed, nothing that is gone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from random import Random

import pytest
import pytest_asyncio

from indexer.query.search import (
    EVERYTHING,
    Document,
    FacetWanted,
    Hits,
    Kind,
    Search,
    SearchEngine,
    Sort,
    WalkEnded,
)
from tests.contracts.engines.conftest import KINDS, running, url_for
from tests.contracts.engines.corpus import box, firm, firms_with, ids
from tests.measure import measure

# In full more than a server lets anybody skip.
CROWD, PAGE = measure((1_500, 500), (12_000, 1_000))
FIRST = [f"f{n:05}" for n in range(CROWD)]
VERSIONS = count(2)
BY_SCORE = Search(Kind.FIRM, EVERYTHING, box("茶"), lasting=True, first=PAGE)
BY_FIELD = replace(BY_SCORE, sort=Sort("listed_at"))


def tea(firm_id: str, length: int, place: int) -> Document:
    """An entry of the crowd: its score falls with the length of its name, its place in time stays."""
    return firm(firm_id, version=next(VERSIONS), name="茶" + "山" * length, listed_at=place)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=KINDS)
async def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SearchEngine]:
    """An engine with more entries than a server lets anybody skip; tests may add others and rewrite these."""
    url = url_for(request.param, request)
    async with running(request.param, tmp_path_factory.mktemp("crowd"), url) as engine:
        assert await engine.put([tea(each, n % 40, n // 2) for n, each in enumerate(FIRST)]) == []
        await engine.refresh()
        yield engine


class Writer:
    """Writes without a pause: entries of the crowd that change their score, and new ones between them."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._chance = Random("tea")
        self._written = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            changed = [self._chance.randrange(CROWD) for _ in range(60)]
            documents = [tea(FIRST[n], self._chance.randrange(60), n // 2) for n in changed]
            documents += [tea(f"n{next(VERSIONS)}", self._chance.randrange(60), n // 2) for n in changed]
            await self._engine.put(documents)
            await self._engine.refresh()
            self._written.set()

    async def another_batch(self) -> None:
        """Waits until something was written that began after this call."""
        for _ in range(2):
            self._written.clear()
            await self._written.wait()


@asynccontextmanager
async def written_to(engine: SearchEngine) -> AsyncIterator[Writer]:
    """A writer at work until the block ends."""
    writer = Writer(engine)
    task = asyncio.create_task(writer.run())
    try:
        yield writer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def met(engine: SearchEngine, search: Search, writer: Writer) -> Counter[str]:
    """How often a walk meets each entry, with something written between any two pages."""
    seen: Counter[str] = Counter()
    while True:
        page = await engine.search(search)
        seen.update(ids(page.hits))
        if not page.more:
            return seen
        await writer.another_batch()
        search = replace(search, after=page.end, walk=page.walk)


def faults(seen: Counter[str]) -> tuple[int, int]:
    """How many entries were met more than once, and how many of the first ones never."""
    return sum(times > 1 for times in seen.values()), len(set(FIRST) - set(seen))


@pytest.mark.parametrize("search", [BY_SCORE, BY_FIELD], ids=["by relevance", "by a field"])
async def test_a_walk_meets_all_entries_once_while_others_write(crowd: SearchEngine, search: Search) -> None:
    """Past ten thousand, in pages; the writes change scores, lengths and the number of all that match."""
    async with written_to(crowd) as writer:
        seen = await met(crowd, search, writer)

    assert faults(seen) == (0, 0)


async def test_a_walk_over_an_order_that_moves_would_be_seen(crowd: SearchEngine) -> None:
    """Without its view the same walk meets entries twice or not at all: the writer does disturb."""
    async with written_to(crowd) as writer:
        seen = await met(crowd, replace(BY_SCORE, lasting=False), writer)

    assert sum(faults(seen)) > 0


@pytest_asyncio.fixture(loop_scope="session")
async def shelf(engine: SearchEngine) -> SearchEngine:
    """Twelve entries, by relevance in the order of their names."""
    await engine.put([firm(f"f{n:02}", name="茶" + "山" * n) for n in range(12)])
    await engine.set_position(7, epoch=1)
    await engine.refresh()
    return engine


def names(*numbers: int) -> list[str]:
    """The ids of entries of the shelf."""
    return [f"f{n:02}" for n in numbers]


async def next_page(engine: SearchEngine, search: Search, page: Hits) -> Hits:
    """The page behind another."""
    return await engine.search(replace(search, after=page.end, walk=page.walk))


PAGES = firms_with("茶", first=4, lasting=True, total=True)


async def test_what_was_erased_or_hidden_does_not_come_back(shelf: SearchEngine) -> None:
    """Nor what an entry said before: the walk keeps places, not documents."""
    page = await shelf.search(PAGES)
    await shelf.put(
        [
            Document(Kind.FIRM, "f04", 2, None),
            firm("f05", version=2, owner="another", name="茶"),
            firm("f06", version=2, name="水"),
        ]
    )
    await shelf.refresh()

    second = await next_page(shelf, PAGES, page)

    assert (ids(page.hits), ids(second.hits)) == (names(0, 1, 2, 3), names(6, 7))
    assert second.hits[0].source["name"] == "水"
    assert ids((await next_page(shelf, PAGES, second)).hits) == names(8, 9, 10, 11)


async def test_a_page_of_which_all_is_gone_still_leads_on(shelf: SearchEngine) -> None:
    """It is empty, says that more follows, and where."""
    page = await shelf.search(PAGES)
    await shelf.put([Document(Kind.FIRM, each, 2, None) for each in names(4, 5, 6, 7)])
    await shelf.refresh()

    second = await next_page(shelf, PAGES, page)

    assert (second.hits, second.more) == ((), True)
    assert ids((await next_page(shelf, PAGES, second)).hits) == names(8, 9, 10, 11)


async def test_a_later_page_tells_the_position_at_which_its_walk_began(shelf: SearchEngine) -> None:
    """What came since is not in its order."""
    page = await shelf.search(PAGES)
    await shelf.set_position(9, epoch=1)
    await shelf.refresh()

    second = await next_page(shelf, PAGES, page)

    assert (page.position, second.position) == (7, 7)
    assert (await shelf.search(PAGES)).position == 9


async def test_scores_and_sizes_of_pages_are_those_of_one_list(shelf: SearchEngine) -> None:
    """Scores fall over all pages; a page may have another size than the one before."""
    page = await shelf.search(PAGES)
    rest = await next_page(shelf, replace(PAGES, first=100), page)

    scores = [hit.score or 0.0 for hit in (*page.hits, *rest.hits)]
    assert ids((*page.hits, *rest.hits)) == names(*range(12))
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 12


async def test_hits_without_their_documents_are_the_same_hits(shelf: SearchEngine) -> None:
    """On the first page and on later ones, in an order by relevance and in one by a field."""
    for search in (PAGES, replace(PAGES, sort=Sort("listed_at"))):
        whole, bare = await shelf.search(search), await shelf.search(replace(search, documents=False))
        for _ in range(2):
            assert all(hit.source for hit in whole.hits)
            assert bare.hits == tuple(replace(hit, source={}) for hit in whole.hits)
            whole = await next_page(shelf, search, whole)
            bare = await next_page(shelf, replace(search, documents=False), bare)


async def test_a_walk_over_forgiven_words_stays_with_them(engine: SearchEngine) -> None:
    """Though what was typed is found by now: it is the same list to its end."""
    await engine.put([firm(f"f{n}", name="commission " * (n + 1)) for n in range(4)])
    await engine.refresh()
    search = firms_with("comission", first=2, lasting=True, total=True)
    page = await engine.search(search)
    await engine.put([firm("late", name="comission")])
    await engine.refresh()

    second = await next_page(engine, search, page)

    assert len(page.hits) == len(second.hits) == 2
    assert set(ids((*page.hits, *second.hits))) == {"f0", "f1", "f2", "f3"}


async def test_a_walk_ends_with_its_generation(shelf: SearchEngine) -> None:
    """The places of one index mean nothing in another."""
    page = await shelf.search(PAGES)
    await shelf.swap(await shelf.begin_rebuild(), 8)

    with pytest.raises(WalkEnded):
        await next_page(shelf, PAGES, page)


async def test_a_list_of_one_page_needs_no_view(shelf: SearchEngine) -> None:
    """Its keys lead on all the same, in the index as it is."""
    page = await shelf.search(replace(PAGES, first=12))

    assert (page.walk, page.more) == (None, False)
    behind = await shelf.search(replace(PAGES, after=page.hits[9].key))
    assert ids(behind.hits) == names(10, 11)


@pytest.mark.parametrize(
    ("count_to", "counted"), [(5, (5, False)), (11, (11, False)), (12, (12, True)), (None, (12, True))]
)
@pytest.mark.parametrize("facets", [(), (FacetWanted("STATUS", "status"),)], ids=["", "with facets"])
async def test_a_total_is_exact_or_says_that_it_is_not(
    shelf: SearchEngine,
    count_to: int | None,
    counted: tuple[int, bool],
    facets: tuple[FacetWanted, ...],
) -> None:
    """Counting ends at a bound; facets are always counted whole."""
    page = await shelf.search(firms_with("茶", first=2, total=True, count_to=count_to, facets=facets))

    assert (page.total, page.total_is_exact) == counted
    assert [value.count for each in page.facets for value in each.values] == [12] * len(facets)
