"""Who the API takes the caller for."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from typing import Annotated

import strawberry

from directory import access
from schema.arguments import After, First
from schema.context import Context, Info
from schema.enums import expose
from schema.firms.types import Firm, shown_firm
from schema.limits import DEFAULT_PAGE, page_size
from schema.notices.inbox import NoticeConnection, inbox_page, unread_notices
from schema.notices.mail import MailSubscription, own_mail
from schema.notices.webhooks import Webhook, own_webhooks
from schema.own_data.copies import ConsentNotice, ContactView, MyData, consent_notices, contact_views, my_data
from schema.reference.types import Agency, shown_agency
from schema.saved_searches.types import SavedSearch, own_searches


class Role(StrEnum):
    """The roles that a caller can have; the running server's own role is not among them."""

    PUBLIC = "PUBLIC"
    FIRM = "FIRM"
    ANALYST = "ANALYST"
    AGENCY = "AGENCY"
    SUPERVISOR = "SUPERVISOR"
    OPERATOR = "OPERATOR"


expose(
    Role,
    "What a caller may do.",
    {
        Role.PUBLIC: "Anyone (公众): reads what is listed.",
        Role.FIRM: "A firm (申报主体): its own entry, submissions and reports.",
        Role.ANALYST: "An analyst (分析人员): all public text and statistics, no contacts.",
        Role.AGENCY: "An agency's official (部门经办人): reviews and handles what is the agency's.",
        Role.SUPERVISOR: "A coordinator (协调督办人): assigns across agencies and supervises.",
        Role.OPERATOR: "An operator (运维): everything technical, no decisions.",
    },
)


def roles_of(held: Set[access.Role]) -> list[Role]:
    """The roles among these that the API knows, in its order."""
    return [role for role in Role if access.Role(role.value) in held]


@strawberry.type(description="The caller.")
class Viewer:
    """The caller's identity as the token gives it."""

    caller: strawberry.Private[access.Caller]
    subject: str | None = strawberry.field(description="The token's subject; null without a token.")
    roles: list[Role] = strawberry.field(description="The caller's roles; PUBLIC without a token.")

    @strawberry.field(description="The agency that the caller works for; null for all others.")
    def agency(self, info: Info) -> Agency | None:
        reference = info.context.reference
        found = reference.agencies.get(self.caller.agency) if self.caller.agency else None
        return shown_agency(reference, found) if found else None

    @strawberry.field(
        description="The caller's own entry, the newest where there are several; null for all others."
    )
    async def firm(self, info: Info) -> Firm | None:
        return next(iter(await _own_firms(info.context)), None)

    @strawberry.field(
        description="What the caller is told without having asked (通知), newest first: own notices and those of the office."
    )
    async def notices(
        self,
        info: Info,
        unread: Annotated[bool, strawberry.argument(description="Only those not marked as read.")] = False,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> NoticeConnection:
        return await inbox_page(info.context, unread=unread, first=page_size(first), after=after)

    @strawberry.field(description="How many notices the caller has not marked as read.")
    async def unread_notices(self, info: Info) -> int:
        return await unread_notices(info.context)

    @strawberry.field(
        description="The searches that the caller has saved, oldest first; nobody else sees them."
    )
    async def saved_searches(self, info: Info) -> list[SavedSearch]:
        return await own_searches(info.context)

    @strawberry.field(description="Where the caller's own notices are sent to, oldest first.")
    async def webhooks(self, info: Info) -> list[Webhook]:
        return await own_webhooks(info.context)

    @strawberry.field(description="Where the caller's own notices are mailed to; null for nowhere.")
    async def mail(self, info: Info) -> MailSubscription | None:
        return await own_mail(info.context)

    @strawberry.field(
        description="Each time that the caller's contact details were seen, or who the caller is, oldest first (谁查看过我)."
    )
    async def contact_views(self, info: Info) -> list[ContactView]:
        return await contact_views(info.context)

    @strawberry.field(
        description="A copy of everything that is kept of the caller; null for the public and for machines."
    )
    async def my_data(self, info: Info) -> MyData | None:
        return await my_data(info.context)

    @strawberry.field(description="What the caller is told before agreeing to a purpose, a notice each.")
    def consent_notices(self) -> list[ConsentNotice]:
        return consent_notices()

    @strawberry.field(description="All entries of the caller's own, newest first.")
    async def firms(self, info: Info) -> list[Firm]:
        return await _own_firms(info.context)


async def _own_firms(context: Context) -> list[Firm]:
    subject = context.caller.subject
    if subject is None or not context.caller.has(access.Role.FIRM):
        return []
    async with context.services.record.reader() as reader:
        owned = await reader.firms_owned_by(subject)
    apart = [firm for firm in owned if firm.merged_into is None]
    return [shown for firm in apart if (shown := shown_firm(context.caller, firm)) is not None]


@strawberry.type
class ViewerQueries:
    """The root field about the caller."""

    @strawberry.field(description="The caller, as the API knows it.")
    def viewer(self, info: Info) -> Viewer:
        caller = info.context.caller
        return Viewer(
            caller=caller,
            subject=caller.subject,
            roles=roles_of(caller.roles),
        )
