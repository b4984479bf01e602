"""What has not reached its reader (未送达): deliveries to webhooks and mails that failed or are tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.webhooks import DeliveryState


class Way(StrEnum):
    """How a notice goes out."""

    WEBHOOK = "WEBHOOK"
    MAIL = "MAIL"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery or mail that was tried in vain. Of where it goes to only the `host` is told: the rest is its reader's.

    `state` is FAILED, or PENDING with `due_at` for the next attempt; `status` is the last HTTP status or SMTP reply.
    """

    id: str
    way: Way
    host: str
    at: datetime
    due_at: datetime | None
    state: DeliveryState
    attempts: int
    status: int | None
