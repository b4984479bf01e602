"""What those who run the directory (运维) read of the record; a part of `directory.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from directory.accounts import Account
from directory.dead_letter_ports import DeadLetter, IndexCheck
from directory.machine_keys import MachineKey
from directory.undelivered import Undelivered, Way

Key = tuple[str, str]
T = TypeVar("T")
Keyed = Sequence[tuple[Key, T]]


class Grants(Protocol):
    """What operators change inside a command."""

    async def key(self, name: str) -> MachineKey | None:
        """The key with this name."""

    async def account(self, account: str) -> Account | None:
        """The account with this id."""

    async def revoke(self, name: str, *, actor: str, at: datetime) -> bool:
        """Whether the key was not revoked; it is from now on, and the log says so."""

    async def turn(self, account: Account, *, disabled: bool, actor: str, at: datetime) -> bool:
        """Whether the account stood as given and was not so already; it is from now on, and the log says so."""

    async def resend(self, name: str, way: Way, now: datetime) -> bool:
        """Whether it was tried in vain and goes to an address that is still tried; it is due at once, from its first attempt."""


class OperatingReads(Protocol):
    """Reads outside commands, each a page of up to `first` behind the key `after`, with the key of each item."""

    async def account_page(self, *, first: int, after: Key | None = None) -> Keyed[Account]:
        """Accounts by issuer and subject, which are their keys."""

    async def machine_key_page(self, *, first: int, after: Key | None = None) -> Keyed[MachineKey]:
        """Machines' keys, newest first, also those that hold no more; keyed by (created_at ISO, id)."""

    async def undelivered(self, *, first: int, after: Key | None = None) -> Keyed[Undelivered]:
        """What was tried in vain, newest first; keyed by (at ISO, id)."""

    async def dead_letter_page(self, *, first: int, after: Key | None = None) -> Keyed[DeadLetter]:
        """Refused documents by (id, kind)."""

    async def index_check(self, engine: str) -> IndexCheck | None:
        """When this engine's index was last compared with the record; None before the first time."""
