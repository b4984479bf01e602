"""Monthly figures of invented firms: some grow, some do not, from sources of every grade."""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Any, NamedTuple

from directory.states import EntityKind

Reading = Mapping[str, str]


class Series(NamedTuple):
    """How a metric starts (log10 of the first value, low and high) and who vouches for it."""

    start: tuple[float, float]
    sources: tuple[str, ...]


_SERIES = {
    "FOLLOWERS": Series((2.0, 4.8), ("platform-export", "public-page", "public-page", "self-declared")),
    "MONTHLY_TURNOVER_CNY": Series(
        (3.4, 5.3), ("platform-export", "statement", "tax-record", "self-declared", "self-declared")
    ),
    "CUSTOMERS": Series((1.3, 3.3), ("platform-export", "statement", "self-declared")),
    "ORDERS": Series((1.3, 3.6), ("platform-export", "statement", "self-declared")),
    "WORKS_PUBLISHED": Series((0.5, 1.7), ("public-page", "self-declared")),
}
# Monthly factors, low and high: fast, steady, flat and shrinking firms.
_TRENDS = ((1.06, 1.13), (1.02, 1.05), (1.02, 1.05), (0.99, 1.01), (0.93, 0.98))
_MISSING_MONTH = 0.06
# Enterprises that are no longer small or micro, so that some entries have outgrown the directory.
_OUTGROWN_SHARE = 0.04


def month_before(day: date, months: int) -> date:
    """The first day of the month `months` before that of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def monthly(chance: Random, metrics: tuple[str, ...], founded: date, submitted: date) -> Iterator[Reading]:
    """Readings of 3 to 30 months up to the month before `submitted`, none before `founded`.

    A very young firm has fewer. Now and then a month is missing.
    """
    age = (submitted.year - founded.year) * 12 + submitted.month - founded.month
    months = min(chance.randint(3, 30), age)
    for metric in metrics:
        series = _SERIES[metric]
        value, source = 10 ** chance.uniform(*series.start), chance.choice(series.sources)
        trend = chance.uniform(*chance.choice(_TRENDS))
        gap = chance.randrange(months) if months and chance.random() < _MISSING_MONTH else -1
        for back in range(months, 0, -1):
            value *= trend * chance.uniform(0.96, 1.04)
            if back != gap:
                period = month_before(submitted, back).strftime("%Y-%m")
                yield {
                    "metric": metric,
                    "period": period,
                    "value": str(max(1, round(value))),
                    "source": source,
                }


def yearly(chance: Random, kind: EntityKind, founded: date, submitted: date) -> Iterator[Reading]:
    """Staff and yearly revenue: of most enterprises, of some households, of no freelancer."""
    known = {EntityKind.ENTERPRISE: 0.8, EntityKind.INDIVIDUAL_BUSINESS: 0.3, EntityKind.FREELANCER: 0.0}[
        kind
    ]
    if chance.random() >= known:
        return
    staff = round(10 ** chance.uniform(0.2, 1.6 if kind is EntityKind.ENTERPRISE else 0.7))
    revenue = 10 ** chance.uniform(4.9, 6.8)
    if kind is EntityKind.ENTERPRISE and chance.random() < _OUTGROWN_SHARE:
        staff, revenue = 120 + staff, revenue * 30
    month = month_before(submitted, 1).strftime("%Y-%m")
    yield {"metric": "EMPLOYEES", "period": month, "value": str(staff), "source": "register"}
    for year in range(max(founded.year + 1, submitted.year - 4), submitted.year):
        revenue *= chance.uniform(0.9, 1.5)
        source = chance.choice(("tax-record", "statement"))
        yield {
            "metric": "ANNUAL_REVENUE_CNY",
            "period": str(year),
            "value": f"{revenue:.0f}",
            "source": source,
        }


def last_value(readings: list[Any], metric: str) -> int | None:
    """The newest reading of `metric`, or None."""
    values = [int(reading["value"]) for reading in readings if reading["metric"] == metric]
    return values[-1] if values else None
