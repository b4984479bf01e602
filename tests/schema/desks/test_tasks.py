"""The inbox of those at work (待办): typed tasks by due date, each for the one whose turn it is."""

from __future__ import annotations

from typing import Any

from tests.journeys.reports import Reports, on
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    HELPER,
    LEADER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    TRIAGE,
    Person,
)
from tests.schema.blocking_points.points import Points, at

TASKS = "{ agencyTasks { kind dueAt overdue workingDaysLeft blockage { reference } submission { id } } }"


async def kinds(reports: Reports, who: Person) -> list[tuple[str, str]]:
    """Each task with the report that it is about."""
    return [(task["kind"], task["blockage"]["reference"]) for task in await tasks(reports, who)]


async def tasks(reports: Reports, who: Person) -> list[dict[str, Any]]:
    """Someone's tasks."""
    found: list[dict[str, Any]] = (await reports.stage.ask(who, TASKS))["agencyTasks"]
    return found


async def test_each_step_is_on_the_desk_of_whose_turn_it_is(reports: Reports) -> None:
    """From the desk to the lead agency, and nowhere while the reporter has the word."""
    report = await reports.reported()
    assert await kinds(reports, TRIAGE) == [("TRIAGE", report["reference"])]
    assert await tasks(reports, FAR_OFFICER) == []

    report = await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True))
    assert await kinds(reports, TRIAGE) == [("ASSIGN", report["reference"])]

    report = await reports.does(
        SUPERVISOR, "assignBlockage", **on(report, agency="local-culture@330100", coAgencies=[])
    )
    assert await kinds(reports, LEADER) == [("ACCEPT", report["reference"])]
    assert await tasks(reports, TRIAGE) == []

    report = await reports.does(LEADER, "acceptAssignment", **on(report))
    assert await kinds(reports, LEADER) == [("RESOLVE", report["reference"])]
    assert await tasks(reports, ASSISTANT) == []

    report = await reports.propose(report)
    assert await tasks(reports, LEADER) == []


async def test_a_point_is_on_the_desk_of_its_lead_and_of_who_owes_a_step(reports: Reports) -> None:
    """To be started, then to be spoken of every twenty working days; a step with the agency that owes it."""
    points = Points(reports.stage)
    point = await points.named()
    owed = "{ agencyTasks { kind dueAt blockingPoint { reference } step { what overdue } } }"

    async def on_desk(who: Person) -> list[tuple[str, Any]]:
        found = (await reports.stage.ask(who, owed))["agencyTasks"]
        assert all(each["blockingPoint"] == {"reference": point["reference"]} for each in found)
        return [(each["kind"], each["step"]) for each in found]

    assert await on_desk(LEADER) == [("START_POINT", None)]
    point = await points.does(LEADER, "startBlockingPoint", **at(point))
    assert await on_desk(LEADER) == [("POST_POINT_PROGRESS", None)]
    step = {"what": "征求行业意见", "owner": "industry-association", "dueOn": "2026-03-06"}
    point = await points.does(LEADER, "planPointStep", **at(point, **step))
    assert await on_desk(ASSISTANT) == [("COMPLETE_STEP", {"what": "征求行业意见", "overdue": False})]
    reports.stage.at("2026-03-07 10:00")
    assert await on_desk(ASSISTANT) == [("COMPLETE_STEP", {"what": "征求行业意见", "overdue": True})]

    key = (await points.read(PUBLIC, point, "plan { key }"))["plan"][0]["key"]
    point = await points.does(ASSISTANT, "settlePointStep", **at(point, step=key, status="DONE"))
    assert await on_desk(ASSISTANT) == []
    point = await points.resolved(point)
    assert await on_desk(LEADER) == []
    point = await points.does(SUPERVISOR, "reopenBlockingPoint", **at(point, note="多家反映未落实"))
    assert await on_desk(LEADER) == [("REVIEW_POINT", None)]


