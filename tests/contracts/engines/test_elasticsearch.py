"""What only Elasticsearch can do to a directory: half answers, pauses, missing aliases, other layouts, lost data."""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web

from directory.errors import SearchUnavailable
from indexer.engines.elastic.bulk import MOST_BYTES, PAUSES, STREAMS, EngineBlocked, Item, chunks
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import FacetWanted, Kind
from tests.contracts.engines.corpus import everything, firm, firms_with, found
from tests.contracts.engines.faulty import PRODUCT, Front, answer, fronted
from tests.servers.elasticsearch import drop_indices, request

pytestmark = pytest.mark.elasticsearch


@dataclass
class Waiting:
    """Pauses that are noted and not waited for."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest_asyncio.fixture(loop_scope="session")
async def front(elasticsearch_url: str) -> AsyncIterator[Front]:
    """A front that behaves, until told otherwise."""
    async with fronted(elasticsearch_url) as opened:
        yield opened


@pytest.fixture
def waiting() -> Waiting:
    """No test waits for a busy engine."""
    return Waiting()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(front: Front, index_prefix: str, waiting: Waiting) -> AsyncIterator[ElasticsearchEngine]:
    """An engine that knows only the front; it holds one entry."""
    opened = ElasticsearchEngine(front.url, prefix=index_prefix, pause=waiting)
    await opened.open()
    await opened.put([firm("there", name="茶")])
    await opened.refresh()
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kept(elasticsearch_url: str) -> AsyncIterator[tuple[ElasticsearchEngine, Front]]:
    """An engine and its front for all tests that leave the engine's own data alone."""
    prefix = f"test-{uuid4().hex[:12]}"
    async with fronted(elasticsearch_url) as opened_front:
        opened = ElasticsearchEngine(opened_front.url, prefix=prefix)
        await opened.open()
        await opened.put([firm("there", name="茶")])
        await opened.refresh()
        yield opened, opened_front
        await opened.close()
    drop_indices(elasticsearch_url, prefix)


@pytest.fixture
def undisturbed(kept: tuple[ElasticsearchEngine, Front]) -> tuple[ElasticsearchEngine, Front]:
    """The same, with a front that behaves again."""
    kept[1].behave()
    return kept


def searching(path: str) -> bool:
    """Whether the request is a search."""
    return path.endswith("/_search")


HALF: dict[str, Callable[[Any], Any]] = {
    "ran out of time": lambda real: real | {"timed_out": True},
    "a shard failed": lambda real: real | {"_shards": real["_shards"] | {"failed": 1}},
    "a shard is missing": lambda real: real | {"_shards": real["_shards"] | {"successful": 0}},
    "was ended early": lambda real: real | {"terminated_early": True},
    "without shards": lambda real: {"hits": real["hits"]},
    "without hits": lambda real: {"_shards": real["_shards"]},
}


@pytest.mark.parametrize("half", HALF.values(), ids=HALF.keys())
async def test_half_an_answer_is_none(
    undisturbed: tuple[ElasticsearchEngine, Front], half: Callable[[Any], Any]
) -> None:
    """A short list is never shown as the whole, though the engine calls it a success."""
    engine, front = undisturbed
    front.change = lambda path, real: half(real) if searching(path) else real
    with pytest.raises(SearchUnavailable):
        await engine.search(firms_with("茶"))


NO_ANSWER: dict[str, Callable[[], web.Response]] = {
    "a proxy's page": lambda: web.Response(text="<html>Bad gateway</html>", content_type="text/html"),
    "a page with the mark": lambda: web.Response(
        text="<html></html>", content_type="text/html", headers=PRODUCT
    ),
    "half a text": lambda: web.Response(
        text='{"hits": {"hi', content_type="application/json", headers=PRODUCT
    ),
    "a list": lambda: answer([]),
    "another product": lambda: web.json_response({"hits": {}, "_shards": {}}),
    "busy": lambda: answer({"error": {"type": "circuit_breaking_exception", "reason": "heap"}}, 429),
    "down": lambda: answer({"error": "no node"}, 503),
    "broken": lambda: web.Response(status=500, text="oops"),
}


@pytest.mark.parametrize("given", NO_ANSWER.values(), ids=NO_ANSWER.keys())
async def test_what_is_no_answer_is_none(
    undisturbed: tuple[ElasticsearchEngine, Front], given: Callable[[], web.Response]
) -> None:
    """Pages of proxies, cut texts, refusals: one fault, and no search sent more than once."""
    engine, front = undisturbed
    await engine.search(firms_with("茶"))
    front.asked.clear()
    front.fault = lambda path, body: given() if searching(path) else None
    with pytest.raises(SearchUnavailable):
        await engine.search(firms_with("茶"))
    assert sum(map(searching, front.asked)) == 1


