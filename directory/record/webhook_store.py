"""Webhooks (推送) and what is on its way to them. Deliveries are put down in the transaction that tells of something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from directory.ports import KeptNotice
from directory.record.connection import Session
from directory.record.encoding import from_json, instant, instant_text, optional_instant_text
from directory.record.tables import deliveries, notices, webhooks
from directory.states import EntityType
from directory.webhooks import Delivery, DeliveryState, Parcel, Webhook, delivery_id


class WebhookStore:
    """`ports.Webhooks` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, webhook: Webhook, most: int) -> bool:
        """Whether it was kept: an owner has at most so many."""
        own = select(func.count()).where(webhooks.c.owner == webhook.owner)
        if (await self._session.execute(own)).scalar_one() >= most:
            return False
        row = {
            "id": webhook.id,
            "owner": webhook.owner,
            "url": webhook.url,
            "secret": webhook.secret,
            "created_at": instant_text(webhook.created_at),
            "enabled": webhook.enabled,
            "failing_since": None,
        }
        await self._session.insert(webhooks, [row])
        return True

    async def delete(self, webhook: str, owner: str) -> bool:
        """Whether the owner had it; it is gone with its deliveries."""
        own = (webhooks.c.id == webhook) & (webhooks.c.owner == owner)
        held = select(webhooks.c.id).where(own).with_for_update()
        if (await self._session.execute(held)).first() is None:
            return False
        await self._session.execute(delete(deliveries).where(deliveries.c.webhook == webhook))
        await self._session.execute(delete(webhooks).where(own))
        return True

    async def enable(self, webhook: str, owner: str) -> bool:
        """Whether the owner has it; it is tried again from now on."""
        own = (webhooks.c.id == webhook) & (webhooks.c.owner == owner)
        enabled = update(webhooks).where(own).values(enabled=True, failing_since=None)
        return (await self._session.execute(enabled)).rowcount == 1

    async def send_test(self, delivery: Delivery, owner: str) -> bool:
        """Whether the owner has the address of this delivery; it is sent next."""
        own = (webhooks.c.id == delivery.webhook) & (webhooks.c.owner == owner)
        held = select(webhooks.c.id).where(own).with_for_update(read=True)
        if (await self._session.execute(held)).first() is None:
            return False
        await self._session.insert(deliveries, [_row(delivery)])
        return True

    async def replay(self, delivery: str, owner: str, now: datetime) -> str | None:
        """The address that the owner's delivery is sent to again, under its own id, from its first attempt on."""
        of_owner = select(webhooks.c.id).where(webhooks.c.owner == owner)
        own = (deliveries.c.id == delivery) & deliveries.c.webhook.in_(of_owner)
        anew = {"state": DeliveryState.PENDING.value, "attempts": 0, "due_at": instant_text(now)}
        replayed = update(deliveries).where(own).values(**anew).returning(deliveries.c.webhook)
        webhook: str | None = (await self._session.execute(replayed)).scalar()
        return webhook

    async def settle(self, before: Delivery, after: Delivery, webhook: Webhook) -> bool:
        """Whether the address stands as this attempt says.

        What was settled or asked for anew meanwhile stays as it is, and so does an address that is disabled by now.
        """
        unmoved = (deliveries.c.id == before.id) & (deliveries.c.attempts == before.attempts)
        pending = deliveries.c.state == DeliveryState.PENDING.value
        changed = {name: value for name, value in _row(after).items() if name != "id"}
        settled = update(deliveries).where(unmoved, pending).values(**changed)
        if (await self._session.execute(settled)).rowcount != 1:
            return False
        stands = {
            "enabled": webhook.enabled,
            "failing_since": optional_instant_text(webhook.failing_since),
        }
        standing = update(webhooks).where(webhooks.c.id == webhook.id, webhooks.c.enabled)
        return (await self._session.execute(standing.values(**stands))).rowcount == 1


class WebhookReader:
    """The part of `ports.Reader` for webhooks."""

    session: Session

    async def webhooks(self, owner: str) -> Sequence[Webhook]:
        """The addresses of an owner, oldest first."""
        statement = select(webhooks).where(webhooks.c.owner == owner)
        rows = await self.session.execute(statement.order_by(webhooks.c.created_at, webhooks.c.id))
        return [_webhook(row) for row in rows]

    async def deliveries(self, webhook: str, first: int) -> Sequence[Delivery]:
        """The deliveries to an address, newest first."""
        statement = select(deliveries).where(deliveries.c.webhook == webhook)
        latest = statement.order_by(deliveries.c.at.desc(), deliveries.c.id.desc()).limit(first)
        return [_delivery(row) for row in await self.session.execute(latest)]

    async def parcels(self, now: datetime, first: int) -> Sequence[Parcel]:
        """What is due to be sent, longest due first; nothing to an address that is tried no more."""
        rows = await self.session.execute(_due(now).limit(first))
        return [_parcel(row) for row in rows]


async def queue_deliveries(session: Session, told: Mapping[int, tuple[str, datetime]]) -> None:
    """Puts down the delivery of new notices, by position with recipient and instant, to the recipients' addresses."""
    owners = sorted({owner for owner, _ in told.values()})
    wanted = select(webhooks.c.id, webhooks.c.owner).where(webhooks.c.owner.in_(owners))
    rows = (await session.execute(wanted.where(webhooks.c.enabled))).all() if told else ()
    put_down = [
        _row(Delivery(delivery_id(row.id, position), row.id, position, at, at))
        for position, (owner, at) in told.items()
        for row in rows
        if row.owner == owner
    ]
    if put_down:
        await session.insert(deliveries, put_down)


def _due(now: datetime) -> Select[Any]:
    columns = deliveries.c
    return (
        select(
            *columns,
            *(each.label(f"to_{each.name}") for each in webhooks.c),
            *(each.label(f"told_{each.name}") for each in notices.c),
        )
        .join_from(deliveries, webhooks, webhooks.c.id == columns.webhook)
        .outerjoin(notices, notices.c.position == columns.notice)
        .where(columns.state == DeliveryState.PENDING.value, columns.due_at <= instant_text(now))
        .where(webhooks.c.enabled)
        .order_by(columns.due_at, columns.id)
    )


def _parcel(row: Row[Any]) -> Parcel:
    to = {each.name: getattr(row, f"to_{each.name}") for each in webhooks.c}
    notice = None
    if row.notice is not None:
        notice = KeptNotice(
            position=row.told_position,
            rule=row.told_rule,
            entity_type=EntityType(row.told_entity_type),
            entity_id=row.told_entity_id,
            at=instant(row.told_at),
            params=from_json(row.told_params),
            read=False,
        )
    return Parcel(_delivery(row), _made(**to), notice, row.told_firm_id or "")


def _webhook(row: Row[Any]) -> Webhook:
    return _made(**row._mapping)


def _made(*, created_at: str, failing_since: str | None, **rest: Any) -> Webhook:
    since = instant(failing_since) if failing_since else None
    return Webhook(created_at=instant(created_at), failing_since=since, **rest)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        webhook=row.webhook,
        notice=row.notice,
        at=instant(row.at),
        due_at=instant(row.due_at) if row.due_at else None,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        status=row.status,
    )


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "webhook": delivery.webhook,
        "notice": delivery.notice,
        "at": instant_text(delivery.at),
        "due_at": optional_instant_text(delivery.due_at),
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "status": delivery.status,
    }
