"""The commands on reports: what they take, what they answer, and whose move it is."""

from typing import Any

from schema.node import global_id
from tests.journeys.reports import Reports, on
from tests.journeys.stage import (
    ANALYST,
    FAR_OFFICER,
    LEAD,
    LEADER,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SECOND_LEAD,
    SECOND_LEADER,
    SUPERVISOR,
    TRIAGE,
)

ON_ONE_REPORT: dict[str, dict[str, Any]] = {
    "triageBlockage": {"accept": True},
    "assignBlockage": {"agency": LEAD},
    "acceptAssignment": {},
    "returnAssignment": {"note": "不属本局职责"},
    "requestInformation": {"note": "请提供结算单"},
    "provideInformation": {"note": "见附件"},
    "postProgress": {"note": "已约谈"},
    "proposeResolution": {"kind": "CASE_SETTLED", "summary": "已协调双方重新签订合同并备案。"},
    "answerResolution": {"confirm": True},
    "reopenBlockage": {"reason": "分成又被单方下调"},
    "withdrawBlockage": {"reason": "已自行解决", "askedByAgency": False},
    "extendDeadline": {"workingDays": 3, "reason": "须与税务部门会商"},
    "closeUnresolved": {"note": "须待上位法修订"},
    "superviseBlockage": {"note": "久拖未决"},
}
WHO_MAY = {
    "provideInformation": OWNER,
    "answerResolution": OWNER,
    "reopenBlockage": OWNER,
    "withdrawBlockage": OWNER,
    "closeUnresolved": SUPERVISOR,
    "superviseBlockage": SUPERVISOR,
}


async def test_a_report_says_back_what_was_sent(reports: Reports) -> None:
    """With all that may be left out given; the firm's own choice of severity and clauses among it."""
    report = await reports.reported(
        title="机构抽成不明",
        description="与运营机构签约后，平台打赏的分成比例每月变动。",
        language="ZH",
        category="revenue-split",
        severity="HIGH",
        forms=["short-video"],
        platforms=["douyin"],
        region="330106",
        clauses=["mcn-draft-2025#art4"],
        causeLevel="platform",
        procedureStep="unknown",
        impact={"yearlyCostBand": "10k-50k", "jobsAffectedBand": "2-4", "explanation": "每年少收三万元"},
        visibility="AGENCIES_ONLY",
    )

    read = await reports.read(
        OWNER,
        report,
        """title description language category { code } severity forms { code } platforms { code } region { code }
        clauses { code } causeKnown causeLevel { code } procedureStep { code }
        impact { yearlyCostBand jobsAffectedBand explanation } visibility status version
        reportedAt updatedAt waitingOn openActions""",
    )

    assert read == {
        "title": "机构抽成不明",
        "description": "与运营机构签约后，平台打赏的分成比例每月变动。",
        "language": "ZH",
        "category": {"code": "revenue-split"},
        "severity": "HIGH",
        "forms": [{"code": "short-video"}],
        "platforms": [{"code": "douyin"}],
        "region": {"code": "330106"},
        "clauses": [{"code": "mcn-draft-2025#art4"}],
        "causeKnown": False,
        "causeLevel": {"code": "platform"},
        "procedureStep": None,
        "impact": {"yearlyCostBand": "10k-50k", "jobsAffectedBand": "2-4", "explanation": "每年少收三万元"},
        "visibility": "AGENCIES_ONLY",
        "status": "REPORTED",
        "version": 1,
        "reportedAt": "2026-03-02T02:00:00+00:00",
        "updatedAt": "2026-03-02T02:00:00+00:00",
        "waitingOn": "TRIAGE",
        "openActions": ["withdraw", "message_agency", "add_evidence"],
    }


async def test_what_a_report_leaves_out_comes_from_the_entry(reports: Reports) -> None:
    """Nulls are as if left out: severity and visibility keep their defaults."""
    report = await reports.reported(severity=None, visibility=None, forms=None, platforms=[])

    read = await reports.read(OWNER, report, "severity visibility forms { code } region { code } language")

    assert read == {
        "severity": "MEDIUM",
        "visibility": "PUBLIC",
        "forms": [{"code": "live-commerce"}],
        "region": {"code": "330100"},
        "language": "ZH",
    }


