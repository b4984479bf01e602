"""A record of an older version: its look-ups are filled as if everything had been written by this one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from directory.entities import Entity, dump
from directory.record.columns import BLOCKAGE, FIRM, SUBMISSION, Kind
from directory.record.encoding import json_text
from directory.record.migrate import MIGRATIONS, migrate
from directory.record.open import open_record
from directory.states import BlockageStatus, SubmissionStatus
from tests.factories import NOW, make_blockage, make_firm, make_submission
from tests.rules.report_lives import Life, life_in

BEFORE = "0002"
NEW = {
    "firms": {"confirmed_at"},
    "submissions": {"since", "waits_for_year"},
    "blockages": {
        "handling_due_at",
        "resolve_due_at",
        "reply_due_at",
        "since",
        "signs",
        "supervised",
        "call_back",
        "waits_for_year",
    },
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


async def test_the_clock_finds_what_an_older_version_kept(empty_database_url: str) -> None:
    """Reports in every state, submissions and entries: each look-up is what this version would have written."""
    entities = kept_before()
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(upgraded, BEFORE)
        for kind, entity in entities:
            await connection.execute(insert(kind.table).values(as_kept_before(kind, entity)))
    await engine.dispose()

    await migrate(empty_database_url)

    engine = create_async_engine(empty_database_url)
    async with engine.connect() as connection:
        for kind, entity in entities:
            wanted = {name: kind.columns(entity)[name] for name in NEW[kind.table.name]}
            columns = [kind.table.c[name] for name in wanted]
            row = await connection.execute(select(*columns).where(kind.table.c.id == entity.id))
            assert dict(row.mappings().one()) == wanted
    await engine.dispose()
    async with await open_record(empty_database_url):
        pass


def upgraded(connection: Connection, revision: str) -> None:
    """Takes the tables to a revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def kept_before() -> list[tuple[Kind[Any], Entity]]:
    """What a directory holds: one report in each state, and some with a history."""
    firm = make_firm(confirmed_at=NOW - timedelta(days=400))
    merged = make_firm(confirmed_at=NOW, merged_into=firm.id)
    lives = [
        *(life_in(status) for status in BlockageStatus),
        life_in(BlockageStatus.IN_PROGRESS).extend().transfer().transfer(),
        life_in(BlockageStatus.IN_PROGRESS).post_progress().ask(),
        life_in(BlockageStatus.IN_PROGRESS).withdraw(asked_by_agency=True),
        Life("2026-12-25 10:00").triage().assign(),
    ]
    reports = [_of(firm.id, life) for life in lives]
    submissions = [
        make_submission(
            firm_id=firm.id,
            status=status,
            taken_at=NOW + timedelta(hours=1),
            changes_requested_at=NOW + timedelta(hours=2),
            notice_started_at=NOW + timedelta(hours=3),
        )
        for status in SubmissionStatus
    ]
    return [
        (FIRM, firm),
        (FIRM, merged),
        *((SUBMISSION, each) for each in submissions),
        *((BLOCKAGE, each) for each in reports),
    ]


def _of(firm_id: str, life: Life) -> Entity:
    fresh = make_blockage()
    return life.report.model_copy(
        update={"id": fresh.id, "reference": fresh.reference, "firm_id": firm_id, "version": 1}
    )


def as_kept_before(kind: Kind[Any], entity: Entity) -> dict[str, Any]:
    """The row as the version before wrote it."""
    known = {name: value for name, value in kind.columns(entity).items() if name not in NEW[kind.table.name]}
    return {"id": entity.id, "version": 1, "erased": False, "state": json_text(dump(entity)), **known}
