"""
The way out that every mail carries: POST /mail/unsubscribe?token=… gives up the address, GET only shows a button.

Scanners and previews follow links, so that a GET must change nothing. Source: RFC 8058. The answer is the same for a
token of nobody's.
"""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from directory.errors import ServiceFault
from directory.messages.catalogue import sentence
from directory.states import Language
from schema.answers import refusal
from schema.errors import ApiCode, ApiError
from schema.services import Services

POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
LONGEST_TOKEN = 64


class Unsubscribing:
    """Answers who follows the link, and who asks for the end."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, request: Request) -> Response:
        """The page with the button, or the word that it is done."""
        if request.method != "POST":
            return _page(f"<p>{_words('mail.unsubscribe_page')}</p>{_BUTTON}")
        token = request.query_params.get("token", "")
        if token.isascii() and token.isprintable() and len(token) <= LONGEST_TOKEN:
            try:
                async with self._services.record.unit_of_work() as uow:
                    await uow.mail.unsubscribe(token)
            except ServiceFault:
                return refusal(503, ApiError(ApiCode.UNAVAILABLE, "unavailable.record"))
        return _page(f"<p>{_words('mail.unsubscribed')}</p>")


def _words(key: str) -> str:
    return escape(" ".join(sentence(key, language, {}) for language in Language))


# Without an action the form goes to where it came from, token and all.
_BUTTON = f'<form method="post"><button>{_words("mail.unsubscribe")}</button></form>'


def _page(body: str) -> Response:
    page = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>newgrowth</title>{body}</html>'
    return HTMLResponse(page, headers={"content-security-policy": POLICY, "cache-control": "no-store"})
