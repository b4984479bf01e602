"""The views of Elasticsearch that walks go over: shared, few, and closed behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.error import HTTPError

import pytest
import pytest_asyncio
from aiohttp import web

from directory.errors import SearchUnavailable
from indexer.engines.elastic import views
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import Hits, Search, Walk, WalkEnded
from tests.conditions import eventually
from tests.contracts.engines.corpus import firm, firms_with, ids
from tests.contracts.engines.faulty import Front, answer, fronted
from tests.servers.elasticsearch import request

pytestmark = pytest.mark.elasticsearch

PAGES = firms_with("茶", first=4, lasting=True)


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture(loop_scope="session")
async def front(elasticsearch_url: str) -> AsyncIterator[Front]:
    """What the engine is asked through; it sees each view opened and closed."""
    async with fronted(elasticsearch_url) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """The engine's clock."""
    return Clock()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(front: Front, index_prefix: str, clock: Clock) -> AsyncIterator[ElasticsearchEngine]:
    """An engine with twelve entries, in the order of their names."""
    opened = ElasticsearchEngine(front.url, prefix=index_prefix, monotonic=clock)
    await opened.open()
    await opened.put([firm(f"f{n:02}", name="茶" + "山" * n) for n in range(12)])
    await opened.refresh()
    front.asked.clear()
    yield opened
    await opened.close()


def opened(front: Front) -> int:
    """How many views were opened."""
    return sum(path.endswith("-firm/_pit") for path in front.asked)


def closed(front: Front) -> int:
    """How many views were closed."""
    return front.asked.count("/_pit")


async def rest_of(engine: ElasticsearchEngine, search: Search, page: Hits) -> int:
    """How many hits follow the page."""
    found = 0
    while page.more:
        page = await engine.search(replace(search, after=page.end, walk=page.walk))
        found += len(page.hits)
    return found


async def test_many_walks_share_few_views_and_leave_none(
    engine: ElasticsearchEngine, front: Front, clock: Clock, elasticsearch_url: str
) -> None:
    """Three hundred walks to the end and sixty broken off within eighteen seconds: a view a second, then none."""
    walks: set[Walk] = set()
    for turn in range(36):
        clock.now += 0.5
        pages = await asyncio.gather(*(engine.search(PAGES) for _ in range(10)))
        walks |= {page.walk for page in pages if page.walk is not None}
        if turn % 6:
            assert await asyncio.gather(*(rest_of(engine, PAGES, page) for page in pages)) == [8] * 10

    assert opened(front) == len(walks) == 18
    assert closed(front) == 0
    await engine.close()
    assert closed(front) == 18
    left = [_is_open(elasticsearch_url, walk.view) for walk in walks]
    assert left == [False] * 18


def _is_open(url: str, view: str) -> bool:
    try:
        request(url, "POST", "/_search", {"pit": {"id": view}, "size": 0})
    except HTTPError as refusal:
        return refusal.code != 404
    return True


async def test_a_view_that_nobody_walks_on_with_is_closed_by_the_next(
    engine: ElasticsearchEngine, front: Front, clock: Clock
) -> None:
    """As of searches that find one page."""
    for _ in range(5):
        await engine.search(replace(PAGES, first=12))
        clock.now += 2

    assert (opened(front), closed(front)) == (5, 4)


@pytest.mark.parametrize(
    "search",
    [
        replace(PAGES, lasting=False),
        firms_with("茶", lasting=True, sort=replace(PAGES.sort, field="name_key")),
        firms_with(lasting=True),
        firms_with("-水", lasting=True),
    ],
    ids=["no cursors", "by a field", "no text", "nothing that scores"],
)
async def test_a_search_whose_order_stands_still_opens_no_view(
    engine: ElasticsearchEngine, front: Front, search: Search
) -> None:
    """Only places in an order by relevance move."""
    await engine.search(search)

    assert opened(front) == 0


