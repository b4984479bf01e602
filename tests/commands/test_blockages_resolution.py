"""Following a report up to its end: questions, progress, claims and answers, limits, supervision."""

from __future__ import annotations

import pytest

from directory.access import THE_CLOCK
from directory.anchors import Anchor
from directory.commands import (
    AnswerResolution,
    CloseUnanswered,
    CloseUnresolved,
    ExtendDeadline,
    PostProgress,
    ProvideInformation,
    ReopenBlockage,
    RequestInformation,
    SuperviseBlockage,
    SuperviseMissedLimit,
    WithdrawBlockage,
)
from directory.entities import Supervision
from directory.errors import ErrorCode
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, ResolutionState, Severity, SupervisionCause
from tests.commands.report_desk import (
    OFFICER,
    OWNER,
    PLATFORM,
    SUPERVISOR,
    ReportDesk,
    on,
    opened_desk,
    proposal,
)
from tests.rules.report_lives import CO_AGENCY, LEAD

S = BlockageStatus


@pytest.fixture
async def desk(shared_record: SqlRecord) -> ReportDesk:
    """A listed firm on each kind of database, and the desk that hears it."""
    return await opened_desk(shared_record)


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
    async with desk.record.reader() as reader:
        found = [each.id for each in await reader.reached(Anchor.ANSWER_DUE, desk.now, limit=1000)]
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
    command = SuperviseMissedLimit(blockage=report.id)
    assert await desk.at("2026-03-09 23:59").refuses(command, THE_CLOCK) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "blockage.nothing_missed")
    }

    supervised = await desk.at("2026-03-10 00:00").does(command, THE_CLOCK)

    assert supervised.supervised
    assert supervised.timeline[-1].actor == "clock"
    assert supervised.supervision == Supervision(cause=SupervisionCause.CLOCK, since=desk.now)
    assert (await desk.refuses(command, THE_CLOCK))[()][0] is ErrorCode.NOT_ALLOWED_NOW


async def test_a_supervisor_supervises_at_any_time_once(desk: ReportDesk) -> None:
    """From the first day."""
    report = await desk.does(SuperviseBlockage(**on(await desk.reported()), note="多家反映"), SUPERVISOR)
    assert await desk.refuses(SuperviseBlockage(**on(report)), SUPERVISOR) == {
        (): (ErrorCode.NOT_ALLOWED_NOW, "blockage.supervised_before")
    }
