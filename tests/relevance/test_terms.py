"""Terms that stand out among thousands of reports: the counts are right, and a reader sees what the reports are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from directory.significance import Counted, significant
from indexer.documents import fields
from indexer.query.search import EVERYTHING, AnyOf, Filter, Kind, Search, SearchEngine
from indexer.query.significance import counted_terms
from tests.contracts.engines.corpus import box
from tests.relevance.library import documents


def reports_of(category: str, visible: Filter = EVERYTHING) -> Search:
    """The reports of a category."""
    return Search(Kind.BLOCKAGE, visible, filters=(("category", AnyOf(fields.CATEGORY, (category,))),))


async def standing_out(engine: SearchEngine, search: Search, first: int = 20) -> list[str]:
    """The terms, best first."""
    selected, everything = await counted_terms(search, engine.search)
    return [each.term for each in significant(selected, everything, first=first)]


def by_hand(category: str) -> tuple[Counted, Counted]:
    """The same counts, one document after the other."""
    reports = [document.body or {} for document in documents() if document.kind is Kind.BLOCKAGE]
    inside = [body for body in reports if body[fields.CATEGORY] == category]
    return _counted(inside), _counted(reports)


def _counted(bodies: Sequence[dict[str, list[str]]]) -> Counted:
    return Counted(len(bodies), Counter(term for body in bodies for term in body.get(fields.TERMS, ())))


@pytest.mark.parametrize("category", ["platform-fees", "ip-infringement", "invoice", "work-injury"])
async def test_the_counts_are_those_of_the_documents(shelves: SearchEngine, category: str) -> None:
    """Every engine says the same: what counting one by one says."""
    selected, everything = by_hand(category)

    found = await counted_terms(reports_of(category), shelves.search)

    assert [counted.texts for counted in found] == [selected.texts, everything.texts]
    assert found[0].counts == selected.counts
    assert found[1].counts == {term: everything.counts[term] for term in selected.counts}


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("platform-fees", {"佣金", "保证金", "技术服务费", "手续费", "入驻"}),
        ("ip-infringement", {"搬运", "洗稿", "著作权", "公证", "原创"}),
        ("account-penalty", {"封号", "下架", "申诉", "处罚"}),
        ("over-regulation", {"整顿", "停业", "台账", "填表", "一刀切"}),
        ("invoice", {"发票", "代开", "专票", "invoice", "vat"}),
        ("food-small", {"小作坊", "厨房", "食品", "许可证"}),
    ],
)
async def test_the_terms_say_what_the_reports_are_about(
    shelves: SearchEngine, category: str, expected: set[str]
) -> None:
    """Among the first thirty, in both languages."""
    assert expected <= set(await standing_out(shelves, reports_of(category), first=30))


async def test_a_text_selects_as_a_filter_does(shelves: SearchEngine) -> None:
    """What stands beside a word: the reports found by it against all."""
    found = await standing_out(shelves, Search(Kind.BLOCKAGE, EVERYTHING, box("洗稿")))
    assert {"洗稿", "搬运", "播放量"} <= set(found)


async def test_the_background_is_what_the_caller_may_see(shelves: SearchEngine) -> None:
    """Where nothing but the selection is in sight, nothing stands out."""
    visible = AnyOf(fields.CATEGORY, ("invoice",))
    assert await standing_out(shelves, reports_of("invoice", visible)) == []


async def test_nothing_found_has_no_terms(shelves: SearchEngine) -> None:
    """A selection without reports."""
    assert await standing_out(shelves, reports_of("no-such-category")) == []
