"""The operators' pages: what they show, that nobody else sees them, and refused documents taken up again by a form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from directory.access import Role
from directory.dead_letter_ports import DeadLetter
from directory.mail import Mail
from directory.record.open import open_beside
from directory.states import EntityType
from directory.webhooks import DeliveryState
from newgrowth.accounts import grant
from newgrowth.machine_keys import create
from tests.conditions import eventually
from tests.contracts.record.test_operating import ADDRESS
from tests.factories import NOW
from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite
from tests.portal.sending import HIDDEN, send

PLACES = ("/admin", "/admin/deliveries", "/admin/keys", "/admin/accounts")
REASON = "mapper_parsing_exception: surprise"


async def refuse_a_document(site: DemoSite) -> None:
    """Puts down that an entry's document was refused, as the follower does."""
    async with await open_beside(site.settings.record_location) as record:
        async with record.reader() as reader:
            (firm,) = await reader.entity_ids(EntityType.FIRM, limit=1)
        await record.dead_letters.keep([DeadLetter("firm", firm, 1, REASON, NOW)])


async def mail_in_vain(site: DemoSite) -> None:
    """Puts down a mail that a server did not take."""
    mail = Mail("m1.confirmation", ADDRESS.id, True, NOW, NOW)
    async with await open_beside(site.settings.record_location) as record, record.unit_of_work() as uow:
        await uow.mail.put(ADDRESS, mail)
        await uow.mail.settle(mail, replace(mail, state=DeliveryState.FAILED, attempts=1, status=550))


async def test_the_pages_are_for_operators(demo_site: DemoSite) -> None:
    """A supervisor decides, and runs nothing: not shown a page, nor a way to it, nor heard."""
    async with demo_site.signed_in("supervisor") as client:
        statuses = [(await client.get(f"/zh{place}")).status_code for place in PLACES]
        home = (await client.get("/zh/")).text

    assert statuses == [403] * len(PLACES)
    assert 'href="/zh/admin"' not in home


async def test_an_operator_replays_what_was_refused(demo_site: DemoSite) -> None:
    """The reason stands on the page; the act is asked for first, and told once it is done. A forged form is not heard."""
    await refuse_a_document(demo_site)
    async with demo_site.signed_in("operator") as client:
        listed = (await client.get("/zh/admin")).text
        forged = await client.post("/zh/admin", data={"act": "replay"})
        done = await send(client, "/zh/admin?act=replay")
        after = (await client.get(done.headers["location"])).text

    assert REASON in listed
    assert 'name="act"' not in listed
    assert (forged.status_code, done.status_code) == (403, 303)
    assert "已重新生成1份文档，仍被拒收0份。" in after
    assert "没有死信" in after


async def test_keys_and_accounts_are_shown_without_a_secret(demo_site: DemoSite) -> None:
    """A key by its beginning, an account with its roles in words."""
    bounds = {"subject": "sync", "roles": [Role.ANALYST], "agency": None, "region": None}
    secret = await create(demo_site.settings, scopes=(), lifetime=timedelta(days=1), **bounds)  # type: ignore[arg-type]
    await grant(demo_site.settings, issuer="https://id.example", **bounds)  # type: ignore[arg-type]
    async with demo_site.signed_in("operator") as client:
        keys = (await client.get("/zh/admin/keys")).text
        accounts = (await client.get("/en/admin/accounts")).text

    assert secret[:12] in keys
    assert secret not in keys
    assert "分析人员" in keys
    assert "https://id.example" in accounts
    assert "Analyst" in accounts


@pytest.mark.chromium
async def test_an_operator_replays_by_clicks(demo_site: DemoSite, browsing: Browsing) -> None:
    """What is to be done is said before it is done and told after it; the form is no barrier."""
    await refuse_a_document(demo_site)
    await browsing.sign_in("operator", "/zh/admin")
    await browsing.page.click("text=重放死信")
    found = await browsing.barriers()
    await browsing.page.click(".act-form button")
    await browsing.page.wait_for_selector("text=已重新生成1份文档")

    assert (found, browsing.complaints) == ([], [])


