"""Consents, views of contact details, and the erasure that somebody asks for themselves."""

from __future__ import annotations

from directory.access import Operation
from directory.consents import with_consent, without_consent
from directory.errors import Forbidden, InvalidInput
from directory.handlers.entries import rebase_open
from directory.handlers.finding import own_firm, visible_firm
from directory.handlers.saved_searches import owner_of
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.looks import FACTS, ViewWay
from directory.person_commands import EraseMyData, GiveConsent, ViewContact, WithdrawConsent
from directory.visibility import may_read_firm_field

GIVEN, WITHDRAWN = "firm:consent_given", "firm:consent_withdrawn"


async def give(command: GiveConsent, h: Handling) -> Outcome:
    """The entry with one consent more. Raises: NotFound, Gone, Forbidden, InvalidInput."""
    firm = await own_firm(h, command.firm)
    after = with_consent(firm, command.purpose, command.version, h.now)
    kept = await h.uow.firms.save(after, kind=GIVEN, actor=h.actor, at=h.now)
    await rebase_open(h, kept)
    return Outcome(firm=kept.id)


async def withdraw(command: WithdrawConsent, h: Handling) -> Outcome:
    """The entry without the consent. Raises: NotFound, Gone, Forbidden, NotAllowedNow."""
    firm = await own_firm(h, command.firm)
    kept = await h.uow.firms.save(
        without_consent(firm, command.purpose, h.now), kind=WITHDRAWN, actor=h.actor, at=h.now
    )
    await rebase_open(h, kept)
    return Outcome(firm=kept.id)


async def view_contact(command: ViewContact, h: Handling) -> Outcome:
    """The entry, once it is on the log who looks at its contact details and why. Raises: NotFound, Gone, Forbidden."""
    firm = await visible_firm(h, command.firm)
    if not may_read_firm_field(h.caller, firm, "contact"):
        raise Forbidden.at("firm", key="forbidden.role", operation=Operation.READ_CONTACT.value)
    if h.caller.subject != firm.owner:
        said = {"purpose": command.purpose.value, "firm": firm.id, "agency": h.caller.agency}
        await h.uow.note_about(FACTS[ViewWay.LOOKED_AT], firm.owner, actor=h.actor, at=h.now, data=said)
    return Outcome(firm=firm.id)


async def erase_own(command: EraseMyData, h: Handling) -> Outcome:
    """Everything of the caller is gone. Raises: InvalidInput, unless the caller is named; NotFound, VersionConflict."""
    subject = owner_of(h)
    if command.subject != subject:
        raise InvalidInput.at("subject", key="person.not_you")
    await h.uow.erase_person(subject, actor=subject, at=h.now)
    return Outcome()


HANDLERS: Handlers = {
    GiveConsent: Handler(Operation.DECIDE_ON_OWN_DATA, give),
    WithdrawConsent: Handler(Operation.DECIDE_ON_OWN_DATA, withdraw),
    ViewContact: Handler(Operation.READ_CONTACT, view_contact),
    EraseMyData: Handler(Operation.DECIDE_ON_OWN_DATA, erase_own),
}
