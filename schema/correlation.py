"""One name for each request, in its answer and in every line of the log about it."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

HEADER = "x-request-id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
# W3C Trace Context, version 00: the id of the trace, which may not be all zeros.
TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def request_id(headers: Headers) -> str:
    """The name a caller or a proxy gave, by `X-Request-ID` or else by `traceparent`, if it is sane; a new one otherwise."""
    if GIVEN.fullmatch(given := headers.get(HEADER, "")):
        return given
    traced = TRACE.fullmatch(headers.get("traceparent", ""))
    return traced[1] if traced else uuid.uuid4().hex


class Correlation:
    """Names each request and connection; a crash's answer, which passes no middleware, finds the name in the scope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        named = scope[HEADER] = request_id(Headers(scope=scope))

        async def send_named(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message)[HEADER] = named
            await send(message)

        with bound_contextvars(request_id=named):
            await self._app(scope, receive, send_named)
