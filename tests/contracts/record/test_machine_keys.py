"""Keys for machines, as both databases keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from directory.errors import UserFault
from directory.facts import LogEntry
from directory.machine_keys import Scope, digest_of
from directory.record.connection import reading
from directory.record.open import SqlRecord, open_beside
from directory.record.tables import machine_keys
from directory.record.verify import verify_log
from tests.factories import NOW
from tests.record.steps import seal, whole_log
from tests.rules.test_machine_keys import KEY

SECRET = "ngk_abcdefgh" + "x" * 35
LATER = NOW + timedelta(hours=1)


async def log_of(record: SqlRecord) -> Sequence[LogEntry]:
    """The sealed log; its chain holds."""
    await seal(record)
    async with record.reader() as reader:
        assert await verify_log(reader) is None
    return await whole_log(record)


async def test_a_key_is_found_by_its_digest_alone(record: SqlRecord) -> None:
    """All of it comes back; another secret, or the digest itself, finds nothing."""
    key = replace(KEY, scopes=frozenset({Scope.READ, Scope.EXPORT}), agency="ndrc", region="330100")
    await record.machine_keys.add(key, digest_of(SECRET), actor="operator")

    assert await record.machine_keys.find(digest_of(SECRET)) == key
    assert await record.machine_keys.find(digest_of(digest_of(SECRET))) is None
    assert await record.machine_keys.every() == [key]


async def test_the_record_does_not_hold_the_secret(record: SqlRecord) -> None:
    """Neither its row nor the log: only the beginning by which it is called."""
    await record.machine_keys.add(KEY, digest_of(SECRET), actor="operator")

    async with reading(record._reading) as session:
        row = (await session.execute(select(machine_keys))).one()

    assert SECRET[12:] not in repr((row, await log_of(record)))


async def test_a_revoked_key_stays_revoked(record: SqlRecord) -> None:
    """Once, at that instant; a second time there is nothing to revoke."""
    await record.machine_keys.add(KEY, digest_of(SECRET), actor="operator")

    done = [await record.machine_keys.revoke(KEY.id, actor="operator", at=at) for at in (NOW, LATER)]
    found = await record.machine_keys.find(digest_of(SECRET))

    assert done == [True, False]
    assert found is not None
    assert found.revoked_at == NOW
    assert await record.machine_keys.revoke("ngk_zzzzzzzz", actor="operator", at=NOW) is False


async def test_the_log_tells_of_keys(record: SqlRecord) -> None:
    """Who made it, for which roles and scopes until when, and who ended it."""
    await record.machine_keys.add(KEY, digest_of(SECRET), actor="operator")
    await record.machine_keys.revoke(KEY.id, actor="auditor", at=LATER)

    made, ended = (entry.fact for entry in await log_of(record))

    assert (made.kind, made.entity_id, made.actor) == ("machine_key:created", KEY.id, "operator")
    assert made.data == {
        "roles": "FIRM SUPERVISOR",
        "scopes": "read",
        "expires_at": "2026-05-31T01:00:00.000000Z",
    }
    assert (ended.kind, ended.entity_id, ended.actor, ended.at) == (
        "machine_key:revoked",
        KEY.id,
        "auditor",
        LATER,
    )


async def test_the_day_of_the_last_use_is_kept(record: SqlRecord) -> None:
    """A key that nobody uses can be found and ended."""
    await record.machine_keys.add(KEY, digest_of(SECRET), actor="operator")
    await record.machine_keys.used(KEY.id, LATER.date())

    found = await record.machine_keys.find(digest_of(SECRET))
    assert found is not None
    assert found.last_used_on == LATER.date()


async def test_two_keys_never_share_a_name_or_a_secret(record: SqlRecord) -> None:
    """The second is refused, and the log does not tell of it."""
    await record.machine_keys.add(KEY, digest_of(SECRET), actor="operator")

    for key, secret in ((KEY, "another"), (replace(KEY, id="ngk_another0"), SECRET)):
        with pytest.raises((IntegrityError, UserFault)):
            await record.machine_keys.add(key, digest_of(secret), actor="operator")
    assert len(await log_of(record)) == 1


async def test_a_key_is_revoked_while_a_server_has_the_record_open(
    record: SqlRecord, empty_record_url: str
) -> None:
    """Whoever holds a stolen key must not win the time it takes to stop the server."""
    await record.machine_keys.add(KEY, digest_of(SECRET), actor="operator")

    async with await open_beside(empty_record_url) as beside:
        assert await beside.machine_keys.revoke(KEY.id, actor="operator", at=NOW)
    found = await record.machine_keys.find(digest_of(SECRET))

    assert found is not None
    assert not found.holds(NOW)
    assert [entry.fact.kind for entry in await log_of(record)] == [
        "machine_key:created",
        "machine_key:revoked",
    ]
