"""The pages for analysts and the public over sample data: reports, blocking points, policies, agencies, saved searches."""

from __future__ import annotations

import csv
import io
import re

import httpx2
import pytest

from tests.portal.demo_site import DemoSite

LIVE = "%E7%9B%B4%E6%92%AD"


def counted(page: str) -> int:
    """How many the page says that it found."""
    found = re.search(r'class="found-count" role="status">[^\d]*(\d+)', page)
    assert found is not None
    return int(found[1])


def first_link(page: str, pattern: str) -> str:
    """The first link of the page that looks like this."""
    found = re.search(f'href="({pattern})"', page)
    assert found is not None, pattern
    return found[1]


def table_of(file: httpx2.Response) -> list[dict[str, str]]:
    """The rows of a file of figures."""
    assert (file.status_code, file.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(file.text.lstrip("\ufeff"))))


PAGES = (
    "/blockages",
    "/blockages?view=charts",
    "/points",
    "/policies",
    "/policies/ndrc-2020-1157",
    "/policies/ndrc-2020-1157/14",
    "/accountability",
    "/accountability/samr",
)


@pytest.mark.parametrize("segment", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
async def test_everyone_may_look_at_reports_points_policies_and_agencies(
    demo_site: DemoSite, segment: str, page: str
) -> None:
    """Without signing in, in both languages."""
    text = await demo_site.text(f"/{segment}{page}")

    assert "<h1>" in text


@pytest.mark.parametrize(
    "page", ["/points/BP-0000-0000", "/policies/none", "/policies/none/1", "/accountability/none"]
)
async def test_what_is_not_there_is_told_as_such(demo_site: DemoSite, page: str) -> None:
    """Never as a failure of ours."""
    async with demo_site.client() as client:
        response = await client.get(f"/zh{page}")

    assert response.status_code == 404


async def test_an_export_of_reports_holds_exactly_what_the_search_finds(demo_site: DemoSite) -> None:
    """The filters of the address hold in the file too."""
    query = f"q={LIVE}&open=yes&from=2020-01-01"
    async with demo_site.signed_in("analyst") as client:
        shown = await client.get(f"/zh/blockages?{query}")
        file = await client.get(f"/zh/blockages/export.ndjson?{query}")
        everything = await client.get("/zh/blockages")
    rows = [line for line in file.text.splitlines() if '"reference"' in line]

    assert len(rows) == counted(shown.text)
    assert counted(shown.text) < counted(everything.text)


@pytest.mark.parametrize(
    ("query", "column", "chip"),
    [
        ("cause=unknown", "causeLevel", "成因层级</span>未注明"),
        ("step=unknown", "procedureStep", "所在环节</span>未注明"),
    ],
)
async def test_reports_are_found_by_what_is_not_known_of_their_cause(
    demo_site: DemoSite, query: str, column: str, chip: str
) -> None:
    """What is not stated is chosen, named in its chip and exported like everything else."""
    async with demo_site.signed_in("analyst") as client:
        shown = await client.get(f"/zh/blockages?{query}")
        everything = await client.get("/zh/blockages")
        file = await client.get(f"/zh/blockages/export.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(file.text.lstrip("\ufeff"))))

    assert {row[column] for row in rows} == {""}
    assert len(rows) == counted(shown.text) < counted(everything.text)
    assert chip in shown.text


async def test_a_search_in_the_query_language_finds_less_the_more_it_asks_for(demo_site: DemoSite) -> None:
    """OR widens, and a minus takes away."""
    wide = counted(await demo_site.text(f"/zh/blockages?q={LIVE}%20OR%20%E5%B9%B3%E5%8F%B0"))
    narrow = counted(await demo_site.text(f"/zh/blockages?q={LIVE}"))
    less = counted(await demo_site.text(f"/zh/blockages?q={LIVE}%20-%E5%B9%B3%E5%8F%B0"))

    assert wide > narrow > less


async def test_every_chart_of_the_selection_has_its_data_as_a_file(demo_site: DemoSite) -> None:
    """By month, by province, and by agency and kind; what a province has is what its months add up to."""
    async with demo_site.signed_in("analyst") as client:
        page = await client.get("/zh/blockages?view=charts")
        months = table_of(await client.get("/zh/blockages/data/months.csv"))
        provinces = table_of(await client.get("/zh/blockages/data/provinces.csv"))
        agencies = table_of(await client.get("/zh/blockages/data/agencies.csv"))
        terms = table_of(await client.get("/zh/blockages/data/terms.csv?status=RESOLVED"))
        refused = await client.get("/zh/blockages/data/nothing.csv")
    sums = [sum(int(row["reported"]) for row in rows) for rows in (months, provinces)]

    assert sums[0] == sums[1] > 0
    assert agencies
    assert set(agencies[0]) >= {"agency", "agencyLabel", "category", "reported"}
    assert all(int(row["count"]) > 0 for row in terms)
    assert refused.status_code == 404
    for name in ("months", "provinces", "agencies"):
        assert f'href="/zh/blockages/data/{name}.csv"' in page.text


async def test_too_few_reports_give_the_public_no_figures_but_a_reason(demo_site: DemoSite) -> None:
    """The list is there; its charts say why they are not."""
    found = await demo_site.text("/zh/blockages")
    reference = re.search(r"BK-[0-9A-Z]{4}-[0-9A-Z]{4}", found)
    assert reference is not None
    text = await demo_site.text(f"/zh/blockages?q={reference[0]}&view=charts")

    assert counted(text) == 1
    assert "不提供统计" in text


async def test_a_blocking_point_is_shown_with_its_cause_and_leads_to_its_clause_and_agency(
    demo_site: DemoSite,
) -> None:
    """From the list to the point, from there to the clause, and back."""
    listed = await demo_site.text("/zh/points")
    point = await demo_site.text(first_link(listed, '/zh/points/BP-[^"]+'))
    clause = await demo_site.text(first_link(point, '/zh/policies/[^"/]+/[^"/]+'))

    assert counted(listed) > 0
    assert "成因与责任" in point
    assert first_link(clause, '/zh/points/BP-[^"]+')


async def test_filters_of_points_are_counted_and_taken_away_again(demo_site: DemoSite) -> None:
    """A chip leads back to the list without it."""
    text = await demo_site.text("/en/points?status=IN_PROGRESS")

    assert 'class="chip" href="/en/points"' in text
    assert re.search(r'name="status" value="IN_PROGRESS" checked', text)


async def test_a_firm_says_that_a_point_hinders_it_too(demo_site: DemoSite) -> None:
    """It gets a report of its own, linked to the point, and is then asked no more."""
    async with demo_site.signed_in("xiaoyu") as client:
        listed = await client.get("/zh/points")
        pages = dict.fromkeys(re.findall(r"/zh/points/BP-[0-9A-Z-]+", listed.text))
        said, path = await _joined(client, list(pages))
        again = (await client.get(path)).text

    assert said == 303
    assert ('href="#join"' in again, 'id="f-severity' in again) == (False, False)
    assert "诉求正在办理" in again


async def _joined(client: httpx2.AsyncClient, pages: list[str]) -> tuple[int, str]:
    """Joins the first point that is not resolved and that this firm has not reported yet."""
    for path in pages:
        page = await client.get(path)
        if 'href="#join"' not in page.text:
            continue
        form = {
            "firm": first(page.text, r'name="firm" value="([^"]+)"'),
            "csrf_token": first(page.text, r'name="csrf_token" value="([^"]+)"'),
            "severity": "HIGH",
            "description": "我们店也遇到同样的问题，三个月没有办成。",
        }
        status = (await client.post(path, data=form)).status_code
        return status, path
    return 0, ""


async def test_analysts_see_which_clauses_block_most_firms(demo_site: DemoSite) -> None:
    """Weighed by severity; the public sees what is cited, as far as it is told."""
    async with demo_site.signed_in("analyst") as client:
        told = await client.get("/zh/policies")
        file = table_of(await client.get("/zh/policies/ranking.csv"))
    public = await demo_site.text("/zh/policies")

    assert "受阻主体最多的条款" in told.text
    assert "受阻主体最多的条款" not in public
    assert any(row["clause"] for row in file)


async def test_agencies_with_few_reports_are_not_ranked_and_a_sentence_says_why(demo_site: DemoSite) -> None:
    """Their counts are listed apart; what each figure means stands beside the figures."""
    async with demo_site.signed_in("analyst") as client:
        text = (await client.get("/zh/accountability")).text
        agency = await client.get(first_link(text, '/zh/accountability/[^"/.]+'))

    assert "不足10件" in text
    assert "Kaplan-Meier" in text
    assert "newgrowth report" in text
    assert agency.status_code == 200


async def test_a_search_is_kept_after_its_estimate_and_renamed_and_given_up(demo_site: DemoSite) -> None:
    """Its conditions lead back to the same results."""
    query = f"q={LIVE}&status=IN_PROGRESS"
    async with demo_site.signed_in("analyst") as client:
        new = await client.get(f"/zh/searches/new?{query}")
        token = {"csrf_token": first(new.text, r'name="csrf_token" value="([^"]+)"')}
        nameless = await client.post(f"/zh/searches/new?{query}", data={**token, "name": ""})
        kept = await client.post(f"/zh/searches/new?{query}", data={**token, "name": "直播进展"})
        listed = (await client.get("/zh/searches")).text
        own = first(listed, r'href="(/zh/searches/[A-Za-z0-9_-]{8,})"')
        renamed = await client.post(own, data={**token, "name": "直播在办", "do": "rename"})
        page = (await client.get(own)).text
        deleted = await client.post(own, data={**token, "name": "", "do": "delete"})
        gone = await client.get(own)

    assert "平均每天" in new.text
    assert (nameless.status_code, kept.status_code) == (422, 303)
    assert f'href="/zh/blockages?q={LIVE}&amp;status=IN_PROGRESS"' in listed
    assert (renamed.status_code, "直播在办" in page) == (303, True)
    assert (deleted.status_code, gone.status_code) == (303, 404)


def first(text: str, pattern: str) -> str:
    """What the pattern's group is at its first place."""
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found[1]


@pytest.mark.parametrize("path", ["/searches", "/searches/new?q=x", "/searches/abc"])
async def test_who_has_not_signed_in_is_led_there_from_saved_searches(demo_site: DemoSite, path: str) -> None:
    """And back."""
    async with demo_site.client() as client:
        response = await client.get(f"/zh{path}")

    assert response.status_code == 403
    assert "/sign-in?next=%2Fzh%2Fsearches" in response.text


async def test_suggestions_lead_to_blocking_points_and_clauses(demo_site: DemoSite) -> None:
    """Whatever has a page is a link to it."""
    async with demo_site.client() as client:
        offers = (await client.get("/zh/suggestions", params={"q": "平台"})).json()
    pages = {one["to"].split("/")[2] for one in offers if one["to"]}

    assert pages & {"points", "policies"}


async def test_what_a_growth_rule_found_is_written_as_all_else_on_the_page(demo_site: DemoSite) -> None:
    """Months are named, bands have the page's own dash, and Chinese its own punctuation."""
    firms = re.findall(r'href="(/zh/firms/NG-[^"]+)"', await demo_site.text("/zh/directory"))
    pages = [await demo_site.text(path) for path in dict.fromkeys(firms[:6])]
    found = [cell for page in pages for cell in re.findall(r'data-column="实际">([^<]*)<', page)]

    assert any(re.search(r" \d+个月", cell) for cell in found)
    assert [cell for cell in found if re.search(r"[ (]\d+-|[,;] ", cell)] == []