async def test_the_oldest_view_makes_room(
    engine: ElasticsearchEngine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are kept awake: its walk has ended, the others go on."""
    monkeypatch.setattr(views, "MOST_OPEN", 2)
    pages = []
    for _ in range(3):
        pages.append(await engine.search(PAGES))
        clock.now += 1

    with pytest.raises(WalkEnded):
        await rest_of(engine, PAGES, pages[0])
    assert [await rest_of(engine, PAGES, page) for page in pages[1:]] == [8, 8]


@pytest.mark.parametrize("next_one", [True, False], ids=["by the next", "at the end"])
async def test_a_view_of_an_abandoned_search_is_closed(
    engine: ElasticsearchEngine, front: Front, clock: Clock, index_prefix: str, next_one: bool
) -> None:
    """Though its searcher went away while it was being opened."""
    held = front.held[f"/{index_prefix}-firm/_pit"] = asyncio.Event()
    task = asyncio.create_task(engine.search(PAGES))
    await eventually(lambda: opened(front) == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    held.set()
    clock.now += 2

    await (engine.search(PAGES) if next_one else engine.close())

    assert closed(front) == 1


async def test_a_walk_goes_on_in_another_process_and_ends_with_the_one_that_began_it(
    engine: ElasticsearchEngine, elasticsearch_url: str, index_prefix: str
) -> None:
    """A view is named by its cursor; closing an engine closes its views."""
    page = await engine.search(PAGES)
    other = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await other.open()

    second = await other.search(replace(PAGES, after=page.end, walk=page.walk))
    assert ids(second.hits) == ["f04", "f05", "f06", "f07"]
    await engine.close()
    with pytest.raises(WalkEnded):
        await rest_of(other, PAGES, second)
    await other.close()


async def test_a_view_lost_with_its_node_is_replaced(
    engine: ElasticsearchEngine, front: Front, elasticsearch_url: str
) -> None:
    """A search that begins never fails for a view that others opened."""
    page = await engine.search(PAGES)
    assert page.walk is not None
    request(elasticsearch_url, "DELETE", "/_pit", {"id": page.walk.view})

    assert ids((await engine.search(PAGES)).hits) == ids(page.hits)
    assert opened(front) == 2


async def test_a_failing_engine_does_not_end_a_walk(engine: ElasticsearchEngine, front: Front) -> None:
    """It is unavailable, and goes on where it was."""
    page = await engine.search(PAGES)
    front.fault = lambda path, body: answer({"error": "no node"}, 503) if path == "/_search" else None
    with pytest.raises(SearchUnavailable) as fault:
        await rest_of(engine, PAGES, page)
    assert not isinstance(fault.value, WalkEnded)
    front.behave()

    assert await rest_of(engine, PAGES, page) == 8


def _changed(of: str, half: dict[str, object], path: str, real: Any) -> Any:
    """Half an answer for searches of a view, or of the index."""
    return real | half if path == of or (path.endswith(of) and of != "/_search") else real


@pytest.mark.parametrize(
    "half", [{"timed_out": True}, {"_shards": {"total": 2, "successful": 1, "failed": 1}}]
)
async def test_half_a_page_of_a_walk_is_none(
    engine: ElasticsearchEngine, front: Front, half: dict[str, object]
) -> None:
    """Neither of its places nor of its documents."""
    page = await engine.search(PAGES)
    for broken in ("/_search", "-firm/_search"):
        front.change = partial(_changed, broken, half)
        with pytest.raises(SearchUnavailable):
            await rest_of(engine, PAGES, page)


async def test_closing_takes_its_time_from_nobody(engine: ElasticsearchEngine, front: Front) -> None:
    """Views that cannot be closed end by themselves."""
    await engine.search(PAGES)
    front.fault = lambda path, body: web.Response(status=500, text="oops") if path == "/_pit" else None

    await engine.close()

    assert closed(front) == 1
