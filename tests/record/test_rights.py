"""The application's own role on PostgreSQL: enough to work, too little to change what was logged."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from directory.record.connection import transaction
from directory.record.open import open_record
from directory.record.rights import grant
from directory.record.verify import verify_log
from directory.reminders import Addressee, Notice
from directory.states import EntityType
from tests.factories import NOW, make_firm, make_freelancer_profile
from tests.record.steps import CLERK, change, firm_at, keep, seal
from tests.servers.postgresql import execute, in_a_thread

pytestmark = pytest.mark.postgresql


@pytest.fixture
def application_url(postgres_record_url: str) -> Iterator[str]:
    """The record's URL for a role that has the application's rights and no others."""
    owner, role = make_url(postgres_record_url), f"app-{secrets.token_hex(4)}"
    in_a_thread(execute(owner, f'CREATE ROLE "{role}" LOGIN'))
    in_a_thread(grant(postgres_record_url, role))
    yield owner.set(username=role).render_as_string(hide_password=False)
    for statement in (f'DROP OWNED BY "{role}"', f'DROP ROLE "{role}"'):
        in_a_thread(execute(owner, statement))


async def test_the_application_works_with_its_rights(application_url: str) -> None:
    """Commands, notices, sealing, leases, erasure and verification need nothing else."""
    async with await open_record(application_url) as record:
        await keep(record, firm := make_firm(profile=make_freelancer_profile()))
        await change(record, await firm_at(record, firm.id), status_reason="checked")
        await seal(record)
        async with record.unit_of_work() as uow:
            told = Notice(
                Addressee.SUBJECT, "reader", "report.taken", EntityType.FIRM, firm.id, firm.id, NOW, NOW, {}
            )
            assert await uow.notices.tell([told]) == 1
        async with record.unit_of_work() as uow:
            await uow.erase(firm.id, **CLERK)
        assert await seal(record) == 1
        async with record.reader() as reader:
            assert await verify_log(reader) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entries SET actor = 'nobody'",
        "DELETE FROM log_seals",
        "TRUNCATE log_seals",
        "ALTER TABLE log_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER log_entries_append_only ON log_entries",
        "SET session_replication_role = replica",
    ],
)
async def test_the_application_cannot_touch_what_was_logged(application_url: str, statement: str) -> None:
    """Neither the entries nor what guards them."""
    async with await open_record(application_url) as record:
        await keep(record, make_firm())
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            async with transaction(record._writer) as session:
                await session.execute(text(statement))
