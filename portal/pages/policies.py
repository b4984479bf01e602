"""Policies clause by clause (政策条款): what each clause blocks, what changed it, where it works, and which block most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.faults import not_found
from portal.operation import operation
from portal.page import Page
from portal.pages.points import LATE_TEXTS
from portal.report_figures import by_key, file_header, file_rows, provinces
from portal.tables import csv_file
from portal.visit import Visit
from schema.node import global_id

POLICIES = operation("policies")
RANKING = operation("policies_ranking")
BURDEN = operation("policies_burden")
POLICY = operation("policy")
CLAUSE = operation("clause")
REGIONS = operation("clause_regions")
# Who is told which clauses block most firms, by role.
TOLD_FIRMS = ("AGENCY", "SUPERVISOR", "ANALYST")
# Who is told what it costs them.
TOLD_COST = "SUPERVISOR"
# What makes a clause come first, with the text of each; the first where the address names none.
WEIGHT, COST = "WEIGHT", "YEARLY_COST"
ORDERS = {WEIGHT: "policies.by_weight", COST: "policies.by_cost"}


async def policies(visit: Visit) -> Response:
    """All documents, and the clauses that block most, by cost where a supervisor asks for it."""
    data = await visit.ask(POLICIES)
    ranking, refused = await _ranking(visit)
    orders = ORDERS if visit.visitor.has(TOLD_COST) else {}
    by = COST if COST in orders and visit.here.value("by") == COST else WEIGHT
    return await visit.show(
        "policies.html",
        policies=[_with_points(one) for one in data["policies"]],
        ranking=ranking,
        refused=refused,
        burden=await _burden(visit, by),
        orders=orders,
        by=by,
    )


def _with_points(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """The policy with how often blocking points cite its clauses."""
    return {**policy, "cited": sum(one["blockingPoints"]["totalCount"] for one in policy["clauses"])}


async def _ranking(visit: Visit) -> tuple[list[tuple[str, int, str]], Sequence[str]]:
    """The clauses that most reports cite, for a chart of bars; none, and the sentences why."""
    data, refused = await visit.ask_if_told(RANKING)
    rows = by_key(data["blockageStatistics"]["rows"]) if data else []
    return [(label, row["reported"], visit.to(clause_path(code))) for code, label, row in rows], refused


async def _burden(visit: Visit, by: str) -> list[Mapping[str, Any]] | None:
    """The clauses that block most firms; None for those who are not told."""
    if not visit.visitor.has(*TOLD_FIRMS):
        return None
    data = await visit.ask_if_possible(BURDEN, by=by)
    return list(data["clausesByBlocking"]) if data else []


def clause_path(code: str) -> str:
    """Where the page of a clause is, or of a policy where the code is one's."""
    return f"/policies/{code.replace('#', '/')}"


async def ranking_data(visit: Visit) -> Response:
    """The clauses that most reports cite, as a file."""
    data = await visit.ask(RANKING)
    return csv_file("clauses", file_header("clause"), file_rows(data["blockageStatistics"]["rows"]))


async def policy(visit: Visit) -> Response:
    """One document, clause by clause."""
    data = await visit.ask(POLICY, id=global_id("Policy", visit.given("policy")))
    if not data["node"]:
        raise not_found()
    return await visit.show("policy.html", policy=data["node"])


async def clause(visit: Visit) -> Response:
    """One clause: its text, what it blocks and where, and what changed it."""
    code = f"{visit.given('policy')}#{visit.given('number')}"
    data = await visit.ask(CLAUSE, code=code, after=visit.here.value("after") or None)
    if data["clause"] is None:
        raise not_found()
    told, refused = await visit.ask_if_told(REGIONS, filter={"clauses": [code]})
    rows = told["blockageStatistics"]["rows"] if told else []
    values, names = provinces(rows)
    return await visit.show(
        "clause.html",
        clause=data["clause"],
        rows=by_key(rows),
        refused=refused,
        values=values,
        names=names,
        late=LATE_TEXTS,
    )


async def regions_data(visit: Visit) -> Response:
    """The clause compared across provinces, as a file."""
    code = f"{visit.given('policy')}#{visit.given('number')}"
    data = await visit.ask(REGIONS, filter={"clauses": [code]})
    return csv_file("clause-regions", file_header("region"), file_rows(data["blockageStatistics"]["rows"]))


PAGES = (
    Page("/policies", policies),
    Page("/policies/ranking.csv", ranking_data),
    Page("/policies/{policy}", policy),
    Page("/policies/{policy}/{number}", clause),
    Page("/policies/{policy}/{number}/regions.csv", regions_data),
)
