"""From a clause to whom it blocks, where, and what was done about it."""

from __future__ import annotations

from typing import Any

import pytest

from directory.entities import PointResolution
from directory.states import BlockageStatus, BlockingPointStatus, ResolutionKind, Severity, Visibility
from tests.factories import NOW, make_firm, make_point, make_profile
from tests.journeys.stage import ANALYST, FAR_OFFICER, OPERATOR, OWNER, PUBLIC, SUPERVISOR, Person, Stage
from tests.record.statements import counted_statements
from tests.record.steps import keep
from tests.schema.blockages.corpus import indexed, taken_up

CLAUSE, OTHER = "platform-fee-guide-2025#ban", "mcn-draft-2025#art2"
REGIONS = "regions { region { code } reports unresolved resolved blockingPoints }"
RESOLUTIONS = (
    "resolutions { kind summary stands changedBy { code } proposedBy { code } blockingPoint { reference } }"
)
CLAUSE_QUERY = f"query C($c: String!) {{ clause(code: $c) {{ {REGIONS} {RESOLUTIONS} }} }}"
RANKING = "query R($first: Int) { clausesByBlocking(first: $first) { clause { code } firms reports weight } }"
PAGE = "{ policies { clauses { code resolutions { summary } regions { reports } } } }"


def claim(summary: str, clause: str | None = None) -> PointResolution:
    """What an agency claims to have removed a point."""
    return PointResolution(
        kind=ResolutionKind.POLICY_CHANGED,
        summary=summary,
        clause=clause,
        proposed_by="samr",
        proposed_at=NOW,
    )


async def filled(stage: Stage) -> None:
    """Two firms in Zhejiang and one in Shenzhen, four reports on one clause, one of them hidden, and one on another."""
    here, there, far = (make_firm(profile=make_profile()) for _ in range(3))
    point = make_point(clauses=(CLAUSE,))
    await keep(stage.record, here, there, far, point)
    cited: dict[str, Any] = {"clauses": (CLAUSE,)}
    await indexed(
        stage,
        taken_up(here, severity=Severity.HIGH, blocking_point=point.id, **cited),
        taken_up(here, severity=Severity.LOW, region="330106", **cited),
        taken_up(there, status=BlockageStatus.REJECTED, **cited),
        taken_up(far, severity=Severity.LOW, region="440300", visibility=Visibility.AGENCIES_ONLY, **cited),
        taken_up(there, severity=Severity.LOW, clauses=(OTHER,)),
    )


async def clause(stage: Stage, who: Person = SUPERVISOR, code: str = CLAUSE) -> dict[str, Any]:
    """The clause as somebody reads it."""
    found: dict[str, Any] = (await stage.ask(who, CLAUSE_QUERY, c=code))["clause"]
    return found


def province(code: str, reports: int, points: int) -> dict[str, Any]:
    """A row of the comparison in which nothing is resolved yet."""
    return {
        "region": {"code": code},
        "reports": reports,
        "unresolved": reports,
        "resolved": 0,
        "blockingPoints": points,
    }


async def test_a_clause_is_compared_across_provinces(stage: Stage) -> None:
    """By the reports that the caller may read; the public is shown no exact figures."""
    await filled(stage)
    assert (await clause(stage))["regions"] == [province("330000", 2, 1), province("440000", 1, 0)]
    assert (await clause(stage, ANALYST))["regions"] == [province("330000", 2, 1)]
    for who in (PUBLIC, OWNER):
        assert (await clause(stage, who))["regions"] is None
    assert (await clause(stage, code="ecommerce-law#art40"))["regions"] == []


async def test_clauses_are_ranked_by_whom_they_block(stage: Stage) -> None:
    """A firm counts once, by its gravest report; an office far away knows of the hidden report in its city."""
    await filled(stage)
    mine = {"clause": {"code": CLAUSE}, "firms": 1, "reports": 2, "weight": 4}
    other = {"clause": {"code": OTHER}, "firms": 1, "reports": 1, "weight": 1}
    assert (await stage.ask(ANALYST, RANKING))["clausesByBlocking"] == [mine, other]
    all_of_it = {"clause": {"code": CLAUSE}, "firms": 2, "reports": 3, "weight": 5}
    for who in (SUPERVISOR, FAR_OFFICER):
        assert (await stage.ask(who, RANKING, first=1))["clausesByBlocking"] == [all_of_it]


@pytest.mark.parametrize("who", [PUBLIC, OWNER, OPERATOR], ids=lambda who: who.subject)
async def test_the_ranking_is_for_those_who_are_shown_exact_figures(stage: Stage, who: Person) -> None:
    """Others are refused."""
    answer = await stage.answer(who, RANKING)
    assert [error["extensions"]["code"] for error in answer.content["errors"]] == ["FORBIDDEN"]


async def test_a_clause_leads_to_what_resolved_its_points(stage: Stage) -> None:
    """Which clause did it, and whether it still stands; what came of an earlier claim is not hidden."""
    standing = make_point(
        clauses=(CLAUSE,),
        status=BlockingPointStatus.RESOLVED,
        resolutions=(claim("先行试点"), claim("已出台抽成上限", OTHER)),
        resolved_at=NOW,
    )
    reopened = make_point(
        clauses=(CLAUSE, OTHER), status=BlockingPointStatus.IN_PROGRESS, resolutions=(claim("已约谈"),)
    )
    await keep(stage.record, standing, reopened)

    found = {each["summary"]: each for each in (await clause(stage, PUBLIC))["resolutions"]}

    assert {summary: each["stands"] for summary, each in found.items()} == {
        "先行试点": False,
        "已出台抽成上限": True,
        "已约谈": False,
    }
    assert found["已出台抽成上限"] == {
        "kind": "POLICY_CHANGED",
        "summary": "已出台抽成上限",
        "stands": True,
        "changedBy": {"code": OTHER},
        "proposedBy": {"code": "samr"},
        "blockingPoint": {"reference": standing.reference},
    }
    assert found["已约谈"]["changedBy"] is None


async def test_all_clauses_take_one_read(stage: Stage) -> None:
    """However many are on the page."""
    await filled(stage)
    with counted_statements() as statements:
        page = await stage.ask(SUPERVISOR, PAGE)
    clauses = [clause for policy in page["policies"] for clause in policy["clauses"]]
    assert len(clauses) > 50
    assert sum(each["reports"] for clause in clauses for each in clause["regions"]) == 4
    assert len(statements) <= 4, statements
