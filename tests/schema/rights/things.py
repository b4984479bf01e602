"""One thing of each kind that has rules of its own, with a value in as many fields as one life gives it."""

from __future__ import annotations

from collections.abc import Mapping

from directory.states import SizeClass
from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.files import kept
from tests.journeys.reports import Reports, on
from tests.journeys.stage import LEAD, LEADER, OWNER, SUPERVISOR, Stage
from tests.record.steps import keep
from tests.rules.evidence_files import TEXT
from tests.schema.blocking_points.points import CLAUSE, Points, at
from tests.schema.firms.test_rights import full_firm, full_submission


async def things_of(stage: Stage) -> Mapping[str, str]:
    """The global id of one thing of each type: a public entry of `OWNER`, an amendment of it, its report, the cause."""
    firm = await full_firm(stage)
    submission = await full_submission(stage, firm)
    report = await _report(stage)
    return {
        "Firm": global_id("Firm", firm.id),
        "Submission": global_id("Submission", submission.id),
        **report,
    }


async def _report(stage: Stage) -> Mapping[str, str]:
    """A report with a file and a copy of it, asked about, planned for, supervised, replied to, linked to its cause and taken
    back as the agency wished.
    """
    reporter = make_firm(owner=OWNER.subject, size_class=SizeClass.MICRO)
    await keep(stage.record, reporter)
    reports, points = Reports(stage, global_id("Firm", reporter.id)), Points(stage)
    impact = {"yearlyCostBand": "10k-50k", "explanation": "每年多付三万元"}
    report = await reports.in_progress(impact=impact)
    report = await reports.does(LEADER, "requestInformation", **on(report, note="请提供三个月的结算单"))
    report = await reports.does(OWNER, "provideInformation", **on(report, note="已寄出，见附件"))
    file = await kept(reports, OWNER, report)
    copy = await kept(reports, LEADER, report, content=TEXT, redacts=file)
    report = await reports.does(LEADER, "publishEvidence", **on(report, file=copy))
    step = {"what": "约谈签约机构代表", "owner": LEAD, "dueOn": "2026-03-20"}
    report = await reports.does(LEADER, "planReportStep", **on(report, **step))
    report = await reports.does(SUPERVISOR, "superviseBlockage", **on(report, note="逾期未办结"))
    report = await reports.does(LEADER, "replyToSupervision", **on(report, note="已约谈机构代表，本周办结"))
    point = await points.does(
        SUPERVISOR,
        "createBlockingPoint",
        title="分成没有标准",
        description="各平台、各机构的分成比例没有可依的标准。",
        category="revenue-split",
        clauses=[CLAUSE],
        leadAgency=LEAD,
    )
    point = await points.does(SUPERVISOR, "linkBlockages", **at(point, add=[report["id"]]))
    report = {**report, **await reports.read(SUPERVISOR, report, "version")}
    report = await reports.does(
        OWNER, "withdrawBlockage", **on(report, reason="机构劝我撤回", askedByAgency=True)
    )
    await reports.does(
        SUPERVISOR, "recordCallBack", **on(report, outcome="WITHDRAWN_FREELY", note="企业确认自愿撤回")
    )
    await stage.index()
    return {"Blockage": report["id"], "BlockingPoint": point["id"]}
