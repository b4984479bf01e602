"""Commands on reports, from the report to its end, as a caller meets them."""

from __future__ import annotations

import asyncio

import pytest

from directory.access import THE_CLOCK
from directory.commands import (
    AcceptAssignment,
    AnswerResolution,
    AssignBlockage,
    CloseUnanswered,
    CloseUnresolved,
    ExtendDeadline,
    PostProgress,
    ProvideInformation,
    ReopenBlockage,
    RequestInformation,
    ReturnAssignment,
    SuperviseBlockage,
    TriageBlockage,
    WithdrawBlockage,
)
from directory.entities import Blockage
from directory.errors import ErrorCode
from directory.facts import replay
from directory.identifiers import Prefix, parse_number
from directory.messages.catalogue import CATALOGUE
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, FirmStatus, Language, ResolutionState, Severity, Visibility
from tests.commands.report_desk import (
    ANALYST,
    FAR_OFFICER,
    OFFICER,
    OTHER_FIRM,
    OWNER,
    PLATFORM,
    SECOND_OFFICER,
    SUPERVISOR,
    ReportDesk,
    on,
    opened_desk,
    proposal,
)
from tests.factories import make_firm
from tests.record.steps import change, keep
from tests.rules.report_lives import CO_AGENCY, LEAD, SECOND_LEAD

S = BlockageStatus
NOT_FOUND = {("blockage",): (ErrorCode.NOT_FOUND, "not_found")}


@pytest.fixture
async def desk(shared_record: SqlRecord) -> ReportDesk:
    """A listed firm on each kind of database, and the desk that hears it."""
    return await opened_desk(shared_record)


async def test_a_report_is_received_with_a_reference_and_waits_for_triage(desk: ReportDesk) -> None:
    """The firm gets a number to ask by; forms and region come from its entry."""
    report = await desk.reported()

    number = parse_number(report.reference)
    assert number is not None
    assert number.prefix is Prefix.REPORT
    assert (report.status, report.version, report.firm_id) == (S.REPORTED, 1, desk.firm.id)
    assert report.forms == desk.firm.profile.forms
    assert not report.cause_known


async def test_a_firm_reports_only_for_its_own_entry(desk: ReportDesk) -> None:
    """Another's entry is public, but not another's to report for."""
    assert await desk.refuses(desk.report_of(), OTHER_FIRM) == {
        ("firm",): (ErrorCode.FORBIDDEN, "firm.not_yours")
    }


@pytest.mark.parametrize("firm_id", ["nobody", "", "\x00", "堵点", "a'--"])
async def test_an_entry_that_is_not_there_cannot_report(desk: ReportDesk, firm_id: str) -> None:
    """Whatever stands in the place of its id."""
    assert await desk.refuses(desk.report_of(firm=firm_id), OWNER) == {
        ("firm",): (ErrorCode.NOT_FOUND, "not_found")
    }


async def test_an_entry_that_is_not_listed_yet_cannot_report(desk: ReportDesk) -> None:
    """First listed, then heard."""
    pending = make_firm(owner=OWNER.subject, status=FirmStatus.PENDING)
    await keep(desk.record, pending)
    assert await desk.refuses(desk.report_of(firm=pending.id), OWNER) == {
        ("firm",): (ErrorCode.NOT_ALLOWED_NOW, "blockage.firm_not_listed")
    }


async def test_a_second_report_of_the_same_is_led_to_the_first(desk: ReportDesk) -> None:
    """While the first is open; the answer names it."""
    first = await desk.reported()

    outcome = await desk.directory.handle(desk.report_of(title="平臺抽成過高！"), OWNER)

    assert [(each.code, each.params) for each in outcome.problems] == [
        (ErrorCode.DUPLICATE, {"reference": first.reference})
    ]


async def test_a_repeated_key_reports_once(desk: ReportDesk) -> None:
    """A click that was lost on the way and clicked again makes one report."""
    command = desk.report_of(client_mutation_id=f"key of {desk.firm.id}")
    assert (await desk.directory.handle(command, OWNER)).blockage == (
        await desk.directory.handle(command, OWNER)
    ).blockage


async def test_a_report_that_waits_for_triage_does_not_exist_for_strangers(desk: ReportDesk) -> None:
    """Neither for another firm nor for an agency of another region."""
    command = on(await desk.reported())
    assert await desk.refuses(AcceptAssignment(**command), FAR_OFFICER) == NOT_FOUND
    assert await desk.refuses(
        WithdrawBlockage(**command, reason="误报", asked_by_agency=False), OTHER_FIRM
    ) == (NOT_FOUND)


