"""The development issuer over HTTP: discovery, keys, the page on which one chooses who to be, and the token endpoint."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from newgrowth.development_issuer.issuer import DevelopmentIssuer, Refusal
from newgrowth.development_issuer.personas import PERSONAS, Persona

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
NO_STORE = {"cache-control": "no-store"}
STYLE = """
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
ul { list-style: none; padding: 0 }
a { display: block; padding: .6rem .9rem; margin: .5rem 0; border: 1px solid; border-radius: .4rem; text-decoration: none }
small { display: block }
"""


def web_of(issuer: DevelopmentIssuer) -> Starlette:
    """The issuer as an ASGI application."""

    async def description(request: Request) -> Response:
        return JSONResponse(issuer.description())

    async def keys(request: Request) -> Response:
        return JSONResponse(issuer.key_set())

    async def style(request: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        if not issuer.is_for_us(asked):
            return _page("<p>未知的客户端或返回地址。Unknown client or return address.</p>", 400)
        try:
            issuer.check(asked)
        except Refusal as refusal:
            return _back(issuer, asked, error=refusal.error)
        persona = PERSONAS.get(asked.pop("person", ""))
        if persona is None:
            return _page(_choice(asked))
        return _back(issuer, asked, code=issuer.code_for(asked, persona))

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        client, secret = _client(request.headers.get("authorization", ""), form)
        try:
            return JSONResponse(issuer.redeem(form, client, secret), headers=NO_STORE)
        except Refusal as refusal:
            return JSONResponse({"error": refusal.error}, 400, headers=NO_STORE)

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", description),
            Route("/jwks", keys),
            Route("/style.css", style),
            Route("/authorize", authorize),
            Route("/token", token, methods=["POST"]),
        ]
    )


def _back(issuer: DevelopmentIssuer, asked: Mapping[str, str], **said: str) -> Response:
    """Back to the client, with the answer."""
    answer = {**said, "state": asked.get("state", ""), "iss": issuer.url}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303, headers=NO_STORE)


def _client(authorization: str, form: Mapping[str, str]) -> tuple[str, str | None]:
    """Client and secret, by HTTP Basic or, without a secret, by the form (RFC 6749, section 2.3.1)."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), None
    try:
        client, _, secret = base64.b64decode(given).decode().partition(":")
    except ValueError:
        return "", None
    return unquote(client), unquote(secret)


def _choice(asked: Mapping[str, str]) -> str:
    offered = "".join(f"<li>{_link(asked, persona)}</li>" for persona in PERSONAS.values())
    return (
        "<h1>你想以谁的身份登录？<small lang='en'>Who do you want to be?</small></h1>"
        "<p>这里是本机的开发用身份提供方：不设密码，仅供演示和测试。"
        "<small lang='en'>This is the development issuer on this machine: no password, for demo and tests only.</small></p>"
        f"<ul>{offered}</ul>"
    )


def _link(asked: Mapping[str, str], persona: Persona) -> str:
    target = escape("/authorize?" + urlencode({**asked, "person": persona.key}))
    english = f"<small lang='en'>{escape(persona.name_en)}</small>"
    return f'<a id="{persona.key}" href="{target}">{escape(persona.name)}{english}</a>'


def _page(body: str, status: int = 200) -> Response:
    head = '<meta charset="utf-8"><title>开发用身份提供方</title><link rel="stylesheet" href="/style.css">'
    page = f'<!doctype html><html lang="zh-CN"><head>{head}</head><body><main>{body}</main></body></html>'
    return HTMLResponse(page, status, headers={"content-security-policy": POLICY, **NO_STORE})
