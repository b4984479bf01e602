"""A real SMTP server (aiosmtpd) on this machine, which answers as it is told and keeps what it took."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


@dataclass
class SmtpServer:
    """`recipient` and `text` are its replies to RCPT and to the text; a text that is told 250 is kept.

    With `hangs` it takes the text and says nothing more. `login` is the user and password that it asks for. `arrived` is
    told the Message-ID of what was kept, before the reply.
    """

    port: int = 0
    recipient: str = "250 OK"
    text: str = "250 OK"
    hangs: bool = False
    login: tuple[str, str] | None = None
    took: list[EmailMessage] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    arrived: Callable[[str], Awaitable[None]] | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether the address is one that is written to."""
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Takes the text, unless told otherwise."""
        self.reached.set()
        if self.hangs:
            await asyncio.Event().wait()
        if self.text.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.over_tls.append(session.ssl is not None)
            self.took.append(message_from_bytes(envelope.content, policy=policy.default))
            if self.arrived is not None:
                await self.arrived(self.took[-1]["Message-ID"])
        return self.text

    def signs_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Whether user and password are those that it knows."""
        assert self.login is not None
        known = LoginPassword(*(each.encode() for each in self.login))
        # Not handled: the library gives the answer, 235 or 535.
        return AuthResult(success=data == known, handled=data == known)


@asynccontextmanager
async def smtp_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> AsyncIterator[SmtpServer]:
    """The server, on a free port, until the block ends: in the clear, over TLS, or over TLS once it is asked for."""
    taking = SmtpServer(login=login)
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(
            taking,
            hostname="localhost",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=login is not None,
            auth_require_tls=starttls is not None,
            authenticator=taking.signs_in if login else None,
        )

    server = await loop.create_server(connection, HOST, 0, ssl=tls)
    taking.port = server.sockets[0].getsockname()[1]
    try:
        yield taking
    finally:
        server.close()


def mailing_to(server: SmtpServer) -> dict[str, str]:
    """The settings of a program that mails to the server, in the clear."""
    return {
        "NEWGROWTH_SMTP_HOST": HOST,
        "NEWGROWTH_SMTP_PORT": str(server.port),
        "NEWGROWTH_SMTP_SECURITY": "none",
        "NEWGROWTH_MAIL_FROM": "notices@directory.example",
        "NEWGROWTH_PUBLIC_URL": "https://directory.example",
    }


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """The server's side of TLS under a certificate of its own, and the file by which clients know it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(HOST)), x509.DNSName("localhost")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    known, both = folder / "known.pem", folder / "server.pem"
    known.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(secret + known.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, known
