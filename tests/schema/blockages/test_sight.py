"""Who sees which report, and which part of it."""

import re
from typing import Any

from directory.report_fields import REPORT_FIELDS, Readers
from schema.node import global_id
from schema.root import SCHEMA
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    LEADER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    TRIAGE,
    Person,
    Stage,
)
from tests.record.steps import seal

EVERYONE = (PUBLIC, OWNER, OTHER_OWNER, ANALYST, OPERATOR, TRIAGE, LEADER, ASSISTANT, FAR_OFFICER, SUPERVISOR)
STRANGERS = {PUBLIC, OTHER_OWNER, ANALYST, OPERATOR, FAR_OFFICER}
KNOWING_THE_REPORTER = {OWNER}


async def by_person(reports: Reports, report: Report, fields: str) -> dict[Person, Any]:
    """The report's fields as each person reads them; None for whom there is no such report."""
    return {who: await reports.read(who, report, fields) for who in EVERYONE}


def snake(name: str) -> str:
    """The name in the rules."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_every_field_of_a_report_has_its_readers() -> None:
    """A field without a row would be shown to nobody, or by accident to all."""
    report: Any = SCHEMA._schema.type_map["Blockage"]
    served = {snake(name) for name in report.fields}

    assert served <= REPORT_FIELDS.keys()


async def test_a_report_is_found_by_its_number_in_any_spelling(reports: Reports) -> None:
    """A number is read out on the phone and typed as heard."""
    report = await reports.triaged()
    number = report["reference"]
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in number)

    for spelt in (
        number,
        f"  {number} ",
        number.lower(),
        number.replace("-", " "),
        number.replace("-", ""),
        wide,
    ):
        found = await reports.read(PUBLIC, {"reference": spelt}, "reference")
        assert found == {"reference": number}, spelt


async def test_a_text_that_is_no_number_of_a_report_finds_nothing(reports: Reports) -> None:
    """No such report, and no error either."""
    for text in ("", "BK-0000-0000", "NG-7K4M-2QXC", "'; DROP TABLE", "\u0000", "漢" * 5000):
        assert await reports.read(SUPERVISOR, {"reference": text}, "id") is None, text


async def test_a_report_that_triage_has_not_seen_is_between_reporter_and_triage(reports: Reports) -> None:
    """Nothing is public before an officer in reach has read it; LEADER sits in the same city as TRIAGE."""
    report = await reports.reported()

    read = await by_person(reports, report, "id")

    assert {who for who, found in read.items() if found} == {OWNER, TRIAGE, LEADER, SUPERVISOR}


async def test_a_report_for_agencies_only_stays_with_its_parties(reports: Reports) -> None:
    """The public and the analysts do not learn that it exists: by number, by id, or among others."""
    report = await reports.in_progress(visibility="AGENCIES_ONLY")
    await reports.stage.index()
    query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } blockages { totalCount nodes { id } } }"

    by_number = await by_person(reports, report, "id")
    others = {who: await reports.stage.ask(who, query, id=report["id"]) for who in EVERYONE}

    shown = {"id": report["id"]}
    assert {who for who, found in by_number.items() if found} == {
        OWNER,
        TRIAGE,
        LEADER,
        ASSISTANT,
        SUPERVISOR,
    }
    for who, answer in others.items():
        seen = by_number[who]
        assert (answer["node"], answer["nodes"]) == (seen, [seen]), who.subject
        assert answer["blockages"]["nodes"] == ([shown] if seen else []), who.subject
        assert answer["blockages"]["totalCount"] == int(seen is not None), who.subject


async def test_who_reported_is_told_to_nobody(reports: Reports) -> None:
    """Neither to the lead agency nor to a supervisor; by anyone it is called by the report's alias."""
    report = await reports.in_progress()

    read = await by_person(reports, report, "reportedBy { id } reporterAlias timeline { actor }")

    assert {who for who, found in read.items() if found["reportedBy"]} == KNOWING_THE_REPORTER
    assert {found["reporterAlias"] for found in read.values()} == {report["reference"].replace("BK", "RP")}
    assert all(step["actor"] != "firm-user" for found in read.values() for step in found["timeline"])


async def test_a_firms_list_of_reports_does_not_tell_that_it_reported(reports: Reports) -> None:
    """The list of an entry that anyone may read would be another way to ask who reported."""
    report = await reports.in_progress()
    query = """query($id: ID!) {
        node(id: $id) { ... on Firm { blockages { totalCount nodes { reference } edges { cursor } } } }
    }"""

    for who in EVERYONE:
        listed = (await reports.stage.ask(who, query, id=reports.firm))["node"]["blockages"]
        knows = who in KNOWING_THE_REPORTER
        assert listed["nodes"] == ([{"reference": report["reference"]}] if knows else []), who.subject
        assert (listed["totalCount"], len(listed["edges"])) == (int(knows), int(knows)), who.subject


async def test_what_the_parties_write_to_each_other_stays_between_them(reports: Reports) -> None:
    """Strangers see that a question was asked and answered, not what it was; progress is for all."""
    report = await reports.in_progress()
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供三个月的结算单"))
    report = await reports.does(OWNER, "provideInformation", **on(report, note="已寄出，见附件"))
    report = await reports.posts(report, "已约谈机构代表")

    read = await by_person(reports, report, "timeline { action note }")

    for who, found in read.items():
        notes = [step["note"] for step in found["timeline"][-3:]]
        between = [None, None] if who in STRANGERS else ["请提供三个月的结算单", "已寄出，见附件"]
        assert notes == [*between, "已约谈机构代表"], who.subject


