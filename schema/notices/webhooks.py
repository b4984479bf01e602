"""The caller's webhooks (推送地址): where notices are sent to, and how that went."""

from __future__ import annotations

from datetime import datetime

import strawberry

from directory.commands import Command
from directory.subscription_commands import (
    CreateWebhook,
    DeleteWebhook,
    EnableWebhook,
    OnWebhook,
    ReplayDelivery,
    TestWebhook,
)
from directory.webhooks import DELIVERIES_SHOWN, DeliveryState
from directory.webhooks import Delivery as KeptDelivery
from directory.webhooks import Webhook as KeptWebhook
from schema.context import Context, Info
from schema.enums import expose
from schema.errors import UserError, user_errors
from schema.inputs import CommandInput, key_in
from schema.node import global_id

expose(
    DeliveryState,
    "Where a delivery stands.",
    {
        DeliveryState.PENDING: "On its way: it is tried, or tried again, when due.",
        DeliveryState.DELIVERED: "The receiver has taken it.",
        DeliveryState.FAILED: "It was tried for the last time.",
        DeliveryState.WITHHELD: "Not sent, for its owner may not read what it is about.",
    },
)


@strawberry.type(description="One notice on its way to a webhook.")
class Delivery:
    """What became of it."""

    id: strawberry.ID = strawberry.field(description="Its global id, for `replayDelivery`.")
    webhook_id: str = strawberry.field(
        description="What its `Webhook-Id` header says, the same at every attempt: by it a receiver knows a repeat."
    )
    at: datetime = strawberry.field(description="When there was something to tell.")
    state: DeliveryState = strawberry.field(description="Where it stands.")
    attempts: int = strawberry.field(description="How often it was tried.")
    status: int | None = strawberry.field(
        description="The HTTP status of the last answer; null where there was none."
    )
    due_at: datetime | None = strawberry.field(
        description="When it is tried next; null when it is tried no more."
    )


@strawberry.type(
    description="An address that the caller's own notices are sent to, signed as Standard Webhooks says, at least once."
)
class Webhook:
    """The caller's own; its secret is told once."""

    key: strawberry.Private[str]
    id: strawberry.ID = strawberry.field(description="The global id.")
    url: str = strawberry.field(description="Where to.")
    enabled: bool = strawberry.field(
        description="Whether it is tried; not after five days in which it took nothing, until `enableWebhook`."
    )
    failing_since: datetime | None = strawberry.field(
        description="Since when it has taken nothing; null while all is well."
    )
    created_at: datetime = strawberry.field(description="When it was set up.")

    @strawberry.field(description="The latest deliveries, newest first, at most 50.")
    async def deliveries(self, info: Info) -> list[Delivery]:
        async with info.context.services.record.reader() as reader:
            found = await reader.deliveries(self.key, DELIVERIES_SHOWN)
        return [_shown_delivery(each) for each in found]


def _shown_delivery(kept: KeptDelivery) -> Delivery:
    return Delivery(
        id=global_id("Delivery", kept.id),
        webhook_id=kept.id,
        at=kept.at,
        state=kept.state,
        attempts=kept.attempts,
        status=kept.status,
        due_at=kept.due_at,
    )


def _shown(kept: KeptWebhook) -> Webhook:
    return Webhook(
        key=kept.id,
        id=global_id("Webhook", kept.id),
        url=kept.url,
        enabled=kept.enabled,
        failing_since=kept.failing_since,
        created_at=kept.created_at,
    )


async def own_webhooks(context: Context) -> list[Webhook]:
    """The caller's webhooks, oldest first; none for the public."""
    return [_shown(each) for each in await _kept(context)]


async def _kept(context: Context) -> list[KeptWebhook]:
    subject = context.caller.subject
    if subject is None:
        return []
    async with context.services.record.reader() as reader:
        return list(await reader.webhooks(subject))


@strawberry.input(description="An address to send one's notices to.")
class CreateWebhookInput(CommandInput):
    """Public and over https, unless the operator allows others."""

    url: str = strawberry.field(description="The address, beginning with https://.")


@strawberry.input(description="Which of the caller's webhooks.")
class WebhookInput(CommandInput):
    """One of the caller's own."""

    webhook: strawberry.ID = strawberry.field(description="The webhook.")

    def command(self, kind: type[OnWebhook]) -> OnWebhook:
        """The command of this kind."""
        return kind(webhook=key_in("Webhook", self.webhook), client_mutation_id=self.client_mutation_id)


@strawberry.input(description="Which delivery to send again.")
class ReplayDeliveryInput(CommandInput):
    """One to a webhook of the caller's own."""

    delivery: strawberry.ID = strawberry.field(description="The delivery.")


@strawberry.type(description="What a command on a webhook led to.")
class WebhookPayload:
    """The webhook, or the problems that kept the command from happening."""

    webhook: Webhook | None = strawberry.field(
        default=None, description="The webhook as it stands now; null with errors, or when it was given up."
    )
    secret: str | None = strawberry.field(
        default=None,
        description="The secret that its deliveries are signed with, as Standard Webhooks writes it (whsec_…). Told when "
        "the webhook is made, and never again.",
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


async def _carried_out(
    info: Info, input: CommandInput, command: Command, *, tell_secret: bool = False
) -> WebhookPayload:
    outcome = await info.context.handle(command)
    if outcome.problems:
        return WebhookPayload(
            errors=user_errors(outcome.problems), client_mutation_id=input.client_mutation_id
        )
    kept = next((each for each in await _kept(info.context) if each.id == outcome.webhook), None)
    return WebhookPayload(
        webhook=_shown(kept) if kept else None,
        secret=kept.secret if kept and tell_secret else None,
        client_mutation_id=input.client_mutation_id,
    )


@strawberry.type
class WebhookMutations:
    """A webhook is its owner's alone."""

    @strawberry.mutation(description="Have the caller's own notices sent to an address (推送).")
    async def create_webhook(self, info: Info, input: CreateWebhookInput) -> WebhookPayload:
        command = CreateWebhook(url=input.url, client_mutation_id=input.client_mutation_id)
        return await _carried_out(info, input, command, tell_secret=True)

    @strawberry.mutation(description="Give up a webhook, with what is on its way to it.")
    async def delete_webhook(self, info: Info, input: WebhookInput) -> WebhookPayload:
        return await _carried_out(info, input, input.command(DeleteWebhook))

    @strawberry.mutation(description="Try a webhook again that was disabled; what waits is sent.")
    async def enable_webhook(self, info: Info, input: WebhookInput) -> WebhookPayload:
        return await _carried_out(info, input, input.command(EnableWebhook))

    @strawberry.mutation(description="Send a test to a webhook, once.")
    async def test_webhook(self, info: Info, input: WebhookInput) -> WebhookPayload:
        return await _carried_out(info, input, input.command(TestWebhook))

    @strawberry.mutation(description="Send a delivery again, under its own id, whether it was taken or not.")
    async def replay_delivery(self, info: Info, input: ReplayDeliveryInput) -> WebhookPayload:
        command = ReplayDelivery(
            delivery=key_in("Delivery", input.delivery), client_mutation_id=input.client_mutation_id
        )
        return await _carried_out(info, input, command)
