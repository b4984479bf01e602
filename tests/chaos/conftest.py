"""An indexer whose requests go through a proxy that a seed makes unreliable."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator

import pytest
import pytest_asyncio

from directory.record.open import SqlRecord
from tests.chaos.measure import AGAIN, FIGURES, LONG_RUN
from tests.chaos.unreliable import Unreliable, on_the_way
from tests.contracts.engines.conftest import engine
from tests.indexer.conftest import any_office, office

__all__ = ["any_office", "engine", "office"]


def pytest_report_header() -> str:
    """The seeds of the run."""
    return f"chaos: {AGAIN}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each failure says how to play it again."""
    report = yield
    if report.failed:
        measure = "make chaos" if LONG_RUN else "make test"
        report.sections.append(("to play it again", f"{measure} {AGAIN}"))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of a long run."""
    for text in FIGURES if LONG_RUN else ():
        terminalreporter.write_line(text)


@pytest_asyncio.fixture(loop_scope="session")
async def unreliable(
    sqlite_record: SqlRecord, elasticsearch_url: str, index_prefix: str
) -> AsyncIterator[Unreliable]:
    """A record on SQLite and Elasticsearch, with a proxy between that is still harmless."""
    async with on_the_way(sqlite_record, elasticsearch_url, index_prefix) as way:
        yield way


@pytest_asyncio.fixture(loop_scope="session")
async def unreliable_from_postgres(
    postgres_record: SqlRecord, elasticsearch_url: str, index_prefix: str
) -> AsyncIterator[Unreliable]:
    """The same with a record on PostgreSQL."""
    async with on_the_way(postgres_record, elasticsearch_url, index_prefix) as way:
        yield way