async def test_parts_for_the_parties_are_empty_for_strangers(reports: Reports) -> None:
    """What it costs the firm, where it may go next, and who asked to withdraw it."""
    report = await reports.in_progress(impact={"yearlyCostBand": "10k-50k", "explanation": "每年多付三万元"})
    input = on(report, reason="机构劝我撤回", askedByAgency=True)
    report = await reports.does(OWNER, "withdrawBlockage", **input)

    read = await by_person(
        reports,
        report,
        "impact { yearlyCostBand } suggestedAgencies { code } suggestedCoAgencies { code } withdrawalAskedByAgency closeReason",
    )

    nothing: dict[str, Any] = {
        "impact": None,
        "suggestedAgencies": [],
        "suggestedCoAgencies": [],
        "withdrawalAskedByAgency": None,
        "closeReason": None,
    }
    assert {who for who, found in read.items() if found == nothing} == STRANGERS
    for who in set(EVERYONE) - STRANGERS:
        assert read[who]["impact"] == {"yearlyCostBand": "10k-50k"}
        assert (read[who]["withdrawalAskedByAgency"], read[who]["closeReason"]) == (True, "机构劝我撤回")
        assert read[who]["suggestedAgencies"] != []


def test_the_parts_for_the_parties_are_those_tested() -> None:
    """A new one needs its test."""
    parties = {field for field, readers in REPORT_FIELDS.items() if readers is Readers.PARTIES}

    assert parties == {
        "impact",
        "duplicate_of",
        "suggested_agencies",
        "suggested_co_agencies",
        "withdrawal_asked_by_agency",
        "supervision.reply",
        "call_back",
        "indicators",
        "plan",
    }


async def test_the_reason_of_an_honest_close_is_public(reports: Reports) -> None:
    """Nothing more can be done now: everyone may read why."""
    report = await reports.in_progress()
    report = await reports.does(SUPERVISOR, "closeUnresolved", **on(report, note="须待上位法修订"))

    read = await reports.read(PUBLIC, report, "status closeReason waitingOn closedAt")

    assert read == {
        "status": "CLOSED_UNRESOLVED",
        "closeReason": "须待上位法修订",
        "waitingOn": None,
        "closedAt": "2026-03-02T02:00:00+00:00",
    }


LOG = """query Log($kind: String!) {
    changes(kinds: [$kind]) { nodes { changes { field before after } } }
}"""


async def test_the_log_tells_the_reason_of_a_close_to_those_who_read_it_on_the_report(
    reports: Reports,
) -> None:
    """Why a firm gave up is between the parties, in the log too; why an agency did is for everyone."""
    given_up = await reports.in_progress()
    await reports.does(OWNER, "withdrawBlockage", **on(given_up, reason="已自行解决", askedByAgency=True))
    closed = await reports.in_progress(title="另一项分成问题")
    await reports.does(SUPERVISOR, "closeUnresolved", **on(closed, note="须待上位法修订"))
    await seal(reports.stage.record)

    async def told(who: Person, kind: str) -> set[object]:
        (entry,) = (await reports.stage.ask(who, LOG, kind=kind))["changes"]["nodes"]
        return {change["after"] for change in entry["changes"] if change["field"] == "close_reason"}

    for who in (ANALYST, OPERATOR, FAR_OFFICER, LEADER):
        assert await told(who, "blockage:withdrawn") == {"已自行解决" if who is LEADER else None}
        assert await told(who, "blockage:closed_unresolved") == {"须待上位法修订"}


async def test_a_firm_walks_through_its_reports_newest_first(reports: Reports) -> None:
    """From the record: what it just sent is there, though no index has it yet."""
    sent = []
    for day in range(2, 7):
        reports.stage.at(f"2026-03-0{day} 10:00")
        sent.append((await reports.reported(title=f"第{day}日的分成问题"))["reference"])
    query = """query($id: ID!, $after: String) { node(id: $id) { ... on Firm {
        blockages(first: 2, after: $after) { totalCount nodes { reference } pageInfo { hasNextPage endCursor } }
    } } }"""

    walked, after, more = [], None, True
    while more:
        page = (await reports.stage.ask(OWNER, query, id=reports.firm, after=after))["node"]["blockages"]
        walked += [node["reference"] for node in page["nodes"]]
        assert page["totalCount"] == len(sent)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert walked == sent[::-1]


async def test_a_merged_report_leads_its_reporter_to_the_other_one(reports: Reports) -> None:
    """The firm follows the report that goes on; the public hears of neither the merged one nor the way."""
    original = await reports.triaged()
    double = await reports.reported(title="分成标准不明确", category="revenue-split")
    double = await reports.does(
        TRIAGE, "triageBlockage", **on(double, accept=False, duplicateOf=original["id"], reason="同一事项")
    )

    read = await reports.read(OWNER, double, "status duplicateOf { reference }")

    assert read == {"status": "DUPLICATE", "duplicateOf": {"reference": original["reference"]}}
    assert await reports.read(PUBLIC, double, "id") is None


async def test_an_id_of_no_report_is_nothing(stage: Stage) -> None:
    """What cannot be an id of ours never reaches the database."""
    query = "query($id: ID!) { node(id: $id) { id } }"
    for key in ("", "nothing", "0" * 32, "\u0000", "a" * 300):
        answer = await stage.ask(SUPERVISOR, query, id=global_id("Blockage", key))
        assert answer == {"node": None}, key
