"""A firm reports what hinders it, follows the report and answers (报送堵点、办理进度)."""

from __future__ import annotations

import httpx2
import pytest

from tests.portal.demo_site import DemoSite
from tests.portal.sending import WORDS, first_entry, handed_in, reported, send

CAUSE = {"causeLevel": "platform", "procedureStep": ""}


def first_link(page: httpx2.Response, path: str) -> str:
    """The first link of the Chinese page to what lies under `path`, within the language."""
    return path + page.text.split(f'href="/zh{path}')[1].partition('"')[0]


async def test_a_firm_reports_in_plain_words_and_finds_what_others_reported(demo_site: DemoSite) -> None:
    """The second step suggests the kind of what is alike and offers to join; the receipt is the report's own page."""
    async with demo_site.signed_in("xiaoyu") as client:
        second = await send(client, "/zh/report", WORDS, ask="next")
        path = await reported(client, WORDS["title"])
        receipt = await client.get(path)
    async with demo_site.client() as anyone:
        hidden = await anyone.get(path)

    assert "我也遇到" in second.text
    assert "根据相似诉求，建议选" in second.text
    assert "诉求已收到，请记下编号" in receipt.text
    assert "这个期限是怎么算的" in receipt.text
    assert hidden.status_code == 404


async def test_whoever_meets_the_same_joins_the_point_in_one_step(demo_site: DemoSite) -> None:
    """The report is linked to it from the start."""
    async with demo_site.signed_in("xiangyan") as client:
        second = await send(client, "/zh/report", WORDS, ask="next")
        point = second.text.split('name="join" value="')[1].split('"')[0]
        joined = await send(client, "/zh/report", WORDS, ask="next", join=point, **first_entry(second))
        page = await client.get(joined.headers["location"])

    assert "所属政策堵点" in page.text


async def test_who_applies_for_a_second_entry_reports_for_the_one_that_is_listed(demo_site: DemoSite) -> None:
    """An entry that is still under review may not report: it stands in the way of no other, and is offered nowhere."""
    async with demo_site.signed_in("xiangyan") as client:
        await handed_in(client, "向妍直播间")
        point = first_link(await client.get("/zh/points?status=IN_PROGRESS"), "/points/")
        shown = (await client.get(f"/zh{point}")).text
        await reported(client, "竞价排名看不到小店")

    assert "反映主体" in shown
    assert "向妍直播间" not in shown


async def test_who_has_no_entry_that_may_report_is_told_what_to_do_first(demo_site: DemoSite) -> None:
    """Apply, while there is none; wait for the review, once one is handed in: wherever something could be reported."""
    async with demo_site.signed_in("newcomer") as client:
        point = first_link(await client.get("/zh/points?status=IN_PROGRESS"), "/points/")
        before = [(await client.get(f"/zh{path}")).text for path in ("/report", point)]
        await handed_in(client, "何苗手作")
        after = [(await client.get(f"/zh{path}")).text for path in ("/report", point)]

    for text in before:
        assert "请先申报入录" in text
        assert 'name="severity"' not in text
    for text in after:
        assert "您的条目目前不能报送堵点" in text
        assert 'name="severity"' not in text


async def test_a_firm_may_say_where_the_cause_sits(demo_site: DemoSite) -> None:
    """Both are offered and neither is asked for; what is left open is said to be not stated."""
    async with demo_site.signed_in("xiaoyu") as client:
        second = await send(client, "/zh/report", WORDS, ask="next")
        path = await reported(client, "流量扶持只给签约机构", **CAUSE)
        page = await client.get(path)

    assert '<select id="f-procedureStep" name="procedureStep"' in second.text
    assert "<dt>成因层级</dt><dd>平台规则</dd>" in page.text
    assert "<dt>所在环节</dt><dd>未注明</dd>" in page.text


async def test_words_that_are_too_few_are_kept_and_told_at_their_field(demo_site: DemoSite) -> None:
    """Nothing that was written is lost."""
    async with demo_site.signed_in("xiaoyu") as client:
        answer = await send(client, "/en/report", ask="next", title="住改商", description="<b>不予登记</b>")

    assert answer.status_code == 422
    assert '<a href="#f-title">' in answer.text
    assert "&lt;b&gt;不予登记&lt;/b&gt;" in answer.text


async def test_who_withdraws_is_asked_who_wanted_it(demo_site: DemoSite) -> None:
    """Without the answer nothing is withdrawn."""
    async with demo_site.signed_in("xiaoyu") as client:
        path = await reported(client, "没有机构就没有流量资源", visibility="AGENCIES_ONLY")
        silent = await send(client, path, ask="withdraw", reason="写错了")
        done = await send(client, path, ask="withdraw", reason="写错了", askedByAgency="false")
        page = await client.get(path)

    assert silent.status_code == 422
    assert 'href="#f-askedByAgency"' in silent.text
    assert done.status_code == 303
    assert "撤回诉求" in page.text


async def test_a_firm_writes_to_the_agency_under_its_alias(demo_site: DemoSite) -> None:
    """The page says under which."""
    async with demo_site.signed_in("xiaoyu") as client:
        path = await reported(client, "个人创作者得不到投入资金")
        before = await client.get(path)
        await send(client, path, ask="message", text="可以补充合同。")
        after = await client.get(path)

    assert "对方看到的是您的代号 RP-" in before.text
    assert "可以补充合同。" in after.text


@pytest.mark.parametrize("page", ["/report", "/reports", "/notices", "/notices/channels"])
async def test_who_is_nobody_is_told_to_sign_in(demo_site: DemoSite, page: str) -> None:
    """And comes back here."""
    async with demo_site.client() as client:
        answer = await client.get(f"/zh{page}")

    assert "/sign-in?next=" in answer.text


async def test_notices_are_read_and_stay_read(demo_site: DemoSite) -> None:
    """One at a time, or the whole page."""
    async with demo_site.signed_in("xiangyan") as client:
        before = await client.get("/zh/notices?show=unread")
        marked = await send(client, "/zh/notices?show=unread")
        after = await client.get("/zh/notices?show=unread")

    assert "标为已读" in before.text
    assert marked.status_code == 303
    assert after.text.count("标为已读") < before.text.count("标为已读")


async def test_mail_that_the_site_does_not_send_is_not_promised(demo_site: DemoSite) -> None:
    """The demo has no mail server: the page says so, and keeps what was filled in."""
    mail = {"address": "xiaoyu@example.org", "mode": "DIGEST", "hour": "9", "language": "ZH"}
    async with demo_site.signed_in("xiaoyu") as client:
        answer = await send(client, "/zh/notices/channels", mail, ask="subscribe")

    assert answer.status_code == 422
    assert "本系统未开通邮件提醒" in answer.text
    assert 'value="xiaoyu@example.org"' in answer.text
