"""
Keys for machines (机器密钥): long-lived secrets by which programs call the API.

A key speaks for a subject, with roles, and is bound to scopes; it ends by itself and can be revoked. The record holds
only its SHA-256: of 256 random bits nothing can be guessed, so neither salt nor a slow digest is needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from directory.access import PERMISSIONS, Caller, Operation, Role

MARK = "ngk_"
SECRET_BYTES = 32
LONGEST_LIFE = timedelta(days=366)
# What a key is called by: enough to recognise it, and 208 of its bits are still unknown.
ID_LENGTH = len(MARK) + 8
_SECRET = re.compile(MARK + r"[A-Za-z0-9_-]{43}")


class Scope(StrEnum):
    """What a key is for; every key reads what its roles may read."""

    READ = "read"
    SUBMIT = "submit"
    REVIEW = "review"
    EXPORT = "export"


_EXPORTS = frozenset({Operation.EXPORT, Operation.EXPORT_OWN})
_OF_THE_CLOCK = frozenset(each for each in Operation if PERMISSIONS[each] <= {Role.CLOCK})
_SUBMITTING = frozenset(
    {
        Operation.SUBMIT_FIRM,
        Operation.SAVE_DRAFT,
        Operation.AMEND_FIRM,
        Operation.RESUBMIT,
        Operation.WITHDRAW_SUBMISSION,
        Operation.RAISE_OBJECTION,
        Operation.REPORT_BLOCKAGE,
        Operation.PROVIDE_INFORMATION,
        Operation.ANSWER_RESOLUTION,
        Operation.REOPEN_BLOCKAGE,
        Operation.WITHDRAW_BLOCKAGE,
        Operation.SEND_REPORT_MESSAGE,
        Operation.ADD_EVIDENCE,
        Operation.WITHDRAW_EVIDENCE,
        Operation.SAVE_SEARCH,
    }
)
# A program gives no reason of its own, nor does it decide for a person on their own data, or have a copy of it; and a key
# that got lost must not shut people out.
_FOR_PEOPLE = frozenset(
    {
        Operation.UNSEAL_REPORTER,
        Operation.DECIDE_ON_OWN_DATA,
        Operation.READ_OWN_DATA,
        Operation.CHANGE_GRANTS,
    }
)
_READING = frozenset(each for each in Operation if each.name.startswith("READ_")) - _FOR_PEOPLE

SCOPES: Mapping[Scope, frozenset[Operation]] = {
    Scope.READ: _READING,
    Scope.SUBMIT: _SUBMITTING,
    Scope.REVIEW: frozenset(Operation) - _READING - _SUBMITTING - _EXPORTS - _OF_THE_CLOCK - _FOR_PEOPLE,
    Scope.EXPORT: _EXPORTS,
}


@dataclass(frozen=True, slots=True)
class MachineKey:
    """A key as the record knows it: all but the secret. `id` is the secret's beginning; `last_used_on` a day in UTC."""

    id: str
    subject: str
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    agency: str | None = None
    region: str | None = None
    revoked_at: datetime | None = None
    last_used_on: date | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the key is taken at this instant."""
        return self.revoked_at is None and now < self.expires_at

    def caller(self) -> Caller:
        """Who calls by this key."""
        return Caller(self.subject, self.roles, self.agency, self.region, bound_to=operations(self.scopes))


def operations(scopes: Iterable[Scope]) -> frozenset[Operation]:
    """What a key of these scopes may be used for; reading is always among it."""
    return frozenset().union(*(SCOPES[scope] for scope in (Scope.READ, *scopes)))


def is_secret(text: str) -> bool:
    """Whether the text is written as a key's secret is."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    """What the record keeps of a secret: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
