"""Addresses that notices are sent to, by their owners."""

from __future__ import annotations

import secrets

from directory.access import Operation
from directory.errors import LimitExceeded, NotFound
from directory.handlers.saved_searches import keep_own_standing, owner_of
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.subscription_commands import (
    CreateWebhook,
    DeleteWebhook,
    EnableWebhook,
    ReplayDelivery,
    TestWebhook,
)
from directory.webhooks import MOST_WEBHOOKS, SECRET_BYTES, Delivery, Webhook, checked_url, new_secret


async def create(command: CreateWebhook, h: Handling) -> Outcome:
    """An address of the caller's, with a secret of its own. Raises: InvalidInput, LimitExceeded, Forbidden."""
    owner, url = owner_of(h), checked_url(command.url, private=h.rulebook.private_webhooks)
    secret = new_secret(secrets.token_bytes(SECRET_BYTES))
    await keep_own_standing(h)
    webhook = Webhook(h.new_id(), owner, url, secret, h.now)
    if not await h.uow.webhooks.add(webhook, MOST_WEBHOOKS):
        raise LimitExceeded.at(key="webhook.too_many", most=MOST_WEBHOOKS)
    return Outcome(webhook=webhook.id)


async def delete(command: DeleteWebhook, h: Handling) -> Outcome:
    """The address is given up with what was on its way to it. Raises: NotFound, Forbidden."""
    if not await h.uow.webhooks.delete(_id(command.webhook, "webhook"), owner_of(h)):
        raise NotFound.at("webhook", key="not_found")
    return Outcome()


async def enable(command: EnableWebhook, h: Handling) -> Outcome:
    """An address that was given up on is tried again. Raises: NotFound, Forbidden."""
    if not await h.uow.webhooks.enable(_id(command.webhook, "webhook"), owner_of(h)):
        raise NotFound.at("webhook", key="not_found")
    await keep_own_standing(h)
    return Outcome(webhook=command.webhook)


async def send_test(command: TestWebhook, h: Handling) -> Outcome:
    """A test is sent to the address, once. Raises: NotFound, Forbidden."""
    webhook = _id(command.webhook, "webhook")
    delivery = Delivery(f"msg_{webhook}_test_{h.new_id()}", webhook, None, h.now, h.now)
    if not await h.uow.webhooks.send_test(delivery, owner_of(h)):
        raise NotFound.at("webhook", key="not_found")
    return Outcome(webhook=webhook)


async def replay(command: ReplayDelivery, h: Handling) -> Outcome:
    """A delivery is sent again, under its own id. Raises: NotFound, Forbidden."""
    _id(command.delivery.replace("_", ""), "delivery")
    webhook = await h.uow.webhooks.replay(command.delivery, owner_of(h), h.now)
    if webhook is None:
        raise NotFound.at("delivery", key="not_found")
    return Outcome(webhook=webhook)


def _id(text: str, step: str) -> str:
    """What can be an id of ours; others are not asked for: a database may refuse their characters."""
    if not (text.isascii() and text.isalnum()):
        raise NotFound.at(step, key="not_found")
    return text


HANDLERS: Handlers = {
    CreateWebhook: Handler(Operation.SAVE_SEARCH, create),
    DeleteWebhook: Handler(Operation.SAVE_SEARCH, delete),
    EnableWebhook: Handler(Operation.SAVE_SEARCH, enable),
    TestWebhook: Handler(Operation.SAVE_SEARCH, send_test),
    ReplayDelivery: Handler(Operation.SAVE_SEARCH, replay),
}
