"""Reading blocking points: by number, by search, by clause; what each caller sees of their reports, and at what cost."""

from __future__ import annotations

import pytest

from directory.states import BlockingPointStatus, OverdueLevel
from tests.factories import make_firm, make_point
from tests.journeys.reports import Reports
from tests.journeys.stage import (
    ANALYST,
    FAR_OFFICER,
    LEADER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    TRIAGE,
    Person,
)
from tests.record.statements import counted_statements
from tests.record.steps import keep
from tests.schema.blockages.corpus import taken_up
from tests.schema.blocking_points.points import CLAUSE, Points, at

STRANGERS = (PUBLIC, OTHER_OWNER, ANALYST, OPERATOR, FAR_OFFICER)
COUNTS = (
    "firmsAffected regionsAffected { code } firstReportedAt recurrences resolution { state } "
    "answers { claimed confirmed contested unanswered notAsked } blockages { totalCount nodes { reference } }"
)
MOST = 50


async def test_a_point_is_found_by_its_number_in_any_spelling(reports: Reports, points: Points) -> None:
    """As printed, small, apart, or as a node; any other number names none."""
    point, report = await points.named(), await reports.triaged()
    number = point["reference"]
    for spelt in (number, number.lower(), number.replace("-", " "), f" {number} "):
        assert await points.read(PUBLIC, {"reference": spelt}, "id") == {"id": point["id"]}
    for other in (report["reference"], "BP-0000-0000", "", "x" * 100):
        assert await points.read(PUBLIC, {"reference": other}, "id") is None


async def test_what_staff_wrote_is_everyones_to_read(points: Points) -> None:
    """Both languages, clauses with their policy, the agencies."""
    point = await points.named(descriptionEn="The agency alone decides.", coAgencies=["samr"])
    read = await points.read(
        PUBLIC,
        point,
        "title titleEn descriptionEn category { code } clauses { code policy { code } } "
        "leadAgency { code } coAgencies { code } resolution { state } resolvedAt firstReportedAt",
    )
    assert read == {
        "title": "运营机构分成没有标准",
        "titleEn": "No standard for the split with agencies",
        "descriptionEn": "The agency alone decides.",
        "category": {"code": "revenue-split"},
        "clauses": [{"code": CLAUSE, "policy": {"code": "mcn-draft-2025"}}],
        "leadAgency": {"code": "local-culture@330100"},
        "coAgencies": [{"code": "samr"}],
        "resolution": None,
        "resolvedAt": None,
        "firstReportedAt": None,
    }


async def test_points_are_searched(points: Points) -> None:
    """In both languages, by status, category, clause and number; latest first without a text."""
    split = await points.named()
    returns = await points.named(
        title="朋友圈购物退货难",
        titleEn="Moments purchases cannot be returned",
        description="社交圈交易没有退货保障。",
        category="moments-returns",
        clauses=["consumer-law#art25"],
    )
    await points.resolved(returns)
    await points.stage.index()
    first, second = split["reference"], returns["reference"]
    for arguments, expected in (
        ({}, {first, second}),
        ({"text": "退货"}, {second}),
        ({"text": "agencies split"}, {first}),
        ({"text": second.lower()}, {second}),
        ({"statuses": ["RESOLVED"]}, {second}),
        ({"categories": ["revenue-split"]}, {first}),
        ({"clauses": [CLAUSE]}, {first}),
        ({"clauses": [CLAUSE], "statuses": ["RESOLVED"]}, set()),
    ):
        assert set(await points.found(PUBLIC, **arguments)) == expected, arguments
    query = '{ blockingPoints(categories: ["nothing"]) { nodes { id } } }'
    assert (await points.stage.answer(PUBLIC, query)).codes == ["INVALID"]


@pytest.mark.parametrize(
    ("instant", "level"),
    [
        ("2026-03-24 23:59", None),
        ("2026-03-25 00:00", "DUE_SOON"),
        ("2026-03-31 00:00", "OVERDUE"),
        ("2026-04-14 23:59", "OVERDUE"),
        ("2026-04-15 00:00", "LONG_OVERDUE"),
    ],
)
async def test_the_search_and_the_point_agree_on_how_late_its_next_note_is(
    points: Points, instant: str, level: str | None
) -> None:
    """Twenty working days from Monday 2 March end with the 30th; of a resolved point no note is owed."""
    standing = await points.named()
    await points.resolved(await points.named(title="朋友圈购物退货难"))
    await points.stage.index()
    points.stage.at(instant)

    assert await points.read(PUBLIC, standing, "overdueLevel") == {"overdueLevel": level}
    query = (
        "query($levels: [OverdueLevel!]) { blockingPoints(overdueLevels: $levels) { nodes { reference } } }"
    )
    for each in OverdueLevel:
        found = (await points.stage.ask(PUBLIC, query, levels=[each.value]))["blockingPoints"]["nodes"]
        assert found == ([{"reference": standing["reference"]}] if each.value == level else []), each
    every = (await points.stage.ask(PUBLIC, query, levels=[]))["blockingPoints"]["nodes"]
    assert len(every) == 2


