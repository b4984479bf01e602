"""A search finds what people mean: synonyms, names spelled apart, a letter wrong, a field named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from indexer.query.search import AnyOf, Document, Kind, Search, SearchEngine
from tests.contracts.engines.corpus import box, firm, firms_with, found, ids, report

OURS = "meaning"
LIBRARY = AnyOf("owner", (OURS,))
ENTRIES: Sequence[Document] = [
    firm("gym", owner=OURS, name="Fit Lab 健身", platforms=["douyin"], platform_path=["douyin"]),
    firm("coach", owner=OURS, name="Xiaohui", name_en="Fitlab coaching", region_path=["330000", "330100"]),
    firm(
        "shop", owner=OURS, name="Glimmer Studio", summary="微光 fitlab", summary_en="Hangzhou style glimmer"
    ),
    firm("xhs", owner=OURS, name="The Xiao Hong Shu Agency"),
]
REPORTS: Sequence[Document] = [
    report("cut", owner=OURS, title="平台抽成过高", description="每单都要扣"),
    report("fee", owner=OURS, title="佣金", description="平台佣金不透明，抽成之外还有"),
    report(
        "rate",
        owner=OURS,
        title="Commission keeps rising",
        description="The platform takes a share",
        labels=["Fees"],
    ),
    report(
        "rake",
        owner=OURS,
        title="收费",
        description="a take rate of forty percent",
        clauses=["p#1"],
        codes=["BK-1"],
    ),
]
# A word that most reports say tells nothing, and no engine ranks by it.
OTHERS = [
    report(f"other-{place}", owner="others", title=f"开票困难 Invoices come late {place}")
    for place in range(12)
]


@pytest.fixture
async def shelf(library: SearchEngine) -> SearchEngine:
    """An engine with the entries and reports of this module."""
    await library.put([*ENTRIES, *REPORTS, *OTHERS])
    await library.refresh()
    return library


def entries(text: str) -> Search:
    """A search for entries of this module."""
    return firms_with(text, visible=LIBRARY)


def reports(text: str) -> Search:
    """A search for reports of this module."""
    return Search(Kind.BLOCKAGE, LIBRARY, box(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("抽成", {"cut", "fee", "rate", "rake"}),
        ("commission", {"cut", "fee", "rate", "rake"}),
        ('"抽成"', {"cut", "fee"}),
        ("平台抽成", {"cut", "fee"}),
        ("take rate", {"cut", "fee", "rate", "rake"}),
        ("佣金 -抽成", {"rate", "rake"}),
        ("title:佣金", {"cut", "fee", "rate"}),
        ('title:"佣金"', {"fee"}),
        ("description:share", {"rate"}),
        ("description:commission", {"fee", "rake"}),
        ("clause:p#1", {"rake"}),
        ("reference:bk-1", set()),
        ("reference:BK-1", {"rake"}),
        ("name:抽成", set()),
        ("comission", {"rate"}),
        ("Commisison", {"rate"}),
        ("percnet", set()),
        ("抽呈", set()),
    ],
)
async def test_reports_are_found_by_meaning(shelf: SearchEngine, text: str, expected: set[str]) -> None:
    """Both ways between languages, never out of quotes; a letter is forgiven in titles, not in long texts."""
    assert await found(shelf, reports(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fit Lab", {"gym", "coach", "shop"}),
        ("fitlab", {"gym", "coach", "shop"}),
        ("xiaohongshu", {"xhs"}),
        ("name:fitlab", {"gym", "coach"}),
        ("description:fitlab", {"shop"}),
        ("glimer", {"shop"}),
        ("glimmmer studio", {"shop"}),
        ("name:glimmre", {"shop"}),
        ("description:glimmre", set()),
        ("hangzou", set()),
        ("glim", set()),
        ("platform:抖音", {"gym"}),
        ("platform:douyin 健身", {"gym"}),
        ("fitlab -platform:douyin", {"coach", "shop"}),
        ("platform:taobao OR platform:抖音", {"gym"}),
        ("region:杭州", {"coach"}),
        ("region:浙江", {"coach"}),
        ("-region:浙江", {"gym", "shop", "xhs"}),
        ("category:platform-fees", set()),
    ],
)
async def test_entries_are_found_by_meaning(shelf: SearchEngine, text: str, expected: set[str]) -> None:
    """Names spelled apart or together, a letter wrong, codes by label; a field the entry lacks holds nothing."""
    assert await found(shelf, entries(text)) == expected


async def test_what_was_typed_comes_first(shelf: SearchEngine) -> None:
    """Who types 抽成 sees 抽成 before commission, and commission before 抽成 when that is typed."""
    typed = ids((await shelf.search(reports("抽成"))).hits)
    assert set(typed[:2]) == {"cut", "fee"}
    assert ids((await shelf.search(reports("commission"))).hits)[0] == "rate"


async def test_a_letter_is_forgiven_only_where_nothing_is_spelled_so(shelf: SearchEngine) -> None:
    """A word that is there finds itself alone, also on a page behind the last and under a filter that leaves nothing."""
    await shelf.put([firm("glimer", owner=OURS, name="Glimer")])
    await shelf.refresh()
    try:
        page = await shelf.search(entries("glimer"))
        assert ids(page.hits) == ["glimer"]
        behind = Search(Kind.FIRM, LIBRARY, box("glimer"), after=page.hits[-1].key)
        assert ids((await shelf.search(behind)).hits) == []
        nowhere = firms_with("glimer", AnyOf("region", ("110000",)), visible=LIBRARY)
        assert await found(shelf, nowhere) == set()
    finally:
        await shelf.put([Document(Kind.FIRM, "glimer", 2, None)])
        await shelf.refresh()


async def test_forgiven_searches_page_to_their_end(shelf: SearchEngine) -> None:
    """The second page of a forgiven search is forgiven too."""
    text = box("glimmre OR fitlbb")
    first = await shelf.search(Search(Kind.FIRM, LIBRARY, text, first=1, total=True))
    second = await shelf.search(
        Search(Kind.FIRM, LIBRARY, text, first=1, total=True, after=first.hits[-1].key)
    )
    assert {*ids(first.hits), *ids(second.hits)} == {"shop", "coach"}
    assert (first.total, first.more, second.total, second.more) == (2, True, 2, False)
