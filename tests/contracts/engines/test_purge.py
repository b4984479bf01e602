"""An erasure reaches the engine's files: what a replaced document left in them is merged away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import Document, Kind, SearchEngine
from tests.conditions import eventually
from tests.contracts.engines.corpus import everything, firm
from tests.record.traces import values_in_files
from tests.servers.elasticsearch import request

# Words that no segment holds in parts: terms are kept without what they share with the one before.
NAME, PLACE = "zyxwvnana", "zqkjprivate"
OTHERS = 200


async def told_and_erased(engine: SearchEngine) -> None:
    """A person's document among many, written, made searchable, and replaced by its tombstone."""
    others = [firm(f"other{number}", name=f"公司{number}") for number in range(OTHERS)]
    await engine.put([*others, firm("person", name=f"{NAME} {PLACE}")])
    await engine.refresh()
    await engine.put([Document(Kind.FIRM, "person", 2, None)])
    await engine.refresh()


async def test_the_embedded_index_holds_no_byte_of_the_erased(tmp_path: Path) -> None:
    """FTS5 keeps the words of a deleted row until its segments are merged: the purge merges them."""
    engine = EmbeddedEngine(tmp_path / "index.db")
    await engine.open()
    await told_and_erased(engine)
    assert {value for _, value in traces(tmp_path)} == {NAME, PLACE}

    await engine.purge()

    assert traces(tmp_path) == set()
    assert len(await everything(engine, Kind.FIRM)) == OTHERS
    await engine.close()


@pytest.mark.elasticsearch
async def test_elasticsearch_holds_no_byte_of_the_erased(elasticsearch_url: str, index_prefix: str) -> None:
    """Lucene keeps a replaced document until its segment is merged, and the translog until it is let go of."""
    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    await told_and_erased(engine)
    data = await asyncio.to_thread(data_of, elasticsearch_url)
    before = await asyncio.to_thread(traces, data)
    assert before != set()

    async def gone() -> bool:
        await engine.purge()
        return await asyncio.to_thread(traces, data) == set()

    await eventually(gone)
    assert len(await everything(engine, Kind.FIRM)) == OTHERS
    await engine.close()


def data_of(url: str) -> Path:
    """Where the server keeps its indices."""
    nodes = request(url, "GET", "/_nodes/settings?filter_path=nodes.*.settings.path.data")["nodes"]
    (node,) = nodes.values()
    path = node["settings"]["path"]["data"]
    return Path(path[0] if isinstance(path, list) else path)


def traces(folder: Path) -> set[tuple[str, str]]:
    """The person's words found as bytes in any file."""
    return values_in_files(folder, [NAME, PLACE])
