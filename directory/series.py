"""
Readings of a metric as a series of months, and its growth.

Level metrics (followers, customers) hold the month's last figure, flow metrics (turnover, orders) the month's sum; a
later report of the same month corrects the earlier one. One missing month is interpolated and flagged; two or more
cut the series, and what follows the last cut counts. All arithmetic is exact: figures are compared unrounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from directory.states import Metric

YEAR_ON_YEAR_MONTHS = 15
ANNUALISED_MONTHS = 6
AVERAGED_MONTHS = 3
RATE_CAP = Decimal("9.99")

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_LAST_MONTH_OF_YEAR = 12
# Beyond any turnover and finer than any fen: exact arithmetic on such a figure would only cost time.
_MOST_DIGITS = 18
_MOST_PLACES = 6


class Grade(StrEnum):
    """How far a figure is proved: A official or platform data, B documents, C self-declared."""

    A = "A"
    B = "B"
    C = "C"


GRADES: Mapping[str, Grade] = {
    "platform-export": Grade.A,
    "tax-record": Grade.A,
    "register": Grade.A,
    "statement": Grade.B,
    "public-page": Grade.B,
    "self-declared": Grade.C,
}


def grade_of(source: str | None) -> Grade:
    """The grade of a source; one that is missing or unknown proves nothing and counts as self-declared."""
    return GRADES.get(source or "", Grade.C)


class Reading(Protocol):
    """A figure read for a period: YYYY-MM, or YYYY for yearly metrics; money in CNY."""

    @property
    def metric(self) -> Metric:
        """What was read."""

    @property
    def period(self) -> str:
        """The month or year it belongs to."""

    @property
    def value(self) -> Decimal:
        """The figure."""

    @property
    def source(self) -> str | None:
        """Where it comes from, a key of `GRADES`."""

    @property
    def reported_at(self) -> datetime:
        """When it was reported; the latest report of a period counts."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth a year: `ratio` of two means, raised to `power` = 12 months / months between them."""

    ratio: Fraction
    power: Fraction

    def meets(self, threshold: Fraction) -> bool:
        """Whether the growth is `threshold` or more (1/5 is 20 % a year), by exact comparison of powers."""
        return self.ratio**self.power.numerator >= (1 + threshold) ** self.power.denominator

    @property
    def rate(self) -> Decimal:
        """The growth as a fraction, 0.2 for 20 %, capped at 9.99: for display, not for comparison."""
        with localcontext() as context:
            context.prec = 28
            ratio = Decimal(self.ratio.numerator) / Decimal(self.ratio.denominator)
            return min(
                ratio ** (Decimal(self.power.numerator) / Decimal(self.power.denominator)) - 1, RATE_CAP
            )


@dataclass(frozen=True, slots=True)
class MonthlySeries:
    """Consecutive months of one metric; `interpolated` are the periods without a reading of their own."""

    metric: Metric
    first_month: int
    values: tuple[Fraction, ...]
    interpolated: tuple[str, ...]
    grade: Grade

    @property
    def months(self) -> int:
        """How many months the series spans, interpolated ones included."""
        return len(self.values)

    @property
    def readings(self) -> int:
        """How many months have a reading."""
        return len(self.values) - len(self.interpolated)

    @property
    def first_period(self) -> str:
        """The first month, YYYY-MM."""
        return _period(self.first_month)

    @property
    def last_period(self) -> str:
        """The last month, YYYY-MM."""
        return _period(self.first_month + len(self.values) - 1)

    @property
    def last(self) -> Fraction:
        """The figure of the last month."""
        return self.values[-1]

    @property
    def mean_of_last(self) -> Fraction | None:
        """The mean of the last three months; None when there are fewer."""
        return _mean(self.values[-AVERAGED_MONTHS:]) if self.months >= AVERAGED_MONTHS else None

    @property
    def growth(self) -> Growth | None:
        """The growth a year; None under six months, or when the base is zero.

        From 15 months on year on year: the last three months against the same three a year before. From 6 to 14
        months annualised: the last three against the first three.
        """
        if self.months < ANNUALISED_MONTHS:
            return None
        year_on_year = self.months >= YEAR_ON_YEAR_MONTHS
        start = -YEAR_ON_YEAR_MONTHS if year_on_year else 0
        base = _mean(self.values[start:][:AVERAGED_MONTHS])
        if base <= 0:
            return None
        months_between = 12 if year_on_year else self.months - AVERAGED_MONTHS
        # A loss beyond the whole base is no less than a loss of all of it.
        now = max(_mean(self.values[-AVERAGED_MONTHS:]), Fraction(0))
        return Growth(now / base, Fraction(12, months_between))