async def test_no_engine_at_all_is_told_at_once() -> None:
    """Nobody listens there."""
    engine = ElasticsearchEngine("http://127.0.0.1:9")
    with pytest.raises(SearchUnavailable, match=r"127\.0\.0\.1:9"):
        await engine.open()
    await engine.close()


async def test_a_fault_never_shows_the_password() -> None:
    """The address in a message is without its user."""
    engine = ElasticsearchEngine("http://reader:secret@127.0.0.1:9")
    with pytest.raises(SearchUnavailable) as fault:
        await engine.open()
    await engine.close()
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("status", [429, 503])
async def test_busy_items_are_sent_again_after_a_pause(
    engine: ElasticsearchEngine, front: Front, waiting: Waiting, status: int
) -> None:
    """Only those; each pause is longer than the one before could be, and none is shorter than a second."""
    error = {"type": "es_rejected_execution_exception", "reason": "queue full"}
    items = [{"index": {"status": 201}}, {"index": {"status": status, "error": error}}]
    sent: list[int] = []

    def busy(path: str, body: bytes) -> web.Response | None:
        if not path.endswith("/_bulk"):
            return None
        sent.append(body.count(b"version_type"))
        return answer({"errors": True, "items": items[-sent[-1] :]}) if len(sent) <= 3 else None

    front.fault = busy
    assert await engine.put([firm("a"), firm("b")]) == []
    assert sent == [2, 1, 1, 1]
    assert len(waiting.seconds) == 3
    assert all(base / 2 <= seconds <= base for base, seconds in zip(PAUSES, waiting.seconds, strict=False))


async def test_a_busy_request_is_sent_again_after_a_pause(
    engine: ElasticsearchEngine, front: Front, waiting: Waiting
) -> None:
    """And what it carried is written."""
    turns = iter([429, 503])

    def busy(path: str, body: bytes) -> web.Response | None:
        status = next(turns, None) if path.endswith("/_bulk") else None
        return None if status is None else answer({"error": {"type": "busy", "reason": "later"}}, status)

    front.fault = busy
    assert await engine.put([firm("a")]) == []
    assert len(waiting.seconds) == 2
    assert [each[0] for each in await everything(engine, Kind.FIRM)] == ["a", "there"]


async def test_an_engine_that_stays_busy_is_left_alone(
    engine: ElasticsearchEngine, front: Front, waiting: Waiting
) -> None:
    """After about two minutes of pauses the indexer is told, and nothing counts as refused."""
    front.fault = lambda path, body: answer({"error": "busy"}, 429) if path.endswith("/_bulk") else None
    with pytest.raises(SearchUnavailable, match="too busy"):
        await engine.put([firm("a")])
    assert len(waiting.seconds) == len(PAUSES)


BLOCKS = {
    "on a disk past the flood stage": (429, "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark"),
    "set by somebody": (403, "FORBIDDEN/8/index write (api)"),
}


@pytest.mark.parametrize(("status", "reason"), BLOCKS.values(), ids=BLOCKS.keys())
@pytest.mark.parametrize("whole", [True, False], ids=["whole request", "each item"])
async def test_a_blocked_engine_is_told_at_once(
    undisturbed: tuple[ElasticsearchEngine, Front], status: int, reason: str, whole: bool
) -> None:
    """Pauses alone would change nothing: one attempt, and a fault that says what to do."""
    engine, front = undisturbed
    error = {"type": "cluster_block_exception", "reason": f"index blocked by: [{reason}]"}
    item = {"index": {"status": status, "error": error}}

    def blocked(path: str, body: bytes) -> web.Response | None:
        if not path.endswith("/_bulk"):
            return None
        return answer({"error": error}, status) if whole else answer({"errors": True, "items": [item]})

    front.fault = blocked
    with pytest.raises(EngineBlocked, match="give its disk room"):
        await engine.put([firm("a")])
    assert sum(path.endswith("/_bulk") for path in front.asked) == 1


async def test_a_real_block_is_told_at_once_and_writing_goes_on_when_it_is_lifted(
    engine: ElasticsearchEngine, index_prefix: str, elasticsearch_url: str
) -> None:
    """As Elasticsearch itself sets it on a node whose disk is full."""
    blocks = "index.blocks.read_only_allow_delete"
    request(elasticsearch_url, "PUT", f"/{index_prefix}-firm-write/_settings", {blocks: True})
    with pytest.raises(EngineBlocked, match="lift the block"):
        await engine.put([firm("a")])
    request(elasticsearch_url, "PUT", f"/{index_prefix}-firm-write/_settings", {blocks: None})
    assert await engine.put([firm("a")]) == []


