"""Supervision (督办) through the API: its cause, the reply it asks for, its queue, and the call-back after a withdrawal."""

from __future__ import annotations

import pytest

from directory.states import OverdueLevel
from newgrowth.clockwork import one_round
from tests.journeys.reports import Reports, on
from tests.journeys.stage import LEADER, OWNER, PUBLIC, SECOND_LEADER, SUPERVISOR, TRIAGE

SUPERVISION = "supervised supervision { cause since replyDueAt repliedAt reply } openActions"
QUEUE = """query($first: Int, $after: String) { supervisedBlockages(first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { reference daysOverdue } } }"""


async def test_a_supervised_report_shows_why_and_until_when_a_reply_is_owed(reports: Reports) -> None:
    """The reply is for the parties; that one was given is for all."""
    report = await reports.in_progress()
    report = await reports.does(SUPERVISOR, "superviseBlockage", **on(report, note="久拖未决"))

    read = await reports.read(LEADER, report, SUPERVISION)
    assert "reply_to_supervision" in read.pop("openActions")
    assert read == {
        "supervised": True,
        "supervision": {
            "cause": "SUPERVISOR",
            "since": "2026-03-02T02:00:00+00:00",
            "replyDueAt": "2026-03-09T16:00:00+00:00",
            "repliedAt": None,
            "reply": None,
        },
    }

    report = await reports.does(LEADER, "replyToSupervision", **on(report, note="已约谈，本周整改"))

    parts = (await reports.read(SUPERVISOR, report, SUPERVISION))["supervision"]
    assert (parts["reply"], parts["repliedAt"]) == ("已约谈，本周整改", "2026-03-02T02:00:00+00:00")
    stranger = (await reports.read(PUBLIC, report, SUPERVISION))["supervision"]
    assert (stranger["reply"], stranger["repliedAt"]) == (None, parts["repliedAt"])
    assert await reports.refuses(LEADER, "replyToSupervision", **on(report, note="再次回复")) == [
        ("NOT_ALLOWED_NOW", ["input"])
    ]


async def test_the_most_overdue_report_leads_the_queue(reports: Reports) -> None:
    """By the first limit that was missed; what is not yet late comes after it, page by page."""
    stage = reports.stage
    slow = await reports.in_progress(title="保证金迟迟不退", severity="MEDIUM")
    urgent = await reports.in_progress(title="账号无故封停", severity="CRITICAL")
    stage.at("2026-03-04 10:00")
    slow = await reports.does(SUPERVISOR, "superviseBlockage", **on(slow))
    stage.at("2026-03-12 10:00")
    await one_round(stage.directory, stage.clock())

    first = (await stage.ask(SUPERVISOR, QUEUE, first=1))["supervisedBlockages"]
    rest = (await stage.ask(SUPERVISOR, QUEUE, first=5, after=first["pageInfo"]["endCursor"]))[
        "supervisedBlockages"
    ]

    assert first["totalCount"] == 2
    listed = [*first["nodes"], *rest["nodes"]]
    assert listed == [
        {"reference": urgent["reference"], "daysOverdue": 3},
        {"reference": slow["reference"], "daysOverdue": 1},
    ]
    assert len((await stage.ask(LEADER, QUEUE))["supervisedBlockages"]["nodes"]) == 2
    assert (await stage.ask(SECOND_LEADER, QUEUE))["supervisedBlockages"]["nodes"] == []
    assert (await stage.answer(OWNER, QUEUE)).codes == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("instant", "overdue", "long_overdue", "level"),
    [
        ("2026-03-03 23:59", False, False, None),
        ("2026-03-04 00:00", False, False, "DUE_SOON"),
        ("2026-03-09 23:59", False, False, "DUE_SOON"),
        ("2026-03-10 00:00", True, False, "OVERDUE"),
        ("2026-03-23 23:59", True, False, "OVERDUE"),
        ("2026-03-24 00:00", True, True, "LONG_OVERDUE"),
    ],
)
async def test_the_search_and_the_report_agree_on_overdue_at_the_instant(
    reports: Reports, instant: str, overdue: bool, long_overdue: bool, level: str | None
) -> None:
    """Both are computed from the limit and the clock; neither is kept."""
    stage = reports.stage
    report = await reports.in_progress(severity="CRITICAL")
    await stage.index()
    stage.at(instant)

    read = await reports.read(LEADER, report, "overdue longOverdue")
    assert read == {"overdue": overdue, "longOverdue": long_overdue}
    assert await reports.read(LEADER, report, "overdueLevel") == {"overdueLevel": level}
    query = "query($filter: BlockageFilter) { blockages(filter: $filter) { totalCount } }"
    for each in OverdueLevel:
        answer = await stage.ask(LEADER, query, filter={"overdueLevels": [each.value]})
        assert answer["blockages"]["totalCount"] == int(each.value == level), each
    for name, wanted in read.items():
        for asked in (True, False):
            answer = await stage.ask(LEADER, query, filter={name: asked})
            assert answer["blockages"]["totalCount"] == int(wanted is asked), (name, asked)


async def test_a_withdrawal_that_an_agency_asked_for_goes_to_a_call_back(reports: Reports) -> None:
    """The supervisor hears the reporter, and the report starts over where it was not meant."""
    report = await reports.in_progress()
    report = await reports.does(
        OWNER, "withdrawBlockage", **on(report, reason="经办人劝撤", askedByAgency=True)
    )
    input = on(report, outcome="REOPENED", note="企业表示并未解决")
    assert await reports.refuses(LEADER, "recordCallBack", **input) == [("FORBIDDEN", ["input"])]

    report = await reports.does(SUPERVISOR, "recordCallBack", **input)

    read = await reports.read(TRIAGE, report, "status agency { code } callBack { outcome note } indicators")
    assert read == {
        "status": "REPORTED",
        "agency": None,
        "callBack": {"outcome": "REOPENED", "note": "企业表示并未解决"},
        "indicators": ["WITHDRAWAL_ASKED"],
    }
    assert (await reports.read(OWNER, report, "grossDays"))["grossDays"] == 0
