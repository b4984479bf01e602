"""Blocking points through the API: named, linked, split, merged, resolved, and joined by firms."""

from __future__ import annotations

from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.reports import ERRORS, Reports, on
from tests.journeys.stage import LEADER, OTHER_OWNER, OWNER, PUBLIC, SECOND_LEADER, SUPERVISOR
from tests.record.steps import keep
from tests.schema.blocking_points.points import CLAUSE, Points, at

NOWHERE = global_id("BlockingPoint", "0" * 32)


async def test_a_point_lives_its_whole_life(reports: Reports, points: Points) -> None:
    """Named with a report, begun, claimed, confirmed by its reporter, and read by anyone."""
    report = await reports.in_progress()
    point = await points.named(report)
    begun = await points.does(LEADER, "startBlockingPoint", **at(point, note="已立项"))
    assert begun["status"] == "IN_PROGRESS"
    resolved = await points.resolved(begun, LEADER)

    asked = await reports.read(OWNER, report, "id version status resolution { proposedBy { code } }")
    assert asked["status"] == "RESOLUTION_PROPOSED"
    await reports.does(OWNER, "answerResolution", **on(asked, confirm=True, rating=5))
    fields = (
        "status resolvedAt answers { claimed confirmed contested unanswered notAsked } firmsAffected "
        "resolution { state kind summary clause { code } proposedBy { code } confirmedAt confirmedByReporter } "
    )
    read = await points.read(PUBLIC, resolved, fields)
    assert read["resolution"].pop("confirmedAt") is not None
    assert read.pop("resolvedAt") is not None
    assert read == {
        "status": "RESOLVED",
        "answers": {"claimed": 0, "confirmed": 1, "contested": 0, "unanswered": 0, "notAsked": 0},
        "firmsAffected": 1,
        "resolution": {
            "state": "CONFIRMED",
            "kind": "POLICY_CHANGED",
            "summary": "已发布分成合同示范文本。",
            "clause": {"code": CLAUSE},
            "proposedBy": {"code": "local-culture@330100"},
            "confirmedByReporter": True,
        },
    }


async def test_problems_are_told_where_the_caller_made_them(reports: Reports, points: Points) -> None:
    """By the names of the inputs, in both languages."""
    report = await reports.triaged()
    point = await points.named(report)
    assert await points.refuses(SUPERVISOR, "linkBlockages", **at(point, add=[report["id"], "x"])) == [
        ("NOT_ALLOWED_NOW", ["input", "add", "0"]),
        ("NOT_FOUND", ["input", "add", "1"]),
    ]
    merge = {"from": point["id"], "into": NOWHERE, "reason": "同一成因"}
    assert await points.refuses(SUPERVISOR, "mergeBlockingPoints", **merge) == [
        ("NOT_FOUND", ["input", "into"])
    ]
    undo = {"reference": point["reference"], "reason": "误并"}
    assert await points.refuses(SUPERVISOR, "unmergeBlockingPoint", **undo) == [
        ("NOT_ALLOWED_NOW", ["input", "reference"])
    ]
    resolved = await points.resolved(point)
    assert await points.refuses(SUPERVISOR, "reopenBlockingPoint", **at(resolved)) == [
        ("REQUIRED", ["input", "note"])
    ]
    assert await points.refuses(SUPERVISOR, "amendBlockingPoint", **at(resolved, leadAgency="nobody")) == [
        ("INVALID", ["input", "leadAgency"])
    ]
    assert await points.refuses(SECOND_LEADER, "carryOverResolution", **at(resolved)) == [
        ("FORBIDDEN", ["input"])
    ]
    assert await points.refuses(OWNER, "startBlockingPoint", **at(resolved)) == [("FORBIDDEN", ["input"])]


