"""Signs that an agency pushes reports around (监督预警): counted by agency, for supervisors alone."""

from __future__ import annotations

from tests.journeys.reports import Reports, on
from tests.journeys.stage import LEAD, LEADER, SECOND_LEAD, SUPERVISOR

SIGNS = "{ agencyIndicators { agency { code } reports indicators { indicator count share } } }"


async def test_the_share_of_extensions_and_withdrawals_is_shown_by_agency(reports: Reports) -> None:
    """Of three reports one was extended and one withdrawn because the agency asked for it."""
    await reports.in_progress(title="保证金迟迟不退")
    extended = await reports.in_progress(title="账号无故封停")
    await reports.does(LEADER, "extendDeadline", **on(extended, workingDays=2, reason="须会商"))
    await reports.withdrawn(title="结算周期过长")

    (found,) = (await reports.stage.ask(SUPERVISOR, SIGNS))["agencyIndicators"]

    assert (found["agency"]["code"], found["reports"]) == (LEAD, 3)
    assert {each["indicator"]: (each["count"], round(each["share"], 2)) for each in found["indicators"]} == {
        "PING_PONG": (0, 0.0),
        "EXTENDED": (1, 0.33),
        "WITHDRAWAL_ASKED": (1, 0.33),
    }


async def test_a_report_counts_for_the_agency_that_has_it_last(reports: Reports) -> None:
    """Handed there and back and there again, it is ping-pong."""
    report = await reports.in_progress()
    for agency in (SECOND_LEAD, LEAD, SECOND_LEAD):
        report = await reports.does(SUPERVISOR, "assignBlockage", **on(report, agency=agency, coAgencies=[]))

    (found,) = (await reports.stage.ask(SUPERVISOR, SIGNS))["agencyIndicators"]

    assert found["agency"]["code"] == SECOND_LEAD
    assert found["indicators"][0] == {"indicator": "PING_PONG", "count": 1, "share": 1.0}


async def test_only_supervisors_read_the_signs(reports: Reports) -> None:
    """An agency is not judged by another."""
    assert (await reports.stage.answer(LEADER, SIGNS)).codes == ["FORBIDDEN"]
