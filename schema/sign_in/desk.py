"""The desk at which people sign in: its parts, its cookies, and what it says of a request."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from directory.accounts import LONGEST_SESSION
from schema.identity import BadToken
from schema.people import People
from schema.sign_in.attempt import LONGEST_ATTEMPT
from schema.sign_in.provider import OpenIdProvider
from schema.sign_in.sessions import Session, Sessions

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
LONGEST_COOKIE = 4096
_DESK, _SESSION = "newgrowth.sign_in", "newgrowth.session"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of ours. `secure` False is for demos on this machine, without TLS."""

    name: str
    secure: bool
    lives: timedelta

    def of(self, connection: HTTPConnection) -> str | None:
        """Its value in a request."""
        value = connection.cookies.get(self.name)
        return value if value and len(value) <= LONGEST_COOKIE and value.isascii() else None

    def set(self, response: Response, value: str) -> None:
        """Hands it to the browser."""
        self._write(response, value, int(self.lives.total_seconds()))

    def drop(self, response: Response) -> None:
        """Takes it from the browser."""
        self._write(response, "", 0)

    def _write(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self.name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


@dataclass(frozen=True, slots=True)
class SignInDesk:
    """Where people sign in. `public_url` is where browsers find us, without a slash at the end; `home` where they go on."""

    provider: OpenIdProvider
    people: People
    sessions: Sessions
    public_url: str
    home: str = "/"

    @property
    def origin(self) -> str:
        """The origin of our own pages (RFC 6454)."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def session_cookie(self) -> Cookie:
        """Holds the session's secret."""
        return self._cookie("session", LONGEST_SESSION)

    @property
    def attempt_cookie(self) -> Cookie:
        """Holds an attempt to sign in."""
        return self._cookie("sign-in", LONGEST_ATTEMPT)

    def _cookie(self, name: str, lives: timedelta) -> Cookie:
        """Bound to this host and to TLS by its name; over plain http no browser would take such a name."""
        secure = self.origin.startswith("https:")
        return Cookie(f"__Host-{name}" if secure else f"newgrowth-demo-{name}", secure, lives)

    async def session_of_socket(
        self, connection: HTTPConnection, csrf_token: object, *, using: bool
    ) -> Session:
        """Whose cookie the handshake carried. Raises: BadToken, also without proof; KeysUnavailable."""
        secret = self.session_cookie.of(connection)
        session = await self.sessions.find(secret, using=using) if secret else None
        if session is None:
            raise BadToken("a session that is over")
        if connection.headers.getlist("origin") != [self.origin] or not _is_of(session, csrf_token):
            raise BadToken("a socket without proof")
        return session

    def is_proven(self, connection: HTTPConnection, session: Session, csrf_token: object) -> bool:
        """Whether a page of this session sent the request, not another site (CSRF).

        The browser says so (`Sec-Fetch-Site`; an old one by `Origin`, which our pages without a referrer leave null), and the
        request carries the session's token, which no other site can read.
        """
        site, origin = (connection.headers.getlist(name) for name in ("sec-fetch-site", "origin"))
        told_apart = site == ["same-origin"] and origin in ([], ["null"])
        own = told_apart or (origin == [self.origin] and site in ([], ["same-origin"]))
        return own and _is_of(session, csrf_token)


def _is_of(session: Session, csrf_token: object) -> bool:
    given = csrf_token if isinstance(csrf_token, str) else ""
    return hmac.compare_digest(given.encode(errors="replace"), session.csrf_token.encode())


class AtTheDesk:
    """Lets every request, also of applications mounted below, find the desk."""

    def __init__(self, app: ASGIApp, desk: SignInDesk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_DESK] = self._desk
        await self._app(scope, receive, send)


def desk_of(connection: HTTPConnection) -> SignInDesk | None:
    """The desk, where the operator has set one up."""
    desk: SignInDesk | None = connection.scope.get(_DESK)
    return desk


async def session_of(request: HTTPConnection) -> Session | None:
    """Who is signed in by this request's cookie; None for the public. Raises: KeysUnavailable, while nobody can say."""
    desk = desk_of(request)
    secret = desk and desk.session_cookie.of(request)
    if desk is None or not secret:
        return None
    found: Any = request.scope.get(_SESSION, _SESSION)
    if found is _SESSION:
        found = request.scope[_SESSION] = await desk.sessions.find(secret)
    return found  # type: ignore[no-any-return]
