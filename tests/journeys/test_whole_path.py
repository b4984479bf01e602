"""
The whole way, through GraphQL alone: a firm comes into the directory, says what blocks it, and is heard.

Only what time itself does (a public notice that ends) is done by the clock, as the running server does it.
"""

import json
from typing import Any

from newgrowth.clockwork import one_round
from tests.journeys.entries import REVIEWER, SECOND_REVIEWER, Entries, enterprise
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import ANALYST, HELPER, LEAD, LEADER, OWNER, PUBLIC, SUPERVISOR, TRIAGE, Stage

READ = """
    reference status title disputes supervised waitingOn grossDays netDays
    category { code } clauses { code } agency { code name } coAgencies { code }
    reportedBy { entryNumber name }
    deadlines { stage dueAt metAt overdue }
    pauses { startedAt endedAt }
    resolutions { state rating summary confirmedByReporter }
    timeline { actor action from to note }
    similar { reference }
"""
SEARCH = f"""query Search($filter: BlockageFilter) {{
    blockages(filter: $filter, facets: [STATUS, CATEGORY, AGENCY, REGION]) {{
        totalCount
        nodes {{ {READ} }}
        edges {{ highlights {{ field fragments }} }}
        facets {{ field values {{ value label en: label(language: EN) count }} }}
    }}
}}"""
LOG = """query Log($kinds: [String!]) {
    changes(kinds: $kinds) { nodes { kind actor changes { field before after } entity { id } } }
}"""
REPORT = {
    "title": "与运营机构的分成没有标准",
    "description": "签约直播运营机构后，打赏与带货的分成比例由机构单方决定，结算单不透明，希望出台统一标准。",
    "category": "revenue-split",
    "clauses": ["mcn-draft-2025#art4"],
    "impact": {"yearlyCostBand": "50k-200k", "jobsAffectedBand": "2-4"},
}
FIRM_NAME = "杭州拾光手作文化有限公司"


async def test_a_firm_is_listed_reports_what_blocks_it_and_is_heard(stage: Stage) -> None:
    """From the first form to a confirmed resolution that anyone can find, without learning who asked for it."""
    firm = await comes_into_the_directory(stage)
    reports = Reports(stage, firm["id"])

    report = await says_what_blocks_it(reports)
    report = await is_asked_and_answers(reports, report)
    report = await disputes_and_then_confirms(reports, report)

    await stage.index()
    await is_found_in_both_languages(stage, report)
    await nobody_else_learns_who_reported(reports, report, firm)


async def comes_into_the_directory(stage: Stage) -> dict[str, Any]:
    """The entry once two people have approved it and its notice is over."""
    entries = Entries(stage)
    done = await entries.does(OWNER, "submitFirm", profile=enterprise(name=FIRM_NAME))
    done = await entries.reviewed(REVIEWER, done, "TAKE")
    done = await entries.reviewed(REVIEWER, done, "APPROVE", goodStanding=True)
    assert done["submission"]["status"] == "UNDER_REVIEW"
    done = await entries.reviewed(SECOND_REVIEWER, done, "APPROVE")
    assert done["submission"]["status"] == "PUBLIC_NOTICE"

    stage.at("2026-03-09 23:59:59")
    assert (await one_round(stage.directory, stage.clock())).notices == 0
    stage.at("2026-03-10 00:00:00")
    assert (await one_round(stage.directory, stage.clock())).notices == 1

    firm: dict[str, Any] = (await entries.node_of(done))["firm"]
    assert firm["status"] == "LISTED"
    return firm


async def says_what_blocks_it(reports: Reports) -> Report:
    """The report in the hands of the agency that is responsible."""
    stage = reports.stage.at("2026-03-11 10:00")
    report = await reports.does(OWNER, "reportBlockage", firm=reports.firm, **REPORT)
    assert await reports.read(PUBLIC, report, "id") is None

    report = await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True))
    stage.at("2026-03-12 10:00")
    report = await reports.does(SUPERVISOR, "assignBlockage", **on(report, agency=LEAD, coAgencies=[HELPER]))
    stage.at("2026-03-13 10:00")
    return await reports.does(LEADER, "acceptAssignment", **on(report))


async def is_asked_and_answers(reports: Reports, report: Report) -> Report:
    """The report after a question that stopped its clock for three working days."""
    stage = reports.stage.at("2026-03-16 10:00")
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供近三个月的结算单"))
    asked = await reports.read(OWNER, report, "waitingOn openActions timeline { note }")
    assert (asked["waitingOn"], asked["timeline"][-1]["note"]) == ("REPORTER", "请提供近三个月的结算单")
    assert "provide_information" in asked["openActions"]

    stage.at("2026-03-19 10:00")
    report = await reports.does(OWNER, "provideInformation", **on(report, note="结算单已上传"))

    read = await reports.read(PUBLIC, report, READ)
    (resolve,) = (limit for limit in read["deadlines"] if limit["stage"] == "resolve")
    # Fifteen working days from 12 March are over on 2 April; three more lead past the Tomb-Sweeping holiday.
    assert resolve["dueAt"] == "2026-04-08T16:00:00+00:00"
    assert (read["grossDays"], read["netDays"], len(read["pauses"])) == (6, 3, 1)
    return report


