"""What a report shows of its life: limits that explain themselves, pauses, holders, proposals."""

from typing import Any

from tests.journeys.reports import Reports, on
from tests.journeys.stage import HELPER, LEAD, LEADER, OWNER, PUBLIC, SECOND_LEAD, SUPERVISOR

RESOLVE = """deadlines {
    stage dueAt extendedFrom extensionReason workingDays provisional overdue workingDaysLeft metAt void
    explanation { counted { on kind } paused { on } skipped { on kind zh: label en: label(language: EN) } }
}"""


async def resolve_limit(reports: Reports, report: dict[str, str]) -> dict[str, Any]:
    """The limit for a resolution, as anyone reads it."""
    read = await reports.read(PUBLIC, report, RESOLVE)
    limit: dict[str, Any] = [each for each in read["deadlines"] if each["stage"] == "resolve"][-1]
    return limit


async def test_a_limit_explains_itself_day_by_day(reports: Reports) -> None:
    """Over the Spring Festival of 2026 holidays are named, and the make-up Saturday counts."""
    reports.stage.at("2026-02-12 10:00")
    report = await reports.in_progress(severity="CRITICAL")

    limit = await resolve_limit(reports, report)

    explanation = limit["explanation"]
    assert [day["on"] for day in explanation["counted"]] == [
        "2026-02-13",
        "2026-02-14",
        "2026-02-24",
        "2026-02-25",
        "2026-02-26",
    ]
    assert {"on": "2026-02-14", "kind": "make_up"} in explanation["counted"]
    festival = {"on": "2026-02-17", "kind": "holiday", "zh": "春节", "en": "Spring Festival"}
    assert festival in explanation["skipped"]
    assert limit["dueAt"] == "2026-02-26T16:00:00+00:00"


async def test_overdue_is_told_by_the_clock(reports: Reports) -> None:
    """Nothing is stored: the same report is late one second later."""
    report = await reports.in_progress(severity="CRITICAL")

    reports.stage.at("2026-03-09 23:59:59")
    before = await resolve_limit(reports, report)
    reports.stage.at("2026-03-10 00:00:00")
    after = await resolve_limit(reports, report)

    assert (before["overdue"], before["workingDaysLeft"]) == (False, 0)
    assert (after["overdue"], after["workingDaysLeft"]) == (True, -1)


async def test_a_question_stops_the_clock_and_says_so(reports: Reports) -> None:
    """Gross days run on, net days do not, and the limit moves by the days of the answer."""
    report = await reports.in_progress(severity="HIGH")
    due = (await resolve_limit(reports, report))["dueAt"]
    reports.stage.at("2026-03-04 10:00")
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供结算单"))
    reports.stage.at("2026-03-09 10:00")
    report = await reports.does(OWNER, "provideInformation", **on(report, note="见附件"))

    limit = await resolve_limit(reports, report)
    read = await reports.read(PUBLIC, report, "grossDays netDays pauses { cause startedAt endedAt }")

    assert (read["grossDays"], read["netDays"]) == (5, 2)
    assert read["pauses"] == [
        {
            "cause": "information",
            "startedAt": "2026-03-04T02:00:00+00:00",
            "endedAt": "2026-03-09T02:00:00+00:00",
        }
    ]
    assert (due, limit["dueAt"]) == ("2026-03-16T16:00:00+00:00", "2026-03-19T16:00:00+00:00")
    paused = [day["on"] for day in limit["explanation"]["paused"]]
    assert paused == ["2026-03-05", "2026-03-06", "2026-03-09"]


async def test_an_extension_keeps_the_old_date_and_its_reason(reports: Reports) -> None:
    """Once, by at most half, and everyone can read why."""
    report = await reports.in_progress(severity="HIGH")
    input = on(report, workingDays=3, reason="须与税务部门会商")

    report = await reports.does(LEADER, "extendDeadline", **input)

    limit = await resolve_limit(reports, report)
    assert limit["extendedFrom"] == "2026-03-16T16:00:00+00:00"
    assert limit["dueAt"] == "2026-03-19T16:00:00+00:00"
    assert (limit["workingDays"], limit["extensionReason"]) == (13, "须与税务部门会商")
    assert (await reports.read(PUBLIC, report, "extensions"))["extensions"] == 1
    again = await reports.refuses(LEADER, "extendDeadline", **on(report, workingDays=1, reason="再延"))
    assert again == [("LIMIT_EXCEEDED", ["input"])]


async def test_too_long_an_extension_is_told_at_its_field(reports: Reports) -> None:
    """Half of ten working days is five."""
    report = await reports.in_progress(severity="HIGH")

    refused = await reports.refuses(LEADER, "extendDeadline", **on(report, workingDays=6, reason="会商"))

    assert refused == [("LIMIT_EXCEEDED", ["input", "workingDays"])]


async def test_each_holder_has_its_days(reports: Reports) -> None:
    """Who held the report, from when to when, without a gap."""
    report = await reports.in_progress()
    reports.stage.at("2026-03-04 10:00")
    report = await reports.does(SUPERVISOR, "assignBlockage", **on(report, agency=SECOND_LEAD))
    reports.stage.at("2026-03-06 10:00")

    holdings = (await reports.read(PUBLIC, report, "holdings { holder startedAt endedAt workingDays }"))[
        "holdings"
    ]

    assert [(each["holder"], each["workingDays"]) for each in holdings] == [
        ("triage", 0),
        (LEAD, 2),
        (SECOND_LEAD, 2),
    ]
    assert [each["endedAt"] for each in holdings[:-1]] == [each["startedAt"] for each in holdings[1:]]
    assert holdings[-1]["endedAt"] is None