async def test_linking_splitting_and_merging_move_reports(reports: Reports, points: Points) -> None:
    """Each report has the point that it is linked to; a merged number and id lead to the survivor."""
    first = await reports.triaged()
    second = await reports.triaged(title="结算单不透明")
    point = await points.named(first)
    point = await points.does(SUPERVISOR, "linkBlockages", **at(point, add=[second["id"]]))
    part = await points.does(
        SUPERVISOR,
        "splitBlockingPoint",
        **at(point, title="结算没有标准", blockages=[second["id"]], reason="成因不同"),
    )
    linked = "blockingPoint { reference splitFrom { reference } }"
    assert (await reports.read(PUBLIC, second, linked))["blockingPoint"] == {
        "reference": part["reference"],
        "splitFrom": {"reference": point["reference"]},
    }
    merge = {"from": part["id"], "into": point["id"], "reason": "同一成因"}
    kept = await points.does(SUPERVISOR, "mergeBlockingPoints", **merge)
    assert kept["reference"] == point["reference"]
    fields = "reference mergedFrom blockages { totalCount nodes { reference } }"
    survivor = await points.read(PUBLIC, part, fields)
    assert (survivor["reference"], survivor["mergedFrom"]) == (point["reference"], [part["reference"]])
    assert {node["reference"] for node in survivor["blockages"]["nodes"]} == {
        first["reference"],
        second["reference"],
    }
    node = await reports.stage.ask(
        PUBLIC, "query N($id: ID!) { node(id: $id) { ... on BlockingPoint { reference } } }", id=part["id"]
    )
    assert node["node"]["reference"] == point["reference"]
    undo = {"reference": part["reference"].lower(), "reason": "误并"}
    alone = await points.does(SUPERVISOR, "unmergeBlockingPoint", **undo)
    assert alone["id"] == part["id"]
    assert (await reports.read(PUBLIC, second, linked))["blockingPoint"]["reference"] == part["reference"]


async def test_another_firm_joins_by_one_call(reports: Reports, points: Points) -> None:
    """Its own report, with its own impact; a second time it is told which report that is."""
    firm = make_firm(owner=OTHER_OWNER.subject)
    await keep(points.stage.record, firm)
    point = await points.named(await reports.triaged())
    query = (
        "mutation Join($input: JoinBlockingPointInput!) { joinBlockingPoint(input: $input) { blockage { title impact "
        f"{{ explanation }} blockingPoint {{ reference }} }} {ERRORS} }} }}"
    )
    given = {
        "firm": global_id("Firm", firm.id),
        "blockingPoint": point["id"],
        "impact": {"explanation": "每月少收两成"},
    }
    joined = (await points.stage.ask(OTHER_OWNER, query, input=given))["joinBlockingPoint"]
    assert joined == {
        "blockage": {
            "title": "运营机构分成没有标准",
            "impact": {"explanation": "每月少收两成"},
            "blockingPoint": {"reference": point["reference"]},
        },
        "errors": [],
    }
    again = (await points.stage.ask(OTHER_OWNER, query, input=given))["joinBlockingPoint"]
    assert [(error["code"], error["path"]) for error in again["errors"]] == [
        ("DUPLICATE", ["input", "blockingPoint"])
    ]


async def test_a_repeated_request_names_one_point(points: Points) -> None:
    """The key gives back the first result."""
    first = await points.named(clientMutationId="one")
    assert await points.named(clientMutationId="one") == first


async def test_each_caller_is_offered_its_own_moves(reports: Reports, points: Points) -> None:
    """The lead agency all but merging, a supervisor all, everyone else none."""
    point = await points.named(await reports.triaged())
    offered = {
        who: (await points.read(who, point, "openActions"))["openActions"]
        for who in (SUPERVISOR, LEADER, SECOND_LEADER, OWNER, PUBLIC)
    }
    lead = ["amend", "link", "split", "start", "post_progress", "plan_step", "resolve"]
    assert offered == {
        SUPERVISOR: [*lead, "merge"],
        LEADER: lead,
        SECOND_LEADER: [],
        OWNER: [],
        PUBLIC: [],
    }
