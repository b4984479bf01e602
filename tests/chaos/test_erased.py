"""The erased never return: not by a late batch, not by a replay, not by a rebuild."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from directory.record.open import SqlRecord
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import EVERYTHING, Document, Kind, Refused, Search, SearchEngine
from tests.chaos.measure import MEASURE, figure
from tests.chaos.twins import Twin
from tests.conditions import eventually
from tests.factories import make_blockage, make_firm, make_freelancer_profile
from tests.indexer.office import EPOCH, Office
from tests.record.steps import keep
from tests.servers.elasticsearch import request

TRACE = "某自由职业者"
REPORTED = 20


class Recording(Twin):
    """An engine that keeps every batch it was given, to give it again."""

    def __init__(self, engine: SearchEngine) -> None:
        super().__init__(engine)
        self.batches: list[Sequence[Document]] = []

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Keeps them, and writes them."""
        self.batches.append(documents)
        refused: Sequence[Refused] = await self._engine.put(documents)
        return refused


async def erased_and_replayed(office: Office, forgotten: Any) -> None:
    """Entries and reports of people come and are erased; when the engine has `forgotten`, all comes again."""
    firms = [
        make_firm(profile=make_freelancer_profile(name=f"{TRACE}{number}"))
        for number in range(MEASURE.erased)
    ]
    reports = [
        make_blockage(firm_id=firm.id, title=f"{TRACE}的收入", description=f"{TRACE}被多扣一成。")
        for firm in firms[:REPORTED]
    ]
    await keep(office.record, *firms, *reports)
    await office.firm(name="留下的公司")
    recording = Recording(office.engine)
    await office.seal()
    await office.follower(recording, batch=50).catch_up(EPOCH)
    assert (await office.status()).documents == MEASURE.erased + REPORTED + 1
    for firm in firms:
        await office.erase(firm)
    await office.carry()
    await forgotten()
    for batch in recording.batches:
        await office.engine.put(batch)
    await office.rebuilt()
    for batch in recording.batches:
        await office.engine.put(batch)
    await office.engine.refresh()


async def visible(office: Office) -> int:
    """How many entries and reports a search of everything finds."""
    wanted = [Search(kind=kind, visible=EVERYTHING, first=1, total=True) for kind in Kind]
    return sum([(await office.engine.search(each)).total or 0 for each in wanted])


@pytest.mark.elasticsearch
async def test_the_erased_stay_away_from_elasticsearch(
    sqlite_record: SqlRecord, elasticsearch_url: str, index_prefix: str
) -> None:
    """Also when the engine has long forgotten that a document was ever deleted, which it does after `gc_deletes`."""

    def ask(method: str, path: str, body: object = None) -> Any:
        return request(elasticsearch_url, method, path, body)

    async def forgotten() -> None:
        settings = {"index.gc_deletes": "1s"}
        await asyncio.to_thread(ask, "PUT", f"/{index_prefix}-*/_settings", settings)
        await a_deletion_forgotten(ask, f"{index_prefix}probe")

    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    office = Office(sqlite_record, engine)
    began = time.monotonic()
    await erased_and_replayed(office, forgotten)
    assert await visible(office) == 1
    kept = await asyncio.to_thread(ask, "POST", f"/{index_prefix}-*/_search", {"size": 10_000})
    sources = [hit["_source"] for hit in kept["hits"]["hits"]]
    assert len(sources) > MEASURE.erased
    assert [source for source in sources if TRACE in str(source)] == []
    assert await office.differences() == []
    await engine.close()
    figure(
        f"elasticsearch: {MEASURE.erased} erased, replayed and rebuilt in {time.monotonic() - began:.0f} s"
    )


async def a_deletion_forgotten(ask: Any, index: str) -> None:
    """Returns when a bare deletion of another index is forgotten: an old write brings its document back.

    So it is shown in the same breath what would become of an engine that deletes instead of writing tombstones.
    """

    def brought_back() -> bool:
        try:
            ask("PUT", f"/{index}/_doc/1?version=4&version_type=external", {"name": TRACE})
        except OSError:
            return False
        return True

    await asyncio.to_thread(ask, "PUT", f"/{index}", {"settings": {"index.gc_deletes": "1s"}})
    await asyncio.to_thread(ask, "PUT", f"/{index}/_doc/1?version=5&version_type=external", {})
    await asyncio.to_thread(ask, "DELETE", f"/{index}/_doc/1?version=6&version_type=external")
    assert not await asyncio.to_thread(brought_back)
    await eventually(lambda: asyncio.to_thread(brought_back))


async def test_the_erased_stay_away_from_the_embedded_index(sqlite_record: SqlRecord, tmp_path: Path) -> None:
    """No row of any table of the file speaks of them."""

    async def forgotten() -> None:
        """A file forgets nothing."""

    path = tmp_path / "index.db"
    engine = EmbeddedEngine(path)
    await engine.open()
    office = Office(sqlite_record, engine)
    await erased_and_replayed(office, forgotten)
    assert await visible(office) == 1
    assert await office.differences() == []
    await engine.close()
    assert tables_with(path, TRACE) == []
    assert tables_with(path, "留下的公司") != []


class Keeping(Twin):
    """An engine that takes no notice of what is gone: it writes no tombstones."""

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes what has a content."""
        refused: Sequence[Refused] = await self._engine.put([each for each in documents if each.body])
        return refused


async def test_an_engine_without_tombstones_is_found_out(sqlite_record: SqlRecord, tmp_path: Path) -> None:
    """Broken twin: the erased are still there to be found."""
    engine = EmbeddedEngine(tmp_path / "index.db")
    await engine.open()
    office = Office(sqlite_record, Keeping(engine))
    firm = await office.firm(name=TRACE)
    await office.carry()
    await office.erase(firm)
    await office.carry()
    assert await visible(office) == 1
    assert len(await office.differences()) == 1
    await engine.close()
    assert tables_with(tmp_path / "index.db", TRACE) != []


def tables_with(path: Path, text: str) -> list[str]:
    """The tables of the file in one of whose values the text stands."""
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [name for name in names if _holds(connection, name, text)]
    finally:
        connection.close()


def _holds(connection: sqlite3.Connection, table: str, text: str) -> bool:
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    values = (value for row in rows for value in row)
    return any(
        text.encode() in (value if isinstance(value, bytes) else str(value).encode()) for value in values
    )
