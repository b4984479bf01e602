"""What the public reads of a report, searches and exports is the approved text, on every way out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    LEADER,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    TRIAGE,
    Person,
)
from tests.record.steps import seal

OWN = "杭州星火公司签约分成没有标准"
PUBLISHED = {"publicTitle": "签约分成没有标准", "publicSummary": "多家主体反映签约后的分成没有标准可依。"}
STRANGERS = (PUBLIC, OTHER_OWNER, ANALYST)
PARTIES = (OWNER, TRIAGE, LEADER, ASSISTANT, SUPERVISOR)
SEARCH = """query($text: String) { blockages(filter: {text: $text}) {
    nodes { title } edges { highlights { field fragments } }
} }"""


async def published(reports: Reports, **changes: Any) -> Report:
    """A report in progress, whose public text leaves out who reported."""
    report = await reports.reported(title=OWN)
    report = await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True, **PUBLISHED))
    report = await reports.does(
        SUPERVISOR,
        "assignBlockage",
        **on(report, agency="local-culture@330100", coAgencies=["industry-association"]),
    )
    return await reports.does(LEADER, "acceptAssignment", **on(report))


async def test_strangers_read_the_approved_words_and_parties_the_reporters(reports: Reports) -> None:
    """The same fields, each with what is for the reader; the approved text is everyone's to see."""
    report = await published(reports)
    fields = "title description publicText { title summary revision approvedBy stale }"

    read = {who: await reports.read(who, report, fields) for who in (*STRANGERS, *PARTIES)}

    assert {read[who]["title"] for who in STRANGERS} == {PUBLISHED["publicTitle"]}
    assert {read[who]["description"] for who in STRANGERS} == {PUBLISHED["publicSummary"]}
    assert {read[who]["title"] for who in PARTIES} == {OWN}
    text = {
        "title": PUBLISHED["publicTitle"],
        "summary": PUBLISHED["publicSummary"],
        "revision": 1,
        "approvedBy": "triage",
        "stale": False,
    }
    assert all(found["publicText"] == text for found in read.values())


@pytest.mark.parametrize("who", [PUBLIC, ANALYST, LEADER], ids=lambda who: who.subject)
async def test_a_search_finds_a_public_report_by_the_approved_words(reports: Reports, who: Person) -> None:
    """Not by those that were left out; for its parties neither, for one index answers all."""
    await published(reports)
    await reports.stage.index()

    left_out = (await reports.stage.ask(who, SEARCH, text="星火公司"))["blockages"]
    found = (await reports.stage.ask(who, SEARCH, text="签约分成"))["blockages"]

    assert left_out["nodes"] == []
    assert len(found["nodes"]) == 1
    assert "星火" not in str(found["edges"])


async def test_a_report_for_agencies_only_is_found_by_its_own_words(reports: Reports) -> None:
    """Nobody but its parties searches in it."""
    report = await reports.reported(title=OWN, visibility="AGENCIES_ONLY")
    await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True, **PUBLISHED))
    await reports.stage.index()

    assert len((await reports.stage.ask(SUPERVISOR, SEARCH, text="星火公司"))["blockages"]["nodes"]) == 1


async def test_the_feed_tells_analysts_the_approved_words_alone(reports: Reports) -> None:
    """Under the names that strangers know: one title, one description."""
    await published(reports)
    await seal(reports.stage.record)
    feed = "{ changes { nodes { kind changes { field after } } } }"

    told = (await reports.stage.ask(ANALYST, feed))["changes"]["nodes"]

    assert "星火" not in str(told)
    (triaged,) = [change for change in told if change["kind"] == "blockage:triaged"]
    assert {"field": "title", "after": PUBLISHED["publicTitle"]} in triaged["changes"]


async def test_a_text_is_worded_anew_and_the_reporter_told(reports: Reports) -> None:
    """After an answer that makes it stale; the count of revisions goes up."""
    report = await published(reports)
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供结算单"))
    report = await reports.does(OWNER, "provideInformation", **on(report, note="已寄出"))
    fields = "title publicText { revision stale approvedBy }"
    before = await reports.read(PUBLIC, report, fields)
    report = await reports.does(
        LEADER,
        "approvePublicText",
        **on(report, title="签约分成标准缺失", summary="签约后的分成没有标准可依。"),
    )
    after = await reports.read(PUBLIC, report, fields)

    assert before["publicText"] == {"revision": 1, "stale": True, "approvedBy": "triage"}
    assert after["title"] == "签约分成标准缺失"
    assert after["publicText"] == {"revision": 2, "stale": False, "approvedBy": "local-culture@330100"}
    notices = (await reports.stage.ask(OWNER, "{ viewer { notices { nodes { rule } } } }"))["viewer"][
        "notices"
    ]
    assert notices["nodes"][0]["rule"] == "notice.step.approve_public_text"


async def test_a_public_text_keeps_the_rules_of_a_report(reports: Reports) -> None:
    """Long enough to say something."""
    report = await reports.in_progress()
    refused = await reports.refuses(LEADER, "approvePublicText", **on(report, title="短", summary="短"))
    assert [path for _, path in refused] == [["input", "title"], ["input", "summary"]]
