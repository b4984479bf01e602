"""A small SMTP server (RFC 5321) on this machine, which answers as it is told and keeps what it took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class SmtpServer:
    """`recipient` and `text` are its replies to RCPT and to the text; a text that is told 250 is kept."""

    port: int = 0
    recipient: int = 250
    text: int = 250
    took: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        try:
            writer.write(b"220 localhost\r\n")
            while line := await reader.readline():
                writer.write(await self._answered(line.decode().strip(), reader, writer))
                await writer.drain()
                if line.upper().startswith(b"QUIT"):
                    break
        finally:
            writer.close()

    async def _answered(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        verb = line[:4].upper()
        if verb == "RCPT":
            self.recipients.append(line)
            return _reply(self.recipient)
        if verb == "DATA":
            writer.write(_reply(354))
            lines = []
            while (part := await reader.readline()) not in (b".\r\n", b""):
                lines.append(part.removeprefix(b"."))
            if self.text == 250:
                self.took.append(message_from_bytes(b"".join(lines), policy=policy.default))
            return _reply(self.text)
        known = {"EHLO": 250, "MAIL": 250, "RSET": 250, "QUIT": 221}
        return _reply(known.get(verb, 502))


def _reply(status: int) -> bytes:
    return f"{status} so be it\r\n".encode()


@asynccontextmanager
async def smtp_server() -> AsyncIterator[SmtpServer]:
    """The server, on a free port, until the block ends."""
    taking = SmtpServer()
    server = await asyncio.start_server(taking.serve, "127.0.0.1", 0)
    taking.port = server.sockets[0].getsockname()[1]
    try:
        yield taking
    finally:
        server.close()
