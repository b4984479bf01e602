"""
GraphQL over WebSocket (graphql-transport-ws), with the directory's own door.

The token comes in `connection_init`, or the session in the handshake's cookie, which needs the same origin and in
`connection_init` the session's `csrfToken`. It holds for each operation anew, and its end is the connection's end (4401). What
breaks the protocol closes the connection (4400); what is wrong with one operation is told as that operation's error.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from schema.allowances import payer
from schema.bodies import as_request, read_json
from schema.context import Context
from schema.errors import ApiCode, ApiError
from schema.identity import PUBLIC, BadToken, Identity, identify
from schema.keys import KeysUnavailable
from schema.services import Services
from schema.sign_in.desk import desk_of

if TYPE_CHECKING:
    from schema.api import Api

INVALID = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
TOO_MANY = 4429
TOO_LARGE = 1009
TRY_LATER = 1013
LONGEST_OPERATION_ID = 128
MOST_REFUSED = 20


class OpenConnections:
    """How many connections each caller holds; the public is told apart by address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def enter(self, who: str) -> bool:
        """Counts one more, or says no."""
        if self._open[who] >= self._most:
            return False
        self._open[who] += 1
        return True

    def leave(self, who: str) -> None:
        """Counts one less."""
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]


@dataclass(slots=True)
class Connection:
    """One WebSocket's state, from the handshake on; who calls is known after `connection_init`."""

    services: Services
    address: str
    context_for: Callable[[Identity], Context]
    handshake: HTTPConnection
    identity: Identity = PUBLIC
    payload: dict[str, Any] = field(default_factory=dict, repr=False)
    counted_as: str | None = None
    refused: int = 0
    expiry: asyncio.TimerHandle | None = field(default=None)

    def context(self) -> Context:
        """A fresh context for one operation of the connection's caller."""
        return self.context_for(self.identity)


class Frames(ASGIWebSocketAdapter):
    """Text frames of bounded length, each a JSON value."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Each frame's value. Raises: NonTextMessageReceived, NonJsonMessageReceived."""
        most = cast("Api", self.view).services.settings.limits.frame_bytes
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                message = await self.ws.receive()
                if message["type"] == "websocket.disconnect":
                    return
                text = message.get("text")
                if text is None:
                    raise NonTextMessageReceived
                if len(text) > most or len(text.encode("utf-8", "replace")) > most:
                    await self.close(TOO_LARGE, "Frame too large")
                    return
                yield _frame(text)
        except WebSocketDisconnect:
            return


def _frame(text: str) -> object:
    try:
        return read_json(text)
    except ValueError as error:
        raise NonJsonMessageReceived from error