async def test_facets_of_points_leave_out_their_own_filter(points: Points) -> None:
    """What choosing another status would find; the other filters hold."""
    await keep(
        points.stage.record,
        make_point(),
        make_point(),
        make_point(status=BlockingPointStatus.IN_PROGRESS),
    )
    await points.stage.index()
    query = (
        "{ blockingPoints(statuses: [OPEN], facets: [STATUS, CLAUSE]) { totalCount "
        "facets { field values { value count selected } } } }"
    )
    found = (await points.stage.ask(PUBLIC, query))["blockingPoints"]
    statuses, clauses = found["facets"]

    assert found["totalCount"] == 2
    assert statuses["values"] == [
        {"value": "OPEN", "count": 2, "selected": True},
        {"value": "IN_PROGRESS", "count": 1, "selected": False},
    ]
    assert [one["count"] for one in clauses["values"]] == [2]


async def test_a_walk_over_all_points_sees_each_once(points: Points) -> None:
    """Page by page, by cursor."""
    await keep(points.stage.record, *(make_point() for _ in range(7)))
    await points.stage.index()
    query = (
        "query W($after: String) { blockingPoints(first: 3, after: $after) { totalCount totalIsExact "
        "pageInfo { hasNextPage endCursor } nodes { id } } }"
    )
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await points.stage.ask(PUBLIC, query, after=after))["blockingPoints"]
        assert (page["totalCount"], page["totalIsExact"]) == (7, True)
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(seen) == len(set(seen)) == 7


async def test_a_merged_point_is_gone_from_searches_at_once(points: Points) -> None:
    """The record knows before the index does."""
    gone, stays = await points.named(), await points.named()
    await points.stage.index()
    merge = {"from": gone["id"], "into": stays["id"], "reason": "同一成因"}
    await points.does(SUPERVISOR, "mergeBlockingPoints", **merge)
    assert await points.found(PUBLIC) == [stays["reference"]]
    await points.stage.index()
    assert await points.found(PUBLIC, text=gone["reference"]) == [stays["reference"]]


async def test_a_clause_names_the_points_it_blocks(points: Points) -> None:
    """By the record, latest first."""
    older = await points.named()
    newer = await points.named(clauses=["ndrc-2020-1157#13", CLAUSE])
    query = "query C($code: String!) { clause(code: $code) { blockingPoints { totalCount nodes { reference } } } }"
    found = (await points.stage.ask(PUBLIC, query, code=CLAUSE))["clause"]["blockingPoints"]
    assert {node["reference"] for node in found["nodes"]} == {older["reference"], newer["reference"]}
    assert found["totalCount"] == 2


async def test_reports_are_searched_by_their_point(reports: Reports, points: Points) -> None:
    """Also by the id of one that was merged away."""
    report, other = await reports.triaged(), await reports.triaged(title="结算单不透明")
    point, survivor = await points.named(report), await points.named()
    merge = {"from": point["id"], "into": survivor["id"], "reason": "同一成因"}
    await points.does(SUPERVISOR, "mergeBlockingPoints", **merge)
    await points.stage.index()
    query = "query B($id: ID!) { blockages(filter: { blockingPoint: $id }) { nodes { reference } } }"
    for id_ in (point["id"], survivor["id"]):
        found = (await points.stage.ask(PUBLIC, query, id=id_))["blockages"]["nodes"]
        assert found == [{"reference": report["reference"]}]
    assert other["reference"] != report["reference"]


@pytest.mark.parametrize("who", STRANGERS, ids=lambda person: person.subject)
async def test_no_count_tells_of_a_report_for_agencies_only(
    reports: Reports, points: Points, who: Person
) -> None:
    """A stranger reads the same of a point whether it has such a report or not; whoever handles it counts it."""
    bare, point = await points.named(), await points.named()
    hidden = await reports.in_progress(visibility="AGENCIES_ONLY", region="330106")
    point = await points.does(SUPERVISOR, "linkBlockages", **at(point, add=[hidden["id"]]))
    await points.resolved(point)
    await points.resolved(bare)
    again = await reports.triaged(
        title="又一起同类诉求", visibility="AGENCIES_ONLY", blockingPoint=point["id"]
    )

    assert await points.read(who, point, COUNTS) == await points.read(who, bare, COUNTS)
    known = await points.read(SUPERVISOR, point, COUNTS)
    assert (known["firmsAffected"], known["recurrences"], known["blockages"]["totalCount"]) == (1, 1, 2)
    assert {
        node["reference"] for node in (await points.read(OWNER, point, COUNTS))["blockages"]["nodes"]
    } == {
        hidden["reference"],
        again["reference"],
    }


