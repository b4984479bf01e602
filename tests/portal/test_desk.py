"""The desk of an office: what waits there, and a report handled from it with its forms alone."""

from __future__ import annotations

import html
import re

import httpx2
import pytest

from directory.tasks import TaskKind
from portal.language import SEGMENTS
from portal.pages import desk, desk_points, desk_report, submission_review, submissions, supervision
from portal.point_acts import CREATE, POINT_ACTS, UNMERGE
from portal.report_acts import REPORT_ACTS
from portal.texts import catalogue
from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite
from tests.portal.sending import handed_in, reported

LINK = re.compile(r'href="(/zh/desk/reports/[^"]+act=propose)"')
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


async def read(client: httpx2.AsyncClient, path: str) -> str:
    """The text of a page that the caller may see."""
    response = await client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return html.unescape(response.text)


async def fill(client: httpx2.AsyncClient, path: str, **typed: str) -> httpx2.Response:
    """The form on the page, sent with what was typed."""
    page = await read(client, path)
    hidden = dict(FIELD.findall(page[page.index('class="act-form"') :]))
    return await client.post(path, data={**hidden, **typed})


def submissions_on(page: str) -> int:
    """How many submissions the page says that it found."""
    found = re.search(r'class="found-count" role="status">[^\d]*(\d+)', page)
    assert found is not None
    return int(found[1])


def costs_on(page: str) -> list[int]:
    """What each clause of the ranking costs a year, from above."""
    return [
        int(one.replace(",", "")) for one in re.findall(r'data-column="Cost a year">([\d,]+),? by what', page)
    ]


async def test_the_desk_is_for_offices(demo_site: DemoSite) -> None:
    """A visitor and a firm are told whom it is for; nothing of it is shown."""
    async with demo_site.client() as nobody:
        assert (await nobody.get("/zh/desk")).status_code == 403
    async with demo_site.signed_in("xiaoyu") as firm:
        told = await firm.get("/zh/desk")

    assert told.status_code == 403
    assert "当前账号没有相应角色" in told.text


async def test_an_officer_finds_a_task_and_posts_progress(demo_site: DemoSite) -> None:
    """From the inbox to the report, a note written, and it stands in the history."""
    async with demo_site.signed_in("handler") as client:
        inbox = await read(client, "/zh/desk?kind=RESOLVE")
        link = LINK.search(inbox)
        assert link is not None
        path = link[1].replace("act=propose", "act=post_progress")
        empty = await fill(client, path)
        assert empty.status_code == 422
        assert 'href="#f-note"' in empty.text
        done = await fill(client, path, note="已与相关平台沟通，下周组织对接会。")
        assert done.status_code == 303
        page = await read(client, done.headers["location"])

    assert "已与相关平台沟通，下周组织对接会。" in page
    assert "通报进展" in page


async def test_an_agency_plans_a_step_of_a_report_and_its_firm_follows_it(demo_site: DemoSite) -> None:
    """Planned and settled by forms; what helps may owe it, and the firm sees who does what until when."""
    step = {"what": "组织双方就分成条款协商一次", "owner": "industry-association", "dueOn": "2099-12-31"}
    async with demo_site.signed_in("handler") as client:
        inbox = await read(client, "/zh/desk?kind=RESOLVE")
        paths = [link for link in LINK.findall(inbox) if "约谈签约机构" in await read(client, link)]
        report = paths[0].partition("?")[0]
        empty = await fill(client, f"{report}?act=plan_step")
        planned = await fill(client, f"{report}?act=plan_step", **step)
        form = await read(client, f"{report}?act=settle_step")
        key = re.search(rf'<option value="([^"]+)"[^>]*>{step["what"]}', form)
        assert key is not None
        dropped = {"step": key[1], "status": "DROPPED", "note": "双方已自行协商"}
        settled = await fill(client, f"{report}?act=settle_step", **dropped)
        assert (planned.status_code, settled.status_code) == (303, 303)
        page = await read(client, report)
    async with demo_site.signed_in("officer") as client:
        owed = await read(client, "/zh/desk?kind=COMPLETE_STEP")
        offered = await read(client, f"{report}?act=settle_step")
    async with demo_site.signed_in("xiaoyu") as client:
        followed = await read(client, report.replace("/desk", ""))
    anyone = await demo_site.text(report.replace("/desk", ""))

    assert empty.status_code == 422
    assert 'href="#f-what"' in empty.text
    assert all(text in page for text in (step["what"], "双方已自行协商", "已取消", "已逾期"))
    assert "就分成条款是否属于不公平格式条款出具意见" in owed
    assert "就分成条款是否属于不公平格式条款出具意见</option>" in offered
    assert "提供分成合同示范条款，供双方协商</option>" not in offered
    assert all(text in followed for text in (step["what"], "行业协会", "已取消", "已逾期"))
    assert step["what"] not in anyone


