"""Reports as the command side takes them: who may report what, who may know of it, what is kept and logged."""

from __future__ import annotations

import asyncio

import pytest

from directory.commands import (
    AcceptAssignment,
    AnswerResolution,
    CloseUnresolved,
    PostProgress,
    TriageBlockage,
    WithdrawBlockage,
)
from directory.entities import Blockage
from directory.errors import ErrorCode
from directory.facts import replay
from directory.identifiers import Prefix, parse_number
from directory.messages.catalogue import CATALOGUE
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, FirmStatus, Visibility
from tests.commands.report_desk import (
    ANALYST,
    FAR_OFFICER,
    OFFICER,
    OTHER_FIRM,
    OWNER,
    SECOND_OFFICER,
    SUPERVISOR,
    ReportDesk,
    on,
    opened_desk,
)
from tests.factories import make_firm
from tests.record.steps import change, keep
from tests.rules.report_lives import LEAD

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