@pytest.mark.parametrize("blockage_id", ["nobody", "", "\x00", "堵点"])
async def test_a_report_that_is_not_there_is_not_found(desk: ReportDesk, blockage_id: str) -> None:
    """The same answer as for one the caller may not know of."""
    command = AcceptAssignment(blockage=blockage_id, expected_version=1)
    assert await desk.refuses(command, OFFICER) == NOT_FOUND


async def test_an_analyst_does_not_act_on_reports(desk: ReportDesk) -> None:
    """Reading everything public is a role without moves."""
    report = await desk.in_progress()
    assert await desk.refuses(PostProgress(**on(report), note="已读"), ANALYST) == {
        (): (ErrorCode.FORBIDDEN, "forbidden.role")
    }


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


async def test_a_question_goes_to_the_reporter_and_its_answer_back(desk: ReportDesk) -> None:
    """The clock stands still in between, and the cause is on record."""
    report = await desk.in_progress()
    asked = await desk.does(RequestInformation(**on(report), note="请提供结算单"), OFFICER)
    assert asked.status is S.INFORMATION_NEEDED

    desk.at("2026-03-05 10:00")
    answered = await desk.does(ProvideInformation(**on(asked), note="见说明"), OWNER)

    assert answered.status is S.IN_PROGRESS
    assert [(pause.cause, pause.ended_at) for pause in answered.pauses] == [("information", desk.now)]


async def test_the_same_question_does_not_stop_the_clock_twice(desk: ReportDesk) -> None:
    """A canned question works once."""
    asked = await desk.does(RequestInformation(**on(await desk.in_progress()), note="请提供结算单"), OFFICER)
    answered = await desk.does(ProvideInformation(**on(asked), note="见说明"), OWNER)
    assert await desk.refuses(RequestInformation(**on(answered), note="请提供：结算单"), OFFICER) == {
        ("note",): (ErrorCode.DUPLICATE, "blockage.asked_before")
    }


async def test_a_co_agency_posts_progress_and_does_not_propose(desk: ReportDesk) -> None:
    """It helps; the lead answers."""
    report = await desk.does(PostProgress(**on(await desk.in_progress()), note="已下调费率"), PLATFORM)
    assert (report.status, report.timeline[-1].actor) == (S.IN_PROGRESS, CO_AGENCY)
    assert (await desk.refuses(proposal(report), PLATFORM))[()] == (
        ErrorCode.FORBIDDEN,
        "blockage.not_yours",
    )


async def test_the_reporter_confirms_a_resolution(desk: ReportDesk) -> None:
    """The claim becomes a confirmation, with a rating."""
    report = await desk.resolved()
    resolution = report.resolutions[-1]
    assert report.status is S.RESOLVED
    assert (resolution.state, resolution.confirmed_by_reporter, resolution.rating) == (
        ResolutionState.CONFIRMED,
        True,
        5,
    )
    assert resolution.proposed_by == LEAD


@pytest.mark.parametrize("rating", [0, 6])
async def test_a_rating_lies_between_one_and_five(desk: ReportDesk, rating: int) -> None:
    """Very dissatisfied to very satisfied."""
    command = AnswerResolution(**on(await desk.proposed()), confirm=True, rating=rating)
    assert await desk.refuses(command, OWNER) == {("rating",): (ErrorCode.INVALID, "value.out_of_range")}


async def test_a_confirmed_part_leaves_the_rest_open(desk: ReportDesk) -> None:
    """What is left is on record, and the agency goes on."""
    report = await desk.does(
        AnswerResolution(**on(await desk.proposed("跨省结算仍未解决")), confirm=True), OWNER
    )
    assert (report.status, report.resolutions[-1].residual) == (S.IN_PROGRESS, "跨省结算仍未解决")


async def test_the_second_dispute_brings_in_a_supervisor(desk: ReportDesk) -> None:
    """One change each, counted."""
    report = await desk.proposed()
    report = await desk.does(AnswerResolution(**on(report), confirm=False, comment="没有变化"), OWNER)
    report = await desk.does(proposal(report), OFFICER)

    disputed = await desk.does(AnswerResolution(**on(report), confirm=False), OWNER)

    assert (disputed.disputes, disputed.supervised) == (2, True)
    assert disputed.version == report.version + 1


async def test_a_proposal_with_an_unknown_clause_and_no_words_is_refused(desk: ReportDesk) -> None:
    """A resolution says what was done and cites what is there."""
    command = proposal(await desk.in_progress(), summary=" ", clause="no-such#1")
    assert await desk.refuses(command, OFFICER) == {
        ("summary",): (ErrorCode.REQUIRED, "required"),
        ("clause",): (ErrorCode.INVALID, "code.unknown"),
    }


