"""Monthly series of readings and their growth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.entities import MetricReading
from directory.series import Grade, Growth, grade_of, monthly_series, yearly_values
from directory.states import Metric

UNTIL = date(2020, 8, 18)
TURNOVER = Metric.MONTHLY_TURNOVER_CNY


def reading(
    period: str, value: object, source: str | None = "statement", day: int = 1, metric: Metric = TURNOVER
) -> MetricReading:
    at = datetime(2020, 8, day, tzinfo=UTC)
    return MetricReading(
        metric=metric, period=period, value=Decimal(str(value)), source=source, reported_at=at
    )


def months(values: Sequence[object], first: int = 2019 * 12) -> list[MetricReading]:
    """Readings of consecutive months from January 2019; None leaves a month out."""
    return [
        reading(f"{month // 12}-{month % 12 + 1:02}", value)
        for month, value in enumerate(values, start=first)
        if value is not None
    ]


def growth_of(values: Sequence[object]) -> Growth | None:
    series = monthly_series(months(values), TURNOVER, UNTIL)
    assert series is not None
    return series.growth


def test_fifteen_months_are_compared_year_on_year() -> None:
    """The last three months, mean 48,000, against the same three a year before, mean 40,000: exactly 20 %."""
    growth = growth_of([39_000, 40_000, 41_000, *[1] * 9, 47_000, 48_000, 49_000])

    assert growth is not None
    assert growth.rate == Decimal("0.2")
    assert growth.meets(Fraction(1, 5))


def test_nine_months_are_annualised() -> None:
    """From a mean of 10,000 to one of 15,000 in six months: 1.5 squared less one."""
    growth = growth_of([10_000] * 3 + [12_000] * 3 + [15_000] * 3)

    assert growth is not None
    assert growth.rate == Decimal("1.25")


def test_more_than_fifteen_months_look_back_one_year_only() -> None:
    """What lies further back has no weight."""
    recent = [40_000] * 3 + [1] * 9 + [48_000] * 3

    assert growth_of([7, 7, 7, *recent]) == growth_of(recent)


@pytest.mark.parametrize(("count", "judged"), [(5, False), (6, True), (14, True), (15, True)])
def test_growth_needs_six_months(count: int, judged: bool) -> None:
    """Fewer say nothing about a year."""
    assert (growth_of([1_000] * count) is not None) is judged


@pytest.mark.parametrize("values", [[0] * 3 + [500] * 12, [0] * 6])
def test_a_zero_base_gives_no_growth(values: list[int]) -> None:
    """Null, never infinity."""
    assert growth_of(values) is None


def test_growth_is_capped_for_display_only() -> None:
    """Seven months from 1 to 1,000 are beyond any rate; a threshold above the cap can still be met."""
    growth = growth_of([1, 1, 1, 500, 1_000, 1_000, 1_000])

    assert growth is not None
    assert growth.rate == Decimal("9.99")
    assert growth.meets(Fraction(20))


def test_losing_all_is_minus_one_hundred_percent() -> None:
    """Negative months (more returns than sales) do not go below it."""
    growth = growth_of([1_000] * 3 + [-50] * 6)

    assert growth is not None
    assert growth.rate == -1


@pytest.mark.parametrize("power", [Fraction(1), Fraction(12, 11), Fraction(4)])
@given(st.fractions(0, 10), st.sampled_from([Fraction(1, 5), Fraction(1, 2)]))
def test_a_threshold_is_met_as_the_exact_rate_says(
    power: Fraction, ratio: Fraction, threshold: Fraction
) -> None:
    """The comparison of powers agrees with the rate wherever rounding cannot matter."""
    growth = Growth(ratio, power)
    rate = growth.rate
    if abs(rate - Decimal(threshold.numerator) / threshold.denominator) < Decimal("1e-20"):
        return

    assert growth.meets(threshold) is (rate >= Decimal(threshold.numerator) / threshold.denominator)


def test_a_threshold_just_missed_by_the_last_digit_is_missed() -> None:
    """A rate that would round to 20 % is not 20 %."""
    exact = Growth(Fraction(6, 5), Fraction(1))
    short = Growth(Fraction(6, 5) - Fraction(1, 10**40), Fraction(1))

    assert exact.meets(Fraction(1, 5))
    assert not short.meets(Fraction(1, 5))


def test_one_missing_month_is_interpolated_and_flagged() -> None:
    """It lies in the middle between its neighbours, and is no reading."""
    series = monthly_series(months([100, None, 200]), TURNOVER, UNTIL)

    assert series is not None
    assert list(map(int, series.values)) == [100, 150, 200]
    assert series.interpolated == ("2019-02",)
    assert (series.months, series.readings) == (3, 2)


def test_two_missing_months_cut_the_series() -> None:
    """What follows the gap counts."""
    series = monthly_series(months([100, 110, None, None, 200, 210]), TURNOVER, UNTIL)

    assert series is not None
    assert list(map(int, series.values)) == [200, 210]
    assert (series.first_period, series.last_period) == ("2019-05", "2019-06")


def test_single_gaps_may_repeat() -> None:
    """Every other month is enough to connect."""
    series = monthly_series(months([1, None, 3, None, 5]), TURNOVER, UNTIL)

    assert series is not None
    assert list(map(int, series.values)) == [1, 2, 3, 4, 5]


def test_months_after_the_day_of_assessment_do_not_count() -> None:
    """The month of the day itself does."""
    series = monthly_series([reading("2020-08", 1), reading("2020-09", 2)], TURNOVER, UNTIL)

    assert series is not None
    assert series.last_period == "2020-08"


def test_a_later_report_corrects_an_earlier_one() -> None:
    """Readings are append-only; the record keeps both, the series the last."""
    series = monthly_series([reading("2020-01", 900, day=2), reading("2020-01", 800, day=1)], TURNOVER, UNTIL)

    assert series is not None
    assert series.last == 900


def test_a_self_declared_figure_does_not_hide_a_documented_one() -> None:
    """Where only documents count, the tax record of the month stays in force."""
    readings = [reading("2020-01", 800, "tax-record", day=1), reading("2020-01", 900, "self-declared", day=2)]

    documented = monthly_series(readings, TURNOVER, UNTIL, documented=True)
    every = monthly_series(readings, TURNOVER, UNTIL)

    assert documented is not None
    assert every is not None
    assert (int(documented.last), documented.grade) == (800, Grade.A)
    assert (int(every.last), every.grade) == (900, Grade.C)


@pytest.mark.parametrize(
    ("source", "grade"),
    [
        ("tax-record", Grade.A),
        ("public-page", Grade.B),
        ("self-declared", Grade.C),
        (None, Grade.C),
        ("hearsay", Grade.C),
    ],
)
def test_sources_have_grades(source: str | None, grade: Grade) -> None:
    """An unknown source proves nothing."""
    assert grade_of(source) is grade


@pytest.mark.parametrize("value", ["1E+999999", "-1E+18", "1E-999999"])
def test_impossible_figures_are_passed_over(value: str) -> None:
    """They neither break the arithmetic nor stall it."""
    assert monthly_series([reading("2020-01", value)], TURNOVER, UNTIL) is None


@pytest.mark.parametrize("period", ["2020", "2020-13", "2020-1", "", "2020-01-01", "２０２０-01"])
def test_what_is_no_month_is_in_no_series(period: str) -> None:
    """A yearly figure is not a month's."""
    assert monthly_series([reading(period, 1)], TURNOVER, UNTIL) is None


