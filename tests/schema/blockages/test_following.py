"""Following one report as it changes."""

from typing import Any

from directory.access import Role
from tests.journeys.reports import Reports, on
from tests.journeys.stage import LEAD, LEADER, OWNER, SUPERVISOR, TRIAGE, Stage
from tests.record.steps import seal
from tests.schema.test_sockets import hear, introduced, socket, subscribed

FOLLOW = """subscription Follow($reference: String!) {
    blockageChanged(reference: $reference) { status version waitingOn agency { code } timeline { action note } }
}"""


async def told(stage: Stage) -> None:
    """What was done is sealed, and the bell rung."""
    await seal(stage.record)
    stage.served.services.doorbell.ring()


async def heard(ws: Any) -> Any:
    """The report of the next message."""
    message = await hear(ws)
    assert message["type"] == "next", message
    return message["payload"]["data"]["blockageChanged"]


async def test_a_follower_hears_each_change_with_the_state_after_it(reports: Reports) -> None:
    """First the report as it stands, then each change; never the state of an earlier one."""
    stage = reports.stage
    report = await reports.triaged()
    await told(stage)

    async with socket(stage.served) as ws:
        await introduced(ws, stage.token_of(OWNER))
        await subscribed(ws, FOLLOW, variables={"reference": report["reference"].lower()})
        states = [await heard(ws)]
        report = await reports.does(SUPERVISOR, "assignBlockage", **on(report, agency=LEAD))
        await told(stage)
        states.append(await heard(ws))
        report = await reports.does(LEADER, "acceptAssignment", **on(report))
        await told(stage)
        states.append(await heard(ws))
        report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供结算单"))
        await told(stage)
        states.append(await heard(ws))

    assert [(state["status"], state["waitingOn"]) for state in states] == [
        ("TRIAGED", "TRIAGE"),
        ("ASSIGNED", "AGENCY"),
        ("IN_PROGRESS", "AGENCY"),
        ("INFORMATION_NEEDED", "REPORTER"),
    ]
    assert states[-1]["timeline"][-1] == {"action": "request_information", "note": "请提供结算单"}


async def test_a_stranger_follows_without_what_the_parties_write(reports: Reports) -> None:
    """The same rules of sight as anywhere."""
    stage = reports.stage
    report = await reports.in_progress()
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供结算单"))
    await told(stage)

    async with socket(stage.served) as ws:
        await introduced(ws)
        await subscribed(ws, FOLLOW, variables={"reference": report["reference"]})
        state = await heard(ws)

    assert state["timeline"][-1] == {"action": "request_information", "note": None}


async def test_a_hidden_report_cannot_be_followed(reports: Reports) -> None:
    """It does not exist for whoever may not know of it."""
    stage = reports.stage
    report = await reports.reported()
    stranger = stage.served.tokens.issue(Role.ANALYST, subject="analyst")

    async with socket(stage.served) as ws:
        await introduced(ws, stranger)
        await subscribed(ws, FOLLOW, variables={"reference": report["reference"]})
        message = await hear(ws)

    assert "NOT_FOUND" in str(message)
    assert (await reports.read(TRIAGE, report, "status"))["status"] == "REPORTED"