async def disputes_and_then_confirms(reports: Reports, report: Report) -> Report:
    """The report resolved: the first claim was none, the second is confirmed with a rating."""
    stage = reports.stage.at("2026-03-20 10:00")
    report = await reports.propose(report)
    stage.at("2026-03-23 10:00")
    report = await reports.does(
        OWNER, "answerResolution", **on(report, confirm=False, comment="示范文本没有约束力")
    )
    assert report["status"] == "IN_PROGRESS"

    stage.at("2026-03-26 10:00")
    report = await reports.propose(report, summary="已出台分成备案办法，机构须公示比例并按月结算。")
    stage.at("2026-03-27 10:00")
    report = await reports.does(OWNER, "answerResolution", **on(report, confirm=True, rating=4))

    read = await reports.read(PUBLIC, report, READ)
    assert (read["status"], read["disputes"], read["waitingOn"]) == ("RESOLVED", 1, None)
    assert [(claim["state"], claim["rating"]) for claim in read["resolutions"]] == [
        ("CONFIRMED", 4),
        ("CONTESTED", None),
    ]
    assert not any(limit["overdue"] for limit in read["deadlines"])
    return report


async def is_found_in_both_languages(stage: Stage, report: Report) -> None:
    """By its words, by those of its category in English, by its number; counted once in each facet."""
    for text in ("分成 标准", "分成 標準", "revenue split", report["reference"].replace("-", " ").lower()):
        page = (await stage.ask(PUBLIC, SEARCH, filter={"text": text, "statuses": ["RESOLVED"]}))["blockages"]
        assert [node["reference"] for node in page["nodes"]] == [report["reference"]], text
        assert page["totalCount"] == 1
        facets = {
            facet["field"]: [(v["value"], v["count"]) for v in facet["values"]] for facet in page["facets"]
        }
        assert facets == {
            "STATUS": [("RESOLVED", 1)],
            "CATEGORY": [("revenue-split", 1)],
            "AGENCY": [(LEAD, 1)],
            "REGION": [("330100", 1)],
        }
        assert all(v["label"] and v["en"] for facet in page["facets"] for v in facet["values"])

    page = (await stage.ask(PUBLIC, SEARCH, filter={"text": "分成"}))["blockages"]
    marks = {mark["field"]: mark["fragments"] for mark in page["edges"][0]["highlights"]}
    assert marks["title"] == ["与运营机构的<em>分成</em>没有标准"]
    nothing = (await stage.ask(PUBLIC, SEARCH, filter={"text": "分成 -标准"}))["blockages"]
    assert (nothing["totalCount"], nothing["nodes"]) == (0, [])


async def nobody_else_learns_who_reported(reports: Reports, report: Report, firm: dict[str, Any]) -> None:
    """Neither by reading, nor by searching, nor by the filter, the firm's own list, or the log; a supervisor by a reason."""
    stage = reports.stage
    assert await reports.read(SUPERVISOR, report, "reportedBy { name }") == {"reportedBy": None}
    await reports.does(SUPERVISOR, "unsealReporter", **on(report, reason="核实结果须当面回访"))
    known = await reports.read(SUPERVISOR, report, "reportedBy { name }")
    assert known == {"reportedBy": {"name": FIRM_NAME}}

    of_firm = "query F($id: ID!) { node(id: $id) { ... on Firm { blockages { totalCount nodes { id } } } } }"
    kinds = [f"blockage:{kind}" for kind in ("reported", "triaged", "information_provided", "confirmed")]
    answers = [
        await stage.answer(who, query, **variables)
        for who in (PUBLIC, ANALYST)
        for query, variables in (
            (f"query R($r: String!) {{ blockage(reference: $r) {{ {READ} }} }}", {"r": report["reference"]}),
            (SEARCH, {"filter": {"text": "分成"}}),
            (SEARCH, {"filter": {"reportedBy": firm["id"]}}),
            (LOG, {"kinds": kinds}),
            (of_firm, {"id": firm["id"]}),
        )
    ]

    told = json.dumps([answer.content for answer in answers], ensure_ascii=False)
    assert told.count(report["reference"]) >= 4
    for name in (FIRM_NAME, firm["entryNumber"], firm["id"], OWNER.subject):
        assert name not in told
    by_filter, log, list_of_firm = answers[7], answers[8], answers[9]
    assert by_filter.codes == ["FIELD_NOT_ALLOWED"]
    assert len(log.data["changes"]["nodes"]) == len(kinds)
    assert list_of_firm.data["node"]["blockages"] == {"totalCount": 0, "nodes": []}