def test_a_year_has_its_own_figure_or_that_of_its_last_month() -> None:
    """The running year is not over and does not count."""
    staff = [
        reading("2017-03", 8, metric=Metric.EMPLOYEES),
        reading("2017-11", 11, metric=Metric.EMPLOYEES),
        reading("2018-12", 12, metric=Metric.EMPLOYEES),
        reading("2018", 14, metric=Metric.EMPLOYEES),
        reading("2020", 99, metric=Metric.EMPLOYEES),
    ]

    assert yearly_values(staff, Metric.EMPLOYEES, 2020) == {2017: 11, 2018: 14}


readings = st.builds(
    reading,
    st.builds("{}-{:02}".format, st.integers(2018, 2020), st.integers(1, 12)),
    st.integers(-5, 1_000),
    st.sampled_from(["tax-record", "statement", "self-declared", None]),
    st.integers(1, 5),
)


@given(st.lists(readings, max_size=40), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_readings_does_not_matter(
    found: list[MetricReading], random: object, documented: bool
) -> None:
    """Ties between reports of one instant are settled by the reports themselves."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    before = monthly_series(found, TURNOVER, UNTIL, documented=documented)
    after = monthly_series(shuffled, TURNOVER, UNTIL, documented=documented)
    assert before == after


@given(st.lists(readings, min_size=1, max_size=40))
def test_a_series_ends_at_the_last_month_read(found: list[MetricReading]) -> None:
    """It is unbroken, and never two months in a row are interpolated."""
    series = monthly_series(found, TURNOVER, date(2020, 12, 31))

    assert series is not None
    assert series.last_period == max(one.period for one in found)
    assert series.first_period in {one.period for one in found}
    assert series.readings >= series.months / 2
