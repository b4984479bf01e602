"""A small directory that every engine must read alike, and short ways to ask it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from indexer.query.search import (
    EVERYTHING,
    AnyOf,
    Document,
    Filter,
    Hit,
    Kind,
    Search,
    SearchEngine,
    Sort,
)
from indexer.query.synonyms import widened
from indexer.query.syntax import TextQuery, parse
from tests.rulebooks import REFERENCE

OWNER = "library"


def box(text: str | None) -> TextQuery | None:
    """What a caller's search box means, with all that may stand for it."""
    return widened(parse(text), REFERENCE)


def firm(firm_id: str, *, version: int = 1, owner: str = OWNER, **body: Any) -> Document:
    """The document of an entry, with what every entry has."""
    return Document(Kind.FIRM, firm_id, version, {"public": True, "owner": owner, "status": "LISTED", **body})


def report(report_id: str, *, version: int = 1, owner: str = OWNER, **body: Any) -> Document:
    """The document of a report, with what every report has."""
    return Document(
        Kind.BLOCKAGE, report_id, version, {"public": True, "owner": [owner], "open": True, **body}
    )


FIRMS = [
    firm(
        "media",
        name="杭州微光文化传媒有限公司",
        name_en="Glimmer Media",
        summary="短视频内容制作，服务本地商家。",
        summary_en="A directory of short videos for local merchants",
        forms=["short-video"],
        form_path=["micro-economy", "content-video", "short-video"],
        region="330106",
        region_path=["330000", "330100", "330106"],
        platforms=["douyin"],
        followers=1_000_000,
        turnover_fen=8_000_000,
        founded_on=18_000,
        listed_at=1_700_000_000,
        growth_qualified=True,
        codes=["NG-EDGD-YPNP", "91330106MA2AAAAA1X"],
        name_key="3",
    ),
    firm(
        "tea",
        name="茶",
        other_names=["山間茶舍", "Mountain Tea"],
        summary="网络，直播。茶叶",
        forms=["live-commerce", "short-video"],
        form_path=["micro-economy", "live-commerce", "content-video", "short-video"],
        region="330100",
        region_path=["330000", "330100"],
        platforms=["douyin", "taobao"],
        followers=20_000,
        growth_qualified=False,
        name_key="1",
    ),
    firm(
        "stream",
        name="网络直播间工作室",
        name_en="ＭＣＮ机构 Streams",
        summary_en="Live commerce, live streaming and e-commerce. Merchant directories.",
        forms=["live-commerce"],
        form_path=["micro-economy", "live-commerce"],
        region="440300",
        region_path=["440000", "440300"],
        platforms=["taobao"],
        followers=20_000,
        turnover_fen=100,
        founded_on=19_000,
        listed_at=1_600_000_000,
        name_key="2",
    ),
    firm(
        "taiwan",
        name="臺灣網絡直播經濟",
        summary_en="Café Müller",
        followers=0,
        public=False,
        status="PENDING",
        name_key="4",
    ),
    firm("plain", name="Fit Lab 健身", summary_en="commerce then something else live", name_key="5"),
]

REPORTS = [
    report(
        "fees",
        title="平台抽成过高",
        description="平台抽成占成交额三成，微利经营难以为继。短视频平台的抽成规则不透明。",
        category="platform-fees",
        severity="HIGH",
        severity_rank=3,
        due_at=2_000,
        reported_at=100,
    ),
    report(
        "fees-too",
        title="直播平台抽成越来越高",
        description="平台抽成比例逐年上升，占成交额四成，规则不透明。",
        category="platform-fees",
        severity="MEDIUM",
        severity_rank=2,
        due_at=1_000,
        reported_at=200,
    ),
    report(
        "insurance",
        title="自由职业者无法参加工伤保险",
        description="没有用人单位，社保窗口不受理。",
        category="work-injury",
        severity="HIGH",
        severity_rank=3,
        reported_at=300,
        public=False,
    ),
]

CORPUS = [*FIRMS, *REPORTS]
LIBRARY = AnyOf("owner", (OWNER,))


def firms_with(text: str | None = None, *filters: Filter, visible: Filter = LIBRARY, **wanted: Any) -> Search:
    """A search for entries of the library."""
    return Search(Kind.FIRM, visible, box(text), filters=tuple((None, each) for each in filters), **wanted)


def reports_with(
    text: str | None = None, *filters: Filter, visible: Filter = LIBRARY, **wanted: Any
) -> Search:
    """A search for reports of the library."""
    return Search(
        Kind.BLOCKAGE, visible, box(text), filters=tuple((None, each) for each in filters), **wanted
    )


def ids(hits: Iterable[Hit]) -> list[str]:
    """The ids, in order."""
    return [hit.id for hit in hits]


async def found(engine: SearchEngine, search: Search) -> set[str]:
    """Which documents are found."""
    return set(ids((await engine.search(search)).hits))


async def walk(engine: SearchEngine, search: Search) -> list[str]:
    """The ids of all pages, in order."""
    seen: list[str] = []
    while True:
        page = await engine.search(search)
        seen += ids(page.hits)
        if not page.more:
            return seen
        search = replace(search, after=page.end, walk=page.walk)


async def everything(engine: SearchEngine, kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    """All live documents of a kind, by id."""
    await engine.refresh()
    hits = (await engine.search(Search(kind, EVERYTHING, sort=Sort(None), first=1_000))).hits
    return sorted((hit.id, hit.source) for hit in hits)
