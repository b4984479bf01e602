"""The growth criteria MEG-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.entities import MetricReading
from directory.growth import (
    CRITERIA,
    RULESET,
    Assessment,
    CriterionFinding,
    GrowthInputs,
    age_in_months,
    assess,
)
from directory.states import EntityKind, Metric, SizeClass
from seeds.reference import load_reference

AS_OF = date(2020, 8, 18)
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "growth_cases.json").read_text("utf-8")
)
FORMS = load_reference().vocabularies["business_forms"]


def reading(metric: Metric, period: str, value: object, source: str | None = "statement") -> MetricReading:
    at = datetime(2020, 8, 1, tzinfo=UTC)
    return MetricReading(
        metric=metric, period=period, value=Decimal(str(value)), source=source, reported_at=at
    )


def last_months(
    metric: Metric, values: Sequence[object], source: str = "statement"
) -> tuple[MetricReading, ...]:
    """Consecutive months that end with July 2020."""
    last = 2020 * 12 + 6
    return tuple(
        reading(metric, f"{month // 12}-{month % 12 + 1:02}", value, source)
        for month, value in enumerate(values, start=last - len(values) + 1)
    )


SOUND = GrowthInputs(
    region="330100",
    in_mainland=True,
    entity_kind=EntityKind.INDIVIDUAL_BUSINESS,
    uscc="92330108FFFF000131",
    forms={"e-commerce-shop": "commerce"},
    accounts=1,
    size_class=None,
    founded_on=date(2015, 1, 1),
    good_standing=True,
    readings=last_months(Metric.MONTHLY_TURNOVER_CNY, [40_000] * 3 + [44_000] * 9 + [48_000] * 3),
)


def case_inputs(case: dict[str, Any]) -> GrowthInputs:
    return GrowthInputs(
        region=case["region"],
        in_mainland=True,
        entity_kind=EntityKind(case["entity_kind"]),
        uscc=case["uscc"],
        forms={code: FORMS.require(code).extra["group"] for code in case["forms"]},
        accounts=case["accounts"],
        size_class=SizeClass.SMALL if case["entity_kind"] == "ENTERPRISE" else None,
        founded_on=date.fromisoformat(case["founded_on"]),
        good_standing=True,
        readings=tuple(reading(Metric(metric), *rest) for metric, *rest in case["readings"]),
    )


def finding(assessment: Assessment, code: str) -> CriterionFinding:
    return next(one for one in assessment.criteria if one.code == code)


def met(code: str, inputs: GrowthInputs) -> bool | None:
    return finding(assess(inputs, AS_OF), code).met


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_the_sample_firms_are_assessed_as_expected(case: dict[str, Any]) -> None:
    """The two firms of the article and seven samples, on the day the article appeared."""
    expected = case["expected"]
    inputs = case_inputs(case)

    assessment = assess(inputs, AS_OF)

    assert {code: finding(assessment, code).met for code in ("C5", "R1", "R2", "R3", "R4")} == {
        code: expected.get(code) for code in ("C5", "R1", "R2", "R3", "R4")
    }
    assert all(finding(assessment, code).met for code in ("C1", "C2", "C3", "C4", "C6"))
    assert assessment.qualifies is expected["qualifies"]
    assert age_in_months(inputs.founded_on or AS_OF, AS_OF) == expected["age_months"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])
def test_the_growth_of_the_sample_firms_is_as_expected(case: dict[str, Any]) -> None:
    """Rates by metric, to four digits."""
    assessment = assess(case_inputs(case), AS_OF)

    rates = {
        used.metric.value: float(round(used.rate, 4))
        for used in finding(assessment, "C5").used
        if used.rate is not None
    }
    assert rates == case["expected"]["growth"]


def test_an_assessment_names_its_rule_set_and_all_criteria() -> None:
    """The labels are in the reference data under the same codes."""
    assessment = assess(SOUND, AS_OF)

    assert (assessment.ruleset, assessment.as_of) == (RULESET, AS_OF) == ("MEG-1", AS_OF)
    assert [one.code for one in assessment.criteria] == [row.code for row in CRITERIA]
    assert {row.code for row in CRITERIA} <= set(load_reference().vocabularies["criteria"].by_code)


def test_a_value_on_the_threshold_meets_it() -> None:
    """Fifteen months from a mean of 40,000 to one of 48,000: R1 by exactly 20 %."""
    assert met("R1", SOUND) is True
    assert assess(SOUND, AS_OF).qualifies


def test_a_fen_below_the_threshold_misses_it() -> None:
    """Nothing is rounded before it is compared."""
    short = last_months(Metric.MONTHLY_TURNOVER_CNY, [40_000] * 12 + [48_000, 48_000, "47999.99"])

    assert met("R1", replace(SOUND, readings=short)) is False


def test_a_zero_base_gives_no_judgement() -> None:
    """Growth from nothing is not measured: the newcomer route is for it."""
    readings = last_months(Metric.MONTHLY_TURNOVER_CNY, [0] * 3 + [100] * 9 + [500] * 3)

    assert met("R1", replace(SOUND, readings=readings)) is None


def test_self_declared_income_opens_no_route() -> None:
    """It makes up a series (C5) and proves no growth (R1) and no floor (R3)."""
    declared = last_months(Metric.MONTHLY_TURNOVER_CNY, [10_000] * 3 + [90_000] * 12, "self-declared")
    inputs = replace(SOUND, readings=declared, founded_on=date(2019, 1, 1))

    assert met("C5", inputs) is True
    assert met("R1", inputs) is None
    assert met("R3", inputs) is None
    assert not assess(inputs, AS_OF).qualifies


@pytest.mark.parametrize(
    ("metric", "values", "verdict"),
    [
        (Metric.FOLLOWERS, [6_600] * 12 + [10_000] * 3, True),
        (Metric.FOLLOWERS, [6_600] * 12 + [9_999] * 3, False),
        (Metric.FOLLOWERS, [8_000] * 12 + [12_000] * 3, True),
        (Metric.FOLLOWERS, [8_000] * 12 + [11_999] * 3, False),
        (Metric.CUSTOMERS, [300] * 12 + [500] * 3, True),
        (Metric.CUSTOMERS, [300] * 12 + [499] * 3, False),
        (Metric.FOLLOWERS, [20_000] * 4, None),
        (Metric.FOLLOWERS, [200] * 4, False),
    ],
)
def test_an_audience_must_grow_by_half_and_reach_its_floor(
    metric: Metric, values: list[int], verdict: bool | None
) -> None:
    """Both; a floor missed is a verdict without any growth."""
    assert met("R2", replace(SOUND, readings=last_months(metric, values))) is verdict


@pytest.mark.parametrize(
    ("metric", "values", "verdict"),
    [
        (Metric.MONTHLY_TURNOVER_CNY, [49_000, 50_000, 51_000], True),
        (Metric.MONTHLY_TURNOVER_CNY, [49_000, 50_000, "50999.99"], False),
        (Metric.MONTHLY_TURNOVER_CNY, [90_000, 90_000], None),
        (Metric.FOLLOWERS, [100_000], True),
        (Metric.FOLLOWERS, [99_999], False),
        (Metric.CUSTOMERS, [1_000], True),
        (Metric.CUSTOMERS, [999], False),
        (Metric.ORDERS, [999, 1_000, 1_001], True),
        (Metric.ORDERS, [999, 1_000, 1_000], False),
    ],
)
def test_a_newcomer_needs_one_floor(metric: Metric, values: list[object], verdict: bool | None) -> None:
    """Flows by the mean of three months, levels by the last figure."""
    inputs = replace(SOUND, founded_on=date(2018, 8, 15), readings=last_months(metric, values))

    assert met("R3", inputs) is verdict


@pytest.mark.parametrize(
    ("founded_on", "verdict"),
    [
        (date(2018, 8, 15), True),
        (date(2018, 7, 19), True),
        (date(2018, 7, 18), False),
        (date(2015, 1, 1), False),
        (None, None),
        (date(2020, 9, 1), None),
    ],
)
def test_a_newcomer_is_at_most_two_years_old(founded_on: date | None, verdict: bool | None) -> None:
    """24 completed months, 25 are too many; founded later than today is no age."""
    inputs = replace(SOUND, founded_on=founded_on, readings=last_months(Metric.FOLLOWERS, [100_000]))

    assert met("R3", inputs) is verdict


@pytest.mark.parametrize(
    ("founded_on", "as_of", "months"),
    [
        (date(2018, 8, 15), date(2020, 8, 18), 24),
        (date(2018, 8, 18), date(2020, 8, 18), 24),
        (date(2018, 8, 19), date(2020, 8, 18), 23),
        (date(2020, 2, 29), date(2021, 2, 28), 11),
        (date(2020, 8, 18), date(2020, 8, 18), 0),
        (date(2020, 8, 19), date(2020, 8, 18), -1),
    ],
)
def test_age_is_counted_in_completed_months(founded_on: date, as_of: date, months: int) -> None:
    """A month is complete on its day."""
    assert age_in_months(founded_on, as_of) == months


@pytest.mark.parametrize(
    ("first", "last", "staff", "verdict"),
    [
        (1_000_000, 1_728_000, 10, True),
        (1_000_000, 1_727_999, 10, False),
        (1_000_000, 1_728_000, 9, False),
        (1_000_000, 1_728_000, None, None),
        (None, 1_728_000, 10, None),
        (None, 1_728_000, 9, False),
        (0, 1_728_000, 10, None),
    ],
)
def test_classic_growth_is_twenty_percent_over_three_years_from_ten_employees(
    first: int | None, last: int, staff: int | None, verdict: bool | None
) -> None:
    """1.2 cubed is 1.728; staff counts at the start."""
    figures = [(Metric.ANNUAL_REVENUE_CNY, "2016", first), (Metric.ANNUAL_REVENUE_CNY, "2019", last)]
    figures.append((Metric.EMPLOYEES, "2016-12", staff))
    readings = tuple(reading(metric, period, value) for metric, period, value in figures if value is not None)

    assert met("R4", replace(SOUND, readings=readings)) is verdict


@pytest.mark.parametrize(
    ("code", "change", "verdict"),
    [
        ("C1", {"in_mainland": False}, False),
        ("C1", {"in_mainland": None}, None),
        ("C2", {"uscc": "92330108FFFF000132"}, False),
        ("C2", {"uscc": "91110108FFFF000219"}, False),
        ("C2", {"uscc": None}, None),
        ("C2", {"entity_kind": EntityKind.FREELANCER, "uscc": None}, True),
        ("C2", {"entity_kind": EntityKind.FREELANCER, "accounts": 0}, False),
        ("C3", {"forms": {"digital-content": "content"}}, False),
        ("C3", {"forms": {}}, False),
        ("C3", {"accounts": 0}, False),
        ("C4", {"size_class": SizeClass.SMALL}, True),
        ("C4", {"size_class": SizeClass.MEDIUM}, False),
        ("C4", {"entity_kind": EntityKind.ENTERPRISE}, None),
        ("C4", {"entity_kind": EntityKind.FREELANCER}, True),
        ("C5", {"readings": ()}, False),
        ("C5", {"readings": last_months(Metric.ORDERS, [1, 2])}, False),
        ("C5", {"readings": last_months(Metric.WORKS_PUBLISHED, [1, 2, 3])}, False),
        ("C6", {"good_standing": False}, False),
        ("C6", {"good_standing": None}, None),
    ],
)
def test_each_required_criterion(code: str, change: dict[str, Any], verdict: bool | None) -> None:
    """One change against a sound entry; whoever misses a required criterion does not qualify."""
    inputs = replace(SOUND, **change)

    assert met(code, inputs) is verdict
    assert verdict or not assess(inputs, AS_OF).qualifies


def test_what_the_public_may_read_holds_no_confidential_figure() -> None:
    """Turnover and customers appear as bands, orders not at all; the exact ones are kept apart."""
    readings = (
        *last_months(Metric.MONTHLY_TURNOVER_CNY, [81_417] * 7),
        *last_months(Metric.CUSTOMERS, [1_643] * 7),
        *last_months(Metric.ORDERS, [1_234] * 7),
    )
    assessment = assess(replace(SOUND, founded_on=date(2019, 7, 1), readings=readings), AS_OF)

    observed = " ".join(one.observed or "" for one in assessment.criteria)
    assert "50000-100000" in observed
    assert not any(figure in observed for figure in ("81417", "1643", "1234"))
    assert {used.mean_of_last for used in finding(assessment, "R3").used} == {81_417, 1_643, 1_234}


def test_an_interpolated_month_is_flagged() -> None:
    """The reviewer sees that a month was filled in."""
    readings = tuple(one for one in SOUND.readings if one.period != "2020-01")

    (used,) = finding(assess(replace(SOUND, readings=readings), AS_OF), "R1").used
    assert used.interpolated == ("2020-01",)


readings = st.builds(
    reading,
    st.sampled_from(Metric),
    st.builds("{}-{:02}".format, st.integers(2017, 2020), st.integers(1, 12))
    | st.sampled_from(["2016", "2019", "x"]),
    st.integers(-(10**6), 10**15) | st.sampled_from(["0.005", "1E+99"]),
    st.sampled_from(["tax-record", "self-declared", "", None]),
)
entries = st.builds(
    GrowthInputs,
    region=st.none() | st.just("330100"),
    in_mainland=st.none() | st.booleans(),
    entity_kind=st.sampled_from(EntityKind),
    uscc=st.none() | st.text(max_size=20) | st.just("92330108FFFF000131"),
    forms=st.dictionaries(st.text(max_size=5), st.sampled_from(["commerce", "theme"]), max_size=2),
    accounts=st.integers(0, 2),
    size_class=st.none() | st.sampled_from(SizeClass),
    founded_on=st.none() | st.dates(),
    good_standing=st.none() | st.booleans(),
    readings=st.lists(readings, max_size=30).map(tuple),
)


@given(entries, st.lists(readings, max_size=10), st.randoms(use_true_random=False))
def test_any_entry_can_be_assessed_in_any_order_of_its_readings(
    inputs: GrowthInputs, more: list[MetricReading], random: Any
) -> None:
    """More data never breaks the assessment; a verdict needs every required criterion and one route."""
    shuffled = [*inputs.readings, *more]
    random.shuffle(shuffled)

    assessment = assess(replace(inputs, readings=(*inputs.readings, *more)), AS_OF)

    assert assess(replace(inputs, readings=tuple(shuffled)), AS_OF) == assessment
    verdicts = [one.met for one in assessment.criteria]
    assert assessment.qualifies is (all(verdicts[:6]) and any(verdicts[6:]))
