"""Filters, orders and pages."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from indexer.query.search import (
    EVERYTHING,
    NOTHING,
    AnyOf,
    Between,
    Both,
    Either,
    FacetWanted,
    Filter,
    Is,
    Kind,
    Not,
    Search,
    SearchEngine,
    Sort,
)
from tests.contracts.engines.corpus import LIBRARY, firm, firms_with, found, ids, reports_with, walk

ALL = {"media", "tea", "stream", "taiwan", "plain"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EVERYTHING, ALL),
        (NOTHING, set()),
        (AnyOf("status", ("PENDING",)), {"taiwan"}),
        (AnyOf("status", ("PENDING", "LISTED")), ALL),
        (AnyOf("status", ()), set()),
        (AnyOf("forms", ("short-video",)), {"media", "tea"}),
        (AnyOf("forms", ("short-video", "live-commerce")), {"media", "tea", "stream"}),
        (AnyOf("form_path", ("micro-economy",)), {"media", "tea", "stream"}),
        (AnyOf("region_path", ("330000",)), {"media", "tea"}),
        (AnyOf("region_path", ("330106",)), {"media"}),
        (AnyOf("codes", ("91330106MA2AAAAA1X",)), {"media"}),
        (AnyOf("name_key", ("' OR 1=1 --", "1")), {"tea"}),
        (Is("public", True), ALL - {"taiwan"}),
        (Is("growth_qualified", True), {"media"}),
        (Is("growth_qualified", False), {"tea"}),
        (Between("followers", 20_000, 20_000), {"tea", "stream"}),
        (Between("followers", at_least=20_001), {"media"}),
        (Between("followers", at_most=0), {"taiwan"}),
        (Between("followers"), {"media", "tea", "stream", "taiwan"}),
        (Between("turnover_fen", 100, 8_000_000), {"media", "stream"}),
        (Between("founded_on", 18_001), {"stream"}),
        (Not(AnyOf("forms", ("short-video",))), {"stream", "taiwan", "plain"}),
        (Not(Between("followers", at_least=1)), {"taiwan", "plain"}),
        (Not(Is("growth_qualified", True)), ALL - {"media"}),
        (Not(NOTHING), ALL),
        (Not(EVERYTHING), set()),
        (Either((AnyOf("forms", ("live-commerce",)), Is("public", False))), {"tea", "stream", "taiwan"}),
        (Both((AnyOf("platforms", ("taobao",)), AnyOf("platforms", ("douyin",)))), {"tea"}),
        (
            Not(Either((Is("public", False), Both((AnyOf("region", ("330100",)),))))),
            {"media", "stream", "plain"},
        ),
    ],
)
async def test_a_filter_keeps_what_it_says(library: SearchEngine, wanted: Filter, expected: set[str]) -> None:
    """Every kind of filter, alone and combined; what lacks the field matches no filter on it."""
    assert await found(library, firms_with(None, wanted)) == expected


async def test_overdue_is_a_matter_of_the_callers_clock(library: SearchEngine) -> None:
    """The index keeps when a report falls due, never that it is overdue: that needs no write to come true."""
    assert await found(library, reports_with(None, Between("due_at", at_most=999))) == set()
    assert await found(library, reports_with(None, Between("due_at", at_most=1_000))) == {"fees-too"}
    assert await found(library, reports_with(None, Between("due_at", at_most=2_000))) == {"fees", "fees-too"}


async def test_a_total_counts_all_pages_and_only_when_asked(library: SearchEngine) -> None:
    """The total is exact; counting is not done unasked."""
    assert (await library.search(firms_with(first=1, total=True))).total == len(ALL)
    assert (await library.search(firms_with("直播", first=1, total=True))).total == 3
    assert (await library.search(firms_with(first=1))).total is None


@pytest.mark.parametrize(
    ("field", "ascending"),
    [
        ("followers", ["taiwan", "stream", "tea", "media", "plain"]),
        ("turnover_fen", ["stream", "media", "plain", "taiwan", "tea"]),
        ("name_key", ["tea", "stream", "media", "taiwan", "plain"]),
        ("listed_at", ["stream", "media", "plain", "taiwan", "tea"]),
    ],
)
@pytest.mark.parametrize("text", [None, "-zzz"])
async def test_an_order_goes_both_ways_and_keeps_what_has_no_value_last(
    library: SearchEngine, field: str, ascending: list[str], text: str | None
) -> None:
    """Ties are broken by id, ascending both ways; what lacks the value is last both ways."""
    hits = (await library.search(firms_with(text, sort=Sort(field, descending=False)))).hits
    assert ids(hits) == ascending

    values: dict[str, Any] = {hit.id: hit.source.get(field) for hit in hits}
    known = [each for each in ascending if values[each] is not None]
    descending = sorted(sorted(known), key=lambda each: values[each], reverse=True)
    hits = (await library.search(firms_with(text, sort=Sort(field)))).hits
    assert ids(hits) == descending + [each for each in ascending if values[each] is None]


async def test_reports_are_ordered_by_severity_and_by_when_they_fall_due(library: SearchEngine) -> None:
    """The gravest first; what falls due first, what never does last."""
    gravest = await library.search(reports_with(sort=Sort("severity_rank")))
    soonest = await library.search(reports_with(sort=Sort("due_at", descending=False)))
    assert ids(gravest.hits) == ["fees", "insurance", "fees-too"]
    assert ids(soonest.hits) == ["fees-too", "fees", "insurance"]


@pytest.mark.parametrize(
    "sort", [Sort("followers"), Sort("followers", False), Sort("name_key", False), Sort("turnover_fen")]
)
@pytest.mark.parametrize("text", [None, "直播 OR 杭州 OR fit"])
async def test_pages_put_together_are_the_whole(library: SearchEngine, sort: Sort, text: str | None) -> None:
    """A walk by pages of one, two or three gives the same order as one page, through ties and missing values."""
    whole = ids((await library.search(firms_with(text, sort=sort))).hits)
    for first in (1, 2, 3):
        assert await walk(library, firms_with(text, sort=sort, first=first)) == whole


async def test_pages_by_relevance_put_together_are_the_whole(library: SearchEngine) -> None:
    """So do pages in the order of scores, and pages of a search that scores nothing."""
    for text in ("直播", "直播 OR 杭州 OR commerce", None, "-直播"):
        whole = ids((await library.search(firms_with(text))).hits)
        assert await walk(library, firms_with(text, first=1)) == whole


async def test_a_walk_sees_each_entry_once_while_others_come(engine: SearchEngine) -> None:
    """Entries listed during a walk shift no page: those that were there are seen once each."""
    there = [firm(f"old-{n:03}", owner="w", followers=n % 7, name_key=str(n % 5)) for n in range(60)]
    await engine.put(there)
    await engine.refresh()

    for sort in (Sort("followers"), Sort("name_key", False), Sort("turnover_fen"), Sort()):
        seen: list[str] = []
        key = None
        while True:
            wanted = firms_with(visible=AnyOf("owner", ("w",)), sort=sort, first=7, after=key)
            page = await engine.search(wanted)
            seen += ids(page.hits)
            if not page.more:
                break
            key = page.hits[-1].key
            comer = f"new-{sort.field}-{len(seen):03}"
            await engine.put([firm(comer, owner="w", followers=len(seen) % 7, name_key="3")])
            await engine.refresh()
        assert len(seen) == len(set(seen))
        assert {document.id for document in there} <= set(seen)


async def test_keys_survive_a_cursor(library: SearchEngine) -> None:
    """A key is made of what JSON can carry unchanged."""
    for search in (firms_with("直播", first=1), firms_with(sort=Sort("turnover_fen"), first=3)):
        page = await library.search(search)
        key = page.hits[-1].key
        assert tuple(orjson.loads(orjson.dumps(key))) == key


def test_a_search_cannot_be_made_without_what_is_visible() -> None:
    """Nobody can forget it."""
    with pytest.raises(TypeError, match="visible"):
        Search(Kind.FIRM)  # type: ignore[call-arg]


@pytest.mark.parametrize("first", [0, -1, 1_001])
def test_a_page_has_a_bounded_length(first: int) -> None:
    """So has a facet: an engine would give seventy thousand values if asked."""
    with pytest.raises(ValueError, match="1 to 1000"):
        firms_with(first=first)
    with pytest.raises(ValueError, match="1 to 1000"):
        FacetWanted("FORM", "forms", size=first)


async def test_no_filter_widens_what_is_visible(library: SearchEngine) -> None:
    """The visibility filter holds for hits, totals and facets alike."""
    visible = Both((LIBRARY, Is("public", True)))
    hits = await library.search(firms_with("臺灣", visible=visible, total=True))
    assert (hits.hits, hits.total) == ((), 0)
    widened = firms_with("臺灣 OR 茶", Either((Is("public", False), EVERYTHING)), visible=visible)
    assert await found(library, widened) == {"tea"}
