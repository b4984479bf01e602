"""The proxy does to requests what its faults say, and holds them where it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientError, ClientSession

from tests.servers.elasticsearch import request
from tests.servers.fault_proxy import Fault, FaultProxy, Moment, Plan, fault_proxy

pytestmark = pytest.mark.elasticsearch

FOUR = b"".join(b'{"index":{"_id":"%d"}}\n{"n":%d}\n' % (number, number) for number in range(4))
NDJSON = {"Content-Type": "application/x-ndjson"}
NOTHING, ALL = 0, 4


class Case:
    """An index, and a way to it through the proxy."""

    def __init__(self, proxy: FaultProxy, server: str, index: str) -> None:
        self.proxy = proxy
        self._server = server
        self._index = index

    async def written(self) -> int:
        """How many documents are there."""
        await asyncio.to_thread(request, self._server, "POST", f"/{self._index}/_refresh")
        counted = await asyncio.to_thread(request, self._server, "GET", f"/{self._index}/_count")
        return int(counted["count"])

    async def bulk(self) -> tuple[int, str]:
        """Status and body of the answer to a bulk of four documents. Raises: ClientError."""
        async with (
            ClientSession() as session,
            session.post(f"{self.proxy.url}/{self._index}/_bulk", data=FOUR, headers=NDJSON) as answer,
        ):
            return answer.status, await answer.text()


@pytest_asyncio.fixture(loop_scope="session")
async def case(elasticsearch_url: str, index_prefix: str) -> AsyncIterator[Case]:
    """An empty index."""
    await asyncio.to_thread(request, elasticsearch_url, "PUT", f"/{index_prefix}")
    async with fault_proxy(elasticsearch_url) as proxy:
        yield Case(proxy, elasticsearch_url, index_prefix)


@pytest.mark.parametrize(
    ("fault", "documents"),
    [
        (Fault.RESET_BEFORE, NOTHING),
        (Fault.RESET_AFTER, ALL),
        (Fault.LATE, ALL),
        (Fault.TRUNCATED, ALL),
    ],
)
async def test_a_request_without_an_answer_may_have_been_done(
    case: Case, fault: Fault, documents: int
) -> None:
    """Who asked cannot know."""
    case.proxy.plan = Plan(1, 1.0, [fault])
    with pytest.raises(ClientError):
        await case.bulk()
    await case.proxy.settled()
    assert await case.written() == documents


@pytest.mark.parametrize(
    ("fault", "status", "text", "documents"),
    [
        (Fault.BUSY, 429, "es_rejected_execution_exception", NOTHING),
        (Fault.UNAVAILABLE, 503, "unavailable_shards_exception", NOTHING),
        (Fault.PAGE, 200, "<html>", NOTHING),
        (Fault.STALL, 200, '"errors":false', ALL),
    ],
)
async def test_an_answer_says_what_the_fault_is(
    case: Case, fault: Fault, status: int, text: str, documents: int
) -> None:
    """Or comes late, and is the real one."""
    case.proxy.plan = Plan(1, 1.0, [fault])
    answered, body = await case.bulk()
    assert (answered, text in body, await case.written()) == (status, True, documents)


async def test_every_second_document_finds_no_room(case: Case) -> None:
    """The others are written, and each has an outcome of its own."""
    case.proxy.plan = Plan(1, 1.0, [Fault.ITEMS_BUSY])
    _, body = await case.bulk()
    outcomes = [item["index"]["status"] for item in json.loads(body)["items"]]
    assert (outcomes, await case.written()) == ([201, 429, 201, 429], 2)


@pytest.mark.parametrize(
    ("moment", "documents"), [(Moment.BEFORE, NOTHING), (Moment.INSIDE, 2), (Moment.AFTER, ALL)]
)
async def test_a_request_is_held_and_cut_off(case: Case, moment: Moment, documents: int) -> None:
    """What was done by then is done."""
    held = case.proxy.hold(moment)
    asked = asyncio.create_task(case.bulk())
    await held.reached.wait()
    assert await case.written() == documents
    held.cut_off()
    with pytest.raises(ClientError):
        await asked
    assert await case.written() == documents
