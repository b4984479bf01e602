"""
Accounts (账号): what the record says of who signs in, and the sessions (会话) of those who did.

A subject is known by its issuer's word; what it may do is ours to say. One rule (`caller_of`) decides it for bearer
tokens and for sessions alike.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.access import Caller, Role

# A session ends when nobody has used it for so long, and after a working day in any case.
IDLE_FOR = timedelta(hours=1)
LONGEST_SESSION = timedelta(hours=12)
# The last use is written down no more often.
USE_KEPT_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Account:
    """What an operator has said of a subject. Without `roles` nothing was granted; `version` grows with each change."""

    id: str
    issuer: str
    subject: str
    roles: frozenset[Role]
    agency: str | None
    region: str | None
    disabled: bool
    version: int
    changed_at: datetime


def caller_of(
    account: Account | None, subject: str, claimed: Callable[[], Caller] | None = None
) -> Caller | None:
    """Whom the record takes a subject for; None for one who is disabled.

    What was granted counts; without it what the issuer claims, where the operator trusts it for roles (`claimed`); else
    whoever can prove who they are is a firm (申报主体), which opens nothing but their own entries.
    """
    if account is not None and account.disabled:
        return None
    if account is not None and account.roles:
        return Caller(subject, account.roles, account.agency, account.region)
    return claimed() if claimed else Caller(subject, frozenset({Role.FIRM}))


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session as the record keeps it: all but its secret.

    `display_name_en` is None where the issuer tells no name for English readers. `account_version` is that of the account
    at sign-in, 0 without one: a session ends with any change of its account.
    """

    digest: str
    issuer: str
    caller: Caller
    display_name: str
    display_name_en: str | None
    account_version: int
    created_at: datetime
    used_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it ends, if it is not used again."""
        return min(self.used_at + IDLE_FOR, self.created_at + LONGEST_SESSION)

    def holds(self, account: Account | None, now: datetime) -> bool:
        """Whether it is taken at this instant, `account` being its subject's as it stands now."""
        version, disabled = (account.version, account.disabled) if account else (0, False)
        return not disabled and version == self.account_version and now < self.ends_at


def new_secret() -> str:
    """What only the browser holds: 256 random bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What the record keeps of it: its SHA-256, in hexadecimal digits. Of so many random bits nothing can be guessed."""
    return hashlib.sha256(b"session:" + secret.encode(errors="replace")).hexdigest()


def csrf_token_of(secret: str) -> str:
    """What a page of this session shows and another site cannot know; the session's secret does not follow from it."""
    return hashlib.sha256(b"csrf:" + secret.encode(errors="replace")).hexdigest()
