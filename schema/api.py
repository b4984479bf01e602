"""
GraphQL over HTTP and WebSocket: one endpoint.

A request is taken apart before Strawberry sees any of it; Strawberry executes, and drives the WebSocket's protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType
from structlog.contextvars import bound_contextvars

from schema.admission import NotAdmitted, address_of, check_media_type, identified, not_admitted
from schema.allowances import Allowances, Purpose
from schema.answers import GRAPHQL_JSON, JSON, answer, encode, media_type_wanted
from schema.bodies import GraphQLRequest, Refused, read_body, read_json, read_request
from schema.errors import ApiCode, ApiError, retry_after
from schema.links import check_method, read_link
from schema.root import SCHEMA, context_for
from schema.services import Services
from schema.sockets import Connection, Frames, OpenConnections, TransportHandler

QUERIES = frozenset({OperationType.QUERY})
# What only time or another method corrects: clients and proxies know these, whatever the media type.
STATUS_OF = {
    ApiCode.RATE_LIMITED: 429,
    ApiCode.BUSY: 503,
    ApiCode.TIMEOUT: 503,
    ApiCode.METHOD_NOT_ALLOWED: 405,
}


class Api(GraphQL[Connection, None]):
    """GraphQL over HTTP and WebSocket. The HTTP side is our own; Strawberry drives the WebSocket's protocol."""

    websocket_adapter_class = Frames
    graphql_transport_ws_handler_class = TransportHandler

    def __init__(self, services: Services, allowances: Allowances) -> None:
        settings = services.settings
        super().__init__(
            SCHEMA,
            graphql_ide=None,
            allow_queries_via_get=False,
            multipart_uploads_enabled=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=settings.limits.connection_init_seconds),
            max_subscriptions_per_connection=settings.limits.subscriptions_per_connection,
            allowed_origins=settings.allowed_origins,
        )
        self.services = services
        self.allowances = allowances
        self.connections = OpenConnections(settings.limits.connections_per_caller)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or holds one connection until it ends."""
        if scope["type"] == "websocket":
            await self.run(WebSocket(scope, receive, send))
            return
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Connection:
        """The state of a new connection."""
        if not isinstance(request, WebSocket):
            raise TypeError("requests over HTTP are answered without Strawberry's view")
        return Connection(
            self.services,
            address := address_of(request),
            lambda who: context_for(self.services, who.caller, self.allowances.of(who.caller, address)),
            handshake=request,
        )

    def encode_json(self, data: object) -> str:
        """JSON as text: the protocol's frames must not be binary."""
        return encode(data)

    def decode_json(self, data: str | bytes) -> object:
        """The JSON value. Raises: ValueError."""
        return read_json(data)

    async def _respond(self, request: Request) -> Response:
        media_type = media_type_wanted(request.headers.get("accept", ""))
        try:
            return await self._run(request, media_type)
        except NotAdmitted as cause:
            return not_admitted(cause, media_type or JSON)

    async def _asked(self, request: Request) -> GraphQLRequest:
        if request.method == "GET":
            return read_link(request)
        check_media_type(request.headers.getlist("content-type"))
        limits = self.services.settings.limits
        body = await read_body(request, most_bytes=limits.body_bytes, within_seconds=limits.body_seconds)
        return read_request(body)

    async def _run(self, request: Request, media_type: str | None) -> Response:
        check_method(request)
        if media_type is None:
            raise Refused(406, ApiError(ApiCode.NOT_ACCEPTABLE, "body.not_acceptable"))
        asked = await self._asked(request)
        identity = await identified(self.services.tokens, request, self.allowances)
        allowance = self.allowances.of(identity.caller, address_of(request))
        # The text of a query may hold what nobody should read in a log.
        with bound_contextvars(query=sha256((asked.query or "").encode(errors="replace")).hexdigest()[:16]):
            result = await self.schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context_for(self.services, identity.caller, allowance),
                operation_name=asked.operation_name,
                allowed_operation_types=QUERIES if request.method == "GET" else None,
            )
        return answer(
            _content(result),
            status=_status(result, media_type),
            media_type=media_type,
            headers={**allowance.headers(Purpose.COST), **_waiting(result), **_allowed(result)},
        )


def _is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was run at all: the answer then has no `data`."""
    return isinstance(result, PreExecutionError) or (
        result.data is None
        and bool(result.errors)
        and all(error.path is None for error in result.errors or ())
    )


def _content(result: ExecutionResult) -> Mapping[str, Any]:
    content: dict[str, Any] = {}
    if result.errors:
        content["errors"] = [error.formatted for error in result.errors]
    if not _is_request_error(result):
        content["data"] = result.data
    if result.extensions:
        content["extensions"] = result.extensions
    return content


def _waiting(result: ExecutionResult) -> dict[str, str]:
    """The header that says when to come back, where nothing was run."""
    seconds = retry_after(result.errors or ()) if _is_request_error(result) else None
    return {} if seconds is None else {"retry-after": str(seconds)}


def _allowed(result: ExecutionResult) -> dict[str, str]:
    """By which method a mutation is sent that was sent by another."""
    return {"allow": "POST"} if ApiCode.METHOD_NOT_ALLOWED in _codes(result) else {}


def _codes(result: ExecutionResult) -> set[object]:
    return {(error.extensions or {}).get("code") for error in result.errors or ()}


def _status(result: ExecutionResult, media_type: str) -> int:
    """GraphQL over HTTP: with its own media type a request that was not run is a 400.

    With application/json only a request that is no single operation is; a wrong query is a well-formed answer there.
    """
    if not _is_request_error(result):
        return 200
    codes = _codes(result)
    for code, status in STATUS_OF.items():
        if code in codes:
            return status
    return 400 if media_type == GRAPHQL_JSON or ApiCode.BAD_REQUEST in codes else 200
