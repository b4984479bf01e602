"""Matching on each search engine: what was indexed is found, and nothing is passed over before it can be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from newgrowth.matching import match_once
from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.reports import Reports
from tests.journeys.stage import SUPERVISOR, Stage, staged
from tests.record.fixtures import new_record
from tests.record.steps import keep

SAVE = "mutation($input: SaveSearchInput!) { saveSearch(input: $input) { errors { code } } }"
ESTIMATE = "query($filter: BlockageFilter!) { savedSearchEstimate(filter: $filter) { hitsPerDay } }"
WORDS = {"text": "分成", "statuses": ["REPORTED"]}


@pytest_asyncio.fixture
async def any_stage(engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A directory with each kind of engine."""
    engine: SearchEngine = EmbeddedEngine(tmp_path / "index.db")
    if engine_kind == "elasticsearch":
        url, prefix = (request.getfixturevalue(name) for name in ("elasticsearch_url", "index_prefix"))
        engine = ElasticsearchEngine(url, prefix=prefix)
    async with staged(tmp_path, new_record(tmp_path), engine) as running:
        yield running


async def test_a_saved_search_finds_what_was_indexed(any_stage: Stage) -> None:
    """By words and by codes, and the estimate counts it."""
    firm = make_firm(owner="firm-user")
    await keep(any_stage.record, firm)
    reports = Reports(any_stage, global_id("Firm", firm.id))
    await any_stage.index()
    await any_stage.ask(SUPERVISOR, SAVE, input={"name": "分成", "filter": WORDS})
    await reports.reported()
    await reports.reported(
        title="平台佣金过高", description="平台佣金逐年上调，商家无力承担。", category="platform-fees"
    )
    await any_stage.index()

    matched = []
    while (count := await match_once(any_stage.served.services)) is not None:
        matched.append(count)
    assert sum(matched) == 1
    async with any_stage.record.reader() as reader:
        assert await reader.matched_to() == await reader.head()
    estimate = await any_stage.ask(SUPERVISOR, ESTIMATE, filter=WORDS)
    assert estimate["savedSearchEstimate"]["hitsPerDay"] == pytest.approx(1 / 28)
