"""A walk through a search whose index changes under it."""

from __future__ import annotations

from directory.states import FirmStatus
from tests.journeys.entries import Entries
from tests.journeys.stage import PUBLIC
from tests.record.steps import change
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
