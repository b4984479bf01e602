"""A foreign transaction that stays open on PostgreSQL: the log stops, is seen to stop, and loses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from directory.record.connection import transaction
from directory.record.open import SqlRecord
from directory.record.standing import holding_up
from newgrowth.watches import LogWatch, TransactionWatch
from tests.conditions import eventually
from tests.factories import make_firm
from tests.record.steps import keep, seal, whole_log


@asynccontextmanager
async def foreigner(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of another program."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        yield connection
    finally:
        await connection.close()


async def waited(record: SqlRecord, seconds: int) -> None:
    """As if so much time had gone by."""
    async with transaction(record._writer) as session:
        await session.execute(text(f"UPDATE log_pending SET written_at = written_at - {seconds}"))


async def unsealed_seconds(record: SqlRecord) -> float:
    """For how long the first entry has waited."""
    async with record.reader() as reader:
        return await reader.unsealed_seconds()


async def test_what_waits_for_the_sealer_has_an_age(record: SqlRecord) -> None:
    """That of the oldest; none when nothing waits."""
    assert await unsealed_seconds(record) == 0
    await keep(record, make_firm())
    await waited(record, 100)
    await keep(record, make_firm())

    assert 100 <= await unsealed_seconds(record) < 3600
    await seal(record)
    assert await unsealed_seconds(record) == 0


async def test_entries_of_an_earlier_version_have_no_age(record: SqlRecord) -> None:
    """They were written before anyone noted when; they are sealed at once."""
    await keep(record, make_firm())
    async with transaction(record._writer) as session:
        await session.execute(text("UPDATE log_pending SET written_at = NULL"))

    assert await unsealed_seconds(record) == 0


@pytest.mark.postgresql
async def test_a_transaction_left_open_is_told_once_and_its_end_too(
    postgres_record: SqlRecord, postgres_record_url: str
) -> None:
    """As an error with the process that has it, not before half a minute; what waited then gets its position."""
    watch = LogWatch(postgres_record)
    async with foreigner(postgres_record_url) as foreign:
        await foreign.execute("BEGIN")
        await foreign.execute("SELECT pg_current_xact_id()")
        await keep(postgres_record, firm := make_firm())
        with capture_logs() as logged:
            assert await seal(postgres_record) == 0
            await watch.look()
            assert logged == []
            await waited(postgres_record, 31)
            await watch.look()
            await watch.look()
            pid = foreign.get_server_pid()
            await foreign.execute("ROLLBACK")
            assert await seal(postgres_record) == 1
            await watch.look()

    assert [line["event"] for line in logged] == ["log_held_up", "log_goes_on"]
    assert (logged[0]["log_level"], logged[0]["by"]) == ("error", [pid])
    assert [entry.fact.entity_id for entry in await whole_log(postgres_record)] == [firm.id]


@pytest.mark.postgresql
async def test_the_database_ends_a_transaction_left_open_and_nothing_is_lost(
    postgres_record: SqlRecord, postgres_record_url: str
) -> None:
    """Where the operator has set a limit, as the manual says: the log goes on by itself."""
    name = make_url(postgres_record_url).database
    async with foreigner(postgres_record_url) as operator:
        await operator.execute(f"ALTER DATABASE \"{name}\" SET idle_in_transaction_session_timeout = '300ms'")
    async with foreigner(postgres_record_url) as foreign:
        await foreign.execute("BEGIN")
        await foreign.execute("SELECT pg_current_xact_id()")
        firms = [make_firm() for _ in range(3)]
        await keep(postgres_record, *firms)
        sealed = 0

        async def goes_on() -> bool:
            nonlocal sealed
            sealed += await seal(postgres_record)
            return sealed == len(firms)

        await eventually(goes_on)
        assert foreign.is_closed()

    async with postgres_record.reader() as reader:
        assert await holding_up(reader) == []
    assert [entry.fact.entity_id for entry in await whole_log(postgres_record)] == [firm.id for firm in firms]


@pytest.mark.postgresql
async def test_a_writing_transaction_left_open_is_told_before_anything_waits(
    postgres_record: SqlRecord, postgres_record_url: str
) -> None:
    """Once, with its process; one that only reads, as a backup does, holds nothing up."""
    watch, process = TransactionWatch(postgres_record, most_seconds=0), 0
    async with foreigner(postgres_record_url) as foreign:
        await foreign.execute("BEGIN")
        await foreign.execute("SELECT * FROM firms")
        with capture_logs() as logged:
            await watch.look()
            assert logged == []
            await foreign.execute("SELECT pg_current_xact_id()")
            await watch.look()
            await watch.look()
            process = foreign.get_server_pid()
            await foreign.execute("ROLLBACK")
            await watch.look()

    assert [line["event"] for line in logged] == ["transaction_left_open", "no_transaction_left_open"]
    assert (logged[0]["log_level"], logged[0]["by"]) == ("error", process)