async def test_streams_stand_in_one_line_while_the_engine_is_busy(
    engine: ElasticsearchEngine, front: Front, waiting: Waiting
) -> None:
    """Five minutes of refusals, asked again and again: at most one attempt a second, and one more for each stream."""
    front.fault = lambda path, body: answer({"error": "busy"}, 429) if path.endswith("/_bulk") else None
    front.asked.clear()
    documents = [firm(f"f{n:04}") for n in range(2_500)]
    while sum(waiting.seconds) < 300:
        with pytest.raises(SearchUnavailable, match="too busy"):
            await engine.put(documents)
    attempts = sum(path.endswith("/_bulk") for path in front.asked)
    assert attempts <= sum(waiting.seconds) + STREAMS
    assert max(waiting.seconds) <= PAUSES[-1] == 30
    assert min(waiting.seconds) >= 1
    front.behave()
    assert await engine.put(documents) == []


@pytest.mark.parametrize("status", [401, 403, 404, 405, 500, 502])
async def test_any_other_refusal_stops_the_writing(
    undisturbed: tuple[ElasticsearchEngine, Front], status: int
) -> None:
    """Neither done nor refused: it would be silent loss to go on."""
    engine, front = undisturbed
    front.fault = lambda path, body: answer({"error": "no"}, status) if path.endswith("/_bulk") else None
    with pytest.raises(SearchUnavailable):
        await engine.put([firm("a")])


async def test_a_write_whose_answer_was_lost_may_be_repeated(
    engine: ElasticsearchEngine, front: Front
) -> None:
    """It was written, nobody knew, and the repetition changes nothing."""
    front.after = lambda path: web.Response(status=504) if path.endswith("/_bulk") else None
    with pytest.raises(SearchUnavailable):
        await engine.put([firm("a", version=3)])
    front.after = lambda path: None
    assert await engine.put([firm("a", version=3)]) == []
    await engine.refresh()
    assert [each[:2] for each in await engine.versions(Kind.FIRM, "", 1)] == [("a", 3)]


async def test_one_document_that_spoils_a_request_is_found_by_halving(
    engine: ElasticsearchEngine, front: Front
) -> None:
    """One in 500, in twice as many requests as halvings, and one."""
    documents = [firm(f"f{n:03}") for n in range(499)]
    front.asked.clear()
    (refused,) = await engine.put([*documents[:321], firm("i" * 513), *documents[321:]])
    assert refused.id == "i" * 513
    assert sum(path.endswith("/_bulk") for path in front.asked) <= 2 * math.ceil(math.log2(500)) + 1
    await engine.refresh()
    assert await engine.count() == 500


async def test_a_batch_goes_in_requests_of_bounded_length() -> None:
    """At most 250 documents and eight megabytes; a document larger than that goes alone."""
    sizes = [10] * 400 + [MOST_BYTES // 2 + 1] * 2 + [2 * MOST_BYTES, 10]
    items = [Item(firm(str(n)), b"x" * size) for n, size in enumerate(sizes)]
    requests = [each async for each in chunks(items)]
    assert [item for request in requests for item in request] == items
    assert [len(request) for request in requests] == [250, 151, 1, 1, 1]
    assert all(sum(len(item.lines) for item in each) <= MOST_BYTES or len(each) == 1 for each in requests)


def drop_alias(url: str, alias: str) -> None:
    """Someone's mistake."""
    request(url, "POST", "/_aliases", {"actions": [{"remove": {"index": f"{alias}-*", "alias": alias}}]})


async def test_a_missing_alias_is_told_with_what_to_do(
    engine: ElasticsearchEngine, index_prefix: str, elasticsearch_url: str
) -> None:
    """Searches and writes stop, no index is made by accident, and a rebuild mends it."""
    drop_alias(elasticsearch_url, f"{index_prefix}-firm")
    with pytest.raises(SearchUnavailable):
        await engine.search(firms_with("茶"))
    with pytest.raises(SearchUnavailable, match="newgrowth index rebuild"):
        await engine.put([firm("a")])
    assert await engine.position() == 0

    generation = await engine.begin_rebuild()
    await engine.put_into(generation, [firm("a", name="茶")])
    await engine.swap(generation, 3)
    assert await found(engine, firms_with("茶")) == {"a"}
    assert await engine.position() == 3


async def test_an_alias_on_two_indices_is_told(
    engine: ElasticsearchEngine, index_prefix: str, elasticsearch_url: str
) -> None:
    """A search over both would count entries twice."""
    await engine.begin_rebuild()
    action = {"add": {"index": f"{index_prefix}-firm-*", "alias": f"{index_prefix}-firm"}}
    request(elasticsearch_url, "POST", "/_aliases", {"actions": [action]})
    with pytest.raises(SearchUnavailable, match="several indices"):
        await engine.put([firm("a")])
    with pytest.raises(SearchUnavailable, match="several indices"):
        await engine.position()


async def test_an_index_in_the_place_of_an_alias_is_told(
    engine: ElasticsearchEngine, index_prefix: str, elasticsearch_url: str
) -> None:
    """As one makes who lets indices be made by writing to them."""
    drop_indices(elasticsearch_url, index_prefix)
    request(elasticsearch_url, "PUT", f"/{index_prefix}-firm", {})
    with pytest.raises(SearchUnavailable, match="has to be an alias"):
        await engine.put([firm("a")])


async def test_another_layout_is_not_written_to_and_can_be_rebuilt(
    engine: ElasticsearchEngine, index_prefix: str, elasticsearch_url: str
) -> None:
    """An index made by another version of the program: no write, no search, and a rebuild puts it right."""
    other = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix, shards=2)
    await other.open()
    with pytest.raises(SearchUnavailable, match="another version"):
        await other.put([firm("a")])
    with pytest.raises(SearchUnavailable, match="another version"):
        await other.search(firms_with("茶"))

    generation = await other.begin_rebuild()
    await other.put_into(generation, [firm("a", name="茶")])
    await other.swap(generation, 1)
    assert await other.put([firm("b", name="茶")]) == []
    await other.refresh()
    assert await found(other, firms_with("茶")) == {"a", "b"}
    await other.close()


