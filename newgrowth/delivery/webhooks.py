"""
The deliveries (推送): what was put down with the notices is sent, signed, until it is taken or given up.

An attempt counts once it is settled; a process killed between the two sends again, under the same id, by which the
receiver knows it. What is sent about a report is withheld from an owner who, as known now, may not read it; one's own
reports everyone may read. What was withheld stays so until its owner asks for it again: it is in the inbox.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from directory.access import Caller, Role
from directory.errors import ServiceFault
from directory.messages.catalogue import sentence
from directory.ports import KeptNotice, Leases
from directory.states import EntityType, Language
from directory.webhooks import (
    Delivery,
    DeliveryState,
    Parcel,
    after_attempt,
    disabled_notice,
    payload,
    settled,
    signed_headers,
)
from indexer.leading import held
from newgrowth.delivery.posting import NotPosted, Poster
from schema.blockages.seeing import seen_by_id
from schema.root import context_for
from schema.services import Services

LEASE = "deliveries"
AT_ONCE = 20
PATIENCE_SECONDS = 1.0

log = structlog.get_logger(__name__)
Jitter = Callable[[], float]


async def deliver_due(services: Services, poster: Poster, jitter: Jitter = random.random) -> int:
    """How many deliveries were tried: the next of those that are due. Raises: RecordUnavailable."""
    async with services.record.reader() as reader:
        parcels = await reader.parcels(services.clock(), AT_ONCE)
    await asyncio.gather(*(_deliver(services, poster, parcel, jitter) for parcel in parcels))
    return len(parcels)


async def _deliver(services: Services, poster: Poster, parcel: Parcel, jitter: Jitter) -> None:
    if parcel.notice and not await may_be_told(services, parcel.webhook.owner, parcel.notice):
        withheld = replace(parcel.delivery, state=DeliveryState.WITHHELD, due_at=None)
        await _settle(services, parcel, withheld, parcel.delivery.status)
        return
    status = await _tried(poster, parcel, services.clock())
    after = settled(parcel.delivery, status, services.clock(), jitter())
    await _settle(services, parcel, after, status)


async def _tried(poster: Poster, parcel: Parcel, now: datetime) -> int | None:
    """The status of the answer; None without one, also by a mistake of ours, which must not hold up all others."""
    try:
        body = _body(parcel)
        headers = signed_headers(parcel.webhook.secret, parcel.delivery.id, now, body)
        return await poster.post(parcel.webhook.url, headers, body)
    except NotPosted as fault:
        log.info("webhook_not_delivered", webhook=parcel.webhook.id, reason=str(fault))
    except Exception:
        log.exception("delivery_failed", webhook=parcel.webhook.id)
    return None


async def _settle(services: Services, parcel: Parcel, after: Delivery, status: int | None) -> None:
    now, webhook = services.clock(), parcel.webhook
    if after.state is not DeliveryState.WITHHELD:
        webhook = after_attempt(webhook, status, now)
    async with services.record.unit_of_work() as uow:
        moved = await uow.webhooks.settle(parcel.delivery, after, webhook)
        told = None if webhook.enabled else disabled_notice(webhook, parcel, now)
        if moved and told is not None:
            await uow.notices.tell([told])


async def may_be_told(services: Services, owner: str, notice: KeptNotice) -> bool:
    """Whether the owner may read what the notice is about: its own always, other reports as what it is known now."""
    if notice.entity_type is not EntityType.BLOCKAGE:
        return True
    async with services.record.reader() as reader:
        standing = (await reader.standings([owner])).get(owner)
    known_as = [Caller(owner, frozenset({Role.FIRM}))]
    if standing is not None and standing.holds(services.clock()):
        known_as.append(standing.caller)
    for caller in known_as:
        if await seen_by_id(context_for(services, caller), notice.entity_id) is not None:
            return True
    return False


def _body(parcel: Parcel) -> bytes:
    rule, params = (parcel.notice.rule, parcel.notice.params) if parcel.notice else ("webhook.test", {})
    sentences = {language.value.lower(): sentence(rule, language, params) for language in Language}
    return json.dumps(payload(parcel, sentences), ensure_ascii=False, sort_keys=True).encode()


async def deliver(services: Services, poster: Poster, leases: Leases, holder: str) -> None:
    """Delivers until cancelled, wherever the lease is free; a fault costs a pause."""
    while True:
        try:
            async with held(leases, LEASE, holder) as lease:
                while lease is not None and not lease.lost:
                    if not await deliver_due(services, poster):
                        await asyncio.sleep(PATIENCE_SECONDS)
        except ServiceFault as fault:
            log.warning("webhooks_not_delivered", reason=str(fault))
        except Exception:
            # A mistake of ours must not end the deliveries for good: it is told, and tried again.
            log.exception("delivering_failed")
        await asyncio.sleep(PATIENCE_SECONDS)
