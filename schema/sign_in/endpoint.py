"""
Signing in and out.

    GET  /sign-in?next=/…    to the provider; afterwards back to the local path `next`
    GET  /sign-in/callback   where the provider sends people back to
    GET  /sign-in/session    who is signed in, as JSON, with the token that changes need (CSRF)
    POST /sign-out           ends the session everywhere; needs the token as `csrf_token` or X-CSRF-Token
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from schema.admission import address_of
from schema.allowances import Allowances
from schema.answers import answer
from schema.bodies import Refused, read_body
from schema.errors import ApiError
from schema.identity import BadToken
from schema.keys import KeysUnavailable
from schema.people import Disabled
from schema.sign_in.attempt import Attempt, attempt_of, local_path, new_attempt
from schema.sign_in.desk import CSRF_FIELD, CSRF_HEADER, SignInDesk, session_of
from schema.sign_in.pages import told, told_to_wait
from schema.sign_in.sessions import Session

CALLBACK = "/sign-in/callback"
LONGEST_NAME = 100
FORM_BYTES = 8 << 10
FORM_SECONDS = 10.0
SEE_OTHER = 303

log = structlog.get_logger(__name__)


class SignIn:
    """Answers who wants to sign in or out. Without a desk nobody can, and pages are told so."""

    def __init__(self, desk: SignInDesk | None, allowances: Allowances) -> None:
        self._given = desk
        self._allowances = allowances

    def routes(self) -> list[Route]:
        """Where it is found."""
        state = Route("/sign-in/session", self.state)
        if self._given is None:
            return [state]
        return [
            state,
            Route("/sign-in", self.begin),
            Route(CALLBACK, self.come_back),
            Route("/sign-out", self.end, methods=["POST"]),
        ]

    @property
    def _desk(self) -> SignInDesk:
        if self._given is None:
            raise LookupError("nobody can sign in here")
        return self._given

    async def begin(self, request: Request) -> Response:
        """On to the provider, with an attempt for the browser to keep."""
        desk = self._desk
        next = local_path(request.query_params.get("next", desk.home), home=desk.home)
        if request.headers.get("host", "").lower() != urlsplit(desk.origin).netloc:
            # The cookie of an attempt belongs to one host name: that to which the provider sends people back.
            return _redirect(f"{desk.public_url}/sign-in?{urlencode({'next': next})}")
        try:
            self._allowances.check_sign_ins(address_of(request))
            attempt = new_attempt(next)
            response = _redirect(await desk.provider.authorization_url(attempt))
        except ApiError as error:
            return told_to_wait(error)
        except KeysUnavailable:
            return told("sign_in.unavailable", 503)
        desk.attempt_cookie.set(response, attempt.cookie())
        return response

    async def come_back(self, request: Request) -> Response:
        """The session and the way on; or the reason why there is none. The attempt is over in any case."""
        try:
            self._allowances.check_sign_ins(address_of(request))
            self._allowances.arrived(address_of(request))
            response = await self._welcome(request)
        except BadToken as refused:
            response = self._refuse(request, refused)
        except ApiError as error:
            response = told_to_wait(error)
        except KeysUnavailable:
            response = told("sign_in.unavailable", 503)
        self._desk.attempt_cookie.drop(response)
        return response

    async def _welcome(self, request: Request) -> Response:
        desk = self._desk
        code, attempt = await self._answered(request)
        verified = await desk.provider.verified(code, attempt)
        known = await desk.people.known(verified)
        self._allowances.signed_in(known.caller, address_of(request))
        before = desk.session_cookie.of(request)
        name, name_en = _display_name(verified.claims), _english_name(verified.claims)
        secret = await desk.sessions.begin(verified.issuer, known, name, name_en, before=before)
        response = _redirect(attempt.next)
        desk.session_cookie.set(response, secret)
        return response

    async def _answered(self, request: Request) -> tuple[str, Attempt]:
        """The code, and the attempt that it answers. Raises: BadToken, KeysUnavailable."""
        given = request.query_params
        if any(len(given.getlist(name)) > 1 for name in given):
            raise BadToken("a parameter that stands twice")
        cookie = self._desk.attempt_cookie.of(request)
        attempt = attempt_of(cookie, home=self._desk.home) if cookie else None
        if attempt is None or not attempt.is_answered_by(given.get("state", "")):
            raise BadToken("no attempt of this browser")
        await self._desk.provider.check_issuer(given.get("iss"))
        if not given.get("code"):
            raise BadToken("no code")
        return given["code"], attempt

    def _refuse(self, request: Request, refused: BadToken) -> Response:
        log.info("sign_in_refused", reason=str(refused))
        try:
            self._allowances.failed_sign_in(address_of(request))
        except ApiError as error:
            return told_to_wait(error)
        return (
            told("sign_in.disabled", 403) if isinstance(refused, Disabled) else told("sign_in.refused", 400)
        )

    async def state(self, request: Request) -> Response:
        """Whether one can sign in here, and who is; a cookie of a session that is over goes."""
        try:
            session = await session_of(request)
        except KeysUnavailable:
            return answer({"offered": True, "session": None}, status=503)
        headers = {"vary": "Cookie"}
        response = answer({"offered": self._given is not None, "session": _shown(session)}, headers=headers)
        if self._given is not None and session is None and self._given.session_cookie.of(request):
            self._given.session_cookie.drop(response)
        return response

    async def end(self, request: Request) -> Response:
        """Back to the beginning, signed out."""
        try:
            session = await session_of(request)
            if session is not None:
                if not self._desk.is_proven(request, session, await _csrf_token(request)):
                    return told("csrf.missing", 403)
                await self._desk.sessions.end(session)
        except Refused as refused:
            return told("csrf.missing", refused.status)
        except KeysUnavailable:
            return told("sign_in.unavailable", 503)
        response = _redirect(self._desk.home)
        self._desk.session_cookie.drop(response)
        return response


def _redirect(url: str) -> Response:
    return RedirectResponse(url, SEE_OTHER, headers={"cache-control": "no-store"})


def _shown(session: Session | None) -> dict[str, Any] | None:
    if session is None:
        return None
    return {
        "displayName": session.display_name,
        "displayNameEn": session.display_name_en,
        "roles": sorted(session.caller.roles),
        "csrfToken": session.csrf_token,
        "expiresAt": session.expires_at.isoformat(),
    }


async def _csrf_token(request: Request) -> str | None:
    """The token in the header, else in the form. Raises: Refused, for a body that is too large or too slow."""
    if (given := request.headers.get(CSRF_HEADER)) is not None:
        return given
    body = await read_body(request, most_bytes=FORM_BYTES, within_seconds=FORM_SECONDS)
    return dict(parse_qsl(body.decode("utf-8", "replace"))).get(CSRF_FIELD)


def _display_name(claims: Mapping[str, Any]) -> str:
    """What to call someone: the claim `name`, else the subject, without what cannot be shown."""
    name = claims.get("name") or claims.get("preferred_username") or claims.get("sub")
    return _showable(str(name))


def _english_name(claims: Mapping[str, Any]) -> str | None:
    """The name for English readers, where the issuer tells one (OpenID Connect Core 1.0, section 5.2)."""
    name = claims.get("name#en")
    return _showable(name) or None if isinstance(name, str) else None


def _showable(name: str) -> str:
    return "".join(each for each in name if each.isprintable())[:LONGEST_NAME]
