"""
What the tests of killed indexers, engines and rebuilds look at does tell the right from the wrong.

Each twin is wrong where a death would show it; the honest one passes the same way.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from directory.errors import SearchUnavailable
from directory.record.open import SqlRecord
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from tests.chaos.twins import Deaf, Forward, Hasty, Remembering, Untidy
from tests.chaos.watch import watched
from tests.conditions import eventually
from tests.indexer.office import EPOCH, Crash, Failing, Office


@pytest_asyncio.fixture(loop_scope="session")
async def empty_engine(tmp_path: Path) -> SearchEngine:
    """An engine as one that came back without its data."""
    engine = EmbeddedEngine(tmp_path / "emptied.db")
    await engine.open()
    return engine


@pytest.mark.parametrize("twin", [None, Forward], ids=["honest", "saves its place first"])
async def test_a_place_saved_before_its_documents_shows_after_a_death(
    office: Office, twin: type[Forward] | None
) -> None:
    """Killed indexers, on both engines: who goes on from that place passes over what was never written."""
    await office.firms(8)
    await office.seal()
    dying = Failing(office.engine, "put")
    with pytest.raises(Crash):
        await office.follower(twin(dying) if twin else dying).catch_up(EPOCH)

    await office.follower().catch_up(EPOCH)

    assert bool(await office.differences()) == (twin is not None)


@pytest.mark.parametrize("remembers", [False, True], ids=["honest", "remembers its place"])
async def test_an_index_that_forgets_its_documents_but_not_its_place_shows(
    sqlite_record: SqlRecord, empty_engine: SearchEngine, tmp_path: Path, remembers: bool
) -> None:
    """Killed engines that come back empty: they must not be taken for full."""
    full = EmbeddedEngine(tmp_path / "index.db")
    await full.open()
    twin = Remembering(full)
    twin.remembers = remembers
    office = Office(sqlite_record, twin)
    await office.firms(8)
    await office.carry()
    twin.comes_back_as(empty_engine)

    await office.follower().catch_up(EPOCH)

    assert bool(await office.differences()) == remembers
    await asyncio.gather(full.close(), empty_engine.close())


@pytest.mark.parametrize("twin", [None, Hasty], ids=["honest", "takes no answer for a good one"])
async def test_what_was_written_without_an_engine_is_missed_where_nobody_waits_for_it(
    office: Office, twin: type[Hasty] | None
) -> None:
    """Outages: documents that nobody took are lost where the place moves all the same."""
    await office.firms(8)
    await office.seal()
    deaf = Deaf(office.engine)
    indexer = office.follower(twin(deaf) if twin else deaf)
    with suppress(SearchUnavailable):
        await indexer.catch_up(EPOCH)
    deaf.hears = True

    await indexer.catch_up(EPOCH)

    assert bool(await office.differences()) == (twin is not None)


@pytest.mark.parametrize("twin", [None, Untidy], ids=["honest", "clears nothing away"])
async def test_what_a_killed_rebuild_left_shows_where_the_next_does_not_clear_it_away(
    office: Office, twin: type[Untidy] | None
) -> None:
    """Killed rebuilds: the generation of the dead one is still there, unfinished."""
    await office.firms(8)
    await office.carry()
    with pytest.raises(Crash):
        await office.rebuilt(Untidy(Failing(office.engine, "swap")))

    await office.rebuilt(twin(office.engine) if twin else office.engine)

    assert bool((await office.engine.generations()).unfinished) == (twin is not None)


async def test_a_place_that_falls_is_seen(office: Office) -> None:
    """Whatever an index is emptied by: who watches its place notices."""
    twin = Remembering(office.engine)
    async with watched(twin) as positions:
        for place in (5, 9, 4):
            twin.place = place
            await eventually(partial(seen, positions.seen, place))
    assert positions.falls == [(9, 4)]


async def seen(places: list[int], place: int) -> bool:
    """Whether it was looked at."""
    return place in places
