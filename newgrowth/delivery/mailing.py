"""One mail handed to the operator's SMTP server: over TLS, unless that server is this machine."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from pydantic import SecretStr

from newgrowth.delivery.writing import Sender
from newgrowth.settings import Settings, SmtpSecurity

SECONDS = 30.0


class NotMailed(Exception):
    """The server did not take it; `status` is its reply to recipient or text, None where it came to none.

    The text is for the log and holds nothing that the server said: it may repeat the address.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Mailer:
    """Hands mail to one server, each in a connection of its own."""

    host: str
    port: int
    security: SmtpSecurity
    user: str | None = None
    password: SecretStr | None = None
    seconds: float = SECONDS

    async def send(self, message: EmailMessage) -> int:
        """The reply that took it. Raises: NotMailed."""
        return await asyncio.to_thread(self._send, message)

    def _send(self, message: EmailMessage) -> int:
        try:
            with self._connected() as smtp:
                self._introduced(smtp)
                smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as fault:
            (status, _), *_ = fault.recipients.values()
            raise NotMailed("recipient refused", status) from None
        except smtplib.SMTPDataError as fault:
            raise NotMailed("text refused", fault.smtp_code) from None
        except (smtplib.SMTPException, OSError) as fault:
            # Our own server, sender or password: none of it says anything of the address.
            raise NotMailed(type(fault).__name__) from None
        return 250

    def _connected(self) -> smtplib.SMTP:
        if self.security is SmtpSecurity.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.seconds, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=self.seconds)

    def _introduced(self, smtp: smtplib.SMTP) -> None:
        if self.security is SmtpSecurity.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
        if self.user is not None and self.password is not None:
            smtp.login(self.user, self.password.get_secret_value())


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
