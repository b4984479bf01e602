"""Whole journeys through the pages, of several people, in both languages, on a large and a small screen."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from directory.access import THE_CLOCK
from directory.commands import EndNotice
from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.record.open import open_beside
from newgrowth.wiring import rulebook
from schema.node import key_of
from seeds.reference import load_reference
from tests.conditions import eventually
from tests.measure import FULL
from tests.portal.browsing import DESK, PHONE
from tests.portal.cast import Actor, Cast, cast_on
from tests.portal.demo_site import DemoSite

pytestmark = pytest.mark.chromium
# Each language on each size; a short measure takes them in pairs.
DRAWS = [("zh", DESK), ("en", PHONE), *([("zh", PHONE), ("en", DESK)] if FULL else [])]
# What a firm is called and what it reports, each time something else.
NAMES = {
    ("zh", DESK): ("晴川手作", "平台服务费没有公开标准"),
    ("en", PHONE): ("云汐手作", "平台服务费没有公开依据"),
    ("zh", PHONE): ("松溪手作", "平台服务费标准没有公开"),
    ("en", DESK): ("明月手作", "平台服务费依据没有公开"),
}


@pytest_asyncio.fixture(
    scope="module", loop_scope="session", params=DRAWS, ids=lambda draw: f"{draw[0]}-{draw[1][0]}"
)
async def company(
    request: pytest.FixtureRequest, chromium_browser: Browser, demo_site: DemoSite
) -> AsyncIterator[Cast]:
    """People in one language on one size, who stay for all journeys."""
    async with cast_on(chromium_browser, demo_site, *request.param) as people:
        yield people


@pytest.fixture
def cast(company: Cast) -> Iterator[Cast]:
    """The same people; when a journey is over, none of their browsers has complained."""
    for actor in company.actors.values():
        actor.complaints.clear()
    yield company
    assert company.complaints == []


async def test_a_firm_is_listed(cast: Cast) -> None:
    """By keys alone it hands an entry in; one officer takes it and approves, another approves too; the notice ends."""
    name, _ = NAMES[cast.segment, cast.size]
    firm, officer, second = [await cast.actor(who) for who in ("xiangyan", "officer", "supervisor")]
    submission = await handed_in_by_keys(firm, name)
    for reviewer, acts in ((officer, ("take", "approve")), (second, ("approve",))):
        for act in acts:
            await reviewer.act(f"/desk{submission}", act)
    await officer.picture(f"review-{cast.segment}")
    await firm.go(submission)
    await expect(firm.page.locator(".steps .now")).to_have_count(1)
    await end_notice(cast.site, submission)

    await listed(cast.site, name)
    await firm.go("/directory")
    await firm.page.locator("#search").fill(name)
    await firm.page.keyboard.press("Enter")
    await firm.page.locator(".entry-name a").filter(has_text=name).click()
    await firm.at("/firms/NG-*")
    await firm.picture(f"entry-{cast.segment}")
    assert await firm.page.locator("h1").inner_text() == name
    assert not await firm.too_wide()


async def handed_in_by_keys(firm: Actor, name: str) -> str:
    """The page of the submission."""
    await firm.go("/apply")
    await firm.press("main form button")
    await firm.at("/who")
    await firm.pick("profile.entityKind", "FREELANCER")
    await firm.type("profile.name", name)
    await firm.picture(f"apply-{firm.segment}")
    await firm.press("[value=next]")
    await firm.at("/accounts")
    await firm.pick("profile.platforms.0.platform", "douyin")
    await firm.type("profile.platforms.0.accountName", name)
    await firm.type("profile.platforms.0.followers", "12000")
    await firm.pick("profile.forms", "short-video")
    barriers = await firm.barriers()
    await firm.press("[value=next]")
    await firm.at("/place")
    await firm.pick("profile.region", "330100")
    await firm.press("[value=next]")
    await firm.at("/figures")
    await firm.type("profile.metrics.0.value", "12000")
    await firm.press("[value=next]")
    await firm.at("/contact")
    await firm.press("[value=next]")
    await firm.at("/review")
    await firm.pick("consent", "true")
    await firm.press("main form .button:not(.quiet)")
    submission = await firm.at("/submissions/*")
    assert barriers == []
    return submission


async def end_notice(site: DemoSite, submission: str) -> None:
    """Does what the clock does once the days of the public notice (公示) are over."""
    key = key_of("Submission", submission.rpartition("/")[2]) or ""
    async with await open_beside(site.settings.record_location) as record:
        async with record.reader() as reader:
            ends_at = (await reader.submissions([key]))[key].notice_ends_at
        assert ends_at is not None
        rules = rulebook(site.settings, load_reference())
        directory = Directory(record, rules, HANDLERS, clock=lambda: ends_at)
        outcome = await directory.handle(EndNotice(submission=key), THE_CLOCK)
        assert outcome.problems == ()


async def listed(site: DemoSite, name: str) -> None:
    """Returns once a search finds the entry."""
    async with site.client() as anyone:

        async def found() -> bool:
            page = await anyone.get("/zh/directory", params={"q": name})
            return re.search(r'href="/zh/firms/NG-[^"]+"', page.text) is not None

        await eventually(found)


async def test_a_blockage_is_resolved_after_a_dispute(cast: Cast) -> None:
    """Reported by keys alone; asked about and answered, contested, supervised, and resolved to the firm's satisfaction."""
    firm, officer, supervisor = [await cast.actor(who) for who in ("xiaoyu", "officer", "supervisor")]
    report = await reported_by_keys(firm, NAMES[cast.segment, cast.size][1])
    desk = f"/desk{report}"
    await supervisor.act(desk, "triage_accept")
    await supervisor.picture(f"triage-{cast.segment}")
    await supervisor.act(desk, "assign", agency="samr")
    await officer.act(desk, "accept")
    await officer.act(desk, "request_information", note="请说明扣费的时间与金额。")
    await answered(firm, report, "inform", note="自三月起每单扣百分之十二。")
    first = {"kind": "RULE_CLARIFIED", "summary": "已指导平台公开收费项目。"}
    await officer.act(desk, "propose", **first)
    await firm.go(report)
    await firm.picture(f"tracking-{cast.segment}")
    await answered(firm, report, "answer", confirm="false", comment="页面仍未公开。")
    await supervisor.act(desk, "supervise", note="请限期核实。")
    await officer.act(desk, "reply_to_supervision", note="已约谈平台，三日内公开。")
    await officer.act(desk, "propose", **{**first, "summary": "平台已在结算页公开全部收费项目。"})
    await answered(firm, report, "answer", confirm="true", rating="5", comment="已看到，谢谢。")

    await firm.go(report)
    await expect(firm.page.locator(".entry-facts .badge.good")).to_be_visible()
    await expect(firm.page.locator(".timeline").last).to_be_visible()
    assert not await firm.too_wide()


