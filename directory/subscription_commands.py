"""Commands on what somebody wants to be told (订阅): saved searches, and the addresses that notices are sent to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.commands import Command
from directory.mail import MailMode
from directory.states import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSearch(Command):
    """Keep a search for reports, to be told of what it finds from now on; `filter` is the API's filter as JSON."""

    name: str
    filter: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSavedSearch(Command):
    """A command on one of the caller's saved searches."""

    saved_search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameSavedSearch(OnSavedSearch):
    """Give a saved search another name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSavedSearch(OnSavedSearch):
    """Give up a saved search with all that it found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStanding(Command):
    """Note as what the caller is known now, for what is looked up for the caller later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook(Command):
    """Have one's notices sent to an address."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWebhook(Command):
    """A command on one of the caller's addresses."""

    webhook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook(OnWebhook):
    """Give up an address with what is on its way to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableWebhook(OnWebhook):
    """Try an address again that was given up on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestWebhook(OnWebhook):
    """Send a test to an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayDelivery(Command):
    """Send a delivery again, under its own id."""

    delivery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeByMail(Command):
    """Have one's notices mailed to an address, once it is confirmed; `hour` of the digest in Asia/Shanghai."""

    address: str
    language: Language
    mode: MailMode
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMail(Command):
    """Tell the token that was mailed to the address."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeMail(Command):
    """Have nothing mailed any more."""
