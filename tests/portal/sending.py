"""A form of a page, sent as a browser without scripts sends it: with its hidden fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import httpx2

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)

Fields = dict[str, str | list[str]]


async def send(
    client: httpx2.AsyncClient,
    path: str,
    fields: Mapping[str, str | list[str]] | None = None,
    *,
    ask: str | None = None,
    button: str | None = None,
    **more: str,
) -> httpx2.Response:
    """The answer to the form on the page at `path` (the one that asks for `ask`) with these fields, sent by `button`."""
    page = (await client.get(path)).text
    forms = [form for form in FORM.findall(page) if 'name="clientMutationId"' in form]
    wanted = [form for form in forms if ask is None or f'name="ask" value="{ask}"' in form]
    assert wanted, f"{path} has no form that asks for {ask}"
    hidden: Fields = {name: unescape(value) for name, value in HIDDEN.findall(wanted[-1])}
    asked: Fields = {} if ask is None else {"ask": button or ask}
    return await client.post(path, data={**hidden, **asked, **(fields or {}), **more})
