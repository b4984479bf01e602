"""The operators' pages: what they show, that nobody else sees them, and refused documents taken up again by a form."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.access import Role
from directory.dead_letter_ports import DeadLetter
from directory.record.open import open_beside
from directory.states import EntityType
from newgrowth.accounts import grant
from newgrowth.machine_keys import create
from tests.factories import NOW
from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite
from tests.portal.sending import send

PLACES = ("/admin", "/admin/deliveries", "/admin/keys", "/admin/accounts")
REASON = "mapper_parsing_exception: surprise"


async def refuse_a_document(site: DemoSite) -> None:
    """Puts down that an entry's document was refused, as the follower does."""
    async with await open_beside(site.settings.record_location) as record:
        async with record.reader() as reader:
            (firm,) = await reader.entity_ids(EntityType.FIRM, limit=1)
        await record.dead_letters.keep([DeadLetter("firm", firm, 1, REASON, NOW)])


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
    assert "已重新生成 1 份文档，仍被拒收 0 份。" in after
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
    assert "analyst" in accounts


@pytest.mark.chromium
async def test_an_operator_replays_by_clicks(demo_site: DemoSite, browsing: Browsing) -> None:
    """What is to be done is said before it is done and told after it; the form is no barrier."""
    await refuse_a_document(demo_site)
    await browsing.sign_in("operator", "/zh/admin")
    await browsing.page.click("text=重放全部死信")
    found = await browsing.barriers()
    await browsing.page.click(".act-form button")
    await browsing.page.wait_for_selector("text=已重新生成 1 份文档")

    assert (found, browsing.complaints) == ([], [])
