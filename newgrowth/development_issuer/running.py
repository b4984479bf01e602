"""The development issuer at work, on a port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette

LOOPBACK = "127.0.0.1"


def listening_socket(port: int = 0, host: str = LOOPBACK) -> socket.socket:
    """A socket that listens, on a free port for 0. Raises: OSError, when the port is taken."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def port_of(listening: socket.socket) -> int:
    """Its port."""
    port: int = listening.getsockname()[1]
    return port


@contextlib.asynccontextmanager
async def running(web: Starlette, listening: socket.socket) -> AsyncIterator[None]:
    """Serves `web` on the socket until the block ends."""
    config = uvicorn.Config(web, log_config=None, access_log=False, lifespan="off", server_header=False)
    server = _Beside(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class _Beside(uvicorn.Server):
    """A server that leaves signals to the one beside which it runs."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
