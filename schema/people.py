"""Who a verified subject is here: by its account (账号) in the record, whether it came with a token or a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from directory.access import Caller
from directory.accounts import Account, caller_of
from directory.errors import ServiceFault
from schema.identity import BadToken, Verified, caller_of_claims, subject_of_claims
from schema.keys import KeysUnavailable

# Within five seconds who was disabled, or whose key was revoked, is nobody, also on a connection that was open.
CERTAIN_FOR = timedelta(seconds=4)


class Accounts(Protocol):
    """The record's accounts."""

    async def find(self, issuer: str, subject: str) -> Account | None:
        """The subject's account as it stands now. Raises: RecordUnavailable."""


@dataclass(frozen=True, slots=True)
class Known:
    """A subject as the record takes it, and the version of the account that says so; 0 without one."""

    caller: Caller
    account_version: int


class People:
    """Turns verified claims into callers.

    `claims_trusted`: whether a subject without granted roles has those of the claim `roles_claim`, and its agency and
    region; that is where the agency's own provider is the authority on its officers.
    """

    def __init__(self, accounts: Accounts, *, claims_trusted: bool, roles_claim: str = "roles") -> None:
        self._accounts = accounts
        self._claims_trusted = claims_trusted
        self._roles_claim = roles_claim

    async def known(self, verified: Verified) -> Known:
        """Who it is, by one read of the record.

        Raises: BadToken, for who is disabled or claims what no caller has; KeysUnavailable.
        """
        subject = subject_of_claims(verified.claims)
        try:
            account = await self._accounts.find(verified.issuer, subject)
        except ServiceFault as fault:
            raise KeysUnavailable from fault
        claims = {**verified.claims, "roles": verified.claims.get(self._roles_claim)}
        claimed = partial(caller_of_claims, claims) if self._claims_trusted else None
        caller = caller_of(account, subject, claimed)
        if caller is None:
            raise Disabled
        return Known(caller, account.version if account else 0)


class Disabled(BadToken):
    """Someone whom an operator has shut out."""

    def __init__(self) -> None:
        super().__init__("a subject that is disabled")
