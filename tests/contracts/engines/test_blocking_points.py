"""Blocking points are searched like reports, in both languages, by number and by what they are about."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from directory.entities import BlockingPoint, PointResolution
from directory.identifiers import Prefix, new_number
from directory.states import BlockingPointStatus, ResolutionKind
from indexer.documents.blocking_point import blocking_point_document
from indexer.query.search import EVERYTHING, AnyOf, Document, Filter, Kind, Search, SearchEngine, Sort
from tests.contracts.engines.corpus import box, found
from tests.factories import NOW
from tests.rulebooks import REFERENCE

FEES, RETURNS, MERGED = (new_number(Prefix.POINT, secrets.token_bytes) for _ in range(3))
POINTS = (
    BlockingPoint(
        id="point-fees",
        version=1,
        reference=FEES,
        status=BlockingPointStatus.RESOLVED,
        title="平台抽成缺少上限",
        title_en="No ceiling on what platforms take",
        description="平台抽成比例没有统一上限，商户无从议价。",
        category="platform-fees",
        clauses=("platform-fee-guide-2025#ban", "ecommerce-law#art40"),
        lead_agency="samr",
        resolutions=(
            PointResolution(
                kind=ResolutionKind.POLICY_CHANGED,
                summary="已出台抽成封顶办法",
                proposed_by="samr",
                proposed_at=NOW,
            ),
        ),
        merged_from=(MERGED,),
        created_at=NOW,
        updated_at=NOW,
        resolved_at=NOW,
    ),
    BlockingPoint(
        id="point-returns",
        version=1,
        reference=RETURNS,
        status=BlockingPointStatus.OPEN,
        title="社交圈购物退货难",
        description="朋友圈交易没有退货保障。",
        description_en="Nobody has to take goods back that were sold in Moments.",
        category="moments-returns",
        clauses=("consumer-law#art25",),
        created_at=NOW,
        updated_at=NOW,
    ),
)


def document(point: BlockingPoint, version: int = 1) -> Document:
    """The point as the indexer writes it."""
    body = blocking_point_document(point, REFERENCE)
    return Document(Kind.BLOCKING_POINT, point.id, version, body)


@pytest.fixture
async def shelf(library: SearchEngine) -> SearchEngine:
    """An engine with the two points."""
    assert await library.put([document(point) for point in POINTS]) == []
    await library.refresh()
    return library


def points_with(text: str | None, *filters: Filter, **wanted: Any) -> Search:
    """A search for points."""
    return Search(
        Kind.BLOCKING_POINT, EVERYTHING, box(text), filters=tuple((None, each) for each in filters), **wanted
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("抽成", {"point-fees"}),
        ("commission", {"point-fees"}),
        ("佣金", {"point-fees"}),
        ("title:ceiling", {"point-fees"}),
        ("封顶", {"point-fees"}),
        ("退货", {"point-returns"}),
        ("description:moments", {"point-returns"}),
        pytest.param(FEES.lower().replace("-", " "), {"point-fees"}, id="reference-typed-apart"),
        pytest.param(MERGED, {"point-fees"}, id="reference-of-a-merged-point"),
        ("NG-0000-0000", set()),
    ],
)
async def test_points_are_found_by_what_they_say(shelf: SearchEngine, text: str, expected: set[str]) -> None:
    """Words and their synonyms in both languages, the resolution, and numbers, those of merged points too."""
    assert await found(shelf, points_with(text)) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AnyOf("status", ("RESOLVED",)), {"point-fees"}),
        (AnyOf("clauses", ("consumer-law#art25",)), {"point-returns"}),
        (AnyOf("category_path", ("platform-fees",)), {"point-fees"}),
        (AnyOf("agency", ("samr",)), {"point-fees"}),
    ],
)
async def test_points_are_narrowed_down(shelf: SearchEngine, wanted: Filter, expected: set[str]) -> None:
    """By status, clause, category and agency."""
    assert await found(shelf, points_with(None, wanted)) == expected


async def test_kinds_do_not_mix(shelf: SearchEngine) -> None:
    """A search for reports finds no point, and the other way round."""
    reports = await found(shelf, Search(Kind.BLOCKAGE, EVERYTHING, first=1_000))
    assert not reports & {"point-fees", "point-returns"}
    assert await found(shelf, points_with(None, sort=Sort("created_at"))) == {each.id for each in POINTS}


async def test_a_point_that_was_merged_away_is_found_no_more(engine: SearchEngine) -> None:
    """Its document is a tombstone; written late, an older one does not bring it back."""
    first = POINTS[0]
    await engine.put([Document(Kind.BLOCKING_POINT, first.id, 9, None)])
    await engine.put([document(first, version=8)])
    await engine.refresh()
    assert await found(engine, points_with(None)) == set()
