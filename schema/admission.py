"""What every request over HTTP passes before it is run: its caller and its body's type; and the answers to those refused."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from schema.allowances import Allowances
from schema.answers import JSON, refusal
from schema.bodies import Refused
from schema.errors import ApiCode, ApiError, retry_after
from schema.identity import BadToken, Identity, Verifier, identify
from schema.keys import KeysUnavailable
from schema.sign_in.desk import CSRF_HEADER, SignInDesk, desk_of, session_of

NotAdmitted = (Refused, BadToken, KeysUnavailable)

log = structlog.get_logger(__name__)


async def identified(tokens: Verifier | None, request: Request, allowances: Allowances) -> Identity:
    """Who asks: by the token in the header, else by the session of the cookie, else the public.

    Raises: BadToken, KeysUnavailable; Refused (429), for bad tokens beyond the address's allowance; Refused (403), for a
    session without proof that its own page asks.
    """
    given = request.headers.getlist("authorization")
    if not given and (desk := desk_of(request)) is not None and desk.session_cookie.of(request):
        return await _of_session(desk, request)
    try:
        if len(given) > 1:
            raise BadToken("several Authorization headers")
        return await identify(tokens, given[0] if given else None)
    except BadToken:
        try:
            allowances.failed_sign_in(address_of(request))
        except ApiError as error:
            raise Refused(429, error) from None
        raise


async def _of_session(desk: SignInDesk, request: Request) -> Identity:
    session = await session_of(request)
    if session is None:
        raise BadToken("a session that is over")
    if not desk.is_proven(request, session, request.headers.get(CSRF_HEADER)):
        raise Refused(403, ApiError(ApiCode.FORBIDDEN, "csrf.missing"))
    return session.identity


def address_of(connection: HTTPConnection) -> str:
    """The caller's address: the server's peer, or whom a trusted proxy names."""
    return connection.client.host if connection.client else "unknown"


def check_media_type(given: list[str]) -> None:
    """Raises: Refused (415), for anything but application/json in UTF-8, once."""
    name, *parameters = (part.strip().lower() for part in (given[0] if len(given) == 1 else "").split(";"))
    charsets = [part.partition("=")[2].strip('"') for part in parameters if part.startswith("charset=")]
    if name != JSON or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Refused(415, ApiError(ApiCode.UNSUPPORTED_MEDIA_TYPE, "body.media_type"))


def not_admitted(cause: Exception, media_type: str = JSON) -> Response:
    """The answer to a request that was not run; `cause` is one of `NotAdmitted`, others are raised again."""
    if isinstance(cause, Refused):
        return refusal(cause.status, cause.error, media_type=media_type, headers=_closing(cause))
    if isinstance(cause, BadToken):
        log.info("token_refused", reason=str(cause))
        error = ApiError(ApiCode.UNAUTHENTICATED, "token.refused")
        challenge = {"www-authenticate": 'Bearer error="invalid_token"'}
        return refusal(401, error, media_type=media_type, headers=challenge)
    if isinstance(cause, KeysUnavailable):
        error = ApiError(ApiCode.UNAVAILABLE, "unavailable.record")
        return refusal(503, error, media_type=media_type, headers={"retry-after": "10"})
    raise cause


def _closing(refused: Refused) -> Mapping[str, str]:
    """Headers for a refusal: what else is allowed, and an end to connections whose body was not read."""
    if refused.status == 405:
        return {"allow": "POST"}
    if (seconds := retry_after([refused.error])) is not None:
        return {"retry-after": str(seconds)}
    return {"connection": "close"} if refused.status in (408, 413) else {}
