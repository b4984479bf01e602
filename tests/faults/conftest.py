"""One server for all faults: what one of them broke, the next one would meet."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.house import House, opened_house


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
