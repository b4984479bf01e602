"""A firm applies for an entry step by step, sees what becomes of it, and keeps its entry up to date (申报入录、我的名录)."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import httpx2
import pytest
from playwright.async_api import Route, expect

from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite
from tests.portal.sending import send

ACCOUNT = {
    "profile.platforms.0.platform": "douyin",
    "profile.platforms.0.accountName": "小光手作",
    "profile.platforms.0.followers": "12,000",
}


async def begun(client: httpx2.AsyncClient) -> str:
    """The address of a new draft, without its step."""
    begun = await send(client, "/zh/apply")
    return begun.headers["location"].rpartition("/")[0]


def kept_fields(page: str) -> dict[str, str | list[str]]:
    """What the fields of a page hold, as a browser would send them."""
    kept: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'<input class="[^"]*"[^>]* name="(profile[^"]+)" value="([^"]*)"', page):
        kept[name] = unescape(value)
    for name, options in re.findall(
        r'<select id="[^"]*" name="(profile[^"]+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        kept[name] = "".join(re.findall(r'value="([^"]*)" selected', options))
    for name, value in re.findall(
        r'<input type="(?:checkbox|radio)" id="[^"]*" name="(profile[^"]+)" value="([^"]*)" checked', page
    ):
        kept.setdefault(name, [])
        kept[name] = [*kept[name], unescape(value)]
    return kept


async def test_a_freelancer_applies_and_is_told_what_happens_next_and_by_when(demo_site: DemoSite) -> None:
    """Each step is kept on its own; nothing is sent without consent."""
    async with demo_site.signed_in("xiangyan") as client:
        draft = await begun(client)
        who = {
            "profile.entityKind": "FREELANCER",
            "profile.name": "小光手作",
            "profile.otherNames": "小光\n光光",
        }
        await send(client, f"{draft}/who", who, ask="next")
        await send(client, f"{draft}/accounts", {**ACCOUNT, "profile.forms": ["", "short-video"]}, ask="next")
        await send(client, f"{draft}/place", {"profile.region": "330100"}, ask="next")
        await send(client, f"{draft}/figures", {"profile.metrics.0.value": "12000"}, ask="next")
        kept = await client.get(f"{draft}/who")
        review = await client.get(f"{draft}/review")
        silent = await send(client, f"{draft}/review")
        sent = await send(client, f"{draft}/review", consent="true")
        status = await client.get(sent.headers["location"])

    assert "小光\n光光" in kept.text
    assert "必填信息已齐全" in review.text
    assert (silent.status_code, 'href="#f-consent"' in silent.text) == (422, True)
    assert "申报已收到" in status.text
    assert "等待审核部门受理" in status.text
    assert "最迟20" in status.text


async def test_what_a_draft_lacks_is_what_handing_it_in_refuses(demo_site: DemoSite) -> None:
    """The list of the last step leads to the fields; the same sentences come back when it is sent all the same."""
    async with demo_site.signed_in("xiangyan") as client:
        draft = await begun(client)
        who = {
            "profile.entityKind": "ENTERPRISE",
            "profile.name": "光年科技",
            "profile.uscc": "91330100MA2XXXXXX0",
        }
        await send(client, f"{draft}/who", who, ask="save")
        review = await client.get(f"{draft}/review")
        refused = await send(client, f"{draft}/review", consent="true")

    assert f"{draft}/who#f-profile-uscc" in review.text
    assert f"{draft}/place#f-profile-region" in review.text
    assert refused.status_code == 422
    for field in ("uscc", "region", "forms"):
        assert f'href="#f-profile-{field}"' in refused.text, field


async def test_a_draft_is_its_owners_alone(demo_site: DemoSite) -> None:
    """For others there is no such page."""
    async with demo_site.signed_in("xiangyan") as client:
        draft = await begun(client)
    async with demo_site.signed_in("xiaoyu") as other:
        answer = await other.get(f"{draft}/who")

    assert answer.status_code == 404


async def test_a_firm_confirms_its_entry_for_the_year_and_sees_both_versions(demo_site: DemoSite) -> None:
    """What is listed stands beside what is pending."""
    async with demo_site.signed_in("xiaoyu") as client:
        before = await client.get("/zh/my-firm")
        form = await client.get("/zh/my-firm/amend?yearly=true")
        sent = await send(
            client,
            "/zh/my-firm/amend?yearly=true",
            {**kept_fields(form.text), "profile.summary": "一个人拍短视频。"},
        )
        mine = await client.get("/zh/my-firm")
        withdrawn = await send(client, sent.headers["location"], ask="withdraw")

    assert "年度确认" in before.text
    assert sent.status_code == 303, sent.text
    assert "名录现内容" in mine.text
    assert "一个人拍短视频。" in mine.text
    assert withdrawn.status_code == 303


@pytest.mark.parametrize("page", ["/apply", "/my-firm"])
async def test_who_is_no_firm_is_told_what_the_page_is_for(demo_site: DemoSite, page: str) -> None:
    """Signed in as someone else, too."""
    async with demo_site.client() as client:
        nobody = await client.get(f"/zh{page}")
    async with demo_site.signed_in("analyst") as client:
        analyst = await client.get(f"/zh{page}")

    assert "/sign-in?next=" in nobody.text
    assert "不是申报主体" in analyst.text


@pytest.mark.chromium
async def test_what_a_firm_types_is_kept_without_a_button(browsing: Browsing) -> None:
    """Whoever comes back finds it."""
    await browsing.sign_in("xiangyan", "/zh/apply")
    page = browsing.page
    await page.locator("main form button").click()
    await page.locator("#f-profile-name").fill("小光手作")
    await expect(page.locator("[data-autosave-state]")).not_to_be_empty()
    await page.reload()

    await expect(page.locator("#f-profile-name")).to_have_value("小光手作")
    assert browsing.complaints == []


@pytest.mark.chromium
async def test_who_goes_on_while_a_draft_is_being_kept_goes_on(browsing: Browsing) -> None:
    """The version that keeping gives the draft arrives late: the form waits for it, instead of naming an old one."""
    kept, told = asyncio.Event(), asyncio.Event()

    async def answered_late(route: Route) -> None:
        answer = await route.fetch()
        kept.set()
        await told.wait()
        await route.fulfill(response=answer)

    await browsing.sign_in("xiangyan", "/zh/apply")
    page = browsing.page
    await page.route("**/autosave", answered_late)
    await page.locator("main form button").click()
    await page.locator("#f-profile-name").fill("小光手作")
    await page.locator("[name='profile.entityKind'][value=FREELANCER]").check()
    await asyncio.wait_for(kept.wait(), 60)
    await page.locator("[value=next]").click(no_wait_after=True)
    told.set()

    await page.wait_for_url("**/accounts")
    assert browsing.complaints == []


async def test_a_firm_sees_what_is_kept_of_it_and_takes_a_consent_back(demo_site: DemoSite) -> None:
    """The copy is a file; erasure asks for the subject once more."""
    async with demo_site.signed_in("xiaoyu") as client:
        page = await client.get("/zh/my-data")
        given = await send(client, "/zh/my-data", ask="give")
        held = await client.get("/zh/my-data")
        copy = await client.get("/zh/my-data/copy.json")
        refused = await send(client, "/zh/my-data", ask="erase", subject="someone-else")

    assert "谁查看过我的联系方式" in page.text
    assert (given.status_code, "已同意" in held.text) == (303, True)
    assert "article-xiaoyu" in copy.text
    assert (refused.status_code, 'href="#f-subject"' in refused.text) == (422, True)
