"""What operators change inside a unit of work: keys, accounts, and deliveries that are sent again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select, update

from directory.accounts import Account
from directory.facts import Fact
from directory.machine_keys import MachineKey
from directory.record.account_store import DISABLED, ENABLED, account_from
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
from directory.states import EntityType
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
        columns = accounts.c
        this = (columns.id == account.id) & (columns.version == account.version)
        values = {"disabled": disabled, "version": account.version + 1, "changed_at": instant_text(at)}
        turned = update(accounts).where(this, columns.disabled.is_not(disabled)).values(**values)
        if (await self._work.session.execute(turned)).rowcount != 1:
            return False
        kind = DISABLED if disabled else ENABLED
        self._work.journal.note(Fact(kind, EntityType.ACCOUNT, account.id, account.version + 1, actor, at))
        return True

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
