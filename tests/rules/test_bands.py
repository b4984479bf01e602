"""What the public learns of a firm's figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.bands import BAND_EDGES, DISCLOSURE, Band, Disclosure, band, bands
from directory.states import Metric

banded = st.sampled_from(sorted(BAND_EDGES))


@pytest.mark.parametrize(
    ("metric", "value", "code"),
    [
        (Metric.MONTHLY_TURNOVER_CNY, 0, "0-10000"),
        (Metric.MONTHLY_TURNOVER_CNY, "9999.99", "0-10000"),
        (Metric.MONTHLY_TURNOVER_CNY, 10_000, "10000-30000"),
        (Metric.MONTHLY_TURNOVER_CNY, "81417.5", "50000-100000"),
        (Metric.MONTHLY_TURNOVER_CNY, 5_000_000, "5000000-"),
        (Metric.MONTHLY_TURNOVER_CNY, -20, "0-10000"),
        (Metric.ANNUAL_REVENUE_CNY, 4_200_000, "1000000-5000000"),
        (Metric.CUSTOMERS, 1_600, "1000-5000"),
    ],
)
def test_a_figure_is_shown_as_its_band(metric: Metric, value: int | str, code: str) -> None:
    """Lower edges are inclusive, upper ones are not."""
    assert band(metric, Decimal(value)).code == code


def test_the_top_band_is_open() -> None:
    """It has no upper edge."""
    assert bands(Metric.CUSTOMERS)[-1] == Band("100000-", 100_000, None)


@given(banded, st.decimals(0, 10**12, places=2))
def test_a_value_lies_in_its_band_and_in_no_other(metric: Metric, value: Decimal) -> None:
    """The bands cover everything and do not overlap."""
    holding = [
        one for one in bands(metric) if one.lower <= value and (one.upper is None or value < one.upper)
    ]

    assert holding == [band(metric, value)]


@given(banded, st.decimals(0, 10**12, places=2))
def test_a_band_hides_the_value(metric: Metric, value: Decimal) -> None:
    """All values of a band are shown alike: its lower edge gives the same band."""
    shown = band(metric, value)

    assert band(metric, shown.lower) == shown


def test_every_metric_has_a_way_to_be_shown() -> None:
    """And exactly the banded ones have bands."""
    assert DISCLOSURE.keys() == set(Metric)
    assert {metric for metric, how in DISCLOSURE.items() if how is Disclosure.BANDED} == BAND_EDGES.keys()


def test_a_metric_without_bands_has_none() -> None:
    """Followers are public as they are."""
    assert bands(Metric.FOLLOWERS) == ()
    with pytest.raises(KeyError):
        band(Metric.FOLLOWERS, 5)