async def test_a_report_offers_only_what_the_api_says_is_open(demo_site: DemoSite) -> None:
    """An agency that handles it can neither close nor unseal it."""
    async with demo_site.signed_in("handler") as client:
        link = LINK.search(await read(client, "/zh/desk?kind=RESOLVE"))
        assert link is not None
        page = await read(client, link[1])

    assert "act=propose" in page
    assert "act=close_unresolved" not in page
    assert "act=unseal_reporter" not in page


def test_every_task_and_every_act_has_its_text_in_both_languages() -> None:
    """The tables of the desk name texts; a name without one would be shown as it is."""
    tables = (
        submissions.LEVELS,
        desk.KINDS,
        desk.LEVELS,
        desk_report.STAGES,
        desk_report.CAUSES,
        desk_report.ACTORS,
        desk_report.STEPS,
        desk_report.OUTCOMES,
        supervision.SIGNS,
        desk_points.LATE,
        desk_points.STEP_STATES,
    )
    keys = {key for table in tables for key in table.values()} | {
        key
        for act in (*REPORT_ACTS, *submission_review.REVIEW_ACTS, CREATE, UNMERGE, *POINT_ACTS)
        for key in (act.key, *(one.key for one in act.fields), *(one.hint for one in act.fields if one.hint))
    }

    assert {kind.value for kind in TaskKind} == set(desk.KINDS)
    for language in SEGMENTS.values():
        known = catalogue(language)
        assert [key for key in keys if known.get(key) is None] == []


@pytest.mark.chromium
async def test_an_officer_works_by_keyboard(demo_site: DemoSite, browsing: Browsing) -> None:
    """j moves to the first task and Enter opens it."""
    async with demo_site.signed_in("handler") as client:
        await browsing.become(client.cookies.jar)
    await browsing.open("/en/desk")
    await browsing.page.keyboard.press("j")
    await browsing.page.keyboard.press("Enter")
    await browsing.page.wait_for_url("**/desk/reports/**")

    assert browsing.complaints == []


async def test_a_supervisor_takes_up_and_assigns_reports_together(demo_site: DemoSite) -> None:
    """Nothing ticked is told at the list; nothing is published that nobody has read; a ticked report goes where it was sent."""
    async with demo_site.signed_in("xiangyan") as firm:
        reference = (await reported(firm, "货款到账太慢")).rpartition("/")[2]
    async with demo_site.signed_in("supervisor") as client:
        page = await read(client, "/zh/desk/triage")
        entry = next(one for one in page.split('<li class="entry pick">') if reference in one)
        chosen = re.findall(r'name="chosen" value="([^"]+)"', entry)
        token = dict(FIELD.findall(page))["csrf_token"]
        none = await client.post("/zh/desk/triage", data={"csrf_token": token})
        wanted = {"csrf_token": token, "chosen": chosen[0], "agency": "samr"}
        unread = await client.post("/zh/desk/triage", data=wanted)
        kept = await read(client, "/zh/desk/triage")
        done = await client.post("/zh/desk/triage", data={**wanted, "wordsRead": "true"})
        left = await read(client, "/zh/desk/triage")

    assert (none.status_code, unread.status_code, done.status_code) == (422, 422, 303)
    assert "请先勾选要办理的诉求" in none.text
    assert "将一字不改地向社会公开" in page
    assert 'href="#f-wordsRead"' in unread.text
    assert chosen[0] in kept
    assert "已办理1件诉求" in left
    assert chosen[0].split()[0] not in left


async def test_a_reviewer_sees_what_a_submission_says_and_asks_for_changes_by_field(
    demo_site: DemoSite,
) -> None:
    """A comment on one field sends it back; fields left open are not spoken of."""
    async with demo_site.signed_in("xiangyan") as firm:
        path = (await handed_in(firm, "阿木手作")).replace("/zh/", "/zh/desk/")
    async with demo_site.signed_in("officer") as client:
        taken = await fill(client, f"{path}?act=take")
        assert taken.status_code == 303
        page = await read(client, path)
        assert "疑似重复" in page
        assert "阿木手作" in page
        comment = {"fieldComments.1.comment": "名称与平台账号不一致，请核对。"}
        done = await fill(client, f"{path}?act=request_changes", **comment)
        assert done.status_code == 303
        page = await read(client, path)

    assert "名称与平台账号不一致，请核对。" in page
    assert "退回补正" in page


