"""A reception for each test, on each kind of database where the record matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.sign_in.browser import Browser
from tests.sign_in.lies import LyingIssuer
from tests.sign_in.reception import Reception, reception


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The issuer of a test is this machine's own."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest_asyncio.fixture
async def at_the_desk(tmp_path: Path) -> AsyncIterator[Reception]:
    """The API and the issuer over an empty record."""
    async with reception(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def at_each_desk(tmp_path: Path, empty_record_url: str) -> AsyncIterator[Reception]:
    """The same over each kind of database."""
    async with reception(tmp_path, record_url=empty_record_url) as running:
        yield running


@pytest_asyncio.fixture
async def browser(at_the_desk: Reception) -> AsyncIterator[Browser]:
    """A browser that nobody has signed in with."""
    async with at_the_desk.browser() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lying(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reception]:
    """A reception whose issuer can be made to lie; what is refused there leaves nothing behind for the next test."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("no_proxy", "127.0.0.1")
        async with reception(tmp_path_factory.mktemp("lying"), issuer_kind=LyingIssuer) as running:
            yield running
