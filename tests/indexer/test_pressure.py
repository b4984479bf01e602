"""An engine that asks for a pause gets one from the whole indexer, whatever it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from directory.record.open import SqlRecord
from indexer.engines.elasticsearch import ElasticsearchEngine
from tests.conditions import eventually
from tests.contracts.engines.faulty import Front, answer, fronted
from tests.indexer.office import Office
from tests.indexer.test_leading import caught_up, running
from tests.servers.elasticsearch import drop_indices

pytestmark = pytest.mark.elasticsearch
MINUTES = 5 * 60


class Hurried:
    """Time in which pauses pass at once."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def __call__(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


class Restless(Hurried):
    """The twin that waits a tenth of a second, whatever it is asked for."""

    async def __call__(self, seconds: float) -> None:
        await super().__call__(min(seconds, 0.1))


@pytest.fixture
def hurried() -> Hurried:
    """No test waits for a busy engine."""
    return Hurried()


@pytest_asyncio.fixture(loop_scope="session")
async def front(elasticsearch_url: str) -> AsyncIterator[Front]:
    """What stands before the real engine."""
    async with fronted(elasticsearch_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def busy_office(
    sqlite_record: SqlRecord, front: Front, hurried: Hurried, index_prefix: str, elasticsearch_url: str
) -> AsyncIterator[Office]:
    """An indexer whose engine is reached through the front."""
    engine = ElasticsearchEngine(front.url, prefix=index_prefix, pause=hurried)
    await engine.open()
    yield Office(sqlite_record, engine)
    await engine.close()
    drop_indices(elasticsearch_url, index_prefix)


@pytest.mark.parametrize("what", ["every request", "writes"])
async def test_five_minutes_of_refusals_cost_an_attempt_a_second_at_most(
    busy_office: Office, front: Front, hurried: Hurried, what: str
) -> None:
    """And nothing is lost: what was recorded meanwhile is found afterwards."""
    seconds, attempts = await refused_for(busy_office, front, hurried, what, MINUTES)
    assert 1 < attempts <= seconds + 1
    assert await busy_office.differences() == []


async def test_an_indexer_that_takes_no_pause_is_seen(busy_office: Office, front: Front) -> None:
    """The broken twin makes more attempts than there are seconds."""
    seconds, attempts = await refused_for(busy_office, front, Restless(), "writes", 5)
    assert attempts > seconds + 1


async def refused_for(
    office: Office, front: Front, pause: Hurried, what: str, least_seconds: float
) -> tuple[float, int]:
    """Seconds of a busy engine, and the attempts that were made meanwhile; afterwards all is carried over."""
    follower = office.follower(pause=pause)
    refused: list[str] = []

    def busy(path: str, body: bytes) -> object:
        if what == "writes" and not path.endswith("/_bulk"):
            return None
        refused.append(path)
        return answer({"error": {"type": "es_rejected_execution_exception", "reason": "full"}}, 429)

    front.fault = busy  # type: ignore[assignment]
    await office.firms(20)
    await office.seal()
    async with running(follower, office, "busy"):
        await eventually(lambda: pause.seconds >= least_seconds)
        seconds, attempts = pause.seconds, len(refused)
        front.behave()
        await eventually(lambda: caught_up(office))
    return seconds, attempts


async def test_a_disk_past_the_flood_stage_raises_an_alarm(
    busy_office: Office, front: Front, hurried: Hurried
) -> None:
    """In the log and in the follower's health, until it has room again."""
    office = busy_office
    follower = office.follower(pause=hurried)
    error = {"type": "cluster_block_exception", "reason": "disk usage exceeded flood-stage watermark"}
    item = {"index": {"status": 429, "error": error}}
    front.fault = lambda path, body: answer({"errors": True, "items": [item]}) if "_bulk" in path else None
    await office.firm()
    await office.seal()
    with capture_logs() as logs:
        async with running(follower, office, "full"):
            await eventually(lambda: follower.health.last_error == "EngineBlocked")
            front.behave()
            await eventually(lambda: caught_up(office))
            await eventually(lambda: follower.health.last_error is None)
    alarms = [each for each in logs if each["event"] == "search_engine_blocked"]
    assert alarms
    assert {each["log_level"] for each in alarms} == {"error"}
    assert await office.differences() == []
