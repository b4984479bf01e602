"""Mail (邮件提醒): addresses, and what is on its way to them. Items are put down in the transaction that tells of something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, or_, select, update

from directory.mail import Addresses, Letter, Mail, MailMode, MailSubscription, Told, mail_id, mailed_at
from directory.ports import KeptNotice
from directory.record.connection import Session
from directory.record.encoding import from_json, instant, instant_text, optional_instant_text
from directory.record.tables import mail_items, mail_subscriptions, mails, notices
from directory.states import EntityType, Language
from directory.webhooks import DeliveryState


class MailStore:
    """`ports.MailSubscriptions` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of_owner(self, owner: str) -> Addresses:
        """The owner's addresses; they do not change until the transaction ends."""
        return _addresses(await self._session.execute(_of(owner).with_for_update()))

    async def put(self, subscription: MailSubscription, confirmation: Mail | None) -> None:
        """Keeps it: a confirmed one in place of all the owner's others, one that is asked for beside the one that stands.

        What waits for the one that stood goes to the one that stands now. The confirmation goes out.
        """
        columns = mail_subscriptions.c
        others = (columns.owner == subscription.owner) & (columns.id != subscription.id)
        if subscription.confirmed_at is None:
            others &= columns.confirmed_at.is_(None) | ~columns.enabled
        else:
            await self._hand_over(select(columns.id).where(others), subscription.id)
        await _forget(self._session, others)
        row = _subscription_row(subscription)
        changed = update(mail_subscriptions).where(columns.id == subscription.id).values(**row)
        if (await self._session.execute(changed)).rowcount == 0:
            await self._session.insert(mail_subscriptions, [row])
        if confirmation is not None:
            await self._session.insert(mails, [_mail_row(confirmation)])

    async def _hand_over(self, others: Select[Any], subscription: str) -> None:
        items = mail_items.c
        waiting = update(mail_items).where(items.subscription.in_(others), items.mail.is_(None))
        await self._session.execute(waiting.values(subscription=subscription))

    async def remove(self, owner: str) -> bool:
        """Whether the owner had an address; it is gone with what was on its way."""
        return await _forget(self._session, mail_subscriptions.c.owner == owner)

    async def unsubscribe(self, token: str) -> bool:
        """The same by the token that is in every mail."""
        return await _forget(self._session, mail_subscriptions.c.unsubscribe_token == token)

    async def gather(self, now: datetime, first: int) -> int:
        """How many mails were made of the notices that are due, for up to `first` addresses."""
        columns = mail_items.c
        due = columns.mail.is_(None) & (columns.due_at <= instant_text(now))
        waiting = select(columns.subscription).where(due)
        to = mail_subscriptions.c
        ready = select(mail_subscriptions).where(to.id.in_(waiting), to.enabled, to.confirmed_at.is_not(None))
        rows = await self._session.execute(ready.order_by(to.id).limit(first).with_for_update())
        count = 0
        for subscription in [_subscription(row) for row in rows]:
            mine = select(columns.notice).where(due, columns.subscription == subscription.id)
            found = (await self._session.execute(mine.order_by(columns.notice))).scalars().all()
            each_alone = subscription.mode is MailMode.AT_ONCE
            bundles = [[each] for each in found] if each_alone else [list(found)]
            for bundle in filter(None, bundles):
                await self._bundle(subscription, bundle, now)
                count += 1
        return count

    async def _bundle(self, subscription: MailSubscription, positions: Sequence[int], now: datetime) -> None:
        columns = mail_items.c
        mail = Mail(mail_id(subscription.id, positions[0]), subscription.id, False, now, now)
        await self._session.insert(mails, [_mail_row(mail)])
        held = (columns.subscription == subscription.id) & columns.notice.in_(positions)
        await self._session.execute(update(mail_items).where(held).values(mail=mail.id))

    async def settle(self, before: Mail, after: Mail) -> bool:
        """Whether this attempt counts, and not another that was settled meanwhile."""
        columns = mails.c
        unmoved = (columns.id == before.id) & (columns.attempts == before.attempts)
        pending = columns.state == DeliveryState.PENDING.value
        settled = update(mails).where(unmoved, pending).values(**_mail_row(after))
        return (await self._session.execute(settled)).rowcount == 1

    async def disable(self, subscription: str) -> bool:
        """Whether the address was written to until now; it is not any more."""
        columns = mail_subscriptions.c
        standing = update(mail_subscriptions).where(columns.id == subscription, columns.enabled)
        return (await self._session.execute(standing.values(enabled=False))).rowcount == 1


class MailReader:
    """The part of `ports.Reader` for mail."""

    session: Session

    async def mail_of(self, owner: str) -> Addresses:
        """The owner's addresses."""
        return _addresses(await self.session.execute(_of(owner)))

    async def letters(self, now: datetime, first: int) -> Sequence[Letter]:
        """The mails that are due, longest due first, with what they tell of."""
        rows = (await self.session.execute(_due(now).limit(first))).all()
        items = mail_items.c
        told = (
            select(items.mail, *notices.c)
            .join_from(mail_items, notices, notices.c.position == items.notice)
            .where(items.mail.in_([row.id for row in rows]))
            .order_by(items.mail, items.notice)
        )
        found = (await self.session.execute(told)).all()
        by_mail = {key: [_told(row) for row in group] for key, group in groupby(found, lambda row: row.mail)}
        return [Letter(_mail(row), _addressed(row), by_mail.get(row.id, [])) for row in rows]