async def test_history_tells_what_happened_and_not_who_reported(reports: Reports, points: Points) -> None:
    """A report that reopens a review is told as the rule's doing; ids of reports are for those who handle the point."""
    point = await points.resolved(await points.named())
    await reports.reported(blockingPoint=point["id"])
    other = await points.named()
    current = await points.read(SUPERVISOR, point, "id version")
    merge = {"from": current["id"], "into": other["id"], "reason": "同一成因"}
    await points.does(SUPERVISOR, "mergeBlockingPoints", **merge)
    await points.does(SUPERVISOR, "unmergeBlockingPoint", reference=point["reference"], reason="误并")
    await points.stage.index()
    fields = "history { nodes { kind actor changes { field before after } } }"
    for who, told in ((PUBLIC, False), (LEADER, True), (SUPERVISOR, True)):
        nodes = (await points.read(who, point, fields))["history"]["nodes"]
        assert [node["kind"].removeprefix("blocking_point:") for node in nodes] == [
            "created",
            "resolved",
            "recurred",
            "merged",
            "unmerged",
        ]
        assert OWNER.subject not in {node["actor"] for node in nodes}
        brought = [
            change["after"]
            for node in nodes
            for change in node["changes"]
            if change["field"] == "moved_by_merge"
        ]
        assert any(brought) is told


async def test_a_page_of_fifty_points_costs_as_many_reads_as_one_of_five(points: Points) -> None:
    """Reports of all points come by one read; so do the points of all clauses, and of all reports."""
    record = points.stage.record
    firm, named = make_firm(), [make_point(clauses=(CLAUSE,)) for _ in range(MOST)]
    await keep(record, firm, *named)
    await keep(record, *(taken_up(firm, blocking_point=point.id) for point in named for _ in range(2)))
    await points.stage.index()
    few = "firmsAffected regionsAffected { code } answers { claimed } blockages(first: 1) { totalCount }"
    pages = {
        "counts": f"blockingPoints(first: $first) {{ nodes {{ {few} }} }}",
        "reports": "blockages(first: $first) { nodes { blockingPoint { reference firmsAffected } } }",
        "clauses": "blockingPoints(first: $first) { nodes { clauses { blockingPoints(first: 1) { totalCount } } } }",
    }
    for what, query in pages.items():
        costs = []
        for first in (2, 5) if what == "clauses" else (5, MOST):
            with counted_statements() as statements:
                await points.stage.ask(PUBLIC, f"query P($first: Int!) {{ {query} }}", first=first)
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 6, (what, costs)


IMPACT = "impact { yearlyCostCny { total firms } jobsAffected { total firms } silentFirms }"


async def test_the_impact_of_a_point_is_summed_for_the_parties_of_its_reports(
    reports: Reports, points: Points
) -> None:
    """Midpoints of the bands that firms named, over the reports whose impact the caller may read; strangers read none."""
    told = {"yearlyCostBand": "10k-50k", "jobsAffectedBand": "2-4"}
    point = await points.named(await reports.triaged(impact=told))
    for who in (SUPERVISOR, OWNER):
        assert await points.read(who, point, IMPACT) == {
            "impact": {
                "yearlyCostCny": {"total": 30_000, "firms": 1},
                "jobsAffected": {"total": 3, "firms": 1},
                "silentFirms": 0,
            }
        }
    for who in STRANGERS:
        assert await points.read(who, point, IMPACT) == {"impact": None}, who


async def test_the_reporter_of_a_report_stays_unknown_through_its_point(
    reports: Reports, points: Points
) -> None:
    """A point leads to its reports, and no further than the report itself does."""
    point = await points.named(await reports.triaged())
    fields = "blockages { nodes { reportedBy { id } impact { explanation } } }"
    for who, known in ((PUBLIC, False), (FAR_OFFICER, False), (OWNER, True), (TRIAGE, False)):
        (node,) = (await points.read(who, point, fields))["blockages"]["nodes"]
        assert (node["reportedBy"] is not None) is known
