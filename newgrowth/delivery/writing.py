"""A mail as it is sent: its text in the reader's language, plain and as HTML, under headers that name it for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from directory.mail import Letter
from directory.messages.catalogue import sentence
from directory.states import Language

_TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the address, and where this directory is found."""

    address: str
    public_url: str

    def written(self, letter: Letter, sentences: Sequence[str]) -> EmailMessage:
        """The mail, the same at every attempt. Raises: ValueError, for an address that would end its header."""
        message = self._headed(letter, len(sentences))
        lines = [*sentences]
        if letter.mail.confirmation:
            lines = [sentence("mail.confirmation", letter.to.language, {}), letter.to.confirm_token]
        message.set_content("\n\n".join((*lines, *self._farewell(letter))) + "\n")
        message.add_alternative(self._page(lines, letter), subtype="html")
        return message

    def _headed(self, letter: Letter, count: int) -> EmailMessage:
        mail, language = letter.mail, letter.to.language
        message = EmailMessage(policy=SMTP)
        message["From"] = self.address
        message["To"] = letter.to.address
        key = "mail.confirmation_subject" if mail.confirmation else "mail.subject"
        message["Subject"] = sentence(key, language, {"count": count})
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.id}@{self.address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = _TAGS[language]
        if not mail.confirmation:
            message["List-Unsubscribe"] = f"<{self._unsubscribe(letter)}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return message

    def _unsubscribe(self, letter: Letter) -> str:
        return f"{self.public_url.rstrip('/')}/mail/unsubscribe?token={letter.to.unsubscribe_token}"

    def _farewell(self, letter: Letter) -> Sequence[str]:
        if letter.mail.confirmation:
            return ()
        return (f"{sentence('mail.unsubscribe', letter.to.language, {})}: {self._unsubscribe(letter)}",)

    def _page(self, lines: Sequence[str], letter: Letter) -> str:
        language = letter.to.language
        paragraphs = [f"<p>{escape(line)}</p>" for line in lines]
        if not letter.mail.confirmation:
            words = escape(sentence("mail.unsubscribe", language, {}))
            paragraphs.append(f'<p><a href="{escape(self._unsubscribe(letter))}">{words}</a></p>')
        body = "".join(paragraphs)
        return f'<!doctype html><html lang="{_TAGS[language]}"><body>{body}</body></html>'
