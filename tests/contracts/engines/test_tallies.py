"""Counting by groups: what statistics are made of, the same on each engine."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random
from typing import Any

import pytest

from indexer.query.search import (
    EVERYTHING,
    NOTHING,
    AnyOf,
    Between,
    Document,
    FacetWanted,
    Filter,
    Is,
    Kind,
    Search,
    SearchEngine,
)
from indexer.query.tallies import Tally
from tests.contracts.engines.by_hand import found_by_hand
from tests.contracts.engines.corpus import LIBRARY, box, reports_with
from tests.contracts.engines.corpus import report as document

OWNER = "tallies"
MINE = AnyOf("owner", (OWNER,))
CHANCE = Random(7)
CATEGORIES = ("platform-fees", "work-injury", None)


def drawn(number: int) -> Document:
    """A report with some of the fields that are counted, and some left out."""
    body: dict[str, Any] = {
        "title": CHANCE.choice(("平台抽成过高", "结算周期太长", "settlement delayed")),
        "category": CHANCE.choice(CATEGORIES),
        "severity": CHANCE.choice(("LOW", "HIGH")),
        "forms": CHANCE.sample(("short-video", "live-commerce", "online-game-social"), CHANCE.randrange(4)),
        "resolution_days": CHANCE.choice((None, 1, 2, 30)),
        "open": CHANCE.random() < 0.5,
    }
    return document(f"tally-{number}", owner=OWNER, **{k: v for k, v in body.items() if v not in (None, [])})


REPORTS = [drawn(number) for number in range(60)]


def by_hand(search: Search, tally: Tally) -> dict[tuple[Any, ...], int]:
    """The counts by definition: each document once in each combination of its values."""
    counts: Counter[tuple[Any, ...]] = Counter()
    narrower = [(None, each) for each in tally.filters]
    asked = Search(search.kind, search.visible, search.text, filters=(*search.filters, *narrower))
    for found in found_by_hand(asked, REPORTS):
        body = found.body or {}
        values = [body.get(name) for name in tally.by]
        counts.update(product(*(each if isinstance(each, list) else [each] for each in values)))
    return dict(counts)


@pytest.mark.parametrize("text", [None, "抽成", "-抽成", "settlment"])
@pytest.mark.parametrize("wanted", [EVERYTHING, Is("open", True), NOTHING], ids=["all", "open", "none"])
async def test_each_document_counts_once_in_each_group_of_its_values(
    library: SearchEngine, text: str | None, wanted: Filter
) -> None:
    """Words, numbers, several values, none: whatever was typed and filtered, a letter wrong included."""
    assert await library.put(REPORTS) == []
    await library.refresh()
    search = Search(Kind.BLOCKAGE, MINE, box(text), filters=((None, wanted),))
    tallies = [
        Tally(()),
        Tally(("category",)),
        Tally(("forms", "severity")),
        Tally(("category", "resolution_days")),
        Tally(("forms", "category", "resolution_days")),
        Tally(("severity",), (Between("resolution_days", at_most=2),)),
    ]

    found = await library.tally(search, tallies)

    assert [dict(each) for each in found.counts] == [by_hand(search, each) for each in tallies]


async def test_more_groups_than_an_answer_holds_are_counted_page_by_page(
    library: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pages of one group nothing is lost at their edges, groups without a value among them."""
    monkeypatch.setattr("indexer.engines.elastic.groups.PAGE", 1)
    assert await library.put(REPORTS) == []
    await library.refresh()
    search = Search(Kind.BLOCKAGE, MINE)

    (found,) = (await library.tally(search, [tally := Tally(("forms", "category"))])).counts

    assert dict(found) == by_hand(search, tally)


async def test_what_is_left_of_an_erased_report_is_counted_and_not_found(library: SearchEngine) -> None:
    """Figures stay as they were; no search, total, facet or suggestion of similar reports knows of it."""
    mine = AnyOf("owner", ("left",))
    await library.put(
        [
            document("left-whole", owner="left", category="platform-fees", title="平台抽成过高"),
            document("left-erased", owner="left", category="platform-fees", remains=True),
        ]
    )
    await library.refresh()
    search = Search(Kind.BLOCKAGE, mine, facets=(FacetWanted("CATEGORY", "category"),), total=True)

    found = await library.search(search)
    counted = await library.tally(search, [Tally(("category",))])

    assert ([hit.id for hit in found.hits], found.total) == (["left-whole"], 1)
    assert [each.count for facet in found.facets for each in facet.values] == [1]
    assert counted.counts == ({("platform-fees",): 2},)


async def test_what_is_gone_is_not_counted(library: SearchEngine) -> None:
    """A tombstone is in no group; the generation that was counted is named."""
    await library.put([document("tally-gone", owner="gone", category="platform-fees")])
    await library.put([Document(Kind.BLOCKAGE, "tally-gone", 2, None)])
    await library.refresh()

    gone = await library.tally(Search(Kind.BLOCKAGE, AnyOf("owner", ("gone",))), [Tally(("category",))])

    assert gone.counts == ({},)
    assert gone.generation == (await library.search(reports_with(visible=LIBRARY))).generation
