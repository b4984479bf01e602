"""
The API as an ASGI application.

    POST /graphql         queries and mutations (GraphQL over HTTP)
    GET  /graphql         queries, for programs (`schema.links`)
    WS   /graphql         all operations (graphql-transport-ws)
    POST /export/…        what a search finds, as a file (`schema.exporting.endpoint`)
    POST, GET /evidence/…  files of reports (`schema.evidence.endpoint`)
    GET  /mail/unsubscribe  a button; POST gives up the address that notices are mailed to
    GET  /sign-in, /sign-in/callback, /sign-in/session, POST /sign-out  (`schema.sign_in.endpoint`)
    GET  /explorer        the console
    GET  /schema.graphql  the schema as text
    GET  /metrics         figures for operators, with their token
    GET  /healthz         200 while the process answers
    GET  /readyz          200 when the record answers, with the index's lag; 503 with the reasons, otherwise and while
                          the index is further behind than the operator has set, the record's tables are not those of
                          this program, or a store's version is unsafe
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from directory.errors import SearchUnavailable, ServiceFault
from schema.allowances import Allowances, Places
from schema.answers import SecurityHeaders, answer, refusal, security_headers
from schema.api import Api
from schema.correlation import HEADER, Correlation
from schema.errors import ApiCode, ApiError
from schema.evidence.endpoint import EvidenceFiles
from schema.export import sdl
from schema.exporting.endpoint import Exports
from schema.metrics import Metrics
from schema.notices.unsubscribing import Unsubscribing
from schema.observing import Answered
from schema.services import HELD_UP_SECONDS, LOG_HELD_UP, ApiSettings, IndexState, Services
from schema.sign_in.desk import AtTheDesk, SignInDesk
from schema.sign_in.endpoint import SignIn

EXPLORER = Path(__file__).with_name("static") / "explorer"
EXPLORER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Common:
    """What all routes of one application share: a caller's allowance is one, whichever way they come in."""

    services: Services
    allowances: Allowances
    exports: Exports
    evidence: EvidenceFiles


Guest = Callable[[Common], Sequence[BaseRoute]]
"""Makes routes that stand beside the API's, behind the same middleware."""


def make_app(services: Services, lifespan: Lifespan | None = None, guests: Sequence[Guest] = ()) -> Starlette:
    """The application over `services`; `lifespan` opens and closes them with it. The API's own routes come first."""
    limits = services.settings.limits
    places = Places(limits.operations_at_once, limits.operations_at_once_per_caller)
    allowances = Allowances(services.settings.rates, places)
    api = Api(services, allowances)
    evidence = EvidenceFiles(services, allowances)
    common = Common(services, allowances, Exports(services, allowances), evidence)
    routes: Sequence[BaseRoute] = [
        Route("/graphql", api, name="graphql"),
        WebSocketRoute("/graphql", api, name="graphql-ws"),
        Route("/export/{file}", common.exports.answer, methods=["POST"]),
        Route("/evidence/{which}", evidence.answer, methods=["GET", "POST"]),
        Route("/mail/unsubscribe", Unsubscribing(services).answer, methods=["GET", "POST"]),
        *SignIn(services.sign_in, allowances).routes(),
        Route("/schema.graphql", _schema),
        Route("/explorer", _explorer),
        Mount("/explorer", StaticFiles(directory=EXPLORER), name="explorer-files"),
        Route("/healthz", _healthz),
        Route("/readyz", _readyz(services)),
        Route("/metrics", Metrics(services).answer),
        *(route for guest in guests for route in guest(common)),
    ]
    first_parts = frozenset(each.path.split("/")[1] for each in routes if isinstance(each, Route | Mount))
    answered = Middleware(Answered, observer=services.observer, routes=first_parts)
    app = Starlette(
        routes=routes,
        middleware=[answered, *_middleware(services.settings, services.sign_in)],
        exception_handlers={HTTPException: _refused, Exception: _crashed},
        lifespan=lifespan,
    )
    # A redirect would be built from the request's own Host.
    app.router.redirect_slashes = False
    return app


def _middleware(settings: ApiSettings, desk: SignInDesk | None) -> list[Middleware]:
    layers = [Middleware(Correlation), Middleware(SecurityHeaders, allowed_hosts=settings.allowed_hosts)]
    if settings.trusted_proxies:
        layers.insert(0, Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies)))
    if settings.allowed_origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["POST"],
                allow_headers=["Authorization", "Content-Type"],
                expose_headers=["RateLimit", "RateLimit-Policy", "Retry-After"],
                max_age=600,
            )
        )
    if desk is not None:
        layers.append(Middleware(AtTheDesk, desk=desk))
    return layers


async def _healthz(request: Request) -> Response:
    return answer({"status": "ok"})


async def _schema(request: Request) -> Response:
    headers = {"content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=300"}
    return Response(sdl(), headers=headers)


async def _explorer(request: Request) -> Response:
    headers = {"content-security-policy": EXPLORER_POLICY, "cache-control": "no-cache"}
    return FileResponse(EXPLORER / "index.html", headers=headers)


def _readyz(services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(request: Request) -> Response:
        try:
            async with services.record.reader() as reader:
                head = await reader.head()
            unfit = await services.unfit()
        except ServiceFault as fault:
            return answer({"status": "unavailable", "reasons": [fault.code]}, status=503)
        index = await _index(services)
        if unfit:
            return answer({"status": "unavailable", **index, "reasons": list(unfit)}, status=503)
        if _too_late(index, services.settings.ready_lag_seconds):
            return answer({"status": "unavailable", **index, "reasons": [SearchUnavailable.code]}, status=503)
        return answer({"status": "ready", "recordPosition": str(head), **index})

    return readyz


def _too_late(index: Mapping[str, Any], most_seconds: float | None) -> bool:
    """Whether the index is further behind than the operator bears; one that cannot be asked is."""
    behind = max(index.get("lagSeconds", math.inf), index.get("unsealedSeconds", math.inf))
    return most_seconds is not None and behind > most_seconds


async def _index(services: Services) -> Mapping[str, Any]:
    """The index's part of readiness: a server without search still takes commands, so by itself it is only told of."""
    try:
        state = await services.index_state()
    except ServiceFault as fault:
        return {"reasons": [fault.code]}
    return {
        "reasons": [*_reasons(state)],
        "indexedPosition": str(state.indexed_position),
        "lagSeconds": state.lag_seconds,
        "unsealedSeconds": state.unsealed_seconds,
        "rejected": state.rejected,
        "filling": state.filling,
    }


def _reasons(state: IndexState) -> Iterator[str]:
    if not state.reachable:
        yield SearchUnavailable.code
    if state.unsealed_seconds > HELD_UP_SECONDS:
        yield LOG_HELD_UP


async def _refused(request: Request, error: Exception) -> Response:
    """What Starlette refuses (no such path, no such method), as JSON."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    allow = error.headers if isinstance(error, HTTPException) else None
    code, key = (ApiCode.METHOD_NOT_ALLOWED, "method") if status == 405 else (ApiCode.NOT_FOUND, "not_found")
    return refusal(status, ApiError(code, key), headers=allow)


async def _crashed(request: Request, error: Exception) -> Response:
    """What nobody foresaw: this answer passes no middleware, so it brings its own headers."""
    reference = uuid.uuid4().hex[:12]
    named = request.scope[HEADER]
    log.error(
        "request_failed", reference=reference, path=request.scope["path"], request_id=named, exc_info=error
    )
    masked = ApiError(ApiCode.INTERNAL, "internal", reference=reference)
    return refusal(500, masked, headers={**security_headers(request.scope), HEADER: named})
