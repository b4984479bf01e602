"""Migrations: what they make is what the code expects, from nothing, on both databases."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from directory.record.migrate import MIGRATIONS, REVISION, migrate
from directory.record.open import SqlRecord, open_record
from directory.record.tables import metadata
from tests.factories import make_firm
from tests.record.steps import firm_at, keep


def differences(connection: Connection) -> list[Any]:
    """What tables, columns, keys and indexes have that `tables.py` does not, and the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrations_make_the_tables_that_the_code_uses(empty_record_url: str) -> None:
    """Nothing is missing, nothing is left over."""
    engine = create_async_engine(empty_record_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_migrating_again_changes_nothing(record: SqlRecord, empty_record_url: str) -> None:
    """A restart after an update finds what is kept as it was."""
    await keep(record, firm := make_firm())
    await record.close()
    await migrate(empty_record_url)
    async with await open_record(empty_record_url) as again:
        assert (await firm_at(again, firm.id)).entry_number == firm.entry_number


def test_the_migrations_are_one_line() -> None:
    """No two heads: whoever adds a step adds it at the end."""
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_program_knows_the_last_migration() -> None:
    """It says without Alembic whether there is something to migrate."""
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION
