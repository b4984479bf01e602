"""Who visits a page, and whether a form was sent from one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import compare_digest
from urllib.parse import urlsplit

from starlette.requests import Request

from directory.access import ANYONE, Caller, Role
from portal.faults import PageFault


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, what to call them, and the secret that their forms carry; both None for someone not signed in."""

    caller: Caller
    display_name: str | None = None
    csrf_token: str | None = None

    @property
    def signed_in(self) -> bool:
        """Whether it is known who asks."""
        return self.caller.subject is not None

    def has(self, *roles: str) -> bool:
        """Whether the visitor holds one of the roles, by name."""
        return self.caller.has(*(Role(role) for role in roles))


async def visitor_of(request: Request) -> Visitor:
    """Who asks: the public, as long as nobody can sign in."""
    return Visitor(ANYONE)


def require_same_site(request: Request, visitor: Visitor, token: str) -> None:
    """Raises: PageFault 403, for a form that no page of this site sent, or that lacks the session's own token."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    own = (
        site == "same-origin" if site is not None else urlsplit(origin).netloc == request.headers.get("host")
    )
    if not own or (visitor.csrf_token is not None and not compare_digest(token, visitor.csrf_token)):
        raise PageFault(403, "form")
