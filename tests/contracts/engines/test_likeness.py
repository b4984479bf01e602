"""Reports like a given one are found with the reasons, the same by every engine."""

from __future__ import annotations

from typing import Any

import pytest

from directory.likeness import LikeReason, Traits
from directory.terms import distinct_terms
from indexer.query import gathering
from indexer.query.alikeness import alike_reports, traits_of
from indexer.query.gathering import unlinked_reports
from indexer.query.search import AnyOf, Document, SearchEngine
from tests.contracts.engines.corpus import report
from tests.rulebooks import REFERENCE

OURS = "alike"
LIBRARY = AnyOf("owner", (OURS,))


def filed(report_id: str, title: str, description: str, **body: Any) -> Document:
    """A report with its terms, as the indexer builds it."""
    terms = distinct_terms((title, description), REFERENCE.lexicon)
    return report(report_id, owner=OURS, title=title, description=description, terms=terms, **body)


REPORTS = [
    filed(
        "rake",
        "平台抽成过高",
        "平台抽成占成交额三成，规则不透明。",
        category="platform-fees",
        clauses=["p#1"],
    ),
    filed(
        "rake-too",
        "直播平台抽成越来越高",
        "抽成占成交额四成，规则不透明。",
        category="platform-fees",
        clauses=["p#2"],
    ),
    filed(
        "rake-en",
        "Commission is too high",
        "The commission is a third of turnover.",
        category="platform-fees",
    ),
    filed("cover", "自由职业者无法参加工伤保险", "没有用人单位，社保窗口不受理。", category="work-injury"),
    filed("shop", "平台培训值得参加", "讲师很好。", category="training"),
]


@pytest.fixture
async def shelf(library: SearchEngine) -> SearchEngine:
    """An engine with the reports of this module."""
    await library.put(REPORTS)
    await library.refresh()
    return library


def draft(title: str, **codes: Any) -> Traits:
    """A report that is being written."""
    return Traits(tuple(distinct_terms((title,), REFERENCE.lexicon)), **codes)


async def alike(engine: SearchEngine, own: Traits, own_id: str | None = None) -> list[str]:
    """The ids, most alike first."""
    return [each.id for each in await alike_reports(own, LIBRARY, engine.search, first=5, own_id=own_id)]


async def test_a_filed_report_has_likes(shelf: SearchEngine) -> None:
    """Two on the cut of platforms; one that only says 平台 is not shown, nor the report itself."""
    own = traits_of(REPORTS[0].body or {})
    assert await alike(shelf, own, "rake") == ["rake-too"]
    assert await alike(shelf, traits_of(REPORTS[3].body or {}), "cover") == []


async def test_a_draft_has_likes(shelf: SearchEngine) -> None:
    """A title is enough, in either language; the same clause brings a report up."""
    assert await alike(shelf, draft("抽成占成交额太多")) == ["rake", "rake-too"]
    assert await alike(shelf, draft("抽成占成交额太多", clauses=("p#2",))) == ["rake-too", "rake"]
    assert await alike(shelf, draft("A third of turnover in commissions")) == ["rake-en"]
    assert await alike(shelf, draft("的")) == []
    assert await alike(shelf, draft("鲱鱼罐头气味扰民")) == []


async def test_the_reasons_are_told(shelf: SearchEngine) -> None:
    """Shared words, and the codes that both bear."""
    own = draft("平台抽成占成交额太多", category="platform-fees", clauses=("p#1",))

    best, _ = await alike_reports(own, LIBRARY, shelf.search, first=5)

    assert best.id == "rake"
    reasons = {shared.reason: shared.values for shared in best.likeness.reasons}
    assert "抽成" in reasons[LikeReason.WORDS]
    assert reasons[LikeReason.CLAUSE] == ("p#1",)
    assert reasons[LikeReason.CATEGORY] == ("platform-fees",)


async def test_what_the_caller_may_not_see_is_like_nothing(shelf: SearchEngine) -> None:
    """Sight comes first."""
    own = traits_of(REPORTS[0].body or {})
    found = await alike_reports(own, AnyOf("owner", ("nobody",)), shelf.search, first=5)
    assert found == []


async def test_open_reports_without_a_point_are_gathered(
    library: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest of them, over as many pages as it takes; what is closed, linked or out of sight is not among them."""
    owner = "gathered"
    dated = [
        report(
            f"gathered-{at}",
            owner=owner,
            title="抽成",
            terms=["抽成"],
            category="platform-fees",
            reported_at=1_700_000_000 + at,
        )
        for at in range(9)
    ]
    linked, closed = ({"blocking_point": "bp"}, {"open": False})
    others = [
        report(f"gathered-{name}", owner=owner, title="抽成", reported_at=1_800_000_000, **body)
        for name, body in (("linked", linked), ("closed", closed))
    ]
    await library.put([*dated, *others])
    await library.refresh()
    mine = AnyOf("owner", (owner,))

    found = await unlinked_reports(mine, library)
    assert list(found) == [f"gathered-{at}" for at in reversed(range(9))]
    assert found["gathered-0"].terms == ("抽成",)

    monkeypatch.setattr(gathering, "MOST_GATHERED", 3)
    assert list(await unlinked_reports(mine, library)) == ["gathered-8", "gathered-7", "gathered-6"]
    assert await unlinked_reports(AnyOf("owner", ("nobody",)), library) == {}


async def test_a_slow_cause_is_not_pushed_out_by_a_busy_one(
    library: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many reports on something else came since, the latest of its own category are gathered too."""
    owner = "slow"
    busy = [
        report(
            f"busy-{at}", owner=owner, title="抽成", category="platform-fees", reported_at=1_700_000_000 + at
        )
        for at in range(20)
    ]
    slow = [
        report(
            f"slow-{at}", owner=owner, title="工伤", category="work-injury", reported_at=1_600_000_000 + at
        )
        for at in range(3)
    ]
    await library.put([*busy, *slow])
    await library.refresh()
    monkeypatch.setattr(gathering, "MOST_GATHERED", 12)

    found = await unlinked_reports(AnyOf("owner", (owner,)), library)

    assert len(found) == 12
    assert {f"slow-{at}" for at in range(3)} < found.keys()
