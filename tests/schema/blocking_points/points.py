"""Blocking points, named and moved through the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.journeys.reports import ERRORS, Report
from tests.journeys.stage import LEAD, SUPERVISOR, Person, Stage

KEPT = "id reference version status"
CLAUSE = "mcn-draft-2025#art2"
INPUTS = {
    "createBlockingPoint": "CreateBlockingPointInput",
    "amendBlockingPoint": "AmendBlockingPointInput",
    "linkBlockages": "LinkBlockagesInput",
    "splitBlockingPoint": "SplitBlockingPointInput",
    "resolveBlockingPoint": "ResolveBlockingPointInput",
    "postPointProgress": "PostPointProgressInput",
    "planPointStep": "PlanPointStepInput",
    "settlePointStep": "SettlePointStepInput",
    "mergeBlockingPoints": "MergeBlockingPointsInput",
    "unmergeBlockingPoint": "UnmergeBlockingPointInput",
}

Point = dict[str, Any]


def at(point: Point, **more: Any) -> dict[str, Any]:
    """The input for a command on the point at the version it carries."""
    return {"blockingPoint": point["id"], "expectedVersion": point["version"], **more}


@dataclass
class Points:
    """What can be done with blocking points."""

    stage: Stage

    async def send(self, who: Person, mutation: str, **input: Any) -> dict[str, Any]:
        """The payload of a command."""
        kind = INPUTS.get(mutation, "BlockingPointActionInput")
        query = (
            f"mutation Send($input: {kind}!) {{ payload: {mutation}(input: $input) "
            f"{{ blockingPoint {{ {KEPT} }} {ERRORS} clientMutationId }} }}"
        )
        payload: dict[str, Any] = (await self.stage.ask(who, query, input=input))["payload"]
        return payload

    async def does(self, who: Person, mutation: str, **input: Any) -> Point:
        """The point after a command that works."""
        payload = await self.send(who, mutation, **input)
        assert payload["errors"] == []
        point: Point = payload["blockingPoint"]
        return point

    async def refuses(self, who: Person, mutation: str, **input: Any) -> list[tuple[str, list[str]]]:
        """Codes and paths of what keeps a command from happening."""
        payload = await self.send(who, mutation, **input)
        assert payload["blockingPoint"] is None
        assert all(error["zh"] and error["en"] for error in payload["errors"])
        return [(error["code"], error["path"]) for error in payload["errors"]]

    async def named(self, *reports: Report, who: Person = SUPERVISOR, **changes: Any) -> Point:
        """A new point with the reports."""
        values = {
            "title": "运营机构分成没有标准",
            "titleEn": "No standard for the split with agencies",
            "description": "签约分成比例由机构单方决定，没有标准可依。",
            "category": "revenue-split",
            "clauses": [CLAUSE],
            "leadAgency": LEAD,
            "blockages": [report["id"] for report in reports],
        }
        return await self.does(who, "createBlockingPoint", **{**values, **changes})

    async def resolved(self, point: Point, who: Person = SUPERVISOR) -> Point:
        """The point claimed as removed."""
        claim = {"kind": "POLICY_CHANGED", "summary": "已发布分成合同示范文本。", "clause": CLAUSE}
        return await self.does(who, "resolveBlockingPoint", **at(point, **claim))

    async def read(self, who: Person, point: Point, fields: str) -> Any:
        """The point's fields as someone reads them."""
        query = f"query Read($reference: String!) {{ blockingPoint(reference: $reference) {{ {fields} }} }}"
        return (await self.stage.ask(who, query, reference=point["reference"]))["blockingPoint"]

    async def found(self, who: Person, **arguments: Any) -> list[str]:
        """The numbers of the points that a search finds."""
        query = (
            "query Found($text: String, $statuses: [BlockingPointStatus!], $categories: [String!], "
            "$clauses: [String!], $first: Int = 20, $after: String) { blockingPoints(text: $text, statuses: $statuses, "
            "categories: $categories, clauses: $clauses, first: $first, after: $after) { nodes { reference } } }"
        )
        page = (await self.stage.ask(who, query, **arguments))["blockingPoints"]
        return [node["reference"] for node in page["nodes"]]
