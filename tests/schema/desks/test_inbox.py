"""The inbox (通知): each step is told to whoever has the word next, and read by each reader apart."""

from __future__ import annotations

from typing import Any

from newgrowth.clockwork import one_round
from tests.journeys.reports import Reports, on
from tests.journeys.stage import (
    LEADER,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SECOND_LEADER,
    SUPERVISOR,
    TRIAGE,
    Person,
    officer,
)

INBOX = """query($first: Int, $after: String, $unread: Boolean! = false) { viewer { unreadNotices
    notices(first: $first, after: $after, unread: $unread) { pageInfo { hasNextPage endCursor }
    nodes { id rule unread zh: message en: message(language: EN) about { ... on Blockage { reference } } } } } }"""
MARK = "mutation($input: MarkNoticesReadInput!) { markNoticesRead(input: $input) { unread errors { code } } }"
COLLEAGUE = officer("colleague", "local-culture@330100", "330100")


async def inbox(reports: Reports, who: Person, **wanted: Any) -> dict[str, Any]:
    """Someone's inbox."""
    viewer: dict[str, Any] = (await reports.stage.ask(who, INBOX, **wanted))["viewer"]
    return viewer


async def rules(reports: Reports, who: Person, **wanted: Any) -> list[str]:
    """What someone is told, newest first."""
    return [each["rule"] for each in (await inbox(reports, who, **wanted))["notices"]["nodes"]]


async def test_each_step_is_told_to_whoever_has_the_word_next(reports: Reports) -> None:
    """The firm hears of every step; the agency of what it has to do; a stranger of nothing."""
    report = await reports.proposed()

    assert await rules(reports, OWNER) == [
        "notice.step.propose",
        "notice.step.accept",
        "notice.step.assign.firm",
        "notice.step.triage_accept",
    ]
    assert await rules(reports, LEADER) == ["notice.step.assign"]
    for who in (OTHER_OWNER, SECOND_LEADER, PUBLIC):
        assert await rules(reports, who) == []
    told = (await inbox(reports, OWNER))["notices"]["nodes"][0]
    assert told["about"] == {"reference": report["reference"]}
    assert report["reference"] in told["zh"]
    assert report["reference"] in told["en"]


async def test_silence_and_missed_limits_are_told_by_the_clock(reports: Reports) -> None:
    """Ten working days without news, and a limit that passed: the firm and the agency hear of it."""
    await reports.in_progress()
    reports.stage.at("2026-03-17 10:00")
    await one_round(reports.stage.directory, reports.stage.clock())
    assert (await rules(reports, OWNER))[0] == "notice.report.no_news"

    reports.stage.at("2026-04-08 10:00")
    await one_round(reports.stage.directory, reports.stage.clock())
    assert "notice.report.long_overdue" in await rules(reports, SUPERVISOR)
    assert {"notice.step.supervise", "notice.report.still_overdue"} <= set(await rules(reports, LEADER))


async def test_a_report_that_nobody_takes_up_is_told_of_and_supervised(reports: Reports) -> None:
    """Its reporter hears that nothing happened; past its limit for long, the supervisors and the reporter more."""
    report = await reports.reported()
    reports.stage.at("2026-03-17 10:00")
    await one_round(reports.stage.directory, reports.stage.clock())
    assert await rules(reports, OWNER) == ["notice.report.no_news"]

    reports.stage.at("2026-03-18 10:00")
    assert (await one_round(reports.stage.directory, reports.stage.clock())).supervisions == 1
    assert "notice.step.supervise.firm" in await rules(reports, OWNER)
    assert "notice.step.supervise" in await rules(reports, TRIAGE)
    assert (await reports.read(SUPERVISOR, report, "supervised supervision { cause }")) == {
        "supervised": True,
        "supervision": {"cause": "CLOCK"},
    }


async def test_what_one_officer_read_another_has_still_to_read(reports: Reports) -> None:
    """An office has many readers; what is not one's own is passed over."""
    await reports.assigned()
    found = (await inbox(reports, LEADER))["notices"]["nodes"]
    ids = [each["id"] for each in found]

    stranger = await reports.stage.ask(SECOND_LEADER, MARK, input={"notices": [*ids, "x"]})
    assert stranger["markNoticesRead"] == {"unread": 0, "errors": []}
    marked = await reports.stage.ask(LEADER, MARK, input={"notices": ids})

    assert marked["markNoticesRead"] == {"unread": 0, "errors": []}
    assert await rules(reports, LEADER, unread=True) == []
    assert [each["unread"] for each in (await inbox(reports, LEADER))["notices"]["nodes"]] == [False]
    assert (await inbox(reports, COLLEAGUE))["unreadNotices"] == 1


async def test_the_inbox_is_read_page_by_page(reports: Reports) -> None:
    """Newest first, each notice once, also while new ones come in."""
    report = await reports.proposed()
    first = (await inbox(reports, OWNER, first=2))["notices"]
    await reports.does(OWNER, "answerResolution", **on(report, confirm=False, comment="未解决"))
    rest = await rules(reports, OWNER, first=2, after=first["pageInfo"]["endCursor"])
    assert first["pageInfo"]["hasNextPage"]
    assert rest == ["notice.step.assign.firm", "notice.step.triage_accept"]


async def test_the_public_has_no_inbox(reports: Reports) -> None:
    """Nobody is told anything who has no name."""
    answer = await reports.stage.ask(PUBLIC, MARK, input={"notices": []})
    assert answer["markNoticesRead"] == {"unread": None, "errors": [{"code": "FORBIDDEN"}]}
    assert (await inbox(reports, PUBLIC))["unreadNotices"] == 0