async def test_facets_are_exact_over_several_shards(elasticsearch_url: str, index_prefix: str) -> None:
    """Also the values that are rare in every one of them: each shard tells of all of its own."""
    many = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix, shards=5)
    await many.open()
    chance = random.Random(5)
    regions = [str(110_000 + int(chance.paretovariate(0.7)) % 300) for _ in range(3_000)]
    await many.put([firm(f"f{number}", region=region) for number, region in enumerate(regions)])
    await many.refresh()

    hits = await many.search(firms_with(facets=(FacetWanted("REGION", "region", size=60),)))

    (facet,) = hits.facets
    told = {each.value: each.count for each in facet.values}
    counted = Counter(regions)
    assert len(counted) > len(told) == 60
    assert told == {region: counted[region] for region in told}
    assert min(told.values()) >= max(count for region, count in counted.items() if region not in told)
    await many.close()


async def test_an_engine_that_was_emptied_stands_at_nothing(
    engine: ElasticsearchEngine, index_prefix: str, elasticsearch_url: str
) -> None:
    """All data gone while the program ran."""
    await engine.set_position(50, epoch=1)
    drop_indices(elasticsearch_url, index_prefix)
    assert await engine.position() == 0


async def test_indices_made_anew_stand_at_nothing(
    engine: ElasticsearchEngine, front: Front, index_prefix: str, elasticsearch_url: str
) -> None:
    """Same names, other indices: the position of the old ones does not count for them."""
    await engine.set_position(50, epoch=1)
    for row in request(elasticsearch_url, "GET", f"/_cat/indices/{index_prefix}-*?format=json&h=index"):
        if not row["index"].endswith("-control"):
            request(elasticsearch_url, "DELETE", f"/{row['index']}")
    again = ElasticsearchEngine(front.url, prefix=index_prefix)
    await again.open()
    assert await again.position() == 0
    await again.set_position(7, epoch=1)
    assert await again.position() == 7
    await again.close()


async def test_two_programs_can_open_an_empty_cluster_at_once(
    elasticsearch_url: str, index_prefix: str
) -> None:
    """Both make the same first indices, and both go on with them."""
    first, second = (ElasticsearchEngine(elasticsearch_url, prefix=index_prefix) for _ in range(2))
    await asyncio.gather(first.open(), second.open())
    await first.put([firm("a", name="茶")])
    await second.refresh()
    assert await found(second, firms_with("茶")) == {"a"}
    await first.close()
    await second.close()


async def test_no_query_language_of_the_engine_is_ever_sent(
    undisturbed: tuple[ElasticsearchEngine, Front],
) -> None:
    """Whatever is typed: the names of the engine's own parsers, patterns and scripts are in no request."""
    engine, front = undisturbed
    sent: list[bytes] = []

    def note(path: str, body: bytes) -> None:
        sent.append(body)

    front.fault = note
    for text in ("a* -b OR c", '"x y" z', "/.*/ _id:1 茶", "wild* card"):
        await engine.search(firms_with(text))
    for banned in (b"query_string", b"regexp", b"wildcard", b"script", b"fuzzy", b"runtime_mappings"):
        assert not any(b'"' + banned in body for body in sent)
