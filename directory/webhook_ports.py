"""What the rules and the readers need of the record about webhooks; a part of `directory.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from directory.webhooks import Delivery, Parcel, Webhook


class Webhooks(Protocol):
    """Addresses (推送) that notices are sent to, and what is on its way to them."""

    async def add(self, webhook: Webhook, most: int) -> bool:
        """Whether it was kept: an owner has at most so many."""

    async def delete(self, webhook: str, owner: str) -> bool:
        """Whether the owner had it; it is gone with its deliveries."""

    async def enable(self, webhook: str, owner: str) -> bool:
        """Whether the owner has it; it is tried again from now on."""

    async def send_test(self, delivery: Delivery, owner: str) -> bool:
        """Whether the owner has the address of this delivery; it is sent next."""

    async def replay(self, delivery: str, owner: str, now: datetime) -> str | None:
        """The address that the owner's delivery is sent to again, under its own id, from its first attempt on."""

    async def settle(self, before: Delivery, after: Delivery, webhook: Webhook) -> bool:
        """Whether the address stands as this attempt says.

        What was settled or asked for anew meanwhile stays as it is, and so does an address that is disabled by now.
        """


class WebhookReads(Protocol):
    """Reads outside commands."""

    async def webhooks(self, owner: str) -> Sequence[Webhook]:
        """The addresses of an owner, oldest first."""

    async def deliveries(self, webhook: str, first: int) -> Sequence[Delivery]:
        """The deliveries to an address, newest first."""

    async def parcels(self, now: datetime, first: int) -> Sequence[Parcel]:
        """What is due to be sent, longest due first; nothing to an address that is tried no more."""
