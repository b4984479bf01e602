"""Size classes of NBS 2017."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.sizes import SIZE_RULES, Indicator, SizeRule, Undetermined, size_class, size_rule
from directory.states import SizeClass

amounts = st.none() | st.decimals(0, 10**11, places=2)
ORDER = [SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("A", "agriculture"),
        ("0111", "agriculture"),
        ("C", "industry"),
        ("1811", "industry"),
        ("C1811", "industry"),
        ("4420", "industry"),
        ("5193", "wholesale"),
        ("5292", "retail"),
        ("5437", "transport"),
        ("5910", "transport"),
        ("5920", "storage"),
        ("6020", "post"),
        ("6130", "accommodation"),
        ("6242", "catering"),
        ("6432", "information"),
        ("6513", "software"),
        ("7251", "rental-business"),
        ("L", "rental-business"),
        ("7492", "other"),
        ("8090", "other"),
        ("Q85", "other"),
        ("8730", "other"),
    ],
)
def test_an_industry_has_the_row_of_its_longest_matching_code(code: str, rule: str) -> None:
    """Divisions, groups, whole sections; a section letter before the digits is ignored."""
    found = size_rule(code)

    assert found is not None
    assert found.code == rule


@pytest.mark.parametrize(
    "code", ["P", "8391", "P83", "Q84", "8411", "Q", "5310", "59", "F", "47", "66", "", "微", "99"]
)
def test_education_health_and_unlisted_industries_have_no_row(code: str) -> None:
    """And a section that holds several rows has none by itself."""
    assert size_rule(code) is None


@pytest.mark.parametrize(
    ("employees", "revenue", "size"),
    [
        (300, 200_000_000, SizeClass.LARGE),
        (299, 200_000_000, SizeClass.MEDIUM),
        (300, 199_999_999, SizeClass.MEDIUM),
        (50, 5_000_000, SizeClass.MEDIUM),
        (49, 5_000_000, SizeClass.SMALL),
        (10, 1_000_000, SizeClass.SMALL),
        (9, 1_000_000, SizeClass.MICRO),
        (1_000, 999_999, SizeClass.MICRO),
        (0, 0, SizeClass.MICRO),
    ],
)
def test_retail_takes_the_lower_of_both_indicators(employees: int, revenue: int, size: SizeClass) -> None:
    """Lower bounds are inclusive, revenue in yuan."""
    assert size_class("5292", employees, Decimal(revenue)).size_class is size


def test_rental_and_business_services_are_measured_by_assets() -> None:
    """Revenue does not matter there."""
    assert size_class("7251", 300, Decimal(1), Decimal("1200000000")).size_class is SizeClass.LARGE
    assert size_class("7251", 300, Decimal(1), Decimal("79999999.99")).size_class is SizeClass.SMALL


def test_a_fraction_below_the_bound_is_below_it() -> None:
    """Money is exact to the fen."""
    assert size_class("6513", 10, Decimal("499999.99")).size_class is SizeClass.MICRO
    assert size_class("6513", 10, Decimal("500000.00")).size_class is SizeClass.SMALL


def test_a_missing_indicator_leaves_the_class_open() -> None:
    """Ninety employees could be medium, small or micro, as the revenue may be."""
    finding = size_class("5292", 90, None)

    assert finding.size_class is None
    assert finding.undetermined is Undetermined.INDICATOR_MISSING
    assert [one.size_class for one in finding.indicators] == [SizeClass.MEDIUM, None]


@pytest.mark.parametrize(("employees", "revenue"), [(3, None), (None, 50_000)])
def test_one_known_indicator_suffices_for_micro(employees: int | None, revenue: int | None) -> None:
    """Nothing lies below micro."""
    finding = size_class("5292", employees, None if revenue is None else Decimal(revenue))

    assert finding.size_class is SizeClass.MICRO
    assert finding.undetermined is None


def test_an_unknown_industry_says_so() -> None:
    """No industry given, and one outside the rules, are two findings."""
    assert size_class(None, 5, Decimal(1)).undetermined is Undetermined.NO_INDUSTRY
    assert size_class("8391", 5, Decimal(1)).undetermined is Undetermined.OUTSIDE_THE_RULES


@pytest.mark.parametrize("rule", SIZE_RULES, ids=lambda rule: rule.code)
def test_every_row_descends_from_large_to_small(rule: SizeRule) -> None:
    """A slip in the table would show as a bound out of order; headcount leads where it counts."""
    for bounds in rule.bounds:
        assert bounds.large_from > bounds.medium_from > bounds.small_from > 0


def test_the_table_has_thirteen_rows_and_no_industry_in_two() -> None:
    """Each leading code names one row."""
    codes = [code for rule in SIZE_RULES for code in (*rule.leading_digits, *rule.sections)]

    assert len(SIZE_RULES) == 13
    assert len(codes) == len(set(codes))


@given(
    st.sampled_from(["5292", "6432", "7251", "8730", "0111", "8391", None]),
    st.none() | st.integers(0, 5_000),
    amounts,
    amounts,
)
def test_the_class_is_the_lowest_of_the_known_ones_or_open(
    code: str | None, employees: int | None, revenue: Decimal | None, assets: Decimal | None
) -> None:
    """Either a class, the minimum, or a reason; never both, never neither."""
    finding = size_class(code, employees, revenue, assets)
    known = [one.size_class for one in finding.indicators if one.size_class]

    assert (finding.size_class is None) is (finding.undetermined is not None)
    assert finding.size_class is None or finding.size_class is min(known, key=ORDER.index)


@given(st.integers(0, 5_000), st.integers(0, 5_000), amounts)
def test_more_employees_never_make_a_firm_smaller(one: int, other: int, revenue: Decimal | None) -> None:
    """Monotone on each indicator."""
    fewer, more = sorted((one, other))
    small, large = (size_class("5292", staff, revenue or Decimal(0)).size_class for staff in (fewer, more))

    assert small is not None
    assert large is not None
    assert ORDER.index(small) <= ORDER.index(large)


def test_a_finding_names_what_it_was_found_from() -> None:
    """Indicator, value and class, for the reviewer."""
    (staff, revenue) = size_class("5292", 12, Decimal("960000")).indicators

    assert (staff.indicator, staff.value, staff.size_class) == (
        Indicator.EMPLOYEES,
        Decimal(12),
        SizeClass.SMALL,
    )
    assert (revenue.indicator, revenue.size_class) == (Indicator.ANNUAL_REVENUE_CNY, SizeClass.MICRO)
