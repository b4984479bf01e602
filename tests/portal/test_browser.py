"""What scripts make comfortable, in a real browser: suggestions, errors that have the focus, signing in and out."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.portal.browsing import Browsing

pytestmark = pytest.mark.chromium


async def test_a_search_is_suggested_and_taken_by_keyboard(browsing: Browsing) -> None:
    """Type, go down, take: the box is a combobox by the book."""
    await browsing.open("/zh/")
    box = browsing.page.get_by_role("combobox", name="搜索名录")
    await box.press_sequentially("短视")
    await expect(browsing.page.get_by_role("option").first).to_be_visible()
    await box.press("ArrowDown")
    chosen = browsing.page.get_by_role("option", selected=True)
    await expect(chosen).to_have_count(1)
    await box.press("Enter")
    await browsing.page.wait_for_url(lambda url: "/zh/directory?q=" in url or "/zh/firms/" in url)

    assert browsing.complaints == []


async def test_the_summary_of_what_is_wrong_has_the_focus_and_leads_to_the_field(browsing: Browsing) -> None:
    """Whoever reads by ear hears it first."""
    await browsing.open("/en/components")
    await browsing.page.get_by_role("button", name="Send").click()
    await expect(browsing.page.get_by_role("alert").filter(has_text="Please correct")).to_be_focused()
    await browsing.page.get_by_role("link", name="Enter the name.").click()

    await expect(browsing.page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()


async def test_someone_signs_in_and_out_again(browsing: Browsing) -> None:
    """Back to the page that they came from; signed out they are nobody."""
    await browsing.sign_in("xiaoyu", "/zh/directory")
    await browsing.page.locator(".account summary").click()
    await browsing.page.get_by_role("button", name="退出登录").click()

    await expect(browsing.page.get_by_role("link", name="登录")).to_be_visible()
    assert browsing.complaints == []