async def test_all_proposals_stand_latest_first(reports: Reports) -> None:
    """A claim that was contested is not forgotten when the next one is confirmed."""
    report = await reports.proposed()
    report = await reports.does(
        OWNER, "answerResolution", **on(report, confirm=False, comment="只有示范文本，没有约束力")
    )
    report = await reports.propose(
        report, summary="已出台管理办法，分成须备案并公示。", clause="mcn-draft-2025#art4"
    )
    report = await reports.does(OWNER, "answerResolution", **on(report, confirm=True, rating=5))

    read = await reports.read(
        PUBLIC,
        report,
        """disputes resolution { state }
        resolutions { state kind clause { code } proposedBy { code } confirmedByReporter confirmedAt rating comment }
        """,
    )

    assert read["disputes"] == 1
    assert read["resolution"] == {"state": "CONFIRMED"}
    assert read["resolutions"] == [
        {
            "state": "CONFIRMED",
            "kind": "RULE_CLARIFIED",
            "clause": {"code": "mcn-draft-2025#art4"},
            "proposedBy": {"code": LEAD},
            "confirmedByReporter": True,
            "confirmedAt": "2026-03-02T02:00:00+00:00",
            "rating": 5,
            "comment": None,
        },
        {
            "state": "CONTESTED",
            "kind": "RULE_CLARIFIED",
            "clause": None,
            "proposedBy": {"code": LEAD},
            "confirmedByReporter": False,
            "confirmedAt": None,
            "rating": None,
            "comment": "只有示范文本，没有约束力",
        },
    ]


async def test_the_second_dispute_puts_the_report_under_supervision(reports: Reports) -> None:
    """By rule, and said so in the timeline."""
    report = await reports.proposed()
    for _ in range(2):
        report = await reports.does(OWNER, "answerResolution", **on(report, confirm=False))
        if (
            report["status"] == "IN_PROGRESS"
            and (await reports.read(PUBLIC, report, "disputes"))["disputes"] < 2
        ):
            report = await reports.propose(report)

    read = await reports.read(PUBLIC, report, "supervised disputes timeline { actor action }")

    assert (read["supervised"], read["disputes"]) == (True, 2)
    assert read["timeline"][-1] == {"actor": "clock", "action": "supervise"}


async def test_a_partial_resolution_leaves_the_rest_open(reports: Reports) -> None:
    """The reporter confirms the part; what is still blocked is said in words and the report stays open."""
    report = await reports.in_progress()
    report = await reports.propose(report, residual="个人主播的结算仍无标准")
    report = await reports.does(OWNER, "answerResolution", **on(report, confirm=True))

    read = await reports.read(PUBLIC, report, "status residual resolution { state residual }")

    assert read == {
        "status": "IN_PROGRESS",
        "residual": "个人主播的结算仍无标准",
        "resolution": {"state": "CONFIRMED", "residual": "个人主播的结算仍无标准"},
    }


async def test_a_resolution_is_contested_after_the_fact(reports: Reports) -> None:
    """Within twenty working days the reporter reopens the report, and the count is public."""
    report = await reports.resolved()
    reports.stage.at("2026-03-10 10:00")

    report = await reports.does(OWNER, "reopenBlockage", **on(report, reason="分成又被单方下调"))

    read = await reports.read(PUBLIC, report, "status reopens closedAt resolution { state } pauses { cause }")
    assert read == {
        "status": "IN_PROGRESS",
        "reopens": 1,
        "closedAt": None,
        "resolution": {"state": "CONTESTED"},
        "pauses": [{"cause": "closed"}],
    }


async def test_a_reopening_comes_too_late_after_twenty_working_days(reports: Reports) -> None:
    """Then a new report is due."""
    report = await reports.resolved()
    reports.stage.at("2026-05-10 10:00")

    refused = await reports.refuses(OWNER, "reopenBlockage", **on(report, reason="分成又被单方下调"))

    assert refused == [("LIMIT_EXCEEDED", ["input"])]


async def test_an_association_helps_and_is_named(reports: Reports) -> None:
    """It posts progress under its own name; the lead agency answers."""
    report = await reports.posts(await reports.in_progress(), "已向会员发出倡议书")

    read = await reports.read(
        PUBLIC, report, "agency { code } coAgencies { code } timeline { actor action note }"
    )

    assert (read["agency"], read["coAgencies"]) == ({"code": LEAD}, [{"code": HELPER}])
    assert read["timeline"][-1] == {
        "actor": HELPER,
        "action": "post_progress",
        "note": "已向会员发出倡议书",
    }


async def test_the_timeline_says_from_where_to_where(reports: Reports) -> None:
    """Each step with the states around it, the first from nothing."""
    report = await reports.in_progress()

    timeline = (await reports.read(PUBLIC, report, "timeline { actor action from to }"))["timeline"]

    assert [(step["actor"], step["action"], step["from"], step["to"]) for step in timeline] == [
        ("reporter", "report", None, "REPORTED"),
        ("triage", "triage_accept", "REPORTED", "TRIAGED"),
        ("supervisor", "assign", "TRIAGED", "ASSIGNED"),
        (LEAD, "accept", "ASSIGNED", "IN_PROGRESS"),
    ]
