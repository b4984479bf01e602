"""
Size classes of firms (统计上大中小微型企业划分办法（2017）, 国统字〔2017〕213号), by industry of GB/T 4754-2017.

The statistical size class is not the tax notion 小型微利企业. Households and freelancers are classified by reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from directory.states import SizeClass


class Indicator(StrEnum):
    """What a size is measured by: persons employed, or CNY in a year or at its end."""

    EMPLOYEES = "employees"
    ANNUAL_REVENUE_CNY = "annual_revenue_cny"
    ASSETS_CNY = "assets_cny"


class Bounds(NamedTuple):
    """The inclusive lower bounds of three classes on one indicator; below `small_from` is micro."""

    indicator: Indicator
    large_from: int
    medium_from: int
    small_from: int

    def size_of(self, value: Decimal) -> SizeClass:
        """The class of the value on this indicator alone."""
        if value >= self.large_from:
            return SizeClass.LARGE
        if value >= self.medium_from:
            return SizeClass.MEDIUM
        return SizeClass.SMALL if value >= self.small_from else SizeClass.MICRO


class SizeRule(NamedTuple):
    """One row of the table: industries by leading digits of their code, whole sections by letter."""

    code: str
    sections: str
    leading_digits: tuple[str, ...]
    bounds: tuple[Bounds, ...]


def _persons(large: int, medium: int, small: int) -> Bounds:
    return Bounds(Indicator.EMPLOYEES, large, medium, small)


# The source states money in 10,000 yuan (万元).
def _revenue(large: int, medium: int, small: int) -> Bounds:
    return Bounds(Indicator.ANNUAL_REVENUE_CNY, large * 10_000, medium * 10_000, small * 10_000)


def _assets(large: int, medium: int, small: int) -> Bounds:
    return Bounds(Indicator.ASSETS_CNY, large * 10_000, medium * 10_000, small * 10_000)


def _divisions(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{division:02}" for division in range(first, last + 1))


SIZE_RULES: tuple[SizeRule, ...] = (
    SizeRule("agriculture", "A", _divisions(1, 5), (_revenue(20_000, 500, 50),)),
    SizeRule("industry", "BCD", _divisions(6, 46), (_persons(1_000, 300, 20), _revenue(40_000, 2_000, 300))),
    SizeRule("wholesale", "", ("51",), (_persons(200, 20, 5), _revenue(40_000, 5_000, 1_000))),
    SizeRule("retail", "", ("52",), (_persons(300, 50, 10), _revenue(20_000, 500, 100))),
    SizeRule(
        "transport",
        "",
        (*_divisions(54, 58), "591"),
        (_persons(1_000, 300, 20), _revenue(30_000, 3_000, 200)),
    ),
    SizeRule(
        "storage",
        "",
        ("592", "593", "594", "595", "596", "599"),
        (_persons(200, 100, 20), _revenue(30_000, 1_000, 100)),
    ),
    SizeRule("post", "", ("60",), (_persons(1_000, 300, 20), _revenue(30_000, 2_000, 100))),
    SizeRule("accommodation", "", ("61",), (_persons(300, 100, 10), _revenue(10_000, 2_000, 100))),
    SizeRule("catering", "", ("62",), (_persons(300, 100, 10), _revenue(10_000, 2_000, 100))),
    SizeRule("information", "", ("63", "64"), (_persons(2_000, 100, 10), _revenue(100_000, 1_000, 100))),
    SizeRule("software", "", ("65",), (_persons(300, 100, 10), _revenue(10_000, 1_000, 50))),
    SizeRule("rental-business", "L", ("71", "72"), (_persons(300, 100, 10), _assets(120_000, 8_000, 100))),
    SizeRule("other", "MNOR", (*_divisions(73, 82), *_divisions(85, 90)), (_persons(300, 100, 10),)),
)
_BY_CODE = {code: rule for rule in SIZE_RULES for code in (*rule.leading_digits, *rule.sections)}
_RANK = {
    size: rank
    for rank, size in enumerate((SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE))
}


class Undetermined(StrEnum):
    """Why there is no size class."""

    NO_INDUSTRY = "no_industry"
    OUTSIDE_THE_RULES = "outside_the_rules"
    INDICATOR_MISSING = "indicator_missing"


@dataclass(frozen=True, slots=True)
class IndicatorFinding:
    """The class on one indicator; None where its value is not known."""

    indicator: Indicator
    value: Decimal | None
    size_class: SizeClass | None


@dataclass(frozen=True, slots=True)
class SizeFinding:
    """The size class, or why there is none; the rule's code and what each of its indicators gave."""

    size_class: SizeClass | None
    undetermined: Undetermined | None
    rule: str | None
    indicators: tuple[IndicatorFinding, ...]


def size_rule(industry_code: str) -> SizeRule | None:
    """The rule of an industry, by its longest matching code; None for education (P), health (Q84) and others."""
    digits = industry_code.lstrip("ABCDEFGHIJKLMNOPQRST") or industry_code
    return next((_BY_CODE[digits[:length]] for length in (3, 2, 1) if digits[:length] in _BY_CODE), None)


def size_class(
    industry_code: str | None,
    employees: int | None,
    annual_revenue_cny: Decimal | None,
    assets_cny: Decimal | None = None,
) -> SizeFinding:
    """The size class of a firm: the minimum of the classes on the indicators of its industry.

    A missing indicator leaves it undetermined, unless a known one already gives MICRO, below which nothing lies.
    """
    if not industry_code:
        return SizeFinding(None, Undetermined.NO_INDUSTRY, None, ())
    if (rule := size_rule(industry_code)) is None:
        return SizeFinding(None, Undetermined.OUTSIDE_THE_RULES, None, ())
    values = {
        Indicator.EMPLOYEES: None if employees is None else Decimal(employees),
        Indicator.ANNUAL_REVENUE_CNY: annual_revenue_cny,
        Indicator.ASSETS_CNY: assets_cny,
    }
    found = tuple(_finding(bounds, values[bounds.indicator]) for bounds in rule.bounds)
    lowest = min((one.size_class for one in found if one.size_class), key=_RANK.__getitem__, default=None)
    if lowest is SizeClass.MICRO or all(one.size_class for one in found):
        return SizeFinding(lowest, None, rule.code, found)
    return SizeFinding(None, Undetermined.INDICATOR_MISSING, rule.code, found)


def _finding(bounds: Bounds, value: Decimal | None) -> IndicatorFinding:
    return IndicatorFinding(bounds.indicator, value, None if value is None else bounds.size_of(value))
