"""Answers: JSON in the media type that the caller takes, errors in one shape, security headers on everything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import ApiCode, ApiError

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"

NOTHING_ALLOWED = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": NOTHING_ALLOWED,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
HEADER_BYTES = 32 << 10
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def security_headers(scope: Scope) -> Mapping[str, str]:
    """What every answer to this request carries; over TLS browsers are told to come by nothing else (RFC 6797)."""
    if scope["scheme"] in ("https", "wss"):
        return {**SECURITY_HEADERS, "strict-transport-security": TRANSPORT_SECURITY}
    return SECURITY_HEADERS


def encode(value: object) -> str:
    """The value as compact JSON; Chinese stays readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def media_type_wanted(accept: str) -> str | None:
    """Which of our two media types the caller prefers (RFC 9110); None when it takes neither.

    Without a header, or where both are equal, it is application/json: the one that every client understands.
    """
    if not accept.strip():
        return JSON
    best: tuple[float, str] | None = None
    for offered in (JSON, GRAPHQL_JSON):
        quality = _quality(accept, offered)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, offered)
    return best[1] if best else None


def _quality(accept: str, offered: str) -> float:
    """How much the Accept header likes a media type, 0 to 1; the most specific range decides."""
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        charset = next(
            (p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")), "utf-8"
        )
        if charset in ("utf-8", "utf8"):
            ranges[name] = max(ranges.get(name, 0.0), _weight(parameters))
    for name in (offered, "application/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(1.0, max(0.0, float(parameter[2:])))
            except ValueError:
                return 0.0
    return 1.0


def answer(
    content: Mapping[str, Any],
    *,
    status: int = 200,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A JSON answer, not to be stored by anyone on the way."""
    return Response(
        encode(content),
        status_code=status,
        headers={
            "content-type": f"{media_type}; charset=utf-8",
            "cache-control": "no-store",
            "vary": "Accept, Authorization, Cookie",
            **(headers or {}),
        },
    )


def refusal(
    status: int, error: GraphQLError, *, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer that holds only an error."""
    return answer({"errors": [error.formatted]}, status=status, media_type=media_type, headers=headers)


class SecurityHeaders:
    """Sets the security headers on every answer that does not set its own; answers to known hosts and sane headers.

    `allowed_hosts` empty means any: for servers behind a proxy that has checked already.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in security_headers(scope).items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        if refused is None:
            await self._app(scope, receive, send_with_headers)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, send_with_headers)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request whose headers alone say that it is not for us."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            return refusal(431, ApiError(ApiCode.TOO_LARGE, "headers.too_large", bytes=HEADER_BYTES))
        if not self._knows(Headers(scope=scope).getlist("host")):
            return refusal(400, ApiError(ApiCode.BAD_REQUEST, "host.unknown"))
        return None

    def _knows(self, hosts: Sequence[str]) -> bool:
        if not self._allowed:
            return True
        if len(hosts) != 1:
            return False
        host, _, port = hosts[0].lower().rpartition(":")
        name = host if host and port.isdecimal() else hosts[0].lower()
        return name in self._allowed
