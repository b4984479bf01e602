"""The desk that receives reports: taking up, refusing, merging, assigning, and what agencies do with an assignment."""

from __future__ import annotations

import pytest

from directory.commands import (
    AcceptAssignment,
    AssignBlockage,
    ReturnAssignment,
    TriageBlockage,
)
from directory.errors import ErrorCode
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, Language, Severity
from tests.commands.report_desk import (
    OFFICER,
    OWNER,
    PLATFORM,
    SECOND_OFFICER,
    SUPERVISOR,
    ReportDesk,
    on,
    opened_desk,
)
from tests.factories import make_firm
from tests.record.steps import keep
from tests.rules.report_lives import SECOND_LEAD

S = BlockageStatus
NOT_FOUND = {("blockage",): (ErrorCode.NOT_FOUND, "not_found")}


@pytest.fixture
async def desk(shared_record: SqlRecord) -> ReportDesk:
    """A listed firm on each kind of database, and the desk that hears it."""
    return await opened_desk(shared_record)


async def test_triage_corrects_subject_severity_and_cause(desk: ReportDesk) -> None:
    """What the firm could not know, the desk completes."""
    reported = await desk.reported()
    command = TriageBlockage(
        **on(reported),
        accept=True,
        category="paid-ranking",
        severity=Severity.HIGH,
        clauses=("ndrc-2020-1157#1",),
    )

    report = await desk.does(command, SECOND_OFFICER)

    assert (report.status, report.category, report.severity) == (S.TRIAGED, "paid-ranking", Severity.HIGH)
    assert (report.clauses, report.cause_known) == (("ndrc-2020-1157#1",), True)


async def test_a_clause_the_firm_named_is_a_known_cause_once_triage_lets_it_stand(desk: ReportDesk) -> None:
    """A claim until then."""
    reported = await desk.reported(clauses=("ndrc-2020-1157#1",))
    assert not reported.cause_known

    report = await desk.does(TriageBlockage(**on(reported), accept=True), SECOND_OFFICER)

    assert report.cause_known


async def test_triage_may_say_that_the_cause_is_unknown(desk: ReportDesk) -> None:
    """An empty list takes the firm's guess away."""
    reported = await desk.reported(clauses=("ndrc-2020-1157#1",))

    report = await desk.does(TriageBlockage(**on(reported), accept=True, clauses=()), SECOND_OFFICER)

    assert (report.clauses, report.cause_known) == ((), False)


async def test_triage_names_whose_rule_it_is_and_in_which_step(desk: ReportDesk) -> None:
    """The clause says what; the level and the step say who can change it, and where."""
    reported = await desk.reported()
    command = TriageBlockage(
        **on(reported), accept=True, cause_level="province", procedure_step="registration"
    )

    report = await desk.does(command, SECOND_OFFICER)

    assert (reported.cause_level, reported.procedure_step) == (None, None)
    assert (report.cause_level, report.procedure_step) == ("province", "registration")


async def test_what_triage_left_open_about_the_cause_stays_unknown(desk: ReportDesk) -> None:
    """Nothing is guessed."""
    report = await desk.does(TriageBlockage(**on(await desk.reported()), accept=True), SECOND_OFFICER)

    assert (report.cause_level, report.procedure_step) == (None, None)


async def test_triage_completes_what_the_firm_said_about_the_cause(desk: ReportDesk) -> None:
    """What it leaves out stays as the firm said; what it says is not known is not known."""
    reported = await desk.reported(cause_level="province", procedure_step="registration")
    command = TriageBlockage(**on(reported), accept=True, procedure_step="unknown")

    report = await desk.does(command, SECOND_OFFICER)

    assert (reported.cause_level, reported.procedure_step) == ("province", "registration")
    assert (report.cause_level, report.procedure_step) == ("province", None)


async def test_a_firm_may_say_that_it_does_not_know_the_cause(desk: ReportDesk) -> None:
    """Which is kept like saying nothing."""
    reported = await desk.reported(cause_level="unknown", procedure_step="unknown")

    assert (reported.cause_level, reported.procedure_step) == (None, None)


async def test_a_firm_cannot_name_a_level_or_step_that_no_list_has(desk: ReportDesk) -> None:
    """Both at once, each at its place."""
    command = desk.report_of(cause_level="village", procedure_step="queueing")

    assert await desk.refuses(command, OWNER) == {
        ("cause_level",): (ErrorCode.INVALID, "code.unknown"),
        ("procedure_step",): (ErrorCode.INVALID, "code.unknown"),
    }


async def test_a_level_or_step_that_no_list_has_is_refused(desk: ReportDesk) -> None:
    """Both at once, each at its place."""
    command = TriageBlockage(
        **on(await desk.reported()), accept=True, cause_level="village", procedure_step="queueing"
    )

    assert await desk.refuses(command, SECOND_OFFICER) == {
        ("cause_level",): (ErrorCode.INVALID, "code.unknown"),
        ("procedure_step",): (ErrorCode.INVALID, "code.unknown"),
    }


async def test_a_refusal_by_code_tells_the_reporter_where_to_turn_to(desk: ReportDesk) -> None:
    """In the language of the report."""
    reported = await desk.reported(language=Language.ZH)

    report = await desk.does(TriageBlockage(**on(reported), accept=False, reason="court"), SECOND_OFFICER)

    assert (report.status, report.close_reason) == (S.REJECTED, "court")
    assert report.timeline[-1].note is not None
    assert "请在已启动的诉讼" in report.timeline[-1].note


