"""Keys for machines (机器密钥): their digests, what they are bound to, and the log entries that say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from directory.access import Role
from directory.facts import Fact
from directory.machine_keys import MachineKey, Scope
from directory.record.connection import Connections, Session, reading, transaction
from directory.record.encoding import instant, instant_text
from directory.record.journal import Journal
from directory.record.tables import machine_keys
from directory.states import EntityType

CREATED, REVOKED = "machine_key:created", "machine_key:revoked"


class SqlMachineKeys:
    """The keys of one record."""

    def __init__(self, writer: Connections, reader: Connections) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, key: MachineKey, digest: str, *, actor: str) -> None:
        """Keeps a new key, and tells the log. Raises: RecordUnavailable."""
        row = {
            "id": key.id,
            "digest": digest,
            "subject": key.subject,
            "roles": _words(key.roles),
            "scopes": _words(key.scopes),
            "agency": key.agency,
            "region": key.region,
            "created_at": instant_text(key.created_at),
            "expires_at": instant_text(key.expires_at),
        }
        told = {name: row[name] for name in ("roles", "scopes", "expires_at")}
        async with transaction(self._writer) as session:
            await session.execute(insert(machine_keys).values(row))
            await _tell(session, _fact(CREATED, key.id, 1, actor, key.created_at, told))

    async def revoke(self, key_id: str, *, actor: str, at: datetime) -> bool:
        """Whether there was such a key that was not revoked; it is from now on. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            if not await end_key(session, key_id, at):
                return False
            await _tell(session, revocation(key_id, actor, at))
        return True

    async def used(self, key_id: str, day: date) -> None:
        """Keeps the day on which a key was used last. Raises: RecordUnavailable."""
        this = update(machine_keys).where(machine_keys.c.id == key_id)
        async with transaction(self._writer) as session:
            await session.execute(this.values(last_used_on=day.isoformat()))

    async def find(self, digest: str) -> MachineKey | None:
        """The key whose secret has this digest, as it stands now. Raises: RecordUnavailable."""
        async with reading(self._reader) as session:
            found = await session.execute(select(machine_keys).where(machine_keys.c.digest == digest))
            row = found.first()
        return None if row is None else key_from(row)

    async def every(self) -> Sequence[MachineKey]:
        """All keys, also those that hold no more, oldest first. Raises: RecordUnavailable."""
        columns = machine_keys.c
        statement = select(machine_keys).order_by(columns.created_at, columns.id)
        async with reading(self._reader) as session:
            rows = (await session.execute(statement)).all()
        return [key_from(row) for row in rows]


async def end_key(session: Session, key_id: str, at: datetime) -> bool:
    """Whether there was such a key that was not revoked; it is from now on. The log is still to be told."""
    this = (machine_keys.c.id == key_id) & machine_keys.c.revoked_at.is_(None)
    ended = await session.execute(update(machine_keys).where(this).values(revoked_at=instant_text(at)))
    return ended.rowcount == 1


def revocation(key_id: str, actor: str, at: datetime) -> Fact:
    """What the log is told of a key that was revoked."""
    return _fact(REVOKED, key_id, 2, actor, at, {})


async def _tell(session: Session, fact: Fact) -> None:
    journal = Journal()
    journal.note(fact)
    await journal.write(session)


def _fact(kind: str, key_id: str, version: int, actor: str, at: datetime, data: dict[str, Any]) -> Fact:
    return Fact(kind, EntityType.MACHINE_KEY, key_id, version, actor, at, data=data)


def _words(values: frozenset[Role] | frozenset[Scope]) -> str:
    return " ".join(sorted(values))


def key_from(row: Row[Any]) -> MachineKey:
    """The key in a row."""
    return MachineKey(
        id=row.id,
        subject=row.subject,
        roles=frozenset(map(Role, row.roles.split())),
        scopes=frozenset(map(Scope, row.scopes.split())),
        created_at=instant(row.created_at),
        expires_at=instant(row.expires_at),
        agency=row.agency,
        region=row.region,
        revoked_at=instant(row.revoked_at) if row.revoked_at else None,
        last_used_on=date.fromisoformat(row.last_used_on) if row.last_used_on else None,
    )