async def test_an_operator_revokes_a_key(demo_site: DemoSite) -> None:
    """What it means is said first; afterwards the key is refused, and a form that is sent again is told so."""
    secret = await _key(demo_site, "lost")
    path = f"/zh/admin/keys?act=revoke&which={secret[:12]}"
    async with demo_site.signed_in("operator") as client, demo_site.client() as program:
        asked = (await client.get(path)).text
        before = await _viewer(program, secret)
        form = await send(client, path)
        after = (await client.get(form.headers["location"])).text
        forged = await client.post("/zh/admin/keys", data={"act": "revoke", "name": secret[:12]})

        async def refused() -> bool:
            return (await _viewer(program, secret)) == 401

        await eventually(refused)

    assert "所有服务器在五秒内拒绝此密钥" in asked
    assert (before, form.status_code, forged.status_code) == (200, 303, 403)
    assert "密钥已吊销。" in after
    assert f"act=revoke&amp;which={secret[:12]}" not in after


async def test_an_operator_shuts_somebody_out_and_lets_them_in_again(demo_site: DemoSite) -> None:
    """Of the account as it was seen; nobody shuts themselves out."""
    bounds = {"roles": [Role.ANALYST], "agency": None, "region": None, "issuer": "https://id.example"}
    for subject in ("leaver", "operator"):
        await grant(demo_site.settings, subject=subject, **bounds)  # type: ignore[arg-type]
    async with demo_site.signed_in("operator") as client:
        leaver, own = [await _account(client, subject) for subject in ("leaver", "operator")]
        stale = await client.get(f"{leaver}&act=disable")
        done = await send(client, f"{leaver}&act=disable")
        shut_out = (await client.get(leaver)).text
        late = await client.post(f"{leaver}&act=disable", data=dict(HIDDEN.findall(stale.text)))
        back = await send(client, f"{leaver}&act=enable")
        refused = await send(client, f"{own}&act=disable")

    assert (done.status_code, back.status_code) == (303, 303)
    assert "act=enable" in shut_out
    assert (late.status_code, "请刷新" in late.text) == (422, True)
    assert (refused.status_code, "不能停用或启用您自己的账号" in refused.text) == (422, True)


async def test_an_operator_sends_again_what_failed(demo_site: DemoSite) -> None:
    """It is tried from its first attempt on."""
    await mail_in_vain(demo_site)
    async with demo_site.signed_in("operator") as client:
        listed = (await client.get("/zh/admin/deliveries")).text
        done = await send(client, "/zh/admin/deliveries?act=resend&which=m1.confirmation")
        after = (await client.get(done.headers["location"])).text

    assert "mail.example" in listed
    assert done.status_code == 303
    assert "已安排重新发送。" in after
    assert "m1.confirmation" not in after


async def _key(site: DemoSite, subject: str) -> str:
    bounds = {"roles": [Role.ANALYST], "agency": None, "region": None}
    return await create(site.settings, subject=subject, scopes=(), lifetime=timedelta(days=1), **bounds)  # type: ignore[arg-type]


async def _viewer(program: httpx2.AsyncClient, secret: str) -> int:
    """The status of a question that is asked with the key."""
    bearer = {"authorization": f"Bearer {secret}"}
    return (
        await program.post("/graphql", json={"query": "{ viewer { roles } }"}, headers=bearer)
    ).status_code


async def _account(client: httpx2.AsyncClient, subject: str) -> str:
    """The address of the account's line."""
    page = (await client.get("/zh/admin/accounts")).text
    row = page[page.index(f">{subject}<") :]
    found = re.search(r"which=([\w-]+)", row)
    assert found is not None
    return f"/zh/admin/accounts?which={found[1]}"