def monthly_series(
    readings: Iterable[Reading], metric: Metric, until: date, *, documented: bool = False
) -> MonthlySeries | None:
    """The unbroken months of `metric` up to the month of `until`; None without a reading.

    `documented` leaves out self-declared readings. Readings of other periods and impossible figures are passed over;
    the order of readings does not matter.
    """
    last_month = until.year * 12 + until.month - 1
    by_month: dict[int, Reading] = {}
    for reading in readings:
        month = _month_of(reading.period)
        if month is None or month > last_month or not _counts(reading, metric, documented):
            continue
        if month not in by_month or _supersedes(reading, by_month[month]):
            by_month[month] = reading
    return _latest_segment(metric, by_month) if by_month else None


def yearly_values(readings: Iterable[Reading], metric: Metric, before: int) -> Mapping[int, Fraction]:
    """The figure of each year before the year `before`: that of the year, else of its last month read."""
    chosen: dict[int, tuple[int, Reading]] = {}
    for reading in readings:
        place = _place_in_year(reading.period)
        if place is None or place[0] >= before or not _counts(reading, metric, documented=False):
            continue
        year, month = place
        kept = chosen.get(year)
        if kept is None or month > kept[0] or (month == kept[0] and _supersedes(reading, kept[1])):
            chosen[year] = (month, reading)
    return {year: Fraction(reading.value) for year, (_, reading) in chosen.items()}


def _counts(reading: Reading, metric: Metric, documented: bool) -> bool:
    return (
        reading.metric == metric
        and _is_plausible(reading.value)
        and not (documented and grade_of(reading.source) is Grade.C)
    )


def _is_plausible(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_PLACES and value.adjusted() < _MOST_DIGITS


def _supersedes(later: Reading, earlier: Reading) -> bool:
    """Whether `later` counts instead of `earlier`; reported at once, the better proved, then the smaller figure."""
    return _weight(later) > _weight(earlier)


def _weight(reading: Reading) -> tuple[datetime, bool, bool, Decimal]:
    grade = grade_of(reading.source)
    return reading.reported_at, grade is not Grade.C, grade is Grade.A, -reading.value


def _latest_segment(metric: Metric, by_month: Mapping[int, Reading]) -> MonthlySeries:
    """The series that ends at the last month read and reaches back to the nearest gap of two months or more."""
    month = last = max(by_month)
    while month - 1 in by_month or month - 2 in by_month:
        month -= 1 if month - 1 in by_month else 2
    months = range(month, last + 1)
    return MonthlySeries(
        metric=metric,
        first_month=month,
        values=tuple(_value(by_month, one) for one in months),
        interpolated=tuple(_period(one) for one in months if one not in by_month),
        grade=max(grade_of(by_month[one].source) for one in months if one in by_month),
    )


def _value(by_month: Mapping[int, Reading], month: int) -> Fraction:
    """The month's figure, or the middle between its neighbours."""
    if month in by_month:
        return Fraction(by_month[month].value)
    return _mean((Fraction(by_month[month - 1].value), Fraction(by_month[month + 1].value)))


def _mean(values: tuple[Fraction, ...]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _month_of(period: str) -> int | None:
    """Months since year 0, or None for a period that is no month."""
    found = _MONTH.fullmatch(period)
    return int(found[1]) * 12 + int(found[2]) - 1 if found else None


def _place_in_year(period: str) -> tuple[int, int] | None:
    """Year and month of a period; a figure of the whole year stands behind its last month."""
    if found := _MONTH.fullmatch(period):
        return int(found[1]), int(found[2])
    return (int(period), _LAST_MONTH_OF_YEAR + 1) if _YEAR.fullmatch(period) else None


def _period(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"