async def test_a_step_of_a_report_is_on_the_desk_of_the_agency_that_owes_it(reports: Reports) -> None:
    """Also of one that only helps, by its last day; who leads has its own work beside it, and a stranger reads no plan."""
    report = await reports.in_progress()
    step = {"what": "提供分成合同示范条款", "owner": HELPER, "dueOn": "2026-03-06"}
    assert await reports.refuses(ASSISTANT, "planReportStep", **on(report, **step)) == [
        ("FORBIDDEN", ["input"])
    ]
    far = await reports.refuses(LEADER, "planReportStep", **on(report, **{**step, "owner": "samr"}))
    assert far == [("INVALID", ["input", "owner"])]
    report = await reports.does(LEADER, "planReportStep", **on(report, **step))
    owed = "{ agencyTasks { kind overdue blockage { reference openActions } step { what overdue } } }"
    reports.stage.at("2026-03-07 10:00")
    assert (await reports.stage.ask(ASSISTANT, owed))["agencyTasks"] == [
        {
            "kind": "COMPLETE_STEP",
            "overdue": True,
            "blockage": {
                "reference": report["reference"],
                "openActions": ["post_progress", "settle_step"],
            },
            "step": {"what": step["what"], "overdue": True},
        }
    ]
    assert await kinds(reports, LEADER) == [("RESOLVE", report["reference"])]

    plan = "plan { key what dueOn status note overdue owner { code } }"
    (planned,) = (await reports.read(OWNER, report, plan))["plan"]
    assert (planned["what"], planned["owner"], planned["status"]) == (
        step["what"],
        {"code": HELPER},
        "PLANNED",
    )
    for stranger in (PUBLIC, ANALYST):
        assert await reports.read(stranger, report, plan) == {"plan": []}
    settled = on(report, step=planned["key"], status="DONE", note="已提供")
    report = await reports.does(ASSISTANT, "settleReportStep", **settled)
    assert await tasks(reports, ASSISTANT) == []
    (done,) = (await reports.read(OWNER, report, plan))["plan"]
    assert (done["status"], done["note"], done["overdue"]) == ("DONE", "已提供", False)
    told = await reports.stage.ask(OWNER, "{ viewer { notices(first: 2) { nodes { rule } } } }")
    assert [each["rule"] for each in told["viewer"]["notices"]["nodes"]] == [
        "notice.step.settle_step",
        "notice.step.plan_step",
    ]


async def test_the_first_due_comes_first(reports: Reports) -> None:
    """Whatever was reported first; a task says how much time is left."""
    slow = await reports.in_progress(title="保证金迟迟不退", severity="LOW")
    urgent = await reports.in_progress(title="账号无故封停", severity="CRITICAL")
    reports.stage.at("2026-03-10 10:00")

    found = await tasks(reports, LEADER)

    assert [task["blockage"]["reference"] for task in found] == [urgent["reference"], slow["reference"]]
    assert [(task["overdue"], task["workingDaysLeft"]) for task in found] == [(True, -1), (False, 24)]


async def test_a_supervision_asks_for_its_reply(reports: Reports) -> None:
    """Beside the work itself, with a limit of its own, until it is given."""
    report = await reports.in_progress()
    report = await reports.does(SUPERVISOR, "superviseBlockage", **on(report))
    assert [kind for kind, _ in await kinds(reports, LEADER)] == ["REPLY", "RESOLVE"]
    await reports.does(LEADER, "replyToSupervision", **on(report, note="已约谈"))
    assert [kind for kind, _ in await kinds(reports, LEADER)] == ["RESOLVE"]


async def test_supervisors_get_what_was_returned_and_call_backs(reports: Reports) -> None:
    """What an agency refused is theirs to decide; whom an agency asked to withdraw is theirs to call."""
    returned = await reports.assigned(title="保证金迟迟不退")
    returned = await reports.does(LEADER, "returnAssignment", **on(returned, note="不属本局职责"))
    withdrawn = await reports.in_progress(title="账号无故封停")
    withdrawn = await reports.does(
        OWNER, "withdrawBlockage", **on(withdrawn, reason="劝撤", askedByAgency=True)
    )
    assert await kinds(reports, SUPERVISOR) == [
        ("ASSIGN", returned["reference"]),
        ("CALL_BACK", withdrawn["reference"]),
    ]
    assert await tasks(reports, TRIAGE) == []


async def test_only_those_in_office_have_tasks(reports: Reports) -> None:
    """A firm and an analyst have no desk."""
    for who in (OWNER, ANALYST):
        assert (await reports.stage.answer(who, TASKS)).codes == ["FORBIDDEN"]