async def test_the_supervised_queue_is_for_supervisors_with_the_signs_on_every_agency(
    demo_site: DemoSite,
) -> None:
    """An agency sees what it leads and no other agency's signs."""
    async with demo_site.signed_in("supervisor") as client:
        whole = await read(client, "/zh/desk/supervision")
    async with demo_site.signed_in("handler") as client:
        own = await read(client, "/zh/desk/supervision")

    assert "各部门监督预警指标" in whole
    assert "各部门监督预警指标" not in own
    assert "件在督诉求" in own


async def test_submissions_are_found_by_how_late_their_review_is(demo_site: DemoSite) -> None:
    """In the sample none is late: a level finds nothing and stays ticked; a word that is no level asks for nothing."""
    async with demo_site.signed_in("supervisor") as client:
        every = await read(client, "/zh/desk/submissions")
        late = await read(client, "/zh/desk/submissions?level=LONG_OVERDUE&level=OVERDUE")
        nonsense = await read(client, "/zh/desk/submissions?level=SOME_DAY")

    assert submissions_on(late) == 0 < submissions_on(every) == submissions_on(nonsense)
    assert "没有符合条件的申报" in late
    assert re.findall(r'value="([A-Z_]+)" checked', late) == ["LONG_OVERDUE", "OVERDUE"]


async def test_a_supervisor_ranks_clauses_by_what_they_cost(demo_site: DemoSite) -> None:
    """The dearest first; who may not read every impact is offered no choice, and an address that asks is no key."""
    async with demo_site.signed_in("supervisor") as client:
        dearest = await read(client, "/en/policies?by=YEARLY_COST")
        gravest = await read(client, "/en/policies")
    async with demo_site.signed_in("analyst") as client:
        refused = await read(client, "/en/policies?by=YEARLY_COST")

    costs = costs_on(dearest)
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > 0
    assert ["by the midpoints" in page for page in (dearest, gravest, refused)] == [True, False, False]
    assert '<option value="YEARLY_COST" selected>' in dearest
    assert costs_on(refused) == []
    assert 'name="by"' not in refused


async def test_a_supervisor_sees_what_a_point_costs_those_who_said_so(demo_site: DemoSite) -> None:
    """With how many firms the sum is over; the page of a point that nobody reported says nothing of it."""
    async with demo_site.signed_in("supervisor") as client:
        listed = await read(client, "/zh/desk/points")
        paths = sorted(set(re.findall(r'href="(/zh/desk/points/BP-[^"?]+)', listed)))
        pages = [await read(client, path) for path in paths]

    told = [page for page in pages if "估算年成本（元）" in page]
    assert 0 < len(told) < len(pages)
    assert all("家主体所报区间中值计" in page for page in told)


async def test_a_supervisor_plans_a_step_on_a_point_and_names_a_new_one(demo_site: DemoSite) -> None:
    """What is missing is told at its field; a planned step stands in the plan, a new point has a page of its own."""
    async with demo_site.signed_in("supervisor") as client:
        listed = await read(client, "/zh/desk/points")
        link = re.search(r'href="(/zh/desk/points/BP-[^"?]+)', listed)
        assert link is not None
        step = {"what": "与平台核对结算规则并公开口径。", "owner": "samr", "dueOn": "2099-12-31"}
        planned = await fill(client, f"{link[1]}?act=plan_step", **step)
        assert planned.status_code == 303
        assert step["what"] in await read(client, planned.headers["location"])
        empty = await fill(client, "/zh/desk/points/new")
        page = await read(client, "/zh/desk/points/new")
        clause = re.findall(r'<option value="([^"]+#[^"]+)"', page)[0]
        category = re.findall(r'<option value="([a-z-]+)"', page)[0]
        words = {
            "title": "平台结算周期没有统一口径",
            "description": "不同平台结算周期不一，商户资金被长期占用。",
        }
        named = await fill(client, "/zh/desk/points/new", **words, clauses=clause, category=category)
        assert named.status_code == 303
        page = await read(client, named.headers["location"])

    assert empty.status_code == 422
    assert "平台结算周期没有统一口径" in page
