"""What those who run the directory (运维) read: accounts, machines' keys, and what has not reached its reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, Select, Table, and_, literal, or_, select, tuple_, union_all

from directory.accounts import Account
from directory.dead_letter_ports import DeadLetter, IndexCheck
from directory.machine_keys import MachineKey
from directory.operating_ports import Key, Keyed, T
from directory.record.account_store import account_from
from directory.record.connection import Session
from directory.record.dead_letter_store import letter_from
from directory.record.encoding import instant
from directory.record.index_check_store import last_check
from directory.record.machine_key_store import key_from
from directory.record.tables import (
    accounts,
    dead_letters,
    deliveries,
    machine_keys,
    mail_subscriptions,
    mails,
    webhooks,
)
from directory.undelivered import Undelivered, Way
from directory.webhooks import DeliveryState


class OperatingReader:
    """`ports.OperatingReads` over SQL."""

    session: Session

    async def account_page(self, *, first: int, after: Key | None = None) -> Keyed[Account]:
        """Accounts by issuer and subject, which are their keys."""
        key = accounts.c.issuer, accounts.c.subject
        return await self._keyed(select(accounts), key, account_from, first=first, after=after)

    async def machine_key_page(self, *, first: int, after: Key | None = None) -> Keyed[MachineKey]:
        """Machines' keys, newest first, also those that hold no more; keyed by (created_at ISO, id)."""
        key = machine_keys.c.created_at, machine_keys.c.id
        return await self._keyed(
            select(machine_keys), key, key_from, first=first, after=after, newest_first=True
        )

    async def undelivered(self, *, first: int, after: Key | None = None) -> Keyed[Undelivered]:
        """What was tried in vain, newest first; keyed by (at ISO, id)."""
        tried = union_all(
            _tried(deliveries, webhooks, Way.WEBHOOK, deliveries.c.webhook, webhooks.c.url),
            _tried(mails, mail_subscriptions, Way.MAIL, mails.c.subscription, mail_subscriptions.c.address),
        ).subquery()
        key = tried.c.at, tried.c.id
        return await self._keyed(
            select(tried), key, _undelivered, first=first, after=after, newest_first=True
        )

    async def dead_letter_page(self, *, first: int, after: Key | None = None) -> Keyed[DeadLetter]:
        """Refused documents by (id, kind)."""
        key = dead_letters.c.id, dead_letters.c.kind
        return await self._keyed(select(dead_letters), key, letter_from, first=first, after=after)

    async def index_check(self, engine: str) -> IndexCheck | None:
        """When this engine's index was last compared with the record; None before the first time."""
        return await last_check(self.session, engine)

    async def _keyed(
        self,
        lines: Select[Any],
        key: tuple[ColumnElement[str], ColumnElement[str]],
        read: Callable[[Row[Any]], T],
        *,
        first: int,
        after: Key | None,
        newest_first: bool = False,
    ) -> Keyed[T]:
        """A page of the lines in the order of their keys, each as `read` makes of its row, behind the key `after`."""
        page = lines.order_by(*(each.desc() if newest_first else each for each in key)).limit(first)
        if after is not None:
            page = page.where(tuple_(*key) < after if newest_first else tuple_(*key) > after)
        one, other = (str(each.key) for each in key)
        rows = (await self.session.execute(page)).all()
        return [((getattr(row, one), getattr(row, other)), read(row)) for row in rows]


def _tried(
    sent: Table, to: Table, way: Way, to_id: ColumnElement[str], place: ColumnElement[str]
) -> Select[Any]:
    columns = sent.c
    again = and_(columns.state == DeliveryState.PENDING.value, columns.attempts > 0)
    return (
        select(
            columns.id,
            literal(way.value).label("way"),
            place.label("place"),
            columns.at,
            columns.due_at,
            columns.state,
            columns.attempts,
            columns.status,
        )
        .join_from(sent, to, to.c.id == to_id)
        .where(or_(columns.state == DeliveryState.FAILED.value, again))
    )


def _undelivered(row: Row[Any]) -> Undelivered:
    way = Way(row.way)
    host = row.place.rpartition("@")[2] if way is Way.MAIL else urlsplit(row.place).hostname
    return Undelivered(
        id=row.id,
        way=way,
        host=host or "",
        at=instant(row.at),
        due_at=instant(row.due_at) if row.due_at else None,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        status=row.status,
    )
