"""
Mail (邮件提醒): notices sent to an address that its owner has confirmed, at once or as a digest a day (每日摘要).

Nothing but the confirmation goes to an address before its reader has told the token that came with it. A mail's id is
fixed with what it tells of before it is sent, so that a repeat after a crash has the same Message-ID. What is not taken
for now is tried again with growing pauses. An address is given up only where the server says that it is none (5yz to
RCPT); a server that is away, refuses our login or our relaying says nothing of it, and what waits is kept.
Source: RFC 5321 (replies), RFC 3463 (enhanced codes), RFC 5322 (Message-ID), RFC 2369 and RFC 8058 (List-Unsubscribe).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from directory.errors import ErrorCode, InvalidInput, Problem
from directory.reminders import Addressee, Notice
from directory.states import Language
from directory.webhooks import JITTER, PAUSES, DeliveryState
from directory.workdays import SHANGHAI

if TYPE_CHECKING:
    from directory.ports import KeptNotice

LONGEST_ADDRESS = 254
TOKEN_BYTES = 32
CONFIRMED_WITHIN = timedelta(days=2)
USUAL_HOUR = 8
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LONGEST_LOCAL = 64
# Replies to RCPT. Source: RFC 5321, 4.2.3 (550, 551, 553), RFC 4954, 6 (530, 534, 535, 538).
_NO_SUCH_ADDRESS = frozenset({550, 551, 553})
_NOT_WELCOME = frozenset({530, 534, 535, 538})


class MailMode(StrEnum):
    """When notices are mailed."""

    AT_ONCE = "AT_ONCE"
    DIGEST = "DIGEST"


@dataclass(frozen=True, slots=True)
class MailSubscription:
    """An owner's address; `hour` of the digest in Asia/Shanghai, `confirmed_at` None until its reader confirmed it."""

    id: str
    owner: str
    address: str
    language: Language
    mode: MailMode
    hour: int
    created_at: datetime
    confirm_token: str
    unsubscribe_token: str
    confirmed_at: datetime | None = None
    enabled: bool = True

    @property
    def takes_notices(self) -> bool:
        """Whether anything but the confirmation may be sent to it."""
        return self.enabled and self.confirmed_at is not None


@dataclass(frozen=True, slots=True)
class Addresses:
    """An owner's addresses: the confirmed one that stands, and one that is asked for and takes its place once confirmed."""

    standing: MailSubscription | None = None
    asked: MailSubscription | None = None

    @property
    def shown(self) -> MailSubscription | None:
        """The one that notices go to, or else the one that they are to go to."""
        return self.standing or self.asked


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail on its way; `due_at` None once nothing more is tried, `status` the last SMTP reply."""

    id: str
    subscription: str
    confirmation: bool
    at: datetime
    due_at: datetime | None
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that a mail tells of, and the entry that it is about."""

    notice: KeptNotice
    firm_id: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent: the mail, where to, and the notices; none in a confirmation."""

    mail: Mail
    to: MailSubscription
    told: Sequence[Told]


def checked_address(address: str) -> str:
    """An address that can be written to, in ASCII and without anything that ends a header. Raises: InvalidInput."""
    local, _, _ = address.partition("@")
    short = len(address) <= LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL
    if not short or _ADDRESS.fullmatch(address) is None:
        raise InvalidInput(Problem(ErrorCode.INVALID, ("address",), "mail.address", {}))
    return address


def checked_hour(hour: int) -> int:
    """An hour of the day, 0 to 23. Raises: InvalidInput."""
    if not 0 <= hour <= 23:
        raise InvalidInput(Problem(ErrorCode.INVALID, ("hour",), "mail.hour", {}))
    return hour


def mailed_at(mode: MailMode, hour: int, at: datetime) -> datetime:
    """When what was told at `at` is mailed: at once, or the next time that it is `hour` in Asia/Shanghai."""
    if mode is MailMode.AT_ONCE:
        return at
    local = at.astimezone(SHANGHAI)
    today = datetime.combine(local.date(), time(hour), SHANGHAI)
    return today if local <= today else today + timedelta(days=1)


def mail_id(subscription: str, first_notice: int) -> str:
    """The one id of a mail: a notice is in one mail to an address, so its first notice names it."""
    return f"{subscription}.{first_notice}"


def confirmation_id(subscription: str) -> str:
    """The id of the mail that asks for the confirmation."""
    return f"{subscription}.confirmation"


def confirms(subscription: MailSubscription, token: str, now: datetime) -> bool:
    """Whether the token is that of the address, and told in time."""
    return subscription.confirm_token == token and now - subscription.created_at < CONFIRMED_WITHIN


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said to a mail; `status` None where it came to no reply that is about this mail.

    `to_recipient` marks a reply to RCPT, `enhanced` is its code by RFC 3463, where it has one.
    """

    status: int | None
    to_recipient: bool = False
    enhanced: str = ""

    @property
    def took(self) -> bool:
        """Whether the server has the mail."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refuses_mail(self) -> bool:
        """Whether the mail is refused for good: 5yz, and not for what the operator may mend."""
        return self.status is not None and self.status >= 500 and not self._about_us

    @property
    def refuses_address(self) -> bool:
        """Whether the address is none that can be written to."""
        return self.refuses_mail and self.to_recipient and self.status in _NO_SUCH_ADDRESS

    @property
    def _about_us(self) -> bool:
        """Whether the reply is about who sends, not to whom: relaying, authentication, policy (X.7.Z)."""
        return self.to_recipient and (self.status in _NOT_WELCOME or self.enhanced.startswith("5.7."))


TAKEN = Reply(250)
NO_REPLY = Reply(None)


def settled_mail(mail: Mail, reply: Reply, now: datetime, jitter: float) -> Mail:
    """The mail after an attempt; `jitter` from 0 to 1. What the operator may mend is tried for as long as it is kept."""
    tried = replace(mail, attempts=mail.attempts + 1, status=reply.status)
    if reply.took:
        return replace(tried, state=DeliveryState.DELIVERED, due_at=None)
    says_something = reply.status is not None and reply.status < 500
    if reply.refuses_mail or (says_something and mail.attempts >= len(PAUSES)):
        return replace(tried, state=DeliveryState.FAILED, due_at=None)
    pause = PAUSES[min(mail.attempts, len(PAUSES) - 1)]
    return replace(tried, due_at=now + pause * (1 + JITTER * jitter))


def mail_disabled_notice(letter: Letter, now: datetime) -> Notice | None:
    """What the owner is told of an address that is tried no more; None for one that was never confirmed."""
    if not letter.told:
        return None
    first = letter.told[0]
    return Notice(
        addressee=Addressee.SUBJECT,
        recipient=letter.to.owner,
        rule="notice.mail.disabled",
        entity_type=first.notice.entity_type,
        entity_id=first.notice.entity_id,
        firm_id=first.firm_id,
        due_at=now,
        at=now,
        params={},
    )
