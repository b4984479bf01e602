"""The address that the caller's notices are mailed to (邮件提醒)."""

from __future__ import annotations

import strawberry

from directory.commands import Command
from directory.mail import USUAL_HOUR, MailMode
from directory.mail import MailSubscription as Kept
from directory.states import Language
from directory.subscription_commands import ConfirmMail, SubscribeByMail, UnsubscribeMail
from schema.context import Context, Info
from schema.enums import expose
from schema.errors import UserError, user_errors
from schema.inputs import CommandInput

expose(
    MailMode,
    "When notices are mailed.",
    {
        MailMode.AT_ONCE: "Each in a mail of its own, as it comes (即时).",
        MailMode.DIGEST: "All of a day in one mail, at a set hour; none where there is nothing (每日摘要).",
    },
)


@strawberry.type(description="The address that the caller's own notices are mailed to.")
class MailSubscription:
    """The caller's own."""

    address: str = strawberry.field(description="Where to.")
    language: Language = strawberry.field(description="In which language.")
    mode: MailMode = strawberry.field(description="At once or as a digest.")
    hour: int = strawberry.field(description="The hour of the digest in Asia/Shanghai, 0 to 23.")
    confirmed: bool = strawberry.field(
        description="Whether the token was told that was mailed there; nothing else is sent before."
    )
    enabled: bool = strawberry.field(
        description="Whether it is tried; not after it refused a mail for good, until it is set up again."
    )
    pending_address: str | None = strawberry.field(
        description="Another address that takes its place once it is confirmed; null where none is asked for."
    )


async def own_mail(context: Context) -> MailSubscription | None:
    """The caller's address; None without one, and for the public."""
    subject = context.caller.subject
    if subject is None:
        return None
    async with context.services.record.reader() as reader:
        addresses = await reader.mail_of(subject)
    return _shown(addresses.shown, addresses.asked) if addresses.shown else None


def _shown(kept: Kept, asked: Kept | None) -> MailSubscription:
    return MailSubscription(
        address=kept.address,
        language=kept.language,
        mode=kept.mode,
        hour=kept.hour,
        confirmed=kept.confirmed_at is not None,
        enabled=kept.enabled,
        pending_address=asked.address if asked and asked is not kept else None,
    )


@strawberry.input(description="An address to have one's notices mailed to, and how.")
class SubscribeByMailInput(CommandInput):
    """In place of the last, once it is confirmed; the same address, once confirmed, is not asked again."""

    address: str = strawberry.field(description="The address; a token is mailed there first.")
    language: Language = strawberry.field(default=Language.ZH, description="In which language.")
    mode: MailMode = strawberry.field(default=MailMode.DIGEST, description="At once or as a digest.")
    hour: int = strawberry.field(
        default=USUAL_HOUR, description="The hour of the digest in Asia/Shanghai, 0 to 23."
    )


@strawberry.input(description="The proof that the caller reads the address.")
class ConfirmMailInput(CommandInput):
    """Within 48 hours."""

    token: str = strawberry.field(description="What the mail says.")


@strawberry.input(description="That nothing more is mailed to the caller.")
class UnsubscribeMailInput(CommandInput):
    """The caller's own address is given up."""


@strawberry.type(description="What a command on mail led to.")
class MailPayload:
    """The address, or the problems that kept the command from happening."""

    mail: MailSubscription | None = strawberry.field(
        default=None, description="The address as it stands now; null with errors, or when it was given up."
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


async def _carried_out(info: Info, input: CommandInput, command: Command) -> MailPayload:
    outcome = await info.context.handle(command)
    if outcome.problems:
        return MailPayload(errors=user_errors(outcome.problems), client_mutation_id=input.client_mutation_id)
    return MailPayload(mail=await own_mail(info.context), client_mutation_id=input.client_mutation_id)


@strawberry.type
class MailMutations:
    """An address is its owner's alone."""

    @strawberry.mutation(
        description="Have the caller's own notices mailed (邮件提醒), once the address is confirmed."
    )
    async def subscribe_by_mail(self, info: Info, input: SubscribeByMailInput) -> MailPayload:
        command = SubscribeByMail(
            address=input.address,
            language=input.language,
            mode=input.mode,
            hour=input.hour,
            client_mutation_id=input.client_mutation_id,
        )
        return await _carried_out(info, input, command)

    @strawberry.mutation(description="Confirm the address by the token that was mailed to it (确认邮箱).")
    async def confirm_mail(self, info: Info, input: ConfirmMailInput) -> MailPayload:
        command = ConfirmMail(token=input.token, client_mutation_id=input.client_mutation_id)
        return await _carried_out(info, input, command)

    @strawberry.mutation(description="Give up the address with what is on its way to it (退订).")
    async def unsubscribe_mail(self, info: Info, input: UnsubscribeMailInput) -> MailPayload:
        command = UnsubscribeMail(client_mutation_id=input.client_mutation_id)
        return await _carried_out(info, input, command)