@pytest.mark.parametrize(
    ("reason", "problem"),
    [(None, (ErrorCode.REQUIRED, "required")), ("不行", (ErrorCode.INVALID, "blockage.refusal_reason"))],
)
async def test_a_refusal_without_a_reason_is_refused(
    desk: ReportDesk, reason: str | None, problem: tuple[ErrorCode, str]
) -> None:
    """Nobody is sent away without a word."""
    command = TriageBlockage(**on(await desk.reported()), accept=False, reason=reason)
    assert await desk.refuses(command, SECOND_OFFICER) == {("reason",): problem}


async def test_a_report_is_merged_into_another_of_the_same_firm(desk: ReportDesk) -> None:
    """One obstacle, one report."""
    first = await desk.reported()
    second = await desk.reported(title="抽成又涨了")

    report = await desk.does(
        TriageBlockage(**on(second), accept=False, duplicate_of=first.id), SECOND_OFFICER
    )

    assert (report.status, report.duplicate_of) == (S.DUPLICATE, first.id)


async def test_a_report_is_not_merged_into_one_of_another_firm(desk: ReportDesk) -> None:
    """What two firms share is a blocking point, not a report."""
    other = make_firm(owner=OWNER.subject)
    await keep(desk.record, other)
    first, second = await desk.reported(), await desk.reported(firm=other.id)
    command = TriageBlockage(**on(second), accept=False, duplicate_of=first.id)
    assert await desk.refuses(command, SECOND_OFFICER) == {
        ("duplicate_of",): (ErrorCode.NOT_FOUND, "not_found")
    }


async def test_accepting_and_merging_at_once_is_refused(desk: ReportDesk) -> None:
    """Either or."""
    first, second = await desk.reported(), await desk.reported(title="抽成又涨了")
    command = TriageBlockage(**on(second), accept=True, duplicate_of=first.id)
    assert await desk.refuses(command, SECOND_OFFICER) == {
        ("duplicate_of",): (ErrorCode.INVALID, "blockage.accept_or_merge")
    }


async def test_a_platform_does_not_triage_reports_about_itself(desk: ReportDesk) -> None:
    """It helps where it is asked to, and judges nothing."""
    command = TriageBlockage(**on(await desk.reported()), accept=False, reason="out-of-scope")
    assert await desk.refuses(command, PLATFORM) == NOT_FOUND


async def test_an_assignment_names_every_body_that_does_not_fit(desk: ReportDesk) -> None:
    """All at once: a lead that may not lead, a helper nobody knows, one without a place."""
    command = AssignBlockage(
        **on(await desk.triaged()),
        agency="platform-operator",
        co_agencies=("no-such-body", "local-amr", "platform-operator"),
    )
    assert await desk.refuses(command, SUPERVISOR) == {
        ("agency",): (ErrorCode.INVALID, "blockage.cannot_lead"),
        ("co_agencies", "0"): (ErrorCode.INVALID, "code.unknown"),
        ("co_agencies", "1"): (ErrorCode.INVALID, "blockage.cannot_help"),
        ("co_agencies", "2"): (ErrorCode.INVALID, "blockage.leads_and_helps"),
    }


async def test_an_officer_assigns_inside_the_own_reach_only(desk: ReportDesk) -> None:
    """A city office gives no orders to a ministry; a supervisor may."""
    triaged = await desk.triaged()
    command = AssignBlockage(**on(triaged), agency="samr")
    assert await desk.refuses(command, SECOND_OFFICER) == {
        ("agency",): (ErrorCode.FORBIDDEN, "blockage.assign_out_of_reach")
    }
    assert (await desk.does(command, SUPERVISOR)).agency == "samr"


async def test_only_the_agency_that_has_a_report_takes_it_on(desk: ReportDesk) -> None:
    """Another agency in reach sees it, but it is not theirs."""
    report = await desk.assigned()
    assert await desk.refuses(AcceptAssignment(**on(report)), SECOND_OFFICER) == {
        (): (ErrorCode.FORBIDDEN, "blockage.not_yours")
    }
    assert (await desk.does(AcceptAssignment(**on(report)), OFFICER)).status is S.IN_PROGRESS


async def test_a_returned_report_is_assigned_by_a_supervisor_and_not_returned_again(desk: ReportDesk) -> None:
    """Refused once with a reason and a suggestion, then settled."""
    assigned = await desk.assigned()
    returned = await desk.does(
        ReturnAssignment(**on(assigned), note="不属本局职责", suggested_agency=SECOND_LEAD), OFFICER
    )
    assert (returned.status, returned.agency, returned.suggested_agency) == (S.TRIAGED, None, SECOND_LEAD)

    again = AssignBlockage(**on(returned), agency=SECOND_LEAD)
    assert (await desk.refuses(again, SECOND_OFFICER))[()] == (ErrorCode.FORBIDDEN, "blockage.not_yours")
    second = await desk.does(again, SUPERVISOR)

    assert await desk.refuses(ReturnAssignment(**on(second), note="也不属本局"), SECOND_OFFICER) == {
        (): (ErrorCode.LIMIT_EXCEEDED, "blockage.returned_before")
    }


@pytest.mark.parametrize("note", [None, " "])
async def test_a_return_needs_a_reason(desk: ReportDesk, note: str | None) -> None:
    """No refusal without a word."""
    command = ReturnAssignment(**on(await desk.assigned()), note=note)
    assert await desk.refuses(command, OFFICER) == {("note",): (ErrorCode.REQUIRED, "required")}


async def test_a_supervisor_transfers_a_report_that_is_in_progress(desk: ReportDesk) -> None:
    """To another agency, which has to accept it; the count is kept."""
    command = AssignBlockage(**on(await desk.in_progress()), agency=SECOND_LEAD)
    report = await desk.does(command, SUPERVISOR)
    assert (report.status, report.agency, report.transfers) == (S.ASSIGNED, SECOND_LEAD, 1)