async def test_all_that_is_wrong_with_a_report_is_told_at_once_in_both_languages(reports: Reports) -> None:
    """Each problem with its place in the input, so that a form can show it beside its field."""
    payload = await reports.send(
        OWNER,
        "reportBlockage",
        firm=reports.firm,
        title="短",
        description="太短",
        category="no-such-thing",
        clauses=["mcn-draft-2025#art2", "nowhere#1"],
        impact={"yearlyCostBand": "a-lot"},
        clientMutationId="wrong",
    )

    found = {(error["code"], ".".join(error["path"])) for error in payload["errors"]}
    assert found == {
        ("INVALID", "input.title"),
        ("INVALID", "input.description"),
        ("INVALID", "input.category"),
        ("INVALID", "input.clauses.1"),
        ("INVALID", "input.impact.yearlyCostBand"),
    }
    assert all(error["zh"] and error["en"] and error["zh"] != error["en"] for error in payload["errors"])
    assert (payload["blockage"], payload["clientMutationId"]) == (None, "wrong")


async def test_a_report_of_an_unknown_entry_is_refused(reports: Reports) -> None:
    """An id of something else is no id of an entry."""
    for firm in ("", "garbage", "漢字", global_id("Firm", "0" * 32), global_id("Agency", "ndrc")):
        refused = await reports.refuses(
            OWNER,
            "reportBlockage",
            firm=firm,
            title="签约机构分成没有标准",
            description="签约后分成比例由机构单方决定，没有标准可依。",
            category="revenue-split",
        )
        assert refused == [("NOT_FOUND", ["input", "firm"])], firm


async def test_no_command_acts_on_an_unknown_report(reports: Reports) -> None:
    """A malformed id and one of something else are answered like one of nothing."""
    ids = ("", "garbage", global_id("Blockage", "0" * 32), global_id("Firm", "0" * 32))
    for mutation, input in ON_ONE_REPORT.items():
        for id_ in ids:
            who = WHO_MAY.get(mutation, LEADER)
            refused = await reports.refuses(who, mutation, blockage=id_, expectedVersion=1, **input)
            assert refused == [("NOT_FOUND", ["input", "blockage"])], (mutation, id_)


async def test_no_command_tells_a_stranger_of_a_hidden_report(reports: Reports) -> None:
    """Before triage a report does not exist for another firm, nor for an officer of another city."""
    report = await reports.reported()
    for mutation, input in ON_ONE_REPORT.items():
        who = WHO_MAY.get(mutation, FAR_OFFICER)
        if who is SUPERVISOR:
            continue
        stranger = OTHER_OWNER if who is OWNER else FAR_OFFICER
        refused = await reports.refuses(stranger, mutation, **on(report, **input))
        assert refused == [("NOT_FOUND", ["input", "blockage"])], mutation


async def test_a_command_on_a_version_of_yesterday_is_a_conflict(reports: Reports) -> None:
    """Someone else was first: the sentence says which version it is now, and nothing changes."""
    report = await reports.in_progress()
    for mutation, input in ON_ONE_REPORT.items():
        late = {**on(report, **input), "expectedVersion": report["version"] - 1}
        payload = await reports.send(WHO_MAY.get(mutation, LEADER), mutation, **late)
        (error,) = payload["errors"]
        assert (error["code"], error["path"]) == ("CONFLICT", ["input", "expectedVersion"]), mutation
        assert str(report["version"]) in error["en"]

    assert (await reports.read(SUPERVISOR, report, "version"))["version"] == report["version"]


