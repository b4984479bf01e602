"""Who the API takes the caller for."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from directory import access
from schema.context import Info
from schema.enums import expose
from schema.reference.types import Agency, shown_agency


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


@strawberry.type
class ViewerQueries:
    """The root field about the caller."""

    @strawberry.field(description="The caller, as the API knows it.")
    def viewer(self, info: Info) -> Viewer:
        caller = info.context.caller
        return Viewer(
            caller=caller,
            subject=caller.subject,
            roles=[role for role in Role if access.Role(role.value) in caller.roles],
        )
