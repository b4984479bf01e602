"""What is typed in one piece finds what others said apart, behind what says it as typed."""

from __future__ import annotations

import pytest

from indexer.query.highlights import highlights
from indexer.query.search import AnyOf, Search, SearchEngine
from tests.contracts.engines.corpus import box, firm, firms_with, found, ids, report, reports_with

OURS = "apart"
LIBRARY = AnyOf("owner", (OURS,))
DOCUMENTS = [
    report("whole", owner=OURS, title="短视频账号被封", description="一天之内"),
    report("apart", owner=OURS, title="短视频里的账号，一夜之间被封", description="没有说明"),
    report("half", owner=OURS, title="短视频账号改名", description="改名收费"),
    report("levy", owner=OURS, title="平台又涨了佣金", description="小店难以承受"),
    report("shares", owner=OURS, title="平台的分成", description="分成没有标准"),
    report("cover", owner=OURS, title="缴费两年，断缴一月", description="待遇没有了"),
    firm("leather", owner=OURS, name="澄溪（绍兴）手工皮具工作室"),
    firm("water", owner=OURS, name="澄溪水务有限公司"),
]


@pytest.fixture
async def shelf(library: SearchEngine) -> SearchEngine:
    """An engine with the documents of this module."""
    await library.put(DOCUMENTS)
    await library.refresh()
    return library


def reports(text: str) -> Search:
    """A search for reports of this module."""
    return reports_with(text, visible=LIBRARY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("短视频账号被封", {"whole", "apart"}),
        ("短视频账号被封怎么办", {"whole", "apart"}),
        ('"短视频账号被封"', {"whole"}),
        ("平台抽成太高", {"levy"}),
        ("title:平台抽成太高", {"levy"}),
        ("description:平台抽成太高", set()),
        ("平台抽成太高 -佣金", set()),
        ("缴费断缴", {"cover"}),
        ("账号短视频", {"whole", "apart", "half"}),
        ("封被号账", set()),
        ("改名被封", set()),
    ],
)
async def test_reports_are_found_by_their_words(shelf: SearchEngine, text: str, expected: set[str]) -> None:
    """All of the words, anywhere, each with its synonyms; quotes mean themselves, how badly is not what."""
    assert await found(shelf, reports(text)) == expected


async def test_what_says_it_as_typed_comes_first(shelf: SearchEngine) -> None:
    """The phrase before its words."""
    assert ids((await shelf.search(reports("短视频账号被封"))).hits) == ["whole", "apart"]


async def test_names_are_found_with_their_parts_in_another_order(shelf: SearchEngine) -> None:
    """Place, brand and trade."""
    assert await found(shelf, firms_with("绍兴澄溪皮具", visible=LIBRARY)) == {"leather"}


async def test_the_words_are_marked_where_they_stand(shelf: SearchEngine) -> None:
    """The reader sees why it was found."""
    text = box("短视频账号被封")
    (hit,) = [hit for hit in (await shelf.search(reports("短视频账号被封"))).hits if hit.id == "apart"]

    (marked,) = highlights(text, hit.source, ["title"])

    assert marked.fragments == ("<em>短视频</em>里的<em>账号</em>，一夜之间<em>被封</em>",)


async def test_long_boxes_stay_bounded(shelf: SearchEngine) -> None:
    """However many long runs are typed, few are taken apart, and the box is answered."""
    assert await found(shelf, reports("短视频账号被封平台抽成太高 " * 60)) == set()
