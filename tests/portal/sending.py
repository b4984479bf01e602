"""Forms of pages, sent as a browser without scripts sends them: with their hidden fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import httpx2

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)

Fields = dict[str, str | list[str]]

# A report in a few words, and what it is.
WORDS = {
    "title": "单打独斗难以获得流量资源",
    "description": "没有签约机构，平台不给流量扶持，申请投入资金也被拒绝。",
}
KIND = {"severity": "HIGH", "visibility": "PUBLIC"}


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
    sent_so = (form for form in FORM.findall(page) if "enctype" not in form)
    forms = [form for form in sent_so if 'name="clientMutationId"' in form]
    wanted = [form for form in forms if ask is None or f'name="ask" value="{ask}"' in form]
    assert wanted, f"{path} has no form that asks for {ask}"
    hidden: Fields = {name: unescape(value) for name, value in HIDDEN.findall(wanted[-1])}
    asked: Fields = {} if ask is None else {"ask": button or ask}
    return await client.post(path, data={**hidden, **asked, **(fields or {}), **more})


async def send_file(
    client: httpx2.AsyncClient, path: str, file: tuple[str, bytes] | None, **more: str
) -> httpx2.Response:
    """The answer to the form for a file on the page at `path`; None chooses none, which browsers send as an empty one."""
    page = (await client.get(path)).text
    (form,) = [each for each in FORM.findall(page) if 'enctype="multipart/form-data"' in each]
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    name, content = file or ("", b"")
    sent = {"evidence": (name, content, "application/octet-stream")}
    return await client.post(path, data={**hidden, **more}, files=sent)


async def handed_in(firm: httpx2.AsyncClient, name: str) -> str:
    """The path of a registration under this name, of a person and of an account, that the firm hands in."""
    draft = (await send(firm, "/zh/apply")).headers["location"].rpartition("/")[0]
    account = {"platform": "douyin", "accountName": name, "followers": "12000"}
    steps: Mapping[str, Mapping[str, str | list[str]]] = {
        "who": {"profile.entityKind": "FREELANCER", "profile.name": name},
        "accounts": {
            **{f"profile.platforms.0.{field}": value for field, value in account.items()},
            "profile.forms": ["", "short-video"],
        },
        "place": {"profile.region": "330100"},
        "figures": {"profile.metrics.0.value": "12000"},
    }
    for step, fields in steps.items():
        await send(firm, f"{draft}/{step}", fields, ask="next")
    sent = await send(firm, f"{draft}/review", consent="true")
    return sent.headers["location"]


def first_entry(page: httpx2.Response) -> dict[str, str]:
    """For which entry a report is made: the first offered, where who reports has several; told by the form where it is one."""
    several = re.search(r'<select id="f-firm".*?<option value="([^"]+)"', page.text, re.DOTALL)
    return {} if several is None else {"firm": several[1]}


async def reported(client: httpx2.AsyncClient, title: str, **more: str) -> str:
    """The path of a new report of the firm that is signed in; it reports the same thing once only."""
    more["title"] = title
    second = await send(client, "/zh/report", {**WORDS, **more}, ask="next")
    assert second.status_code == 200
    more = {**first_entry(second), **more}
    category = next(
        part for part in second.text.split('<option value="')[1:] if "selected" in part[:80]
    ).split('"')[0]
    sent = await send(
        client, "/zh/report", {**WORDS, **KIND, "category": category, **more}, ask="next", button="send"
    )
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]
