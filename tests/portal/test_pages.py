"""The pages over sample data, as a browser without scripts gets them."""

from __future__ import annotations

import re

import pytest

from tests.portal.demo_site import DemoSite

PAGES = ("/", "/directory", "/components")


@pytest.mark.parametrize(
    ("accepted", "home"), [("en-GB,en;q=0.9,zh;q=0.5", "/en/"), ("fr", "/zh/"), ("", "/zh/")]
)
async def test_the_front_door_leads_to_the_language_that_the_browser_accepts(
    demo_site: DemoSite, accepted: str, home: str
) -> None:
    """Chinese where nothing else is asked for."""
    async with demo_site.client(**{"accept-language": accepted}) as client:
        response = await client.get("/")

    assert (response.status_code, response.headers["location"]) == (302, home)


async def test_the_language_last_chosen_is_remembered(demo_site: DemoSite) -> None:
    """Whoever has read a page in English begins in English."""
    async with demo_site.client(**{"accept-language": "zh-CN"}) as client:
        await client.get("/en/")
        response = await client.get("/")

    assert response.headers["location"] == "/en/"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("segment", "tag"), [("zh", "zh-CN"), ("en", "en")])
async def test_a_page_is_there_in_both_languages(
    demo_site: DemoSite, page: str, segment: str, tag: str
) -> None:
    """And says which one it is in."""
    text = await demo_site.text(f"/{segment}{page}")

    assert f'<html lang="{tag}">' in text


async def test_the_language_switch_keeps_page_and_query(demo_site: DemoSite) -> None:
    """A reader of the other language sees the same results."""
    text = await demo_site.text("/zh/directory?q=%E7%9B%B4%E6%92%AD&sort=NAME")

    assert 'href="/en/directory?q=%E7%9B%B4%E6%92%AD&amp;sort=NAME"' in text


async def test_pages_carry_the_policy_that_lets_nothing_in_from_elsewhere(demo_site: DemoSite) -> None:
    """No inline script, no inline style, no other origin."""
    async with demo_site.client() as client:
        policy = (await client.get("/zh/")).headers["content-security-policy"]

    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


async def test_a_page_that_is_not_there_is_told_in_the_pages_language(demo_site: DemoSite) -> None:
    """As a page for readers; the API's own paths keep their JSON."""
    async with demo_site.client() as client:
        page = await client.get("/en/no-such-page")
        path = await client.get("/no-such-path")

    assert (page.status_code, "There is no such page" in page.text) == (404, True)
    assert path.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_form_of_another_site_is_refused(demo_site: DemoSite) -> None:
    """By what the browser says of it; and so is one of which nothing is said."""
    form = {"profile.name": "小光手作"}
    async with demo_site.client() as client:
        foreign = await client.post("/zh/components", data=form, headers={"sec-fetch-site": "cross-site"})
        origin = await client.post(
            "/zh/components", data=form, headers={"origin": "https://elsewhere.example"}
        )
        nothing = await client.post("/zh/components", data=form)

    assert [foreign.status_code, origin.status_code, nothing.status_code] == [403, 403, 403]


async def test_a_form_that_is_taken_leads_on_and_says_so_once(demo_site: DemoSite) -> None:
    """Post, redirect, get: reloading does nothing again."""
    async with demo_site.client(**{"sec-fetch-site": "same-origin"}) as client:
        response = await client.post("/zh/components", data={"profile.name": "小光手作"})
        first = await client.get(response.headers["location"])
        second = await client.get(response.headers["location"])

    assert response.status_code == 303
    assert ("已提交。" in first.text, "已提交。" in second.text) == (True, False)


async def test_what_is_wrong_with_a_form_is_linked_to_its_field_and_the_rest_is_kept(
    demo_site: DemoSite,
) -> None:
    """The summary at the top names the field's own id."""
    async with demo_site.client(**{"sec-fetch-site": "same-origin"}) as client:
        response = await client.post(
            "/en/components", data={"profile.name": "", "profile.summary": "<b>tea</b>"}
        )

    assert response.status_code == 422
    assert '<a href="#f-profile-name">Enter the name.</a>' in response.text
    assert re.search(r'id="f-profile-name"[^>]*aria-invalid="true"', response.text)
    assert "&lt;b&gt;tea&lt;/b&gt;" in response.text


async def test_someone_signed_in_is_greeted_and_their_forms_carry_the_sessions_secret(
    demo_site: DemoSite,
) -> None:
    """Without it, or with another's, nothing is taken."""
    async with demo_site.signed_in("xiaoyu") as client:
        page = await client.get("/zh/components")
        (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page.text))
        form = {"profile.name": "小宇"}
        without = await client.post("/zh/components", data=form)
        forged = await client.post("/zh/components", data={**form, "csrf_token": "x" * len(token)})
        own = await client.post("/zh/components", data={**form, "csrf_token": token})

    assert "小宇" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (without.status_code, forged.status_code, own.status_code) == (403, 403, 303)


async def test_who_may_not_export_is_led_to_sign_in_and_back(demo_site: DemoSite) -> None:
    """The page says why, and where to go on."""
    async with demo_site.client() as client:
        response = await client.get("/zh/directory/export.csv?form=short-video")

    assert response.status_code == 403
    assert "/sign-in?next=%2Fzh%2Fdirectory%2Fexport.csv%3Fform%3Dshort-video" in response.text


async def test_an_export_holds_exactly_what_the_search_finds(demo_site: DemoSite) -> None:
    """As many rows as the page counts, for the same address."""
    async with demo_site.signed_in("analyst") as client:
        shown = await client.get("/en/directory?q=%E7%9B%B4%E6%92%AD")
        file = await client.get("/en/directory/export.ndjson?q=%E7%9B%B4%E6%92%AD")
    counted = re.search(r'class="found-count" role="status">(\d+) ', shown.text)
    assert counted is not None
    rows = [line for line in file.text.splitlines() if '"entryNumber"' in line]

    assert len(rows) == int(counted[1]) > 0


async def test_an_entry_has_a_page_with_its_growth_explained_and_its_history(demo_site: DemoSite) -> None:
    """Rule by rule, in the page's language."""
    found = await demo_site.text("/zh/directory?sort=LISTED_AT")
    number = re.search(r"/zh/firms/(NG-[0-9A-Z-]+)", found)
    assert number is not None
    text = await demo_site.text(number[0])

    assert number[1] in text
    assert "成长性评估" in text
    assert "列入名录" in text


@pytest.mark.parametrize("query", ["after=no-cursor", "region=999999", "sort=NAME&after=x"])
async def test_an_address_that_cannot_be_read_is_told_as_such(demo_site: DemoSite, query: str) -> None:
    """Never as a failure of ours."""
    async with demo_site.client() as client:
        response = await client.get(f"/zh/directory?{query}")

    assert response.status_code == 400


async def test_a_chip_takes_its_filter_away_and_keeps_the_rest(demo_site: DemoSite) -> None:
    """The address without it is a link."""
    text = await demo_site.text("/en/directory?q=tea&form=short-video&kind=FREELANCER&after=")

    assert 'class="chip" href="/en/directory?q=tea&amp;kind=FREELANCER"' in text
    assert 'class="chip" href="/en/directory?q=tea&amp;form=short-video"' in text


async def test_suggestions_name_what_they_lead_to(demo_site: DemoSite) -> None:
    """An entry has a page; a word is searched for."""
    async with demo_site.client() as client:
        offers = (await client.get("/zh/suggestions", params={"q": "短视"})).json()

    assert offers
    assert {"text", "kind", "to"} == set(offers[0])
