"""A reporter is an alias to whoever handles its report, can be written to, and unsealed by a supervisor who says why."""

from __future__ import annotations

from typing import Any

from directory.states import SizeClass
from schema.node import global_id
from tests.factories import make_firm
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
)
from tests.record.steps import keep, seal

OTHERS = (PUBLIC, OTHER_OWNER, ANALYST, OPERATOR, FAR_OFFICER, ASSISTANT)
SECOND_SUPERVISOR = Person("second-supervisor", SUPERVISOR.role)
THREAD = "messages { sender text question } timeline { action note }"
NOTICES = "{ viewer { notices { nodes { rule message(language: EN) } } } }"
FEED = "{ changes { nodes { kind actor changes { field after } } } }"
BY_FIRM = "query F($id: ID!) { node(id: $id) { ... on Firm { blockages { totalCount } } } }"
REASON = "上报主体失联，须上门核实"


async def rules_told(reports: Reports, who: Person) -> list[str]:
    """What someone's inbox tells of, newest first."""
    notices = (await reports.stage.ask(who, NOTICES))["viewer"]["notices"]["nodes"]
    return [notice["rule"] for notice in notices]


async def unsealed(reports: Reports) -> Report:
    """A report whose reporter the supervisor was shown."""
    return await reports.does(SUPERVISOR, "unsealReporter", **on(await reports.in_progress(), reason=REASON))


async def test_agency_and_reporter_write_through_the_alias(reports: Reports) -> None:
    """Each is told of the other's message; the state does not change, and no subject and no firm is named."""
    report = await reports.in_progress()
    report = await reports.does(LEADER, "sendReportMessage", **on(report, text="请问有合同样本吗？"))
    assert (await rules_told(reports, OWNER))[0] == "notice.step.message_reporter"
    report = await reports.does(OWNER, "sendReportMessage", **on(report, text="有，稍后上传"))
    assert (await rules_told(reports, LEADER))[0] == "notice.step.message_agency"

    read = {who: await reports.read(who, report, THREAD) for who in (OWNER, TRIAGE, LEADER, SUPERVISOR)}

    alias = report["reference"].replace("BK", "RP")
    assert report["status"] == "IN_PROGRESS"
    assert all(
        [(each["sender"], each["text"]) for each in found["messages"]]
        == [("local-culture@330100", "请问有合同样本吗？"), (alias, "有，稍后上传")]
        for found in read.values()
    )
    assert OWNER.subject not in str(list(read.values()))


async def test_questions_and_answers_are_part_of_the_thread(reports: Reports) -> None:
    """A question stops the clock, a message does not; both are read in one place."""
    report = await reports.in_progress()
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供结算单"))
    report = await reports.does(OWNER, "provideInformation", **on(report, note="已寄出"))

    thread = (await reports.read(LEADER, report, THREAD))["messages"]

    assert [(each["text"], each["question"]) for each in thread] == [
        ("请提供结算单", True),
        ("已寄出", False),
    ]


async def test_nobody_else_sees_that_they_write(reports: Reports) -> None:
    """Neither in the thread, nor as a step, nor in the feed."""
    report = await reports.in_progress()
    reports.stage.at("2026-03-02 11:00")
    report = await reports.does(OWNER, "sendReportMessage", **on(report, text="另有线索"))
    await seal(reports.stage.record)

    for who in OTHERS:
        read = await reports.read(who, report, THREAD)
        assert read["messages"] == [], who.subject
        assert "message_agency" not in [step["action"] for step in read["timeline"]], who.subject
    feed = (await reports.stage.ask(ANALYST, FEED))["changes"]["nodes"]
    assert (feed[-1]["kind"], feed[-1]["actor"]) == ("blockage:updated", "withheld")
    assert [change["field"] for change in feed[-1]["changes"]] == ["updated_at"]
    of_kind = '{ changes(kinds: ["blockage:agency_messaged"]) { nodes { kind } } }'
    assert (await reports.stage.ask(ANALYST, of_kind))["changes"]["nodes"] == []


async def test_a_supervisor_who_says_why_is_shown_the_reporter_for_a_day(reports: Reports) -> None:
    """On the report and in the firm's list; no other supervisor, not the lead agency, and no longer than a day."""
    report = await unsealed(reports)
    shown: dict[str, Any] = {"reportedBy": {"id": reports.firm}}

    assert await reports.read(SUPERVISOR, report, "reportedBy { id }") == shown
    counted = await reports.stage.ask(SUPERVISOR, BY_FIRM, id=reports.firm)
    assert counted["node"]["blockages"]["totalCount"] == 1
    for who in (SECOND_SUPERVISOR, LEADER, TRIAGE, *OTHERS):
        assert await reports.read(who, report, "reportedBy { id }") == {"reportedBy": None}, who.subject
    reports.stage.at("2026-03-03 10:00")
    assert await reports.read(SUPERVISOR, report, "reportedBy { id }") == {"reportedBy": None}


async def test_the_reporter_reads_who_looked_and_why(reports: Reports) -> None:
    """In the inbox and in the timeline; strangers see no such step."""
    report = await unsealed(reports)

    assert (await rules_told(reports, OWNER))[0] == "notice.step.unseal_reporter"
    steps = "timeline { actor action note }"
    last = (await reports.read(OWNER, report, steps))["timeline"][-1]
    assert last == {"actor": "supervisor", "action": "unseal_reporter", "note": REASON}
    for who in OTHERS:
        assert "unseal_reporter" not in str(await reports.read(who, report, steps)), who.subject


async def test_unsealing_is_on_the_log(reports: Reports) -> None:
    """With who did it, for the offices; without the reporter, also for the one who looked."""
    await unsealed(reports)
    await seal(reports.stage.record)

    feed = (await reports.stage.ask(SUPERVISOR, FEED))["changes"]["nodes"]

    of_report = [change for change in feed if change["kind"].startswith("blockage:")]
    assert (of_report[-1]["kind"], of_report[-1]["actor"]) == ("blockage:reporter_unsealed", "supervisor")
    assert OWNER.subject not in str(of_report)


async def test_unsealing_takes_a_reason(reports: Reports) -> None:
    """An empty one is none."""
    report = await reports.in_progress()
    refused = await reports.refuses(SUPERVISOR, "unsealReporter", **on(report, reason="  "))
    assert refused == [("REQUIRED", ["input", "reason"])]


async def test_an_agency_knows_the_size_of_who_reported(reports: Reports) -> None:
    """What it needs to judge the case, beside region, form and kind; an association that helps does not."""
    sized = make_firm(owner=OWNER.subject, size_class=SizeClass.MICRO)
    await keep(reports.stage.record, sized)
    report = await Reports(reports.stage, global_id("Firm", sized.id)).in_progress()
    sizes = {who: await reports.read(who, report, "reporterSizeClass") for who in (OWNER, LEADER, ASSISTANT)}
    assert sizes[LEADER] == sizes[OWNER] == {"reporterSizeClass": "MICRO"}
    assert sizes[ASSISTANT] == {"reporterSizeClass": None}
