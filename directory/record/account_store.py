"""Accounts (账号) of those who sign in, and the log entries that say what was granted to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from directory.access import Caller, Role
from directory.accounts import Account
from directory.facts import Fact
from directory.record.connection import Connections, Session, reading, transaction
from directory.record.encoding import instant, instant_text
from directory.record.journal import Journal
from directory.record.tables import accounts
from directory.record.upsert import upserting
from directory.states import EntityType

GRANTED, DISABLED, ENABLED = "account:granted", "account:disabled", "account:enabled"


class SqlAccounts:
    """The accounts of one record."""

    def __init__(self, writer: Connections, reader: Connections) -> None:
        self._writer = writer
        self._reader = reader

    async def find(self, issuer: str, subject: str) -> Account | None:
        """The subject's account as it stands now. Raises: RecordUnavailable."""
        async with reading(self._reader) as session:
            return await account_of(session, issuer, subject)

    async def every(self) -> Sequence[Account]:
        """All accounts, by issuer and subject. Raises: RecordUnavailable."""
        statement = select(accounts).order_by(accounts.c.issuer, accounts.c.subject)
        async with reading(self._reader) as session:
            rows = (await session.execute(statement)).all()
        return [account_from(row) for row in rows]

    async def grant(self, id: str, issuer: str, caller: Caller, *, actor: str, at: datetime) -> None:
        """Lets the caller's subject be the caller from now on; who is disabled stays so.

        `id` is for a new account. Raises: RecordUnavailable.
        """
        values = {"roles": words(caller.roles), "agency": caller.agency, "region": caller.region}
        told = {name: value for name, value in values.items() if value}
        async with transaction(self._writer) as session:
            await _make(session, id, issuer, str(caller.subject), at)
            await _change(session, issuer, str(caller.subject), values, at)
            await _tell(session, issuer, str(caller.subject), GRANTED, actor, at, told)

    async def disable(self, id: str, issuer: str, subject: str, *, actor: str, at: datetime) -> bool:
        """Whether the subject was not disabled before; it is refused from now on, everywhere. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            await _make(session, id, issuer, subject, at)
            return await self._turn(session, issuer, subject, DISABLED, actor, at)

    async def enable(self, issuer: str, subject: str, *, actor: str, at: datetime) -> bool:
        """Whether the subject was disabled; it may sign in again. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            return await self._turn(session, issuer, subject, ENABLED, actor, at)

    @staticmethod
    async def _turn(session: Session, issuer: str, subject: str, kind: str, actor: str, at: datetime) -> bool:
        disabled = kind == DISABLED
        if not await _change(session, issuer, subject, {"disabled": disabled}, at, unless=disabled):
            return False
        await _tell(session, issuer, subject, kind, actor, at, {})
        return True


async def account_of(session: Session, issuer: str, subject: str) -> Account | None:
    """The subject's account as this transaction sees it."""
    this = (accounts.c.issuer == issuer) & (accounts.c.subject == subject)
    row = (await session.execute(select(accounts).where(this))).first()
    return None if row is None else account_from(row)


async def _make(session: Session, id: str, issuer: str, subject: str, at: datetime) -> None:
    row = {
        "id": id,
        "issuer": issuer,
        "subject": subject,
        "roles": "",
        "disabled": False,
        "version": 0,
        "changed_at": instant_text(at),
    }
    key = [accounts.c.issuer, accounts.c.subject]
    await session.execute(upserting(session, accounts).values(row).on_conflict_do_nothing(index_elements=key))


async def _change(
    session: Session,
    issuer: str,
    subject: str,
    values: dict[str, Any],
    at: datetime,
    *,
    unless: bool | None = None,
) -> bool:
    this = (accounts.c.issuer == issuer) & (accounts.c.subject == subject)
    if unless is not None:
        this &= accounts.c.disabled.is_not(unless)
    changed = update(accounts).where(this)
    counted = {**values, "version": accounts.c.version + 1, "changed_at": instant_text(at)}
    return (await session.execute(changed.values(**counted))).rowcount == 1


async def _tell(
    session: Session, issuer: str, subject: str, kind: str, actor: str, at: datetime, data: dict[str, Any]
) -> None:
    """Puts the change on the log, by the account's id: a subject can be a person's name."""
    account = await account_of(session, issuer, subject)
    if account is None:
        raise LookupError(subject)
    journal = Journal()
    journal.note(Fact(kind, EntityType.ACCOUNT, account.id, account.version, actor, at, data=data))
    await journal.write(session)


def words(roles: frozenset[Role]) -> str:
    """Roles as one column keeps them."""
    return " ".join(sorted(roles))


def account_from(row: Row[Any]) -> Account:
    """The account in a row."""
    return Account(
        id=row.id,
        issuer=row.issuer,
        subject=row.subject,
        roles=frozenset(map(Role, row.roles.split())),
        agency=row.agency,
        region=row.region,
        disabled=row.disabled,
        version=row.version,
        changed_at=instant(row.changed_at),
    )
