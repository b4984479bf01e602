"""
One POST to an address that somebody gave us, such that it leads nowhere inside (防SSRF).

The name is resolved once, every address it leads to has to be public, and the connection is made to the address that
was looked at: a name that leads elsewhere the next moment gains nothing. Redirections are not followed, of the answer
no more than its first line is read, and the whole takes no longer than a few seconds.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from directory.errors import InvalidInput
from directory.webhooks import checked_url, is_public

SECONDS = 10.0
LONGEST_LINE = 1024
_PORTS = {"https": 443, "http": 80}


class NotPosted(Exception):
    """The receiver gave no answer that is one, or must not be asked; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts to the open net only, unless `private` lets it into the own one and over plain http."""

    private: bool = False
    seconds: float = SECONDS

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises: NotPosted."""
        try:
            parts = urlsplit(checked_url(url, private=self.private))
            async with asyncio.timeout(self.seconds):
                return await self._posted(parts, headers, body)
        except InvalidInput as fault:
            raise NotPosted("the address is not allowed") from fault
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            # A name that is none, such as one with a label too long, is a ValueError of the look-up.
            raise NotPosted(type(fault).__name__) from fault

    async def _posted(self, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> int:
        host = parts.hostname or ""
        port = parts.port or _PORTS[parts.scheme]
        address = await self._resolved(host, port)
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        reader, writer = await asyncio.open_connection(
            address, port, limit=LONGEST_LINE, ssl=tls, server_hostname=host if tls else None
        )
        try:
            writer.write(_request(parts, headers, body))
            await writer.drain()
            return _status(await reader.readuntil(b"\r\n"))
        finally:
            # Not closed in order: who sends without an end is not listened to until then.
            writer.transport.abort()

    async def _resolved(self, host: str, port: int) -> str:
        """The address to connect to. Raises: NotPosted, where any address of the name is inside."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        # An address of one link only, fe80::1%eth0, is none of the open net.
        public = ["%" not in each and is_public(ip_address(each)) for each in addresses]
        if not addresses or not (self.private or all(public)):
            raise NotPosted("the address lies inside")
        return addresses[0]


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    given = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "newgrowth-webhooks",
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join((*lines, "", "")).encode("ascii") + body


def _status(line: bytes) -> int:
    protocol, _, rest = line.partition(b" ")
    code = rest[:3]
    if not protocol.startswith(b"HTTP/1.") or not code.isdigit() or len(code) != 3:
        raise NotPosted("the answer is no HTTP")
    return int(code)
