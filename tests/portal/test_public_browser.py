"""An analyst's way through the pages in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.portal.browsing import Browsing

pytestmark = pytest.mark.chromium


async def test_an_analyst_goes_from_a_question_to_charts_a_point_its_clause_and_a_saved_search(
    browsing: Browsing,
) -> None:
    """By the words on the pages, as a reader would."""
    page = browsing.page
    await browsing.sign_in("analyst", "/zh/blockages")
    await page.get_by_role("combobox", name="检索堵点诉求").fill("平台")
    await page.get_by_role("button", name="搜索").click()
    await expect(page.locator("mark").first).to_be_visible()
    await page.get_by_role("checkbox", name="办理中").check()
    await expect(page.get_by_role("link", name="取消筛选：")).to_be_visible()
    await page.get_by_role("link", name="统计图表").click()
    await expect(page.locator("svg.line")).to_be_visible()
    await page.get_by_role("link", name="保存并订阅此检索").click()
    await page.get_by_role("textbox", name="名称").fill("平台在办诉求")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("link", name="平台在办诉求")).to_be_visible()
    await page.get_by_role("link", name="政策堵点", exact=True).click()
    await page.locator(".entry-name a").first.click()
    await expect(page.get_by_role("heading", name="成因与责任")).to_be_visible()
    await page.locator(".lines a[href*='/policies/']").first.click()
    await expect(page.get_by_role("heading", name="同一条款在各省")).to_be_visible()

    assert browsing.complaints == []
