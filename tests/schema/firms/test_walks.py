"""A walk through a search whose index changes under it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from directory.dead_letter_ports import DeadLetter
from directory.states import FirmStatus
from indexer.query.search import Hits, Search
from tests.factories import NOW
from tests.journeys.entries import Entries
from tests.journeys.stage import ANALYST, PUBLIC
from tests.record.steps import change, seal
from tests.schema.firms.listing import listed


async def test_a_cursor_by_relevance_ends_with_its_index(entries: Entries) -> None:
    """Scores of a rebuilt index are others: the walk starts again; in any other order it goes on."""
    await listed(entries.stage)
    query = """query F($a: String, $o: FirmSort) {
        firms(first: 1, after: $a, filter: {text: "直播"}, orderBy: $o) { pageInfo { endCursor } } }"""
    by_score = (await entries.stage.ask(PUBLIC, query))["firms"]["pageInfo"]["endCursor"]
    by_name = (await entries.stage.ask(PUBLIC, query, o="NAME"))["firms"]["pageInfo"]["endCursor"]
    generation = await entries.stage.engine.begin_rebuild()
    await entries.stage.engine.swap(generation, await entries.stage.engine.position())

    assert (await entries.stage.answer(PUBLIC, query, a=by_score)).codes == ["CURSOR_EXPIRED"]
    assert (await entries.stage.answer(PUBLIC, query, a=by_name, o="NAME")).codes == []


async def test_the_record_decides_what_of_a_page_is_still_public(entries: Entries) -> None:
    """An entry delisted since it was indexed is left out at once; the index follows."""
    firms = await listed(entries.stage)
    await change(entries.stage.record, firms["深海数码"], version=1, status=FirmStatus.DELISTED)

    assert await entries.names(PUBLIC) == ["小鱼手作", "微光直播"]


WALK = """query W($a: String) { firms(first: 1, after: $a, filter: {text: "直播"}) {
    edges { cursor node { name } highlights { field fragments } }
    pageInfo { endCursor hasNextPage hasPreviousPage } totalCount totalIsExact asOfPosition lagSeconds rejected } }"""


async def first_page(entries: Entries) -> tuple[dict[str, Any], list[str]]:
    """The first of two entries about streaming; both names in their order."""
    order = await entries.names(PUBLIC, filter={"text": "直播"})
    page = (await entries.stage.ask(PUBLIC, WALK))["firms"]
    assert ([edge["node"]["name"] for edge in page["edges"]], len(order)) == (order[:1], 2)
    return page, order


async def test_a_walk_keeps_its_order_while_scores_move(entries: Entries) -> None:
    """What is listed since is met by the next walk, and moves nothing in this one."""
    firms = await listed(entries.stage)
    page, order = await first_page(entries)
    stated = firms[order[1]]
    await change(
        entries.stage.record,
        stated,
        version=1,
        profile=stated.profile.model_copy(update={"summary": "直播直播直播直播"}),
    )
    await entries.stage.index()

    second = (await entries.stage.ask(PUBLIC, WALK, a=page["pageInfo"]["endCursor"]))["firms"]

    assert [edge["node"]["name"] for edge in second["edges"]] == [order[1]]
    assert second["pageInfo"] | {"endCursor": ""} == {
        "endCursor": "",
        "hasNextPage": False,
        "hasPreviousPage": True,
    }


async def test_a_walk_shows_nothing_of_an_entry_that_left_meanwhile(entries: Entries) -> None:
    """Neither its edge nor the words in which it was found."""
    firms = await listed(entries.stage)
    page, order = await first_page(entries)
    await change(entries.stage.record, firms[order[1]], version=1, status=FirmStatus.DELISTED)
    await entries.stage.index()

    second = (await entries.stage.ask(PUBLIC, WALK, a=page["pageInfo"]["endCursor"]))["firms"]

    assert second["edges"] == []


async def test_a_walk_marks_what_an_entry_says_now(entries: Entries) -> None:
    """Words that it took back since the walk began are not shown from an old view of the index."""
    firms = await listed(entries.stage)
    page, order = await first_page(entries)
    assert order[1] == "深海数码"
    stated = firms[order[1]]
    await change(
        entries.stage.record,
        stated,
        version=1,
        profile=stated.profile.model_copy(update={"summary": "音响设备。"}),
    )
    await entries.stage.index()

    second = (await entries.stage.ask(PUBLIC, WALK, a=page["pageInfo"]["endCursor"]))["firms"]

    (edge,) = second["edges"]
    assert "summary" not in {one["field"] for one in edge["highlights"]}


async def test_a_walk_whose_order_is_no_longer_kept_starts_again(entries: Entries) -> None:
    """The cursor has expired; a new first page is all it takes."""
    await listed(entries.stage)
    page, _ = await first_page(entries)
    engine: Any = entries.stage.engine
    engine._rankings = type(engine._rankings)()

    assert (await entries.stage.answer(PUBLIC, WALK, a=page["pageInfo"]["endCursor"])).codes == [
        "CURSOR_EXPIRED"
    ]
    await first_page(entries)


async def test_an_answer_tells_how_fresh_it_is(entries: Entries) -> None:
    """Up to which position of the log, and how old the oldest change is that it does not show."""
    firms = await listed(entries.stage)
    fresh, _ = await first_page(entries)
    async with entries.stage.record.reader() as reader:
        head = await reader.head()
    assert (fresh["asOfPosition"], fresh["lagSeconds"]) == (str(head), 0.0)

    await change(entries.stage.record, firms["微光直播"], version=1, status=FirmStatus.DELISTED)
    await seal(entries.stage.record)
    behind = (await entries.stage.ask(PUBLIC, WALK))["firms"]
    assert behind["asOfPosition"] == str(head)
    assert behind["lagSeconds"] > 0.0


async def test_an_answer_tells_how_many_documents_are_in_no_search(entries: Entries) -> None:
    """Because they could not be built, or the engine refused them: whoever counts on a list hears that something is missing."""
    await listed(entries.stage)
    before, _ = await first_page(entries)
    await entries.stage.record.dead_letters.keep([DeadLetter("firm", "f1", 1, "refused", NOW)])

    after, _ = await first_page(entries)

    assert (before["rejected"], after["rejected"]) == (0, 1)


async def test_a_list_from_the_record_is_never_behind(entries: Entries) -> None:
    """The reports of one entry are not the index's answer."""
    await listed(entries.stage)
    (firm,) = (
        await entries.found(
            ANALYST,
            "nodes { blockages(first: 1) { totalIsExact asOfPosition lagSeconds rejected } }",
            filter={"text": "微光直播"},
            first=1,
        )
    )["nodes"]

    assert firm["blockages"] == {
        "totalIsExact": True,
        "asOfPosition": None,
        "lagSeconds": None,
        "rejected": None,
    }


@pytest.mark.parametrize(("count_to", "counted"), [(1, (1, False)), (2, (2, True))])
async def test_a_total_says_whether_it_is_exact(
    entries: Entries, monkeypatch: pytest.MonkeyPatch, count_to: int, counted: tuple[int, bool]
) -> None:
    """Also when nothing else is asked for."""
    await listed(entries.stage)
    search = entries.stage.engine.search

    async def counting_less(wanted: Search) -> Hits:
        return await search(replace(wanted, count_to=count_to))

    monkeypatch.setattr(entries.stage.engine, "search", counting_less)
    page, _ = await first_page(entries)
    alone = await entries.found(PUBLIC, "totalIsExact", filter={"text": "直播"})

    assert (page["totalCount"], page["totalIsExact"]) == counted
    assert alone == {"totalIsExact": counted[1]}
