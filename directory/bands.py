"""What the public learns of a firm's figures: exact where they are public anyway, a band (区间) where they are not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from directory.states import Metric


class Disclosure(StrEnum):
    """How a metric is shown to those who may not see the firm's own figures."""

    EXACT = "exact"
    BANDED = "banded"
    WITHHELD = "withheld"


# Followers and works can be counted on the platform's page. Headcount is internal: its size class is public.
DISCLOSURE: Mapping[Metric, Disclosure] = {
    Metric.FOLLOWERS: Disclosure.EXACT,
    Metric.WORKS_PUBLISHED: Disclosure.EXACT,
    Metric.MONTHLY_TURNOVER_CNY: Disclosure.BANDED,
    Metric.ANNUAL_REVENUE_CNY: Disclosure.BANDED,
    Metric.CUSTOMERS: Disclosure.BANDED,
    Metric.ORDERS: Disclosure.WITHHELD,
    Metric.EMPLOYEES: Disclosure.WITHHELD,
}

# Inclusive lower edges, in CNY or persons.
BAND_EDGES: Mapping[Metric, tuple[int, ...]] = {
    Metric.MONTHLY_TURNOVER_CNY: (0, 10_000, 30_000, 50_000, 100_000, 300_000, 1_000_000, 5_000_000),
    Metric.ANNUAL_REVENUE_CNY: (0, 120_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 50_000_000),
    Metric.CUSTOMERS: (0, 100, 500, 1_000, 5_000, 10_000, 100_000),
}


class Band(NamedTuple):
    """A span of values, `lower` inclusive, `upper` exclusive; `upper` None in the open band at the top."""

    code: str
    lower: int
    upper: int | None


_BANDS: Mapping[Metric, tuple[Band, ...]] = {
    metric: tuple(
        Band(f"{lower}-{'' if upper is None else upper}", lower, upper)
        for lower, upper in zip(edges, (*edges[1:], None), strict=True)
    )
    for metric, edges in BAND_EDGES.items()
}


def bands(metric: Metric) -> tuple[Band, ...]:
    """The bands of a metric, lowest first; none when it is not shown in bands."""
    return _BANDS.get(metric, ())


def band(metric: Metric, value: Decimal | int) -> Band:
    """The band of a value, such as `50000-100000`; the top one reads `5000000-`.

    A negative value (a month with more returns than sales) lies in the lowest band.
    Raises: KeyError, for a metric without bands.
    """
    found = bisect_right(BAND_EDGES[metric], value) - 1
    return _BANDS[metric][max(found, 0)]