async def test_the_clock_closes_what_nobody_answered(desk: ReportDesk) -> None:
    """After the tenth working day, not before; nobody confirmed it, and the record says so."""
    report = await desk.proposed()
    command = CloseUnanswered(blockage=report.id)
    desk.at("2026-03-16 23:59")
    assert await desk.refuses(command, THE_CLOCK) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "blockage.answer_still_due")
    }

    closed = await desk.at("2026-03-17 00:00").does(command, THE_CLOCK)

    assert closed.status is S.RESOLVED
    assert closed.resolutions[-1].state is ResolutionState.UNANSWERED
    assert not closed.resolutions[-1].confirmed_by_reporter


async def test_the_clock_finds_what_it_has_to_close(desk: ReportDesk) -> None:
    """The record's list and the rule agree on the first instant."""
    report = await desk.proposed()
    desk.at("2026-03-17 00:00")
    async with desk.record.unit_of_work() as uow:
        found = [each.id for each in await uow.blockages.proposals_unanswered(desk.now)]
    assert report.id in found


async def test_nobody_plays_the_clock(desk: ReportDesk) -> None:
    """No role of a person closes for silence."""
    report = await desk.proposed()
    for caller in (OWNER, OFFICER, SUPERVISOR):
        assert await desk.refuses(CloseUnanswered(blockage=report.id), caller) == {
            (): (ErrorCode.FORBIDDEN, "forbidden.role")
        }


async def test_a_contested_resolution_opens_the_report_again(desk: ReportDesk) -> None:
    """Within twenty working days, counted in public."""
    resolved = await desk.resolved()
    report = await desk.does(ReopenBlockage(**on(resolved), reason="抽成又涨回来了"), OWNER)
    assert (report.status, report.reopens, report.closed_at) == (S.IN_PROGRESS, 1, None)


async def test_a_resolution_is_final_after_twenty_working_days(desk: ReportDesk) -> None:
    """Then it takes a new report."""
    resolved = await desk.resolved()
    desk.at("2026-03-31 00:00")
    assert await desk.refuses(ReopenBlockage(**on(resolved), reason="抽成又涨"), OWNER) == {
        (): (ErrorCode.LIMIT_EXCEEDED, "blockage.reopen_too_late")
    }


async def test_a_limit_is_extended_once_with_a_reason(desk: ReportDesk) -> None:
    """By the agency, before the limit, and the old date stays readable."""
    report = await desk.in_progress()
    extended = await desk.does(ExtendDeadline(**on(report), working_days=7, reason="须会商"), OFFICER)
    assert extended.extensions == 1
    assert any(each.extended_from for each in extended.deadlines)

    again = ExtendDeadline(**on(extended), working_days=1, reason="再会商")
    assert await desk.refuses(again, OFFICER) == {(): (ErrorCode.LIMIT_EXCEEDED, "blockage.extended_before")}


async def test_an_extension_longer_than_half_is_refused_at_its_field(desk: ReportDesk) -> None:
    """Fifteen working days allow seven more."""
    command = ExtendDeadline(**on(await desk.in_progress()), working_days=8, reason="须会商")
    assert await desk.refuses(command, OFFICER) == {
        ("working_days",): (ErrorCode.LIMIT_EXCEEDED, "blockage.extension_length")
    }


async def test_a_supervisor_ends_a_report_honestly(desk: ReportDesk) -> None:
    """With a public reason; it counts as unresolved."""
    report = await desk.in_progress()
    assert await desk.refuses(CloseUnresolved(**on(report)), SUPERVISOR) == {
        ("note",): (ErrorCode.REQUIRED, "required")
    }
    closed = await desk.does(CloseUnresolved(**on(report), note="须待上位法修订"), SUPERVISOR)
    assert (closed.status, closed.close_reason) == (S.CLOSED_UNRESOLVED, "须待上位法修订")


async def test_a_withdrawal_says_who_asked_for_it(desk: ReportDesk) -> None:
    """Withdrawals that an agency asked for are called back."""
    command = WithdrawBlockage(**on(await desk.in_progress()), reason="经办人劝撤", asked_by_agency=True)
    report = await desk.does(command, OWNER)
    assert (report.status, report.withdrawal_asked_by_agency) == (S.WITHDRAWN, True)


