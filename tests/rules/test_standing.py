"""What a caller is to a report, and what each may read of it."""

from __future__ import annotations

import pytest

from directory.access import ANYONE, THE_CLOCK, Caller, Role
from directory.entities import Blockage
from directory.moves import Action, Side
from directory.standing import (
    NOTES_BETWEEN_PARTIES,
    is_public,
    may_assign_to,
    may_help,
    may_lead,
    may_see_blockage,
    readable_timeline,
    sides_of,
)
from directory.states import BlockageStatus, Visibility
from tests.rulebooks import REFERENCE
from tests.rules.report_lives import CO_AGENCY, LEAD, SECOND_LEAD, life_in

S = BlockageStatus
AGENCIES = REFERENCE.agencies


def officer(agency: str | None, region: str | None = None) -> Caller:
    """An officer of an agency, with a reach."""
    return Caller("officer", frozenset({Role.AGENCY}), agency=agency, region=region)


SUPERVISOR = Caller("supervisor", frozenset({Role.SUPERVISOR}))
OWNER = Caller("firm-user", frozenset({Role.FIRM}))
OTHER_FIRM = Caller("other-firm", frozenset({Role.FIRM}))
ANALYST = Caller("analyst", frozenset({Role.ANALYST}))
OPERATOR = Caller("operator", frozenset({Role.OPERATOR}))
STRANGERS = [ANYONE, OTHER_FIRM, ANALYST, OPERATOR]


def sides(caller: Caller, report: Blockage, *, is_reporter: bool = False) -> frozenset[Side]:
    return sides_of(caller, report, AGENCIES, is_reporter=is_reporter)


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        (officer(LEAD, "330100"), {Side.LEAD, Side.TRIAGE}),
        (officer(LEAD, "440000"), {Side.LEAD}),
        (officer(SECOND_LEAD, "330100"), {Side.TRIAGE}),
        (officer("samr"), {Side.TRIAGE}),
        (officer("samr", "440300"), set()),
        (officer(CO_AGENCY), {Side.CO_AGENCY}),
        (officer("industry-association"), set()),
        (officer("no-such-body"), set()),
        (officer(None), set()),
        (SUPERVISOR, {Side.SUPERVISOR}),
        (THE_CLOCK, {Side.CLOCK}),
        *((stranger, set()) for stranger in STRANGERS),
    ],
)
def test_a_caller_is_to_a_report_what_agency_and_reach_make_of_it(
    caller: Caller, expected: set[Side]
) -> None:
    """Lead and co-agency by name, triage by reach; platforms and associations never judge."""
    assert sides(caller, life_in(S.IN_PROGRESS).report) == expected


def test_the_owner_of_the_firm_is_the_reporter() -> None:
    """And nobody else's entry makes one."""
    report = life_in(S.REPORTED).report
    assert sides(OWNER, report, is_reporter=True) == {Side.REPORTER}
    assert sides(OWNER, report, is_reporter=False) == frozenset()
    assert sides(Caller("firm-user", frozenset({Role.PUBLIC})), report, is_reporter=True) == frozenset()


@pytest.mark.parametrize("status", list(S))
def test_a_report_is_public_once_triage_took_it_up(status: S) -> None:
    """Not while it waits, and never when it was refused or merged."""
    hidden = {S.REPORTED, S.REJECTED, S.DUPLICATE}
    assert is_public(life_in(status).report) == (status not in hidden)


def test_a_report_withdrawn_before_triage_never_becomes_public() -> None:
    """What nobody judged is nobody's news."""
    assert not is_public(life_in(S.REPORTED).withdraw().report)


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_report_for_agencies_does_not_exist_for_strangers(status: S, stranger: Caller) -> None:
    """In no state, for nobody."""
    report = life_in(status, visibility=Visibility.AGENCIES_ONLY).report
    assert not may_see_blockage(stranger, report, AGENCIES, is_reporter=False)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_strangers_read_a_public_report_without_its_reporter(stranger: Caller) -> None:
    """What blocks whom where is public."""
    report = life_in(S.IN_PROGRESS).report
    assert may_see_blockage(stranger, report, AGENCIES, is_reporter=False)


@pytest.mark.parametrize("caller", [officer(LEAD, "330100"), officer("samr"), SUPERVISOR])
def test_those_who_handle_a_report_see_one_for_agencies(caller: Caller) -> None:
    """It is for them."""
    report = life_in(S.IN_PROGRESS, visibility=Visibility.AGENCIES_ONLY).report
    assert may_see_blockage(caller, report, AGENCIES, is_reporter=False)


def test_a_firm_sees_its_own_report() -> None:
    """In every state."""
    for status in S:
        report = life_in(status, visibility=Visibility.AGENCIES_ONLY).report
        assert may_see_blockage(OWNER, report, AGENCIES, is_reporter=True)


def test_strangers_see_every_step_but_not_what_the_parties_wrote() -> None:
    """The question and the answer stay between agency and reporter; the resolution is for all."""
    report = life_in(S.IN_PROGRESS).ask().answer().propose().report

    public = {step.action: step.note for step in readable_timeline(report, frozenset())}

    assert [step.action for step in report.timeline] == list(public)
    assert public[Action.REQUEST_INFORMATION] is None
    assert public[Action.PROVIDE_INFORMATION] is None
    assert public[Action.PROPOSE] == "平台已下调抽成比例并公示"


def test_the_reason_of_an_honest_close_is_public() -> None:
    """Nothing more can be done now, and everyone may read why."""
    report = life_in(S.CLOSED_UNRESOLVED).report
    assert Action.CLOSE_UNRESOLVED not in NOTES_BETWEEN_PARTIES
    assert readable_timeline(report, frozenset())[-1].note == "须待上位法修订"


def test_the_parties_read_the_whole_timeline() -> None:
    """Whoever has a part in a report reads all of it."""
    report = life_in(S.INFORMATION_NEEDED).report
    assert readable_timeline(report, frozenset({Side.REPORTER})) == report.timeline


@pytest.mark.parametrize(
    ("code", "leads", "helps"),
    [
        ("samr", True, True),
        (LEAD, True, True),
        ("local-amr", False, False),
        ("platform-operator", False, True),
        ("industry-association", False, True),
        ("state-council", False, False),
    ],
)
def test_only_an_authority_with_a_place_leads(code: str, *, leads: bool, helps: bool) -> None:
    """Platforms and associations help; a local office without its region is no body yet."""
    agency = AGENCIES.require(code)
    assert (may_lead(agency), may_help(agency)) == (leads, helps)


@pytest.mark.parametrize(
    ("caller", "code", "allowed"),
    [
        (officer(SECOND_LEAD, "330100"), LEAD, True),
        (officer(SECOND_LEAD, "330100"), SECOND_LEAD, True),
        (officer(SECOND_LEAD, "330100"), "local-amr@440300", False),
        (officer(SECOND_LEAD, "330100"), "samr", False),
        (officer("samr"), "local-amr@440300", True),
        (officer("samr"), "cac", True),
        (SUPERVISOR, "samr", True),
    ],
)
def test_an_officer_assigns_inside_the_own_reach(caller: Caller, code: str, *, allowed: bool) -> None:
    """Across agencies and regions a supervisor assigns: a city office gives no orders to a ministry."""
    assert may_assign_to(caller, AGENCIES.require(code)) == allowed
