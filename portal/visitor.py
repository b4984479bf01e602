"""Who visits a page, and whether a form was sent from one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from directory.access import ANYONE, Caller, Role
from portal.faults import PageFault
from schema.keys import KeysUnavailable
from schema.sign_in.desk import desk_of, session_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, what to call them, and the secret that their forms carry; all None for someone not signed in.

    `display_name_en` is None, too, for someone whose issuer tells no name for English readers.
    """

    caller: Caller
    display_name: str | None = None
    display_name_en: str | None = None
    csrf_token: str | None = None

    @property
    def signed_in(self) -> bool:
        """Whether it is known who asks."""
        return self.caller.subject is not None

    def has(self, *roles: str) -> bool:
        """Whether the visitor holds one of the roles, by name."""
        return self.caller.has(*(Role(role) for role in roles))


NOBODY = Visitor(ANYONE)


async def visitor_of(request: Request) -> Visitor:
    """Who asks, by the session's cookie. Raises: PageFault 503, while nobody can say."""
    try:
        session = await session_of(request)
    except KeysUnavailable:
        raise PageFault(503, "unavailable") from None
    if session is None:
        return NOBODY
    return Visitor(session.caller, session.display_name, session.display_name_en, session.csrf_token)


async def require_same_site(request: Request, token: str) -> None:
    """Raises: PageFault 403, for a form that no page of this site sent, or that lacks the session's own token."""
    session, desk = await session_of(request), desk_of(request)
    if session is None or desk is None:
        if not _sent_from_here(request):
            raise PageFault(403, "form")
    elif not desk.is_proven(request, session, token):
        raise PageFault(403, "form")


def _sent_from_here(request: Request) -> bool:
    """What the browser says of it (Fetch Metadata); an old one says at least its origin."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    return site == "same-origin" if site is not None else urlsplit(origin).netloc == request.headers["host"]