class TransportHandler(BaseGraphQLTransportWSHandler[Connection, None]):
    """One connection's protocol."""

    async def shutdown(self) -> None:
        """Ends the operations and forgets the connection."""
        await super().shutdown()
        if self.context.expiry is not None:
            self.context.expiry.cancel()
        if self.context.counted_as is not None:
            self._api.connections.leave(self.context.counted_as)

    @property
    def _api(self) -> Api:
        return cast("Api", self.view)

    async def handle_message(self, message: Message) -> None:
        """Takes one message; one of the wrong shape closes the connection."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            await self.handle_invalid_message("A message is an object with a type")
        elif message["type"] in ("subscribe", "complete") and not _has_id(message):
            await self.handle_invalid_message("An operation has an id")
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Finds out who calls, then acknowledges; a token that does not hold closes the connection."""
        payload = message.get("payload")
        if payload is None:
            payload = {}
            message = {"type": "connection_init", "payload": payload}
        if not self.connection_init_received and isinstance(payload, dict):
            self.context.payload = payload
            try:
                self.context.identity = await identified_by(self.context, using=True)
            except BadToken:
                await self._refuse_token()
                return
            except KeysUnavailable:
                await self.websocket.close(code=TRY_LATER, reason="Try again later")
                return
        if not self.connection_init_received and not self._count():
            await self.websocket.close(code=TOO_MANY, reason="Too many connections")
            return
        await super().handle_connection_init(message)
        self._end_with_token()

    async def _refuse_token(self) -> None:
        try:
            self._api.allowances.failed_sign_in(self.context.address)
        except ApiError:
            await self.websocket.close(code=TOO_MANY, reason="Too many bad tokens")
            return
        await self.websocket.close(code=FORBIDDEN, reason="Forbidden")

    def _count(self) -> bool:
        name = payer(self.context.identity.caller, self.context.address)
        if not self._api.connections.enter(name):
            return False
        self.context.counted_as = name
        return True

    def _end_with_token(self) -> None:
        tokens = self.context.services.tokens
        left = tokens.seconds_left(self.context.identity) if tokens else None
        if left is None or self.context.expiry is not None:
            return
        loop = asyncio.get_running_loop()
        self.context.expiry = loop.call_later(left, lambda: loop.create_task(self._ask_again()))

    async def _ask_again(self) -> bool:
        """Whether the caller still is who they were; a connection whose token holds no more is closed."""
        try:
            self.context.identity = await identified_by(self.context, using=False)
        except BadToken:
            await self._expire()
            return False
        except KeysUnavailable:
            await self.websocket.close(code=TRY_LATER, reason="Try again later")
            return False
        if self.context.expiry is not None:
            self.context.expiry.cancel()
            self.context.expiry = None
        self._end_with_token()
        return True

    async def _expire(self) -> None:
        if cast("ASGIWebSocketAdapter", self.websocket).ws.application_state is WebSocketState.CONNECTED:
            await self.websocket.close(code=UNAUTHORIZED, reason="Token expired")

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Starts an operation, if the token still holds."""
        tokens = self.context.services.tokens
        if tokens is not None and tokens.is_over(self.context.identity) and not await self._ask_again():
            return
        if self.connection_acknowledged and len(self.operations) >= self._most_operations:
            await self._refuse_operation(message["id"])
            return
        payload: object = message.get("payload")
        try:
            as_request(payload if isinstance(payload, dict) else {})
        except ApiError as error:
            await self.send_message({"type": "error", "id": message["id"], "payload": [error.formatted]})
            return
        await super().handle_subscribe(message)

    @property
    def _most_operations(self) -> int:
        return self.context.services.settings.limits.subscriptions_per_connection

    async def _refuse_operation(self, id: str) -> None:
        """One too many is that operation's error; who goes on all the same loses the connection."""
        self.context.refused += 1
        if self.context.refused > MOST_REFUSED:
            await self.websocket.close(code=TOO_MANY, reason="Too many operations")
            return
        error = ApiError(ApiCode.RATE_LIMITED, "socket.too_many_operations", limit=self._most_operations)
        await self.send_message({"type": "error", "id": id, "payload": [error.formatted]})

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """None: a query that does not parse is that operation's error, and no reason to end the others."""
        return None


def _has_id(message: Any) -> bool:
    return isinstance(message.get("id"), str) and 0 < len(message["id"]) <= LONGEST_OPERATION_ID


async def identified_by(connection: Connection, *, using: bool) -> Identity:
    """Who calls: by `connection_init`, {"authorization": "Bearer ..."}, else by the session of the handshake's cookie.

    `using` counts as a use of the session: what only listens does not keep it from ending. Raises: BadToken, KeysUnavailable.
    """
    payload, desk = connection.payload, desk_of(connection.handshake)
    given = payload.get("authorization", payload.get("Authorization"))
    if given is None and desk is not None and desk.session_cookie.of(connection.handshake):
        token = payload.get("csrfToken")
        return (await desk.session_of_socket(connection.handshake, token, using=using)).identity
    if given is not None and not isinstance(given, str):
        raise BadToken("not a text")
    return await identify(connection.services.tokens, given)
