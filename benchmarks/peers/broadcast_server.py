"""A Starlette server written by hand that tells everybody who listens what it is told: WS /listen, POST /tell, GET /."""

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

listeners: set[WebSocket] = set()


async def listen(socket: WebSocket) -> None:
    """One listener, for as long as it stays."""
    await socket.accept()
    listeners.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        listeners.discard(socket)


async def tell(request: Request) -> Response:
    """Everybody is told what the request says."""
    news = orjson.dumps({"type": "next", "payload": orjson.loads(await request.body())}).decode()
    for socket in list(listeners):
        await socket.send_text(news)
    return Response(b"{}", media_type="application/json")


async def nothing(request: Request) -> Response:
    """Nothing, as JSON."""
    return Response(b"{}", media_type="application/json")


app = Starlette(
    routes=[
        WebSocketRoute("/listen", listen),
        Route("/tell", tell, methods=["POST"]),
        Route("/", nothing, methods=["GET", "POST"]),
    ]
)
