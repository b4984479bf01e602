"""Migrations beside a server at work: what they lock they lock briefly, and where they cannot have it they give up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from directory.errors import RecordUnavailable
from directory.record.migrate import REVISION, migrate
from directory.record.open import open_record
from tests.factories import make_firm
from tests.record.fixtures import migrated
from tests.record.statements import noted_statements
from tests.record.steps import keep
from tests.record.test_held_up import foreigner
from tests.record.test_migrations import upgraded

BEFORE_INDEXES = "0015"

# What locks a table of PostgreSQL for a moment only, or lets others read and write meanwhile.
BRIEF = (
    r"CREATE TABLE \w+",
    r"CREATE (UNIQUE )?INDEX CONCURRENTLY \w+",
    r"DROP INDEX CONCURRENTLY (IF EXISTS )?\w+",
    r"DROP (TABLE|INDEX) \w+$",
    r"ALTER TABLE \w+ ADD COLUMN \w+ [^,]+$",
    r"(UPDATE|INSERT INTO|DELETE FROM) alembic_version\b",
    r"CREATE FUNCTION \w+",
)
# A column that has to be written into every row, or looked for in every row, keeps everyone out for as long as that takes.
LONG = re.compile(r"NOT NULL|DEFAULT|UNIQUE|CHECK|REFERENCES|GENERATED", re.IGNORECASE)
ON_A_TABLE = re.compile(r"(?:CREATE (?:UNIQUE )?INDEX \w+ ON|CREATE TRIGGER \w+ .*? ON) (\w+)")

# Those that lock longer, each with the reason why that is borne.
EARLY = "from before the first release: no record of that age is larger than a trial's"
LONGER: Mapping[str, str] = {"0002": EARLY, "0003": EARLY, "0012": EARLY, "0013": EARLY}


def long_locks(statements: Sequence[str]) -> Iterator[str]:
    """Of one migration's statements those that may keep others from a table that is in use."""
    own: set[str] = set()
    for statement in (" ".join(each.split()) for each in statements):
        if made := re.match(r"CREATE TABLE (\w+)", statement):
            own.add(made[1])
        if (on := ON_A_TABLE.match(statement)) and on[1] in own:
            continue
        if not any(re.match(kind, statement) for kind in BRIEF) or _fills(statement):
            yield statement


def _fills(statement: str) -> bool:
    return statement.startswith("ALTER TABLE") and LONG.search(statement) is not None


def by_migration(statements: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The statements that change something, by the revision that they lead to."""
    found: dict[str, list[str]] = {}
    some: list[str] = []
    for statement in statements:
        if not re.match(r"\s*(CREATE|DROP|ALTER|UPDATE|INSERT|DELETE|LOCK|TRUNCATE|SELECT [^p])", statement):
            continue
        if (
            re.match(r"SELECT|CREATE TABLE alembic_version", statement.strip())
            and "alembic_version" in statement
        ):
            continue
        some.append(statement)
        if (
            done := re.search(r"(?:version_num=|VALUES \()'(\d+)'", statement)
        ) and "alembic_version" in statement:
            found[done[1]], some = some, []
    return found


@pytest.mark.postgresql
async def test_every_migration_locks_briefly_or_says_why(postgres_database: str) -> None:
    """All that a new record is made by, as PostgreSQL is sent it."""
    with noted_statements() as noted:
        await migrate(postgres_database)

    migrations = by_migration([statement for statement, _ in noted])
    assert list(migrations) == [f"{number:04}" for number in range(1, int(REVISION) + 1)]
    locking = {revision for revision, sent in migrations.items() if list(long_locks(sent))}
    assert locking == set(LONGER)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX firms_by_name ON firms (name)",
        "CREATE UNIQUE INDEX firms_by_name ON firms (name)",
        "ALTER TABLE firms ADD COLUMN kind TEXT NOT NULL",
        "ALTER TABLE firms ADD COLUMN kind TEXT DEFAULT gen_random_uuid()",
        "ALTER TABLE firms ALTER COLUMN version TYPE BIGINT",
        "ALTER TABLE firms ADD CONSTRAINT positive CHECK (version > 0)",
        "UPDATE firms SET kind = 'x'",
        "SELECT id, state FROM firms",
        "LOCK TABLE firms",
        "DROP INDEX firms_by_name CASCADE",
    ],
)
def test_what_locks_for_long_is_seen(statement: str) -> None:
    """On a table that is in use."""
    assert list(long_locks([statement])) == [statement]


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE kinds (id TEXT NOT NULL)", "CREATE UNIQUE INDEX kinds_by_id ON kinds (id)"],
        ["CREATE INDEX CONCURRENTLY firms_by_name ON firms (name)"],
        ["ALTER TABLE firms ADD COLUMN kind TEXT"],
    ],
)
def test_what_locks_briefly_is_let_through(statements: list[str]) -> None:
    """A new table is nobody's yet."""
    assert list(long_locks(statements)) == []


async def before_the_indexes(url: str) -> None:
    """Makes the tables as they were before indexes were added to those that are in use."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgraded, BEFORE_INDEXES)
    await engine.dispose()


@pytest.mark.postgresql
async def test_a_migration_gives_up_behind_a_long_transaction_and_is_taken_up_again(
    postgres_database: str,
) -> None:
    """Whoever writes goes on meanwhile; what was left half made is made anew."""
    await before_the_indexes(postgres_database)
    async with foreigner(postgres_database) as foreign:
        await foreign.execute("BEGIN")
        await foreign.execute("LOCK TABLE firms IN ROW EXCLUSIVE MODE")
        with pytest.raises(RecordUnavailable, match="newgrowth migrate"):
            await migrate(postgres_database, lock_seconds=0.2)
        async with foreigner(postgres_database) as another:
            await another.execute("DELETE FROM firms")
        await foreign.execute("ROLLBACK")

    await migrate(postgres_database)
    async with foreigner(postgres_database) as looking:
        assert await looking.fetch("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid") == []
    async with await open_record(postgres_database) as record:
        await keep(record, make_firm())


@pytest.mark.postgresql
async def test_of_two_that_migrate_one_waits_for_the_other(postgres_database: str) -> None:
    """As two servers do that are started together after an update."""
    await asyncio.gather(*(asyncio.to_thread(migrated, postgres_database) for _ in range(2)))
    async with await open_record(postgres_database) as record:
        await keep(record, make_firm())
