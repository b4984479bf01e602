"""From a clause to whom it blocks, where, and what was done about it."""

from __future__ import annotations

from typing import Any

import pytest

from directory.entities import Impact, PointResolution, Resolution
from directory.states import (
    BlockageStatus,
    BlockingPointStatus,
    ResolutionKind,
    ResolutionState,
    Severity,
    Visibility,
)
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
MADE = f'{{ clause(code: "{CLAUSE}") {{ changesMade {{ summary }} }} }}'
PAGE = "{ policies { clauses { code resolutions { summary } regions { reports } } } }"


def claim(summary: str, clause: str | None = None, amending_document: str | None = None) -> PointResolution:
    """What an agency claims to have removed a point."""
    return PointResolution(
        kind=ResolutionKind.POLICY_CHANGED,
        summary=summary,
        clause=clause,
        amending_document=amending_document,
        proposed_by="samr",
        proposed_at=NOW,
    )


def on_report(summary: str, clause: str, blocking_point: str | None = None) -> Resolution:
    """The same of a single report, or as its reporter was asked about the whole point."""
    return Resolution(
        **claim(summary, clause).model_dump(), state=ResolutionState.CLAIMED, blocking_point=blocking_point
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


async def solved_elsewhere(stage: Stage) -> str:
    """The number of a point whose clause works in Zhejiang, where twelve confirm and one stands open, and not in Guangdong."""
    firm, point = make_firm(profile=make_profile()), make_point(clauses=(CLAUSE,))
    await keep(stage.record, firm, point)
    cited: dict[str, Any] = {"clauses": (CLAUSE,)}
    agreed = on_report("平台已按上限收取", CLAUSE).model_copy(update={"state": ResolutionState.CONFIRMED})
    confirmed = {"status": BlockageStatus.RESOLVED, "resolutions": (agreed,), "closed_at": NOW, **cited}
    await indexed(
        stage,
        *(taken_up(firm, region="330106", **confirmed) for _ in range(12)),
        taken_up(firm, blocking_point=point.id, **cited),
        taken_up(firm, region="440300", **confirmed),
        *(taken_up(firm, region="440300", **cited) for _ in range(9)),
        taken_up(firm, region="440300", clauses=(OTHER,)),
    )
    return point.reference


async def compared(stage: Stage, who: Person, reference: str) -> list[tuple[Any, ...]]:
    """The provinces of the point's clauses as somebody reads them."""
    row = "region { code } reported open closedUnresolved confirmed unanswered precedent"
    query = f"query($r: String!) {{ blockingPoint(reference: $r) {{ regionsCompared {{ {row} }} }} }}"
    found = (await stage.ask(who, query, r=reference))["blockingPoint"]["regionsCompared"]
    return [(each.pop("region")["code"], *each.values()) for each in found]


async def test_a_point_shows_where_its_clauses_work(stage: Stage) -> None:
    """Three confirmed for each that stands open make a precedent; exactly for the offices, rounded for all others."""
    reference = await solved_elsewhere(stage)
    for who in (SUPERVISOR, ANALYST):
        assert await compared(stage, who, reference) == [
            ("330000", 13, 1, 0, 12, 0, True),
            ("440000", 10, 9, 0, 1, 0, False),
        ]
    for who in (PUBLIC, OWNER):
        assert await compared(stage, who, reference) == [
            ("330000", 15, 0, 0, 10, 0, True),
            ("440000", 10, 10, 0, 0, 0, False),
        ]


async def test_too_few_reports_are_compared_for_the_offices_alone(stage: Stage) -> None:
    """Who may not see single cases is told of no province."""
    await filled(stage)
    point = make_point(clauses=(CLAUSE,))
    await keep(stage.record, point)

    assert await compared(stage, SUPERVISOR, point.reference) == [
        ("330000", 2, 2, 0, 0, 0, False),
        ("440000", 1, 1, 0, 0, 0, False),
    ]
    assert await compared(stage, PUBLIC, point.reference) == []


async def test_clauses_are_ranked_by_whom_they_block(stage: Stage) -> None:
    """A firm counts once, by its gravest report; an office far away knows of the hidden report in its city."""
    await filled(stage)
    mine = {"clause": {"code": CLAUSE}, "firms": 1, "reports": 2, "weight": 4}
    other = {"clause": {"code": OTHER}, "firms": 1, "reports": 1, "weight": 1}
    assert (await stage.ask(ANALYST, RANKING))["clausesByBlocking"] == [mine, other]
    all_of_it = {"clause": {"code": CLAUSE}, "firms": 2, "reports": 3, "weight": 5}
    for who in (SUPERVISOR, FAR_OFFICER):
        assert (await stage.ask(who, RANKING, first=1))["clausesByBlocking"] == [all_of_it]


COSTS = "query R($by: ClauseOrder) { clausesByBlocking(by: $by) { clause { code } yearlyCostCny { total firms } } }"


async def test_a_supervisor_ranks_clauses_by_what_they_cost(stage: Stage) -> None:
    """One dear report may outweigh two grave ones; a firm that named no band is not guessed."""
    here, there = make_firm(profile=make_profile()), make_firm(profile=make_profile())
    await keep(stage.record, here, there)
    await indexed(
        stage,
        taken_up(
            here, severity=Severity.CRITICAL, clauses=(CLAUSE,), impact=Impact(yearly_cost_band="under-10k")
        ),
        taken_up(there, severity=Severity.HIGH, clauses=(CLAUSE,)),
        taken_up(there, severity=Severity.LOW, clauses=(OTHER,), impact=Impact(yearly_cost_band="50k-200k")),
    )
    cheap = {"clause": {"code": CLAUSE}, "yearlyCostCny": {"total": 5_000, "firms": 1}}
    dear = {"clause": {"code": OTHER}, "yearlyCostCny": {"total": 125_000, "firms": 1}}
    assert (await stage.ask(SUPERVISOR, COSTS))["clausesByBlocking"] == [cheap, dear]
    assert (await stage.ask(SUPERVISOR, COSTS, by="YEARLY_COST"))["clausesByBlocking"] == [dear, cheap]


@pytest.mark.parametrize("who", [ANALYST, FAR_OFFICER], ids=lambda who: who.subject)
async def test_what_clauses_cost_is_for_those_who_read_every_impact(stage: Stage, who: Person) -> None:
    """Others are shown no cost and no order by it: a clause that one firm cites would tell that firm's."""
    firm = make_firm(profile=make_profile())
    await keep(stage.record, firm)
    await indexed(stage, taken_up(firm, clauses=(CLAUSE,), impact=Impact(yearly_cost_band="under-10k")))

    assert [each["yearlyCostCny"] for each in (await stage.ask(who, COSTS))["clausesByBlocking"]] == [None]
    refused = await stage.answer(who, COSTS, by="YEARLY_COST")
    assert [error["extensions"]["code"] for error in refused.content["errors"]] == ["FORBIDDEN"]


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


async def test_a_clause_and_a_policy_lead_to_what_changed_them(stage: Stage) -> None:
    """Of points and of single reports, by the clause or the number of the document; what blocks it is another list."""
    number = "发改高技〔2020〕1157号"
    by_clause = make_point(clauses=(OTHER,), resolutions=(claim("已出台抽成上限", CLAUSE),), resolved_at=NOW)
    by_document = make_point(
        clauses=(OTHER,), resolutions=(claim("已发文", amending_document="发改高技(2020) 1157 号"),)
    )
    citing = make_point(clauses=(CLAUSE,), resolutions=(claim("已约谈"),))
    firm = make_firm()
    own = taken_up(firm, resolutions=(on_report("个案已解释", CLAUSE),))
    hidden = taken_up(
        firm, visibility=Visibility.AGENCIES_ONLY, resolutions=(on_report("不公开的个案", CLAUSE),)
    )
    asked = taken_up(firm, resolutions=(on_report("已出台抽成上限", CLAUSE, blocking_point=by_clause.id),))
    await keep(stage.record, firm, by_clause, by_document, citing)
    await indexed(stage, own, hidden, asked)

    async def summaries(who: Person) -> set[str]:
        return {each["summary"] for each in (await stage.ask(who, MADE))["clause"]["changesMade"]}

    assert await summaries(PUBLIC) == {"已出台抽成上限", "个案已解释"}
    assert await summaries(SUPERVISOR) == {"已出台抽成上限", "个案已解释", "不公开的个案"}
    policies = await stage.ask(
        PUBLIC, "{ policies { documentNumber resolutions { summary amendingPolicy { code } } } }"
    )
    made = {each["documentNumber"]: each["resolutions"] for each in policies["policies"]}
    assert made[number] == [{"summary": "已发文", "amendingPolicy": {"code": "ndrc-2020-1157"}}]


async def test_all_clauses_take_one_read(stage: Stage) -> None:
    """However many are on the page."""
    await filled(stage)
    with counted_statements() as statements:
        page = await stage.ask(SUPERVISOR, PAGE)
    clauses = [clause for policy in page["policies"] for clause in policy["clauses"]]
    assert len(clauses) > 50
    assert sum(each["reports"] for clause in clauses for each in clause["regions"]) == 4
    assert len(statements) <= 4, statements
