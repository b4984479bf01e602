"""An engine that is dead, hangs or talks nonsense: searches are told, and do not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from directory.errors import SearchBusy, SearchUnavailable
from indexer.engines.elastic.client import Rejected, Unreachable
from indexer.engines.elastic.pulse import REST_SECONDS, SearchClient
from indexer.engines.elasticsearch import ElasticsearchEngine
from tests.conditions import eventually
from tests.contracts.engines.corpus import firm
from tests.contracts.engines.faulty import Front, answer, fronted
from tests.contracts.engines.test_views import PAGES, Clock

pytestmark = pytest.mark.elasticsearch

# Far longer than any test: what ends sooner was not ended by it.
FOR_EVER = 3_600.0


@pytest_asyncio.fixture(loop_scope="session")
async def front(elasticsearch_url: str) -> AsyncIterator[Front]:
    """A front that behaves, until told otherwise."""
    async with fronted(elasticsearch_url) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """The client's clock."""
    return Clock()


@pytest_asyncio.fixture(loop_scope="session")
async def client(front: Front, clock: Clock) -> AsyncIterator[SearchClient]:
    """A client that has had an answer."""
    opened = SearchClient(front.url, seconds=FOR_EVER, monotonic=clock)
    await opened.ask("GET", "/")
    front.asked.clear()
    # Long ago, as far as the client knows.
    clock.now += 60
    yield opened
    await opened.close()


async def test_an_engine_that_hangs_is_given_up(client: SearchClient, front: Front) -> None:
    """Nobody waits for the answer, which may take an hour, when not even the smallest request is answered."""
    front.answering.clear()

    with pytest.raises(Unreachable):
        await client.ask("GET", "/_cat/indices")

    assert front.asked == ["/_cat/indices", "/", "/"]


async def test_all_who_wait_are_told_by_one_look(client: SearchClient, front: Front) -> None:
    """A hundred searches do not ask a hundred times."""
    front.answering.clear()

    faults = await asyncio.gather(
        *(client.ask("GET", "/_cat/indices") for _ in range(20)), return_exceptions=True
    )

    assert {type(fault) for fault in faults} == {Unreachable}
    assert front.asked.count("/") == 2


async def test_a_slow_answer_of_a_living_engine_is_waited_for(front: Front) -> None:
    """However long it takes, as long as the engine says that it lives."""
    client = SearchClient(front.url, seconds=FOR_EVER)
    slow = asyncio.Event()

    async def later() -> None:
        await eventually(lambda: front.asked.count("/") >= 2)
        slow.set()

    front.held = {"/_cat/health": slow}
    asked, _ = await asyncio.gather(
        client.ask("GET", "/_cat/health?format=json"), later(), return_exceptions=True
    )

    assert isinstance(asked, SearchUnavailable), "the list that it answers is no JSON object"
    assert not isinstance(asked, Unreachable)
    await client.close()


async def test_a_dead_engine_is_not_asked_for_a_moment(clock: Clock) -> None:
    """The connection is refused once; until the moment has passed nobody tries again."""
    async with listening(b"") as (url, _):
        pass
    client = SearchClient(url, seconds=FOR_EVER, monotonic=clock)

    for said in ("does not answer", "a moment ago", "a moment ago"):
        with pytest.raises(Unreachable, match=said):
            await client.ask("GET", "/_search")
    clock.now += REST_SECONDS
    with pytest.raises(Unreachable, match="does not answer"):
        await client.ask("GET", "/_search")
    await client.close()


async def test_one_broken_connection_silences_nobody(client: SearchClient, front: Front) -> None:
    """Its search fails; the engine lives, so that the next one is asked at once."""
    front.cut.add("/_nodes/_local")
    with pytest.raises(Unreachable):
        await client.ask("GET", "/_nodes/_local")
    front.cut.clear()

    assert (await client.ask("GET", "/_nodes/_local"))["nodes"]
    assert front.asked[-2:] == ["/", "/_nodes/_local"]


async def test_one_look_ends_the_silence(client: SearchClient, front: Front, clock: Clock) -> None:
    """When the engine is back, the first search after the rest looks, and all are answered."""
    front.answering.clear()
    with pytest.raises(Unreachable):
        await client.ask("GET", "/_nodes/_local")
    front.behave()
    with pytest.raises(Unreachable):
        await client.ask("GET", "/_nodes/_local")
    assert front.asked == []

    clock.now += REST_SECONDS
    assert (await client.ask("GET", "/_nodes/_local"))["nodes"]
    assert (await client.ask("GET", "/_nodes/_local"))["nodes"]
    assert front.asked == ["/", "/_nodes/_local", "/_nodes/_local"]


async def test_a_refusal_is_an_answer(client: SearchClient, front: Front) -> None:
    """An engine that refuses one request takes the next."""
    for _ in range(2):
        with pytest.raises(Rejected):
            await client.ask("GET", "/no-such-index/_search")

    assert front.asked == ["/no-such-index/_search"] * 2


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-elastic-product: Elasticsearch\r\n"
BYTES = {
    "nothing": b"",
    "no HTTP": b"\x00\xff\xfe220 mail ready\r\n\r\n",
    "half a head": HEAD,
    "half a body": HEAD + b'content-length: 100\r\n\r\n{"hits": {"hi',
    "half a chunk": HEAD + b'transfer-encoding: chunked\r\n\r\nff\r\n{"hits"',
    "no body": HEAD + b"content-length: 0\r\n\r\n",
    "no JSON": HEAD + b"content-length: 2\r\n\r\n{,",
    "no UTF-8": HEAD + b'content-length: 8\r\n\r\n{"a":"\xff"',
    "JSON of another kind": HEAD + b"content-length: 4\r\n\r\nnull",
    "a proxy's page": b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
    "a proxy's fault": b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
    "a way elsewhere": b"HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\n\r\n",
    "false compression": HEAD + b"content-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd",
}


@asynccontextmanager
async def listening(said: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that answers every connection with these bytes and ends it; its address, and what it was sent."""
    taken: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(await reader.read(65_536))
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", taken


@pytest.mark.parametrize("said", BYTES.values(), ids=BYTES.keys())
async def test_bytes_that_are_no_answer_are_told_as_an_outage(said: bytes) -> None:
    """Whatever stands where the engine should: one fault of ours, and the request sent once."""
    async with listening(said) as (url, taken):
        client = SearchClient(url, seconds=FOR_EVER)
        with pytest.raises(SearchUnavailable):
            await client.ask("POST", "/tea/_search", {})
        await client.close()
    assert sum(b"/tea/_search" in each for each in taken) == 1


async def test_a_busy_engine_says_when_to_ask_again(front: Front, index_prefix: str) -> None:
    """Queues that are full and breakers that trip pass by; the caller is told to wait."""
    engine = ElasticsearchEngine(front.url, prefix=index_prefix)
    await engine.open()
    await engine.put([firm("a", name="茶")])
    error = {"type": "circuit_breaking_exception", "reason": "heap"}
    front.fault = lambda path, body: answer({"error": error}, 429) if path.endswith("/_search") else None

    with pytest.raises(SearchBusy) as busy:
        await engine.search(PAGES)

    assert busy.value.retry_after > 0
    await engine.close()