async def reported_by_keys(firm: Actor, title: str) -> str:
    """The page of the report."""
    await firm.go("/report")
    await firm.type("title", title)
    await firm.type("description", "平台的服务费由平台单方面确定，没有公开的标准，也不说明依据。")
    await firm.page.locator("[name=join]").first.wait_for()
    await firm.picture(f"report-{firm.segment}")
    await firm.press("p.buttons [value=next]")
    await firm.page.locator("[name=severity]").first.wait_for()
    barriers = await firm.barriers()
    await firm.pick("category", "platform-fees")
    await firm.pick("severity", "HIGH")
    await firm.press("p.buttons [value=send]")
    report = await firm.at("/reports/BK-*")
    assert (barriers, await firm.barriers()) == ([], [])
    return report


async def answered(firm: Actor, report: str, ask: str, **fields: str) -> None:
    """The reporter's move on the page of the report."""
    await firm.go(report)
    form = firm.page.locator("form").filter(has=firm.page.locator(f'input[name="ask"][value="{ask}"]'))
    for name, value in fields.items():
        field = form.locator(f'[name="{name}"]:not([type=hidden])')
        if name in ("confirm", "rating"):
            await form.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            await field.fill(value)
    await form.locator("button").last.click()
    await firm.page.locator(".notice.done").wait_for()


