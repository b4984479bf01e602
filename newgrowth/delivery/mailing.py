"""One mail handed to the operator's SMTP server: over TLS, unless that server is this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
)
from pydantic import SecretStr

from directory.mail import NO_REPLY, TAKEN, Reply
from newgrowth.delivery.writing import Sender
from newgrowth.settings import Settings, SmtpSecurity

SECONDS = 30.0
FAREWELL_SECONDS = 2.0


class NotMailed(Exception):
    """The server did not take it, and replied so; the text is for the log and holds nothing that the server said."""

    def __init__(self, reason: str, reply: Reply) -> None:
        super().__init__(reason)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Mailer:
    """Hands mail to one server, each in a connection of its own, which takes `seconds` at most and ends when cancelled."""

    host: str
    port: int
    security: SmtpSecurity
    user: str | None = None
    password: SecretStr | None = None
    seconds: float = SECONDS

    async def send(self, message: EmailMessage) -> Reply:
        """The reply that took it. Raises: NotMailed."""
        smtp = self._client()
        try:
            async with asyncio.timeout(self.seconds):
                await smtp.connect()
                await smtp.send_message(message)
            await _part(smtp)
        except SMTPRecipientsRefused as fault:
            raise NotMailed("recipient refused", _of_recipient(fault.recipients[0])) from None
        except SMTPDataError as fault:
            raise NotMailed("text refused", Reply(fault.code)) from None
        except (SMTPException, OSError, TimeoutError) as fault:
            # Our own server, sender or password: none of it says anything of the address.
            raise NotMailed(type(fault).__name__, NO_REPLY) from None
        finally:
            smtp.close()
        return TAKEN

    def _client(self) -> SMTP:
        return SMTP(
            hostname=self.host,
            port=self.port,
            # Not asked of the name service, which may be slow.
            local_hostname=socket.gethostname(),
            timeout=self.seconds,
            use_tls=self.security is SmtpSecurity.TLS,
            start_tls=self.security is SmtpSecurity.STARTTLS,
            tls_context=ssl.create_default_context() if self.security is not SmtpSecurity.NONE else None,
            username=self.user,
            password=self.password.get_secret_value() if self.password else None,
        )


async def _part(smtp: SMTP) -> None:
    """Says goodbye, which changes nothing of what was taken."""
    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await smtp.quit()


def _of_recipient(fault: SMTPRecipientRefused) -> Reply:
    enhanced, *_ = fault.message.split(maxsplit=1) or [""]
    return Reply(fault.code, to_recipient=True, enhanced=enhanced)


def mailer_of(settings: Settings) -> Mailer | None:
    """The operator's server; None where no mail is sent."""
    if settings.smtp_host is None:
        return None
    return Mailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


def sender_of(settings: Settings) -> Sender:
    """In whose name mail is written; the settings are checked where there is a server."""
    return Sender(settings.mail_from or "", settings.public_url or "")
