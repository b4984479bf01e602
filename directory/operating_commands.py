"""Commands of those who run the directory (运维): ending keys, shutting accounts out, sending again what failed."""

from __future__ import annotations

from dataclasses import dataclass

from directory.commands import Command
from directory.undelivered import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeMachineKey(Command):
    """End a machine's key, by the beginning of its secret."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAccount(Command):
    """A command on somebody's account."""

    account: str
    expected_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableAccount(OnAccount):
    """Shut its subject out, everywhere and at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableAccount(OnAccount):
    """Let its subject in again, with what was granted before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendDelivery(Command):
    """Send again what was tried in vain, under its own name, from its first attempt on."""

    name: str
    way: Way