async def test_an_analyst_exports_exactly_what_a_search_shows(cast: Cast, tmp_path: Path) -> None:
    """Words, a facet, the charts; the search is saved, and its file has a line for each report found."""
    analyst = await cast.actor("analyst")
    page = analyst.page
    await analyst.go("/blockages")
    await page.locator("#search").fill("平台")
    await page.locator("form.search button").click()
    await expect(page.locator("mark").first).to_be_visible()
    if cast.size == PHONE:
        await page.locator("a.to-filters").click()
    await page.locator('input[type=checkbox][name="status"]').first.click()
    await expect(page.locator(".chip")).to_be_visible()
    await analyst.picture(f"search-{cast.segment}")
    told = re.search(r"\d+", await page.locator(".found-count").inner_text())
    assert told is not None
    async with page.expect_download() as waited:
        await page.locator('.exports a[href*="export.csv"]').click()
    file = tmp_path / "found.csv"
    await (await waited.value).save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    shown = await page.locator(".entry .code").all_inner_texts()
    await page.locator('a[href*="view=charts"]').first.click()
    await expect(page.locator("svg.line")).to_be_visible()
    await analyst.picture(f"charts-{cast.segment}")
    await page.locator('a[href*="/searches/new"]').first.click()
    name = f"平台在办 {cast.segment}"
    await analyst.field("name").fill(name)
    await page.locator("main form button").click()
    await analyst.at("/searches")

    await expect(page.get_by_role("link", name=name)).to_be_visible()
    assert len(rows) == int(told[0]) > 0
    assert {one for row in rows for one in row.values() if one in shown} == set(shown)


async def test_a_supervisor_makes_a_point_of_a_cluster(cast: Cast) -> None:
    """Named from reports that look alike, linked, split, put together again and parted, cited, and resolved."""
    desk = await cast.actor("supervisor")
    page = desk.page
    await desk.go("/desk/points")
    await desk.picture(f"workbench-{cast.segment}")
    await page.locator('.entry .buttons a[href*="report="]').first.click()
    for name, value in {
        "title": "同类诉求没有统一口径",
        "titleEn": "No common rule for such reports",
        "description": "多家主体反映，各地口径不一。",
        "leadAgency": "samr",
    }.items():
        await desk.fill(name, value)
    if not await page.locator('[name="clauses"]').first.input_value():
        await page.locator('[name="clauses"]').first.select_option("ndrc-2020-1157#14")
    await page.locator(".act-form p.buttons button").click()
    point = await desk.at("/desk/points/BP-*")
    await desk.picture(f"point-{cast.segment}")
    reports = await options_of(desk, point, "split", "blockages")
    await desk.act(point, "split", blockages=reports[0], title="申诉没有期限", reason="两项成因不同。")
    part = await page.locator(".entry-facts .code").first.inner_text()
    sources = await options_of(desk, point, "merge", "from", text=part)
    await desk.act(point, "merge", **{"from": sources[0]}, reason="仍是同一成因。")
    await desk.act(point, "unmerge", reference=part, reason="成因确有不同。")
    assert desk.here == f"/desk/points/{part}"
    moved = await options_of(desk, f"/desk/points/{part}", "link", "remove")
    await desk.act(f"/desk/points/{part}", "link", remove=moved[0])
    await desk.act(point, "link", add=moved[0])
    await desk.act(point, "amend", clauses="ndrc-2020-1157#15")
    await desk.act(point, "start")
    await desk.act(point, "resolve", kind="RULE_CLARIFIED", summary="已由主管部门印发统一口径。")

    await expect(page.locator(".title .badge.good")).to_be_visible()
    assert not await desk.too_wide()


async def options_of(actor: Actor, path: str, act: str, name: str, text: str = "") -> list[str]:
    """The values that a field of an act offers, those whose label has this text: some, once the index has them."""
    found: list[str] = []

    async def offered() -> bool:
        await actor.go(f"{path}?act={act}")
        found[:] = await actor.page.evaluate(
            """([name, text]) => [...document.querySelectorAll(`.act-form [name="${name}"]`)].flatMap((one) =>
                one.tagName === "SELECT"
                ? [...one.options].filter((o) => o.value && o.textContent.includes(text)).map((o) => o.value)
                : one.type === "checkbox" ? [one.value] : [])""",
            [name, text],
        )
        return bool(found)

    await eventually(offered)
    return found