async def queue_mail(session: Session, told: Mapping[int, tuple[str, datetime]]) -> None:
    """Puts down new notices, by position with recipient and instant, for the recipients' confirmed addresses."""
    if not told:
        return
    columns = mail_subscriptions.c
    owners = sorted({owner for owner, _ in told.values()})
    wanted = select(mail_subscriptions).where(columns.owner.in_(owners), columns.enabled)
    # Held, so that an address given up meanwhile is not put down for.
    ready = wanted.where(columns.confirmed_at.is_not(None)).order_by(columns.id).with_for_update(read=True)
    to = {row.owner: _subscription(row) for row in await session.execute(ready)}
    put_down = [
        {
            "subscription": to[owner].id,
            "notice": position,
            "due_at": instant_text(mailed_at(to[owner].mode, to[owner].hour, at)),
            "mail": None,
        }
        for position, (owner, at) in told.items()
        if owner in to
    ]
    if put_down:
        await session.insert(mail_items, put_down)


async def forget_old_mail(session: Session, before: str, most: int) -> int:
    """How many mails from before that instant went, with what they told of; and what never came into a mail goes too."""
    old = select(mails.c.id).where(mails.c.at < before).order_by(mails.c.at).limit(most)
    ids = (await session.execute(old)).scalars().all()
    items = mail_items.c
    await session.execute(delete(mail_items).where(or_(items.mail.in_(ids), _waiting_since(before))))
    await session.execute(delete(mails).where(mails.c.id.in_(ids)))
    return len(ids)


def _waiting_since(before: str) -> ColumnElement[bool]:
    return mail_items.c.mail.is_(None) & (mail_items.c.due_at < before)


async def _forget(session: Session, which: ColumnElement[bool]) -> bool:
    held = select(mail_subscriptions.c.id).where(which).order_by(mail_subscriptions.c.id).with_for_update()
    found = (await session.execute(held)).scalars().all()
    await session.execute(delete(mail_items).where(mail_items.c.subscription.in_(found)))
    await session.execute(delete(mails).where(mails.c.subscription.in_(found)))
    await session.execute(delete(mail_subscriptions).where(mail_subscriptions.c.id.in_(found)))
    return bool(found)


def _addresses(rows: Iterable[Row[Any]]) -> Addresses:
    found = [_subscription(row) for row in rows]
    return Addresses(
        standing=next((each for each in found if each.confirmed_at is not None), None),
        asked=next((each for each in found if each.confirmed_at is None), None),
    )


def _of(owner: str) -> Select[Any]:
    return select(mail_subscriptions).where(mail_subscriptions.c.owner == owner)


def _due(now: datetime) -> Select[Any]:
    columns, to = mails.c, mail_subscriptions.c
    return (
        select(*columns, *(each.label(f"to_{each.name}") for each in to))
        .join_from(mails, mail_subscriptions, to.id == columns.subscription)
        .where(columns.state == DeliveryState.PENDING.value, columns.due_at <= instant_text(now))
        .where(to.enabled, or_(columns.confirmation, to.confirmed_at.is_not(None)))
        .order_by(columns.due_at, columns.id)
    )


def _told(row: Row[Any]) -> Told:
    notice = KeptNotice(
        position=row.position,
        rule=row.rule,
        entity_type=EntityType(row.entity_type),
        entity_id=row.entity_id,
        at=instant(row.at),
        params=from_json(row.params),
        read=False,
    )
    return Told(notice, row.firm_id)


def _addressed(row: Row[Any]) -> MailSubscription:
    return _made(**{each.name: getattr(row, f"to_{each.name}") for each in mail_subscriptions.c})


def _subscription(row: Row[Any]) -> MailSubscription:
    return _made(**row._mapping)


def _made(
    *, created_at: str, confirmed_at: str | None, language: str, mode: str, **rest: Any
) -> MailSubscription:
    return MailSubscription(
        created_at=instant(created_at),
        confirmed_at=instant(confirmed_at) if confirmed_at else None,
        language=Language(language),
        mode=MailMode(mode),
        **rest,
    )


def _subscription_row(kept: MailSubscription) -> dict[str, Any]:
    return {
        "id": kept.id,
        "owner": kept.owner,
        "address": kept.address,
        "language": kept.language.value,
        "mode": kept.mode.value,
        "hour": kept.hour,
        "created_at": instant_text(kept.created_at),
        "confirm_token": kept.confirm_token,
        "unsubscribe_token": kept.unsubscribe_token,
        "confirmed_at": optional_instant_text(kept.confirmed_at),
        "enabled": kept.enabled,
    }


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        id=row.id,
        subscription=row.subscription,
        confirmation=row.confirmation,
        at=instant(row.at),
        due_at=instant(row.due_at) if row.due_at else None,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        status=row.status,
    )


def _mail_row(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "subscription": mail.subscription,
        "confirmation": mail.confirmation,
        "at": instant_text(mail.at),
        "due_at": optional_instant_text(mail.due_at),
        "state": mail.state.value,
        "attempts": mail.attempts,
        "status": mail.status,
    }
