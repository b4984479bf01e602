"""What becomes of sample reports is possible under the real table of moves, and shows every state."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from directory.moves import MOVES, Action
from directory.states import BlockageStatus, ResolutionKind, Severity
from seeds.generate import generate
from seeds.reference import load_reference
from seeds.sample import SampleFirm, SampleReport, SampleStep

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def firms() -> tuple[SampleFirm, ...]:
    """Three thousand firms."""
    return tuple(generate(3_000, today=TODAY))


@pytest.fixture(scope="module")
def reports(firms: tuple[SampleFirm, ...]) -> tuple[SampleReport, ...]:
    """All their reports."""
    return tuple(report for firm in firms for report in firm.reports)


def action_of(step: SampleStep) -> Action:
    """The move that a step makes."""
    if step.action != "triage":
        return Action(step.action)
    if step.params["accept"]:
        return Action.TRIAGE_ACCEPT
    return Action.MARK_DUPLICATE if "duplicate_of" in step.params else Action.TRIAGE_REJECT


def states_of(report: SampleReport) -> Iterator[BlockageStatus]:
    """The states of a life. Raises: KeyError, for a move that the table does not have."""
    status = BlockageStatus.REPORTED
    yield status
    for step in report.steps:
        status = MOVES[status, action_of(step)].to
        yield status


def steps_of(reports: tuple[SampleReport, ...], action: str) -> list[SampleStep]:
    """Every step of one kind."""
    return [step for report in reports for step in report.steps if step.action == action]


def test_every_life_follows_the_table_of_moves(reports: tuple[SampleReport, ...]) -> None:
    """No step is taken from a state that does not allow it."""
    for report in reports:
        assert list(states_of(report))


def test_lives_end_in_every_state(reports: tuple[SampleReport, ...]) -> None:
    """Open in each open state, and closed in each way there is."""
    ends = Counter(list(states_of(report))[-1] for report in reports)
    assert set(ends) == set(BlockageStatus)


def test_steps_are_in_order_and_not_in_the_future(reports: tuple[SampleReport, ...]) -> None:
    """Days since the report only grow, up to today."""
    for report in reports:
        days = [step.after_days for step in report.steps]
        assert days == sorted(days)
        assert all(0 <= day <= report.reported_days_ago for day in days)


@pytest.mark.parametrize("once", ["return", "extend", "supervise"])
def test_what_may_happen_once_happens_once(reports: tuple[SampleReport, ...], once: str) -> None:
    """One return, one extension and one supervision in the life of a report."""
    counted = [sum(step.action == once for step in report.steps) for report in reports]
    assert max(counted) == 1


def test_an_extension_fits_every_severity(reports: tuple[SampleReport, ...]) -> None:
    """At most half of the shortest resolve limit, so that no severity refuses it."""
    shortest = load_reference().limits.resolve[Severity.CRITICAL]
    asked = [step.params["working_days"] for step in steps_of(reports, "extend")]
    assert asked
    assert all(1 <= days <= shortest // 2 for days in asked)


def test_a_proposal_is_answered_before_it_lapses(reports: tuple[SampleReport, ...]) -> None:
    """Answers come within the confirm limit, counted in calendar days to be safe."""
    for report in reports:
        for before, after in pairwise(report.steps):
            if before.action == "propose":
                assert after.action in ("confirm", "dispute")
                assert after.after_days - before.after_days < load_reference().limits.confirm


def test_some_proposals_wait_long_enough_to_lapse(reports: tuple[SampleReport, ...]) -> None:
    """The clock has proposals to close as unanswered."""
    waiting = [r for r in reports if r.steps and r.steps[-1].action == "propose"]
    assert any(report.reported_days_ago - report.steps[-1].after_days > 20 for report in waiting)
    assert any(report.reported_days_ago - report.steps[-1].after_days < 5 for report in waiting)


def test_some_reports_are_disputed_twice(reports: tuple[SampleReport, ...]) -> None:
    """The second dispute puts a report under supervision."""
    disputes = Counter(sum(step.action == "dispute" for step in report.steps) for report in reports)
    assert disputes[1] > 0
    assert disputes[2] > 0


def test_agencies_that_are_assigned_exist(reports: tuple[SampleReport, ...]) -> None:
    """Lead and co-agencies are known bodies or local offices; nobody helps itself."""
    agencies = load_reference().agencies
    for step in steps_of(reports, "assign"):
        helpers = step.params.get("co_agencies", [])
        assert all(agencies.get(code) for code in (step.params["agency"], *helpers))
        assert step.params["agency"] not in helpers


def test_who_returned_a_report_does_not_get_it_again(reports: tuple[SampleReport, ...]) -> None:
    """The second assignment goes elsewhere."""
    twice = [[s.params["agency"] for s in r.steps if s.action == "assign"] for r in reports]
    again = [agencies for agencies in twice if len(agencies) == 2]
    assert again
    assert all(first != second for first, second in again)


def test_resolutions_are_of_every_kind(reports: tuple[SampleReport, ...]) -> None:
    """Each of the five kinds is claimed, and a cited clause exists."""
    proposals = steps_of(reports, "propose")
    assert {step.params["kind"] for step in proposals} == set(ResolutionKind)
    cited = {step.params["clause"] for step in proposals if "clause" in step.params}
    assert cited
    assert cited <= set(load_reference().clauses)


def test_refusals_name_a_known_reason(reports: tuple[SampleReport, ...]) -> None:
    """The reason tells the reporter where to turn to."""
    refused = [s for s in steps_of(reports, "triage") if action_of(s) is Action.TRIAGE_REJECT]
    assert {step.params["reason"] for step in refused} == set(
        load_reference().vocabulary("refusal_reasons").by_code
    )


def test_a_duplicate_repeats_a_report_of_the_same_firm_that_stands(firms: tuple[SampleFirm, ...]) -> None:
    """Same firm, same category, reported before, neither refused nor withdrawn."""
    found = 0
    for firm in firms:
        by_key = {report.key: report for report in firm.reports}
        for report in firm.reports:
            for key in (
                step.params["duplicate_of"] for step in report.steps if "duplicate_of" in step.params
            ):
                first = by_key[key]
                assert first.report["category"] == report.report["category"]
                assert first.reported_days_ago >= report.reported_days_ago
                void = {BlockageStatus.REJECTED, BlockageStatus.WITHDRAWN, BlockageStatus.DUPLICATE}
                assert void.isdisjoint(states_of(first))
                found += 1
    assert found > 0


def test_reporters_rate_from_one_to_five(reports: tuple[SampleReport, ...]) -> None:
    """All five levels of the good-bad review occur."""
    assert {step.params["rating"] for step in steps_of(reports, "confirm")} == {1, 2, 3, 4, 5}
