"""
Two stories of following up, through GraphQL alone, on every pair of record and engine.

One creator and one agency that is slow; many firms with one cause, which is resolved for all of them at once and still
answered by each. Only what time itself does is done by the clock, as the running server does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newgrowth.clockwork import one_round
from tests.journeys.entries import Entries, enterprise, freelancer
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import LEADER, OWNER, PUBLIC, SUPERVISOR, Person, Stage, officer
from tests.measure import measure
from tests.schema.blocking_points.points import Points, at

PROVINCES = ("330100", "440300", "510100", "420100", "370200", "610100")
NAMES = measure(("青竹", "白鹭"), ("青竹", "白鹭", "松针", "晚枫", "朝露"))
CENTRE = officer("centre", "samr")
FIRST, SECOND = officer("first-reviewer", "samr"), officer("second-reviewer", "samr")
RANKING = {
    "title": "竞价排名挤压小卖家",
    "description": "平台搜索结果按出价排名，小店不买流量就没有曝光，请求规范竞价排名。",
    "category": "paid-ranking",
}
CHANGES_MADE = """{ clause(code: "ecommerce-law#art40") { changesMade {
    kind stands amendingDocument blockingPoint { reference } blockage { reference } } } }"""
LIMITS = "supervised status disputes supervision { cause repliedAt } deadlines { stage metAt overdue void }"


async def test_a_creator_is_heard_in_the_end(stage: Stage) -> None:
    """A question, a claim that is disputed, a missed limit that is supervised, and a second claim that is confirmed."""
    (reports,) = await listed(stage, [freelancer()])
    report = await reports.in_progress()
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供合同"))
    stage.at("2026-03-12 10:00")
    report = await reports.does(OWNER, "provideInformation", **on(report, note="合同已上传"))
    report = await reports.propose(report)
    report = await reports.does(OWNER, "answerResolution", **on(report, confirm=False, comment="没有约束力"))

    stage.at("2026-05-20 10:00")
    assert (await one_round(stage.directory, stage.clock())).supervisions == 1
    assert (await one_round(stage.directory, stage.clock())).supervisions == 0
    report = await reports.read(SUPERVISOR, report, f"id version reference {LIMITS}")
    assert (report["supervised"], report["supervision"]["cause"], report["disputes"]) == (True, "CLOCK", 1)

    report = await reports.does(LEADER, "replyToSupervision", **on(report, note="本周内出台备案办法"))
    report = await reports.propose(report, summary="已出台分成备案办法。")
    report = await reports.does(OWNER, "answerResolution", **on(report, confirm=True, rating=4))

    read = await reports.read(PUBLIC, report, f"{LIMITS} resolution {{ state rating }}")
    assert (read["status"], read["resolution"]) == ("RESOLVED", {"state": "CONFIRMED", "rating": 4})
    assert not any(limit["overdue"] for limit in read["deadlines"])
    await stage.index()
    assert await outcomes(stage, "revenue-split") == {"confirmed": 1, "contested": 0, "claimed": 0}


async def test_many_firms_are_helped_at_once_and_each_answers(stage: Stage) -> None:
    """Six provinces, one point, one claim for all: most confirm, one says nothing, and one contest stays open."""
    firms = await listed(
        stage,
        [enterprise(name=f"{word}{region}商行", region=region) for region in PROVINCES for word in NAMES],
    )
    reports = [(own, await taken_on(own)) for own in firms]
    points = Points(stage)
    point = await points.named(
        *(report for _, report in reports),
        title="竞价排名挤压小卖家",
        titleEn="Paid ranking squeezes small sellers",
        description="平台搜索按出价排名。",
        category="paid-ranking",
        clauses=["ecommerce-law#art40"],
        leadAgency="samr",
    )
    claim = {"kind": "POLICY_CHANGED", "summary": "已明确竞价结果须显著标明并限制占比。"}
    unnamed = await points.refuses(CENTRE, "resolveBlockingPoint", **at(point, **claim))
    assert unnamed == [("REQUIRED", ["input", "clause"])]
    claim |= {"clause": "ecommerce-law#art40", "amendingDocument": "国市监规〔2026〕3号"}
    point = await points.does(CENTRE, "resolveBlockingPoint", **at(point, **claim))

    assert await told(stage, OWNER, "notice.step.propose") == len(reports)

    confirming = len(reports) - 2
    answers = [*((True,) * confirming), None, False]
    for (own, report), confirm in zip(reports, answers, strict=True):
        if confirm is not None:
            asked = await own.read(OWNER, report, "id version")
            more = {"rating": 5} if confirm else {"comment": "仍按出价排名"}
            await own.does(OWNER, "answerResolution", **on(asked, confirm=confirm, **more))
    stage.at("2026-04-20 10:00")
    await one_round(stage.directory, stage.clock())

    read = await points.read(
        PUBLIC,
        point,
        "status firmsAffected regionsAffected { code } answers { claimed confirmed contested unanswered }",
    )
    assert read["answers"] == {"claimed": 0, "confirmed": confirming, "contested": 1, "unanswered": 1}
    assert (read["firmsAffected"], len(read["regionsAffected"])) == (len(reports), len(PROVINCES))
    own, contested = reports[-1]
    assert (await own.read(PUBLIC, contested, "status"))["status"] == "IN_PROGRESS"
    await stage.index()
    found = await points.found(PUBLIC, text="paid ranking")
    assert found == [point["reference"]]
    made = (await stage.ask(PUBLIC, CHANGES_MADE))["clause"]["changesMade"]
    assert made == [
        {
            "kind": "POLICY_CHANGED",
            "stands": True,
            "amendingDocument": claim["amendingDocument"],
            "blockingPoint": {"reference": point["reference"]},
            "blockage": None,
        }
    ]
    assert await outcomes(stage, "paid-ranking") == {"confirmed": confirming, "contested": 1, "claimed": 0}


async def listed(stage: Stage, profiles: Sequence[dict[str, Any]]) -> list[Reports]:
    """The firms in the directory, each after two approvals; the clock ends their notices together."""
    entries = Entries(stage)
    firms = []
    for profile in profiles:
        done = await entries.does(OWNER, "submitFirm", profile=profile)
        done = await entries.reviewed(FIRST, done, "TAKE")
        done = await entries.reviewed(FIRST, done, "APPROVE", goodStanding=True)
        done = await entries.reviewed(SECOND, done, "APPROVE")
        firms.append(Reports(stage, done["firm"]["id"]))
    stage.at("2026-03-10 00:00")
    assert (await one_round(stage.directory, stage.clock())).notices == len(profiles)
    return firms


async def taken_on(own: Reports) -> Report:
    """The firm's report, which the centre has taken on."""
    report = await own.does(OWNER, "reportBlockage", firm=own.firm, **RANKING)
    report = await own.does(SUPERVISOR, "triageBlockage", **on(report, accept=True))
    report = await own.does(SUPERVISOR, "assignBlockage", **on(report, agency="samr"))
    return await own.does(CENTRE, "acceptAssignment", **on(report))


async def told(stage: Stage, who: Person, rule: str) -> int:
    """How often an inbox tells of something."""
    read = "{ viewer { notices(first: 100) { nodes { rule } } } }"
    nodes = (await stage.ask(who, read))["viewer"]["notices"]["nodes"]
    return sum(node["rule"] == rule for node in nodes)


async def outcomes(stage: Stage, category: str) -> dict[str, Any]:
    """What has become of the reports of a category, as a supervisor counts them."""
    query = (
        "query S($filter: BlockageFilter) { blockageStatistics(filter: $filter, groupBy: []) "
        "{ total { confirmed contested claimed } } }"
    )
    found = await stage.ask(SUPERVISOR, query, filter={"categories": [category]})
    total: dict[str, Any] = found["blockageStatistics"]["total"]
    return total
