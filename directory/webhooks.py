"""
Webhooks (推送): notices delivered to an address of their reader's own, signed, at least once, each under one stable id.

Signature and headers are those of Standard Webhooks, so that receivers verify them with any of its libraries. What is
not taken is tried again for some three days with growing pauses; an address that has taken nothing for five days is
tried no more, and its owner is told. Source: https://www.standardwebhooks.com/ (specification, 1.0).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from directory.errors import ErrorCode, InvalidInput, Problem
from directory.reminders import Addressee, Notice

if TYPE_CHECKING:
    from directory.ports import KeptNotice

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with
LONGEST_URL = 2000
MOST_WEBHOOKS = 5
DELIVERIES_SHOWN = 50
# Pauses after the first failed attempt, the second and so on; after the last the delivery is given up.
PAUSES: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# A pause is longer by up to this part of it, so that not all come back at the same instant.
JITTER = 0.2
PATIENCE = timedelta(days=5)
# For so long a delivery or mail is kept, and can be asked for again; what was not taken by then is given up.
DELIVERIES_KEPT = timedelta(days=90)
GONE = 410
Address = IPv4Address | IPv6Address
# Addresses that carry one of the other kind in them, and where in them it is.
_NAT64 = IPv6Network("64:ff9b::/96")


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that an owner's notices are sent to; `failing_since` None while the last delivery was taken."""

    id: str
    owner: str
    url: str
    secret: str
    created_at: datetime
    enabled: bool = True
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to an address; `notice` None for a test. `due_at` None once nothing more is tried."""

    id: str
    webhook: str
    notice: int | None
    at: datetime
    due_at: datetime | None
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent: the delivery, where to, and the notice, None for a test."""

    delivery: Delivery
    webhook: Webhook
    notice: KeptNotice | None
    firm_id: str


def new_secret(random: bytes) -> str:
    """The secret as receivers keep it. Source: Standard Webhooks, symmetric signatures."""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def signed_headers(secret: str, delivery_id: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that name, date and sign one attempt. Source: Standard Webhooks, signature scheme v1."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = b".".join((delivery_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "Webhook-Id": delivery_id,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": f"v1,{signature}",
    }


def delivery_id(webhook_id: str, notice: int) -> str:
    """The one id of a notice's delivery to an address, the same at every attempt and replay."""
    return f"msg_{webhook_id}_{notice}"


def settled(delivery: Delivery, status: int | None, now: datetime, jitter: float) -> Delivery:
    """The delivery after an attempt that was answered with `status`, None without an answer; `jitter` from 0 to 1."""
    tried = replace(delivery, attempts=delivery.attempts + 1, status=status)
    if was_taken(status):
        return replace(tried, state=DeliveryState.DELIVERED, due_at=None)
    if delivery.notice is None or status == GONE or delivery.attempts >= len(PAUSES):
        return replace(tried, state=DeliveryState.FAILED, due_at=None)
    return replace(tried, due_at=now + PAUSES[delivery.attempts] * (1 + JITTER * jitter))


def was_taken(status: int | None) -> bool:
    """Whether the receiver has it; a redirection is not followed, and takes nothing."""
    return status is not None and 200 <= status < 300


def after_attempt(webhook: Webhook, status: int | None, now: datetime) -> Webhook:
    """The address after an attempt: disabled where it is gone, or has taken nothing for too long."""
    if was_taken(status):
        return replace(webhook, failing_since=None)
    since = webhook.failing_since or now
    return replace(webhook, failing_since=since, enabled=status != GONE and now - since < PATIENCE)


def disabled_notice(webhook: Webhook, parcel: Parcel, now: datetime) -> Notice | None:
    """What the owner is told of an address that is tried no more, about what it did not take; None for a test."""
    if parcel.notice is None:
        return None
    return Notice(
        addressee=Addressee.SUBJECT,
        recipient=webhook.owner,
        rule="notice.webhook.disabled",
        entity_type=parcel.notice.entity_type,
        entity_id=parcel.notice.entity_id,
        firm_id=parcel.firm_id,
        due_at=webhook.failing_since or now,
        at=now,
        params={"host": urlsplit(webhook.url).hostname or ""},
    )


def checked_url(url: str, *, private: bool) -> str:
    """An address that may be sent to: https, or with `private` also http and addresses inside. Raises: InvalidInput."""
    try:
        parts = urlsplit(url)
        well_formed = _is_well_formed(url, parts)
    except ValueError:
        well_formed = False
    if not well_formed:
        raise InvalidInput(Problem(ErrorCode.INVALID, ("url",), "webhook.url", {"longest": LONGEST_URL}))
    if not private and parts.scheme != "https":
        raise InvalidInput(Problem(ErrorCode.INVALID, ("url",), "webhook.https", {}))
    if not private and not _may_be_public(parts.hostname or ""):
        raise InvalidInput(Problem(ErrorCode.INVALID, ("url",), "webhook.private", {}))
    return url


def _is_well_formed(url: str, parts: SplitResult) -> bool:
    """Whether nothing in it can be read in two ways. Raises: ValueError, for a port that is none."""
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    return (
        plain
        and len(url) <= LONGEST_URL
        and parts.scheme in ("https", "http")
        and bool(parts.hostname)
        and parts.username is None
        and parts.password is None
        and not parts.fragment
        and parts.port != 0
    )


def _may_be_public(host: str) -> bool:
    """Whether a name may lead outside; where it leads indeed is asked before each delivery."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def is_public(address: Address) -> bool:
    """Whether an address lies on the open net: not private, loopback, link-local, multicast or kept for other uses.

    Of an IPv6 address that carries an IPv4 address in it, both have to.
    """
    inner = _carried(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def payload(parcel: Parcel, sentences: Mapping[str, str]) -> Mapping[str, Any]:
    """What is sent, the same at every attempt; no more than the inbox says."""
    notice = parcel.notice
    at = (notice.at if notice else parcel.delivery.at).isoformat()
    rule = notice.rule if notice else "webhook.test"
    return {"type": rule, "timestamp": at, "data": {"messages": dict(sentences)}}
