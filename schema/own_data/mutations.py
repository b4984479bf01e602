"""Commands on personal data."""

from __future__ import annotations

import strawberry

from directory.person_commands import EraseMyData, GiveConsent, ViewContact, WithdrawConsent
from directory.submissions import is_open
from schema.context import Context, Info
from schema.enums import ConsentPurpose, ViewPurpose
from schema.errors import UserError, user_errors
from schema.firms.details import Contact, shown_contact
from schema.firms.payloads import FirmPayload
from schema.inputs import CommandInput, key_in


@strawberry.input(description="A consent to one purpose.")
class GiveConsentInput(CommandInput):
    """By the version that the caller has read."""

    firm: strawberry.ID = strawberry.field(description="The caller's own entry.")
    purpose: ConsentPurpose = strawberry.field(description="What is agreed to.")
    version: str = strawberry.field(description="The version of the notice that was read.")


@strawberry.input(description="That a consent holds no more.")
class WithdrawConsentInput(CommandInput):
    """As easy as giving it (PIPL, article 15)."""

    firm: strawberry.ID = strawberry.field(description="The caller's own entry.")
    purpose: ConsentPurpose = strawberry.field(description="What is agreed to no longer.")


@strawberry.input(description="A look at contact details, which goes on the log.")
class ViewContactInput(CommandInput):
    """With what it is for."""

    firm: strawberry.ID = strawberry.field(description="The entry.")
    purpose: ViewPurpose = strawberry.field(description="What the details are needed for.")


@strawberry.input(description="The caller's wish to be erased.")
class EraseMyDataInput(CommandInput):
    """Cannot be undone."""

    subject: str = strawberry.field(description="The caller's own subject, typed once more.")


@strawberry.type(description="Contact details that were looked at.")
class ContactPayload:
    """Or the problems that kept them hidden."""

    contacts: list[Contact] = strawberry.field(
        description="Those of the entry and of its open submissions, each once; empty with errors."
    )
    errors: list[UserError] = strawberry.field(description="What the caller can correct; empty on success.")
    client_mutation_id: str | None = strawberry.field(description="The request's own name, given back.")


@strawberry.type(description="What an erasure led to.")
class ErasurePayload:
    """Nothing is left to show."""

    erased: bool = strawberry.field(description="Whether everything of the caller is gone.")
    errors: list[UserError] = strawberry.field(description="What the caller can correct; empty on success.")
    client_mutation_id: str | None = strawberry.field(description="The request's own name, given back.")


async def _contacts(context: Context, firm_id: str) -> list[Contact]:
    async with context.services.record.reader() as reader:
        firm = (await reader.firms([firm_id])).get(firm_id)
        submissions = (await reader.submissions_of_firms([firm_id])).get(firm_id, [])
        sealed = [firm.contact if firm else None, *(each.contact for each in submissions if is_open(each))]
        refs = list(dict.fromkeys(each.ref for each in sealed if each is not None))
        found = await reader.contacts(refs)
    return [shown_contact(found[ref], whole=True) for ref in refs if ref in found]


@strawberry.type
class PeopleMutations:
    """Consents, views and erasure."""

    @strawberry.mutation(description="Agree to a purpose (同意); the service does not depend on it.")
    async def give_consent(self, info: Info, input: GiveConsentInput) -> FirmPayload:
        command = GiveConsent(
            firm=key_in("Firm", input.firm),
            purpose=input.purpose,
            version=input.version,
            client_mutation_id=input.client_mutation_id,
        )
        outcome = await info.context.handle(command)
        return await FirmPayload.of(info.context, outcome, input.client_mutation_id)

    @strawberry.mutation(
        description="Agree no longer (撤回同意): at once for whoever asks, in searches with the index's next step."
    )
    async def withdraw_consent(self, info: Info, input: WithdrawConsentInput) -> FirmPayload:
        command = WithdrawConsent(
            firm=key_in("Firm", input.firm),
            purpose=input.purpose,
            client_mutation_id=input.client_mutation_id,
        )
        outcome = await info.context.handle(command)
        return await FirmPayload.of(info.context, outcome, input.client_mutation_id)

    @strawberry.mutation(
        description="Look at the contact details of an entry within reach (查看联系方式). Who did, when and what for is on the "
        "log for good, and the person can see it."
    )
    async def view_contact(self, info: Info, input: ViewContactInput) -> ContactPayload:
        command = ViewContact(
            firm=key_in("Firm", input.firm),
            purpose=input.purpose,
            client_mutation_id=input.client_mutation_id,
        )
        outcome = await info.context.handle(command)
        return ContactPayload(
            contacts=await _contacts(info.context, outcome.firm) if outcome.firm else [],
            errors=user_errors(outcome.problems),
            client_mutation_id=input.client_mutation_id,
        )

    @strawberry.mutation(
        description="Erase everything of the caller (删除个人信息): entries of natural persons whole, an enterprise's entry "
        "stays without the person. It cannot be undone."
    )
    async def erase_my_data(self, info: Info, input: EraseMyDataInput) -> ErasurePayload:
        command = EraseMyData(subject=input.subject)
        outcome = await info.context.handle(command)
        return ErasurePayload(
            erased=not outcome.problems,
            errors=user_errors(outcome.problems),
            client_mutation_id=input.client_mutation_id,
        )