async def test_those_without_an_office_change_nothing(reports: Reports) -> None:
    """The permission table stands before everything else."""
    new: dict[str, Any] = {
        "firm": reports.firm,
        "title": "分成没有标准",
        "description": "没有标准可依，请明确。",
        "category": "x",
    }
    commands = {
        "reportBlockage": new,
        **{
            mutation: {"blockage": "any", "expectedVersion": 1, **input}
            for mutation, input in ON_ONE_REPORT.items()
        },
    }
    for mutation, input in commands.items():
        for who in (PUBLIC, ANALYST):
            assert await reports.refuses(who, mutation, **input) == [("FORBIDDEN", ["input"])], mutation


async def test_a_step_that_the_table_lacks_is_not_allowed_now(reports: Reports) -> None:
    """A report that nobody has accepted has no resolution to propose."""
    report = await reports.assigned()

    refused = await reports.refuses(
        LEADER, "proposeResolution", **on(report, **ON_ONE_REPORT["proposeResolution"])
    )

    assert refused == [("NOT_ALLOWED_NOW", ["input"])]


async def test_a_repeated_key_gives_the_first_result_and_acts_once(reports: Reports) -> None:
    """A phone that lost the answer sends again."""
    report = await reports.assigned()
    input = on(report, clientMutationId="tap-1")

    first = await reports.send(LEADER, "acceptAssignment", **input)
    again = await reports.send(LEADER, "acceptAssignment", **input)

    assert first == again
    assert first["clientMutationId"] == "tap-1"
    assert first["blockage"]["version"] == report["version"] + 1


async def test_a_key_used_for_something_else_is_refused(reports: Reports) -> None:
    """The second body was never carried out, and its sender is told."""
    report = await reports.in_progress()
    await reports.does(LEADER, "postProgress", **on(report, note="已约谈", clientMutationId="tap-2"))

    refused = await reports.refuses(
        LEADER, "postProgress", **on(report, note="另一件事", clientMutationId="tap-2")
    )

    assert refused == [("IDEMPOTENCY_MISMATCH", ["input", "clientMutationId"])]


async def test_triage_completes_the_cause(reports: Reports) -> None:
    """The firm knew no clause; from triage on the cause is known."""
    report = await reports.reported(category="platform-fees")
    input = {
        "accept": True,
        "category": "revenue-split",
        "severity": "HIGH",
        "clauses": ["mcn-draft-2025#art2"],
        "causeLevel": "national",
        "procedureStep": "settlement",
        "reason": "属利益划分",
    }

    report = await reports.does(TRIAGE, "triageBlockage", **on(report, **input))

    fields = (
        "category { code } severity clauses { code } causeKnown causeLevel { label } procedureStep { label }"
    )
    read = await reports.read(PUBLIC, report, fields)
    assert read == {
        "category": {"code": "revenue-split"},
        "severity": "HIGH",
        "clauses": [{"code": "mcn-draft-2025#art2"}],
        "causeKnown": True,
        "causeLevel": {"label": "国家级"},
        "procedureStep": {"label": "结算付款"},
    }


async def test_an_empty_list_of_clauses_takes_the_claimed_ones_back(reports: Reports) -> None:
    """Left out is not the same as none."""
    report = await reports.reported(clauses=["mcn-draft-2025#art2"])

    report = await reports.does(TRIAGE, "triageBlockage", **on(report, accept=True, clauses=[]))

    assert (await reports.read(PUBLIC, report, "clauses { code }"))["clauses"] == []


async def test_a_refused_report_says_where_to_turn_to(reports: Reports) -> None:
    """A code of the vocabulary becomes a sentence in the language of the report."""
    report = await reports.reported()

    report = await reports.does(TRIAGE, "triageBlockage", **on(report, accept=False, reason="civil-dispute"))

    read = await reports.read(OWNER, report, "status closeReason timeline { action note }")
    assert (read["status"], read["closeReason"]) == ("REJECTED", "civil-dispute")
    assert "纯民事争议" in read["timeline"][-1]["note"]


async def test_a_report_is_not_merged_into_nothing(reports: Reports) -> None:
    """The other report must exist."""
    report = await reports.reported()
    for original in ("garbage", global_id("Firm", "0" * 32), global_id("Blockage", "0" * 32)):
        input = on(report, accept=False, duplicateOf=original)
        refused = await reports.refuses(TRIAGE, "triageBlockage", **input)
        assert refused == [("NOT_FOUND", ["input", "duplicateOf"])], original


