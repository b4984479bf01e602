"""Who may what by an operator's word: accounts (账号) and machines' keys (机器密钥)."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from directory.access import Operation
from directory.accounts import Account as KeptAccount
from directory.machine_keys import MachineKey as KeptKey
from directory.machine_keys import Scope
from schema.arguments import After, First
from schema.context import Info
from schema.enums import expose
from schema.limits import DEFAULT_PAGE
from schema.node import global_id
from schema.operating.pages import Connection, listed
from schema.viewer import Role, roles_of

expose(
    Scope,
    "What a machine's key is for; every key reads what its roles may read.",
    {
        Scope.READ: "To read.",
        Scope.SUBMIT: "To hand in entries, amendments and reports.",
        Scope.REVIEW: "To review and to handle, as the roles of the key allow.",
        Scope.EXPORT: "To export what is found.",
    },
)


@strawberry.type(description="What an operator has said of somebody who signs in or holds a token (账号).")
class Account:
    """An account as it stands."""

    id: strawberry.ID = strawberry.field(description="The global id.")
    version: int = strawberry.field(
        description="Grows with each change; commands name the one that was seen."
    )
    issuer: str = strawberry.field(description="Whose word it is who the subject is.")
    subject: str = strawberry.field(description="What the issuer calls them.")
    roles: list[Role] = strawberry.field(description="The roles that were granted; empty where nothing was.")
    agency: str | None = strawberry.field(description="The code of the agency that they work for.")
    region: str | None = strawberry.field(description="The GB/T 2260 code that bounds their reach.")
    disabled: bool = strawberry.field(description="Whether they are shut out.")
    changed_at: datetime = strawberry.field(description="When the account was changed last.")


@strawberry.type(description="A key by which a program calls the API (机器密钥); its secret is kept nowhere.")
class MachineKey:
    """A key as it stands."""

    name: str = strawberry.field(description="The beginning of its secret, by which it is called.")
    subject: str = strawberry.field(description="Whom it speaks for.")
    roles: list[Role] = strawberry.field(description="The roles that it holds.")
    scopes: list[Scope] = strawberry.field(description="What it is for.")
    agency: str | None = strawberry.field(description="The code of the agency that it works for.")
    region: str | None = strawberry.field(description="The GB/T 2260 code that bounds its reach.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null while it is not.")
    last_used_on: date | None = strawberry.field(
        description="The day in UTC on which it was used last; null before its first use."
    )
    holds: bool = strawberry.field(description="Whether it is taken now.")


@strawberry.type
class GrantQueries:
    """For operators: the keys' secrets are not there to be read."""

    @strawberry.field(description="All accounts (账号), by issuer and subject; for operators.")
    async def accounts(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[Account]:
        return await listed(
            info.context,
            Operation.READ_GRANTS,
            "accounts",
            first=first,
            after=after,
            read=lambda reader: reader.account_page,
            shown=_shown_account,
        )

    @strawberry.field(
        description="All keys for machines (机器密钥), newest first, also those that hold no more; for operators."
    )
    async def machine_keys(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[MachineKey]:
        now = info.context.services.clock()
        return await listed(
            info.context,
            Operation.READ_GRANTS,
            "machineKeys",
            first=first,
            after=after,
            read=lambda reader: reader.machine_key_page,
            shown=lambda kept: _shown_key(kept, now),
        )


def _shown_account(kept: KeptAccount) -> Account:
    return Account(
        id=strawberry.ID(global_id("Account", kept.id)),
        version=kept.version,
        issuer=kept.issuer,
        subject=kept.subject,
        roles=roles_of(kept.roles),
        agency=kept.agency,
        region=kept.region,
        disabled=kept.disabled,
        changed_at=kept.changed_at,
    )


def _shown_key(kept: KeptKey, now: datetime) -> MachineKey:
    return MachineKey(
        name=kept.id,
        subject=kept.subject,
        roles=roles_of(kept.roles),
        scopes=[scope for scope in Scope if scope in kept.scopes],
        agency=kept.agency,
        region=kept.region,
        created_at=kept.created_at,
        expires_at=kept.expires_at,
        revoked_at=kept.revoked_at,
        last_used_on=kept.last_used_on,
        holds=kept.holds(now),
    )
