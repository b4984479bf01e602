"""What operators change inside a unit of work: keys, accounts, and deliveries that are sent again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select, update

from directory.accounts import Account
from directory.machine_keys import MachineKey
from directory.record.account_store import account_from, turn_account
from directory.record.encoding import instant_text
from directory.record.entity_store import Work
from directory.record.machine_key_store import end_key, key_from, revocation
from directory.record.tables import (
    accounts,
    deliveries,
    machine_keys,
    mail_subscriptions,
    mails,
    webhooks,
)
from directory.undelivered import Way
from directory.webhooks import DeliveryState


class GrantStore:
    """`ports.Grants` over SQL."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def key(self, name: str) -> MachineKey | None:
        """The key with this name."""
        found = await self._work.session.execute(select(machine_keys).where(machine_keys.c.id == name))
        row = found.first()
        return None if row is None else key_from(row)

    async def account(self, account: str) -> Account | None:
        """The account with this id."""
        found = await self._work.session.execute(select(accounts).where(accounts.c.id == account))
        row = found.first()
        return None if row is None else account_from(row)

    async def revoke(self, name: str, *, actor: str, at: datetime) -> bool:
        """Whether the key was not revoked; it is from now on, and the log says so."""
        if not await end_key(self._work.session, name, at):
            return False
        self._work.journal.note(revocation(name, actor, at))
        return True

    async def turn(self, account: Account, *, disabled: bool, actor: str, at: datetime) -> bool:
        """Whether the account stood as given and was not so already; it is from now on, and the log says so."""
        this = (accounts.c.id == account.id) & (accounts.c.version == account.version)
        turned = await turn_account(self._work.session, this, disabled=disabled, actor=actor, at=at)
        if turned is not None:
            self._work.journal.note(turned)
        return turned is not None

    async def resend(self, name: str, way: Way, now: datetime) -> bool:
        """Whether it was tried in vain and goes to an address that is still tried; it is due at once, from its first attempt."""
        if way is Way.WEBHOOK:
            table, to = deliveries, deliveries.c.webhook
            standing = select(webhooks.c.id).where(webhooks.c.enabled)
        else:
            table, to = mails, mails.c.subscription
            standing = select(mail_subscriptions.c.id).where(mail_subscriptions.c.enabled)
        columns = table.c
        failed = columns.state == DeliveryState.FAILED.value
        waiting = and_(columns.state == DeliveryState.PENDING.value, columns.attempts > 0)
        anew = {"state": DeliveryState.PENDING.value, "attempts": 0, "due_at": instant_text(now)}
        sent = update(table).where(columns.id == name, or_(failed, waiting), to.in_(standing)).values(**anew)
        return (await self._work.session.execute(sent)).rowcount == 1
