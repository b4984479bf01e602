"""One server for all faults: what one of them broke, the next one would meet."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from directory.record.migrate import migrate
from tests.faults.house import House, opened_house
from tests.faults.import_desk import Desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The server, with entries and a report."""
    async with opened_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest_asyncio.fixture
async def unmoved(house: House) -> AsyncIterator[House]:
    """The server, which keeps exactly what it kept before and serves the next caller."""
    before = house.kept()
    yield house
    assert house.kept() == before
    assert await house.answers()


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> Desk:
    """A desk with an empty record."""
    made = Desk(tmp_path / "data")
    made.data_dir.mkdir()
    await migrate(made.url)
    return made
