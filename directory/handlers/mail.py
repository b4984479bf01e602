"""The address that notices are mailed to, by its owner."""

from __future__ import annotations

import secrets
from dataclasses import replace

from directory.access import Operation
from directory.errors import NotAllowedNow, NotFound
from directory.handlers.saved_searches import keep_own_standing, owner_of
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.mail import (
    TOKEN_BYTES,
    Mail,
    MailSubscription,
    checked_address,
    checked_hour,
    confirmation_id,
    confirms,
)
from directory.subscription_commands import ConfirmMail, SubscribeByMail, UnsubscribeMail


async def subscribe(command: SubscribeByMail, h: Handling) -> Outcome:
    """The caller's address, to be confirmed; until then the last one stands. A confirmed one only changes how.

    Raises: InvalidInput, NotAllowedNow.
    """
    owner, address, hour = owner_of(h), checked_address(command.address), checked_hour(command.hour)
    if not h.rulebook.mail_offered:
        raise NotAllowedNow.at(key="mail.not_offered")
    await keep_own_standing(h)
    known = (await h.uow.mail.of_owner(owner)).standing
    if known is not None and known.address == address and known.takes_notices:
        changed = replace(known, language=command.language, mode=command.mode, hour=hour)
        await h.uow.mail.put(changed, None)
        return Outcome()
    fresh = MailSubscription(
        id=h.new_id(),
        owner=owner,
        address=address,
        language=command.language,
        mode=command.mode,
        hour=hour,
        created_at=h.now,
        confirm_token=secrets.token_urlsafe(TOKEN_BYTES),
        unsubscribe_token=secrets.token_urlsafe(TOKEN_BYTES),
    )
    await h.uow.mail.put(fresh, Mail(confirmation_id(fresh.id), fresh.id, True, h.now, h.now))
    return Outcome()


async def confirm(command: ConfirmMail, h: Handling) -> Outcome:
    """The address is its reader's own: notices go there from now on, and to no other. Raises: NotFound, Forbidden."""
    known = await h.uow.mail.of_owner(owner_of(h))
    if known.asked is not None and confirms(known.asked, command.token, h.now):
        await h.uow.mail.put(replace(known.asked, confirmed_at=h.now), None)
    elif known.standing is None or not confirms(known.standing, command.token, h.now):
        raise NotFound.at("token", key="mail.token")
    return Outcome()


async def unsubscribe(command: UnsubscribeMail, h: Handling) -> Outcome:
    """The address is given up with what was on its way. Raises: NotFound, Forbidden."""
    if not await h.uow.mail.remove(owner_of(h)):
        raise NotFound.at(key="not_found")
    return Outcome()


HANDLERS: Handlers = {
    SubscribeByMail: Handler(Operation.SAVE_SEARCH, subscribe),
    ConfirmMail: Handler(Operation.SAVE_SEARCH, confirm),
    UnsubscribeMail: Handler(Operation.SAVE_SEARCH, unsubscribe),
}
