"""What operators (运维) do to keys, accounts and deliveries; each is on the log, or leaves its trace where it was put down."""

from __future__ import annotations

from directory.access import Operation
from directory.errors import Forbidden, NotAllowedNow, NotFound, VersionConflict
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.operating_commands import (
    DisableAccount,
    EnableAccount,
    OnAccount,
    ResendDelivery,
    RevokeMachineKey,
)


async def revoke(command: RevokeMachineKey, h: Handling) -> Outcome:
    """The key is taken no more. Raises: NotFound, NotAllowedNow."""
    key = await h.uow.grants.key(command.name) if command.name.isascii() else None
    if key is None:
        raise NotFound.at("name", key="not_found")
    if not await h.uow.grants.revoke(key.id, actor=h.actor, at=h.now):
        raise NotAllowedNow.at("name", key="grant.revoked_already")
    return Outcome()


async def disable(command: DisableAccount, h: Handling) -> Outcome:
    """Its subject is shut out; nobody shuts themselves out. Raises: NotFound, Forbidden, NotAllowedNow, VersionConflict."""
    return await _turn(command, h, disabled=True)


async def enable(command: EnableAccount, h: Handling) -> Outcome:
    """Its subject is let in again. Raises: NotFound, Forbidden, NotAllowedNow, VersionConflict."""
    return await _turn(command, h, disabled=False)


async def _turn(command: OnAccount, h: Handling, *, disabled: bool) -> Outcome:
    account = await h.uow.grants.account(command.account) if command.account.isascii() else None
    if account is None:
        raise NotFound.at("account", key="not_found")
    if account.subject == h.caller.subject:
        raise Forbidden.at("account", key="grant.own_account")
    if account.version != command.expected_version:
        raise VersionConflict.of(expected=command.expected_version, current=account.version)
    if not await h.uow.grants.turn(account, disabled=disabled, actor=h.actor, at=h.now):
        raise NotAllowedNow.at(
            "account", key="grant.disabled_already" if disabled else "grant.enabled_already"
        )
    return Outcome()


async def resend(command: ResendDelivery, h: Handling) -> Outcome:
    """It is due at once. Raises: NotFound, for what did not fail or goes to an address that is tried no more."""
    known = command.name.isascii() and command.name.isprintable()
    if not (known and await h.uow.grants.resend(command.name, command.way, h.now)):
        raise NotFound.at("name", key="delivery.nothing_to_resend")
    return Outcome()


HANDLERS: Handlers = {
    RevokeMachineKey: Handler(Operation.CHANGE_GRANTS, revoke),
    DisableAccount: Handler(Operation.CHANGE_GRANTS, disable),
    EnableAccount: Handler(Operation.CHANGE_GRANTS, enable),
    ResendDelivery: Handler(Operation.RESEND_DELIVERY, resend),
}