async def test_the_clock_supervises_a_missed_limit_once(desk: ReportDesk) -> None:
    """Not while there is time, and not twice."""
    report = await desk.in_progress(severity=Severity.CRITICAL)
    command = SuperviseBlockage(**on(report))
    assert await desk.at("2026-03-09 23:59").refuses(command, THE_CLOCK) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "blockage.nothing_missed")
    }

    supervised = await desk.at("2026-03-10 00:00").does(command, THE_CLOCK)

    assert supervised.supervised
    assert supervised.timeline[-1].actor == "clock"
    assert (await desk.refuses(SuperviseBlockage(**on(supervised)), THE_CLOCK))[()][
        0
    ] is ErrorCode.NOT_ALLOWED_NOW


async def test_a_supervisor_supervises_at_any_time_once(desk: ReportDesk) -> None:
    """From the first day."""
    report = await desk.does(SuperviseBlockage(**on(await desk.reported()), note="多家反映"), SUPERVISOR)
    assert await desk.refuses(SuperviseBlockage(**on(report)), SUPERVISOR) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "blockage.supervised_before")
    }


async def test_a_move_on_an_old_version_is_a_conflict(desk: ReportDesk) -> None:
    """The later clerk learns the present version, and nothing of the command is kept."""
    report = await desk.assigned()
    stale = AcceptAssignment(blockage=report.id, expected_version=report.version - 1)

    outcome = await desk.directory.handle(stale, OFFICER)

    assert [(each.code, each.params["current"]) for each in outcome.problems] == [
        (ErrorCode.CONFLICT, report.version)
    ]
    assert await desk.kept(report.id) == report


async def test_two_clerks_at_once_make_one_move(desk: ReportDesk) -> None:
    """Real concurrency: of eight commands on one version, one is kept and seven are conflicts."""
    report = await desk.in_progress()
    commands = [PostProgress(**on(report), note=f"进展{number}") for number in range(8)]

    outcomes = await asyncio.gather(*(desk.directory.handle(command, OFFICER) for command in commands))

    codes = sorted(problem.code.value for outcome in outcomes for problem in outcome.problems)
    assert codes == ["CONFLICT"] * 7
    assert (await desk.kept(report.id)).version == report.version + 1


async def test_the_whole_life_stands_in_the_log_and_gives_the_state_back(desk: ReportDesk) -> None:
    """One fact a move, in the past tense; folded, they are the report without its words."""
    report = await desk.resolved()

    log = await desk.log_of(report)

    assert [entry.fact.kind for entry in log] == [
        "blockage:reported",
        "blockage:triaged",
        "blockage:assigned",
        "blockage:accepted",
        "blockage:resolution_proposed",
        "blockage:confirmed",
    ]
    state: dict[str, object] = {}
    for entry in log:
        state = replay(state, entry.fact.changes)
    assert state["status"] == "RESOLVED"
    assert state["agency"] == LEAD


async def test_the_timeline_names_roles_and_agencies_never_persons(desk: ReportDesk) -> None:
    """Readers see which body acted, not which clerk."""
    report = await desk.resolved()
    assert [step.actor for step in report.timeline] == [
        "reporter",
        "triage",
        "supervisor",
        LEAD,
        LEAD,
        "reporter",
    ]


async def test_a_report_lives_on_with_the_entry_that_took_its_firm_in(desk: ReportDesk) -> None:
    """After a merge the survivor's owner answers for it."""
    report = await desk.proposed()
    survivor = make_firm(owner=OTHER_FIRM.subject)
    await keep(desk.record, survivor)
    kept = desk.firm.model_copy(update={"version": 1})
    await change(desk.record, kept, merged_into=survivor.id)

    confirmed = await desk.does(AnswerResolution(**on(report), confirm=True), OTHER_FIRM)

    assert confirmed.status is S.RESOLVED


async def test_a_report_for_agencies_stays_between_them(desk: ReportDesk) -> None:
    """Also once triage took it up, another firm does not learn that it is there."""
    report = await desk.triaged(visibility=Visibility.AGENCIES_ONLY)
    command = WithdrawBlockage(**on(report), reason="误报", asked_by_agency=False)
    assert await desk.refuses(command, OTHER_FIRM) == NOT_FOUND


async def test_every_refusal_has_a_sentence(desk: ReportDesk) -> None:
    """What a closed report answers to every command can be said in both languages."""
    report: Blockage = await desk.resolved()
    commands = [
        (AcceptAssignment(**on(report)), OFFICER),
        (CloseUnresolved(**on(report), note="晚了"), SUPERVISOR),
        (WithdrawBlockage(**on(report), reason="晚了", asked_by_agency=False), OWNER),
        (TriageBlockage(**on(report), accept=True), SECOND_OFFICER),
    ]
    for command, caller in commands:
        for code, key in (await desk.refuses(command, caller)).values():
            assert code is ErrorCode.NOT_ALLOWED_NOW
            assert key in CATALOGUE
