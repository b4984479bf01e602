"""Accounts (账号) of those who sign in, and the log entries that say what was granted to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

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
            account = await change_account(session, _named(issuer, str(caller.subject)), values, at)
            if account is None:
                raise LookupError(caller.subject)
            await _tell(session, Fact(GRANTED, *_as_it_is(account), actor, at, data=told))

    async def disable(self, id: str, issuer: str, subject: str, *, actor: str, at: datetime) -> bool:
        """Whether the subject was not disabled before; it is refused from now on, everywhere. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            await _make(session, id, issuer, subject, at)
            return await self._turn(session, issuer, subject, disabled=True, actor=actor, at=at)

    async def enable(self, issuer: str, subject: str, *, actor: str, at: datetime) -> bool:
        """Whether the subject was disabled; it may sign in again. Raises: RecordUnavailable."""
        async with transaction(self._writer) as session:
            return await self._turn(session, issuer, subject, disabled=False, actor=actor, at=at)

    @staticmethod
    async def _turn(
        session: Session, issuer: str, subject: str, *, disabled: bool, actor: str, at: datetime
    ) -> bool:
        turned = await turn_account(session, _named(issuer, subject), disabled=disabled, actor=actor, at=at)
        if turned is not None:
            await _tell(session, turned)
        return turned is not None


async def account_of(session: Session, issuer: str, subject: str) -> Account | None:
    """The subject's account as this transaction sees it."""
    row = (await session.execute(select(accounts).where(_named(issuer, subject)))).first()
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
    await session.execute(
        upserting(session.dialect, accounts).values(row).on_conflict_do_nothing(index_elements=key)
    )


async def change_account(
    session: Session, this: ColumnElement[bool], values: Mapping[str, Any], at: datetime
) -> Account | None:
    """The account that the condition names, as it is after the change; None where it names none."""
    counted = {**values, "version": accounts.c.version + 1, "changed_at": instant_text(at)}
    changed = update(accounts).where(this).values(**counted).returning(accounts)
    row = (await session.execute(changed)).first()
    return None if row is None else account_from(row)


async def turn_account(
    session: Session, this: ColumnElement[bool], *, disabled: bool, actor: str, at: datetime
) -> Fact | None:
    """The fact that the account which the condition names is shut out, or let in, from now on; None where it was so before."""
    values = {"disabled": disabled}
    account = await change_account(session, this & accounts.c.disabled.is_not(disabled), values, at)
    if account is None:
        return None
    return Fact(DISABLED if disabled else ENABLED, *_as_it_is(account), actor, at)


def _named(issuer: str, subject: str) -> ColumnElement[bool]:
    return (accounts.c.issuer == issuer) & (accounts.c.subject == subject)


def _as_it_is(account: Account) -> tuple[EntityType, str, int]:
    """How the log names an account: by its id, since a subject can be a person's name."""
    return EntityType.ACCOUNT, account.id, account.version


async def _tell(session: Session, fact: Fact) -> None:
    journal = Journal()
    journal.note(fact)
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
