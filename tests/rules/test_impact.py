"""What a blocking point costs, by the bands that firms named."""

from __future__ import annotations

import pytest

from directory.entities import Blockage, Impact
from directory.impact import PointImpact, Sum, midpoint, point_impact
from directory.states import BlockageStatus
from seeds.reference import load_reference
from tests.factories import make_blockage


def told(firm: str, cost: str | None = None, jobs: str | None = None, **changes: object) -> Blockage:
    """A report of the firm with these bands."""
    impact = Impact(yearly_cost_band=cost, jobs_affected_band=jobs)
    return make_blockage(firm_id=firm, impact=impact, **changes)


@pytest.mark.parametrize(
    ("field", "band", "stands_for"),
    [("yearly_cost_band", "10k-50k", 30_000), ("jobs_affected_band", "2-4", 3)],
)
def test_a_band_stands_for_its_midpoint(field: str, band: str, stands_for: int) -> None:
    """Yuan a year, or persons."""
    assert midpoint(load_reference(), field, band) == stands_for


def test_the_bands_of_firms_add_up() -> None:
    """Each list by itself, with how many firms it is over."""
    reports = [told("a", "10k-50k", "2-4"), told("b", "under-10k"), told("c", jobs="1")]
    assert point_impact(reports, load_reference()) == PointImpact(Sum(35_000, 2), Sum(4, 2), silent=0)


def test_a_firm_counts_once_by_its_highest_band() -> None:
    """Reporting often makes an obstacle no dearer, in whatever order the reports come."""
    reports = [told("a", "10k-50k"), told("a", "under-10k"), told("a", "none")]
    for given in (reports, reports[::-1]):
        assert point_impact(given, load_reference()).yearly_cost == Sum(30_000, 1)


def test_who_named_no_band_is_counted_and_not_guessed() -> None:
    """No cost is a band and not silence."""
    reports = [told("a", "none"), make_blockage(firm_id="b"), told("c")]
    assert point_impact(reports, load_reference()) == PointImpact(Sum(0, 1), Sum(0, 0), silent=2)


@pytest.mark.parametrize(
    "status", [BlockageStatus.REJECTED, BlockageStatus.DUPLICATE, BlockageStatus.WITHDRAWN]
)
def test_void_reports_cost_nothing(status: BlockageStatus) -> None:
    """Nor are their firms silent ones."""
    reports = [told("a", "10k-50k", status=status)]
    assert point_impact(reports, load_reference()) == PointImpact(Sum(0, 0), Sum(0, 0), silent=0)
