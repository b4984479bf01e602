"""The few words of signing in that are a page of their own, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse, Response

from schema.errors import ApiError, retry_after
from schema.messages import sentences

POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"


def told(key: str, status: int) -> Response:
    """A page that says why it does not go on, and lets one begin again."""
    return _page(sentences(key, {}), status)


def told_to_wait(error: ApiError) -> Response:
    """The page for whoever comes too often: for how long to wait, in seconds, which a header says too."""
    extensions = error.extensions or {}
    response = _page(extensions["messages"], 429)
    response.headers["retry-after"] = str(retry_after([error]) or 0)
    return response


def _page(texts: Mapping[str, str], status: int) -> Response:
    shown = "".join(f'<p lang="{language}">{escape(text)}</p>' for language, text in texts.items())
    again = " ".join(sentences("sign_in.again", {}).values())
    body = f'<main>{shown}<p><a href="/sign-in">{escape(again)}</a></p></main>'
    page = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>newgrowth</title>{body}</html>'
    headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return HTMLResponse(page, status, headers=headers)
