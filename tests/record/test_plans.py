"""No question that is asked all the time reads a whole table: its cost does not grow with the directory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from directory.record.connection import reading
from directory.record.open import SqlRecord, open_record
from tests.record.filled import FILLED, ROWS, fill
from tests.record.fixtures import new_record
from tests.record.plans import tables_of, walked_through
from tests.record.questions import QUESTIONS, Question
from tests.record.statements import noted_statements
from tests.servers.postgresql import Databases, in_a_thread


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def large_record_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a record with many rows in every large table."""
    if request.param == "sqlite":
        with TemporaryDirectory() as directory:
            url = new_record(Path(directory))
            in_a_thread(fill(url))
            yield url
        return
    databases: Databases = request.getfixturevalue("postgres_databases")
    url = databases.create(request.getfixturevalue("postgres_template"))
    in_a_thread(fill(url))
    yield url
    databases.drop(url)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def large_record(large_record_url: str) -> AsyncIterator[SqlRecord]:
    """The same, open."""
    async with await open_record(large_record_url) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planner(large_record_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection to ask how a statement would be answered."""
    engine = create_async_engine(large_record_url)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
async def test_a_question_is_answered_by_an_index(
    large_record: SqlRecord, planner: AsyncConnection, question: Question
) -> None:
    """The statements are those that the record sends; what is read from one end has its reason beside it."""
    with noted_statements() as noted:
        await question.ask(large_record)

    assert noted
    walks = await walked_through(planner, noted)
    assert [walk for walk in walks if walk.partition(":")[0] not in question.walks] == []


async def test_what_reads_a_whole_table_is_seen(large_record: SqlRecord, planner: AsyncConnection) -> None:
    """A condition that no index knows, and an order without one."""
    with noted_statements() as noted:
        async with reading(large_record._reading) as session:
            for statement in (
                "SELECT id FROM firms WHERE state LIKE '%nobody%'",
                "SELECT id FROM blockages ORDER BY reported_at, id LIMIT 1",
            ):
                await session.execute(text(statement))

    assert tables_of(await walked_through(planner, noted)) == {"firms", "blockages"}


async def test_every_large_table_is_filled(planner: AsyncConnection) -> None:
    """A planner that sees few rows reads them all, and nothing would be proven."""
    counted = {
        table: (await planner.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in FILLED
    }
    assert {table for table, count in counted.items() if count < ROWS} == set()
