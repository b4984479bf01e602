"""What operators (运维) do: end a key, shut an account out and let it in again, send again what failed."""

from __future__ import annotations

import strawberry
import structlog

from directory.commands import Command
from directory.operating_commands import (
    DisableAccount,
    EnableAccount,
    OnAccount,
    ResendDelivery,
    RevokeMachineKey,
)
from directory.undelivered import Way
from schema.context import Info
from schema.errors import UserError, user_errors
from schema.inputs import EXPECTED_VERSION, CommandInput, key_in

log = structlog.get_logger(__name__)


@strawberry.input(description="Which key to end.")
class RevokeMachineKeyInput(CommandInput):
    """A key by its name."""

    name: str = strawberry.field(description="The beginning of its secret, by which it is called.")


@strawberry.input(description="Which account, as the caller saw it.")
class AccountInput(CommandInput):
    """An account by its id."""

    account: strawberry.ID = strawberry.field(description="The account.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)

    def command(self, kind: type[OnAccount]) -> OnAccount:
        """The command of this kind."""
        return kind(
            account=key_in("Account", self.account),
            expected_version=self.expected_version,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="Which delivery or mail to send again.")
class ResendDeliveryInput(CommandInput):
    """One that was tried in vain."""

    name: str = strawberry.field(description="What it is called, as `undelivered` tells.")
    way: Way = strawberry.field(description="How it goes out.")


@strawberry.type(description="What an operator's command led to.")
class OperatingPayload:
    """Nothing but the problems that kept it from happening."""

    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


async def _carried_out(info: Info, command: Command) -> OperatingPayload:
    outcome = await info.context.handle(command)
    if not outcome.problems:
        log.info("operated", command=type(command).__name__)
    return OperatingPayload(
        errors=user_errors(outcome.problems), client_mutation_id=command.client_mutation_id
    )


@strawberry.type
class OperatingMutations:
    """For operators; no key may do it for them but to send again."""

    @strawberry.mutation(
        description="End a machine's key (吊销密钥): every server refuses it within five seconds; for operators who signed in."
    )
    async def revoke_machine_key(self, info: Info, input: RevokeMachineKeyInput) -> OperatingPayload:
        command = RevokeMachineKey(name=input.name, client_mutation_id=input.client_mutation_id)
        return await _carried_out(info, command)

    @strawberry.mutation(
        description="Shut somebody out (停用账号): sessions and tokens are refused within five seconds; "
        "nobody shuts themselves out. For operators who signed in."
    )
    async def disable_account(self, info: Info, input: AccountInput) -> OperatingPayload:
        return await _carried_out(info, input.command(DisableAccount))

    @strawberry.mutation(
        description="Let somebody in again (启用账号), with what was granted before; for operators who signed in."
    )
    async def enable_account(self, info: Info, input: AccountInput) -> OperatingPayload:
        return await _carried_out(info, input.command(EnableAccount))

    @strawberry.mutation(
        description="Send again what was tried in vain (重新发送), under its own name, from its first attempt on; for operators."
    )
    async def resend_delivery(self, info: Info, input: ResendDeliveryInput) -> OperatingPayload:
        command = ResendDelivery(name=input.name, way=input.way, client_mutation_id=input.client_mutation_id)
        return await _carried_out(info, command)
