"""What the rules and the readers need of the record about mail; a part of `directory.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from directory.mail import Addresses, Letter, Mail, MailSubscription


class MailSubscriptions(Protocol):
    """Addresses (邮件提醒) that notices are mailed to, and what is on its way to them."""

    async def of_owner(self, owner: str) -> Addresses:
        """The owner's addresses; they do not change until the transaction ends."""

    async def put(self, subscription: MailSubscription, confirmation: Mail | None) -> None:
        """Keeps it: a confirmed one in place of all the owner's others, one that is asked for beside the one that stands.

        What waits for the one that stood goes to the one that stands now. The confirmation goes out.
        """

    async def remove(self, owner: str) -> bool:
        """Whether the owner had an address; all are gone with what was on its way."""

    async def unsubscribe(self, token: str) -> bool:
        """The same by the token that is in every mail."""

    async def gather(self, now: datetime, first: int) -> int:
        """How many mails were made of the notices that are due, for up to `first` addresses."""

    async def settle(self, before: Mail, after: Mail) -> bool:
        """Whether this attempt counts, and not another that was settled meanwhile."""

    async def disable(self, subscription: str) -> bool:
        """Whether the address was written to until now; it is not any more."""


class MailReads(Protocol):
    """Reads outside commands."""

    async def mail_of(self, owner: str) -> Addresses:
        """The owner's addresses."""

    async def letters(self, now: datetime, first: int) -> Sequence[Letter]:
        """The mails that are due, longest due first, with what they tell of."""