async def test_a_return_names_who_should_have_the_report(reports: Reports) -> None:
    """The supervisor sees the named agency first, and never again the one that refused."""
    report = await reports.assigned()
    input = on(report, note="属市场监管职责", suggestedAgency=SECOND_LEAD)

    report = await reports.does(LEADER, "returnAssignment", **input)

    read = await reports.read(
        SUPERVISOR, report, "status waitingOn returns suggestedAgencies { code } openActions"
    )
    codes = [agency["code"] for agency in read["suggestedAgencies"]]
    assert (read["status"], read["waitingOn"], read["returns"]) == ("TRIAGED", "SUPERVISOR", 1)
    assert codes[0] == SECOND_LEAD
    assert LEAD not in codes
    assert "assign" in read["openActions"]


async def test_only_a_return_suggests_an_agency(reports: Reports) -> None:
    """A value that would be ignored is refused instead."""
    report = await reports.in_progress()
    for mutation in ("acceptAssignment", "postProgress", "closeUnresolved"):
        input = on(report, note="转给他们", suggestedAgency=SECOND_LEAD)
        refused = await reports.refuses(LEADER, mutation, **input)
        assert refused == [("INVALID", ["input", "suggestedAgency"])], mutation


async def test_a_report_handed_on_keeps_its_clock_and_counts_it(reports: Reports) -> None:
    """A transfer is public, and the resolve limit stays where it was."""
    report = await reports.in_progress()
    fields = "transfers agency { code } deadlines { stage dueAt void } grossDays"
    before = await reports.read(PUBLIC, report, fields)
    reports.stage.at("2026-03-06 10:00")

    report = await reports.does(SUPERVISOR, "assignBlockage", **on(report, agency=SECOND_LEAD))

    after = await reports.read(PUBLIC, report, fields)
    limits = [
        [each["dueAt"] for each in read["deadlines"] if each["stage"] == "resolve"]
        for read in (before, after)
    ]
    assert limits[0] == limits[1]
    assert (after["transfers"], after["agency"]["code"], after["grossDays"]) == (1, SECOND_LEAD, 4)


async def test_a_step_that_needs_words_is_refused_without_them(reports: Reports) -> None:
    """A question without words nobody can answer."""
    report = await reports.in_progress()
    for mutation in ("requestInformation", "postProgress", "closeUnresolved"):
        refused = await reports.refuses(WHO_MAY.get(mutation, LEADER), mutation, **on(report, note="  "))
        assert refused == [("REQUIRED", ["input", "note"])], mutation


async def test_the_open_actions_are_those_the_commands_accept(reports: Reports) -> None:
    """The buttons of a page: each party has its own, a stranger none."""
    report = await reports.in_progress()

    actions = {
        who.subject: (await reports.read(who, report, "openActions"))["openActions"]
        for who in (PUBLIC, OWNER, LEADER, SECOND_LEADER, SUPERVISOR)
    }

    assert actions == {
        "nobody": [],
        "firm-user": ["withdraw", "message_agency", "add_evidence"],
        "leader": [
            "request_information",
            "post_progress",
            "plan_step",
            "extend",
            "propose",
            "message_reporter",
            "approve_public_text",
            "add_office_evidence",
        ],
        "second-leader": ["approve_public_text"],
        "supervisor": [
            "transfer",
            "plan_step",
            "extend",
            "supervise",
            "close_unresolved",
            "message_reporter",
            "approve_public_text",
            "unseal_reporter",
            "add_office_evidence",
        ],
    }


async def test_a_rating_is_one_to_five(reports: Reports) -> None:
    """Stars beyond the scale are no stars."""
    report = await reports.proposed()
    for rating in (0, 6, -1):
        input = on(report, confirm=True, rating=rating)
        refused = await reports.refuses(OWNER, "answerResolution", **input)
        assert refused == [("INVALID", ["input", "rating"])], rating
