"""A clock that jumps (时钟跳变), an hour ahead, an hour back, over a leap day: nothing done is lost or put in another order."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from tests.commands.replaying import Replayed
from tests.journeys.entries import Entries, enterprise
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import LEAD, LEADER, OWNER, SUPERVISOR, TRIAGE, Stage

JUMPS = {
    "an hour back": ("2028-03-01 10:00", "2028-03-01 09:00"),
    "an hour ahead": ("2028-03-01 10:00", "2028-03-01 11:00"),
    "over the leap day and back": ("2028-02-29 23:30", "2028-03-01 00:30", "2028-02-29 22:30"),
}
LIFE: tuple[tuple[Any, str, dict[str, Any]], ...] = (
    (TRIAGE, "triageBlockage", {"accept": True}),
    (SUPERVISOR, "assignBlockage", {"agency": LEAD}),
    (LEADER, "acceptAssignment", {}),
    (LEADER, "requestInformation", {"note": "请补充结算单。"}),
    (OWNER, "provideInformation", {"note": "结算单已附。"}),
    (
        LEADER,
        "proposeResolution",
        {"kind": "RULE_CLARIFIED", "summary": "已发布分成合同示范文本，明确结算周期与比例。"},
    ),
    (OWNER, "answerResolution", {"confirm": True, "rating": 5}),
)
STEPS = [
    "report",
    "triage_accept",
    "assign",
    "accept",
    "request_information",
    "provide_information",
    "propose",
    "confirm",
]


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_report_goes_its_way_whatever_the_clock_says(stage: Stage, jump: str) -> None:
    """Each step is taken, the timeline and the log have them as they were done, the index shows the last."""
    times = cycle(JUMPS[jump])
    listed = await Entries(stage.at("2028-01-04 10:00")).listed(enterprise())
    stage.at(next(times))
    reports = Reports(stage, listed["firm"]["id"])
    done: Report = await reports.reported()
    for who, mutation, input in LIFE:
        stage.at(next(times))
        done = await reports.does(who, mutation, **on(done, **input))
    await stage.index()

    told = await reports.read(OWNER, done, "status timeline { action }")
    found = await stage.ask(OWNER, "{ blockages(filter: {statuses: [RESOLVED]}, first: 5) { totalCount } }")

    assert (done["status"], told["status"], found["blockages"]["totalCount"]) == ("RESOLVED",) * 2 + (1,)
    assert [step["action"] for step in told["timeline"]] == STEPS
    await _log_in_order(stage)


async def _log_in_order(stage: Stage) -> None:
    """Positions without a gap, and the log folds, version by version, to what is kept."""
    async with stage.record.reader() as reader:
        entries = await reader.log_after(0, limit=10_000)
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    replayed = Replayed()
    await replayed.goes_on(stage.record)
    await replayed.agrees_with(stage.record)
