"""
Growth criteria MEG-1 (微经济成长型主体识别规则): who counts as a growth company of the micro-economy.

An entity qualifies when C1 to C6 are all met and at least one of R1 to R4 is. `met` is None when the data does not
allow a judgement, and None counts as not met. A value on a threshold meets it; figures are compared unrounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from directory.bands import DISCLOSURE, Disclosure, band
from directory.identifiers import InvalidUscc, check_uscc, uscc_fits
from directory.series import MonthlySeries, Reading, monthly_series, yearly_values
from directory.states import EntityKind, Metric, SizeClass

RULESET = "MEG-1"


class Criterion(NamedTuple):
    """One row of the rule set; its label is in the reference data under the same code."""

    code: str
    required: bool
    threshold: str


CRITERIA: tuple[Criterion, ...] = (
    Criterion("C1", True, "region in the 31 mainland provinces"),
    Criterion("C2", True, "USCC valid, or platform + account name for a freelancer"),
    Criterion("C3", True, ">= 1 form, >= 1 account"),
    Criterion("C4", True, "SMALL or MICRO"),
    Criterion("C5", True, ">= 3 consecutive months of one growth metric"),
    Criterion("C6", True, "no disqualifier"),
    Criterion("R1", False, ">= 20% a year"),
    Criterion("R2", False, ">= 50% a year, and >= 10,000 followers or >= 500 customers"),
    Criterion("R3", False, "<= 24 months old, and one floor"),
    Criterion("R4", False, "revenue CAGR >= 20% over 3 years from >= 10 employees"),
)
MICRO_FORM_GROUPS = frozenset({"micro-form", "content-business", "commerce", "service", "enabler"})
GROWTH_METRICS = (Metric.FOLLOWERS, Metric.CUSTOMERS, Metric.ORDERS, Metric.MONTHLY_TURNOVER_CNY)
MIN_READINGS = 3
SMALL_SIZES = frozenset({SizeClass.SMALL, SizeClass.MICRO})

INCOME_METRICS = (Metric.MONTHLY_TURNOVER_CNY, Metric.ORDERS)
INCOME_GROWTH = Fraction(1, 5)
AUDIENCE_GROWTH = Fraction(1, 2)
AUDIENCE_FLOORS: Mapping[Metric, int] = {Metric.FOLLOWERS: 10_000, Metric.CUSTOMERS: 500}
NEWCOMER_MONTHS = 24
# The mean of the last three months for flows, which must be documented; the last figure for levels.
NEWCOMER_FLOORS: Mapping[Metric, int] = {
    Metric.MONTHLY_TURNOVER_CNY: 50_000,
    Metric.FOLLOWERS: 100_000,
    Metric.CUSTOMERS: 1_000,
    Metric.ORDERS: 1_000,
}
CLASSIC_GROWTH = Fraction(1, 5)
CLASSIC_YEARS = 3
CLASSIC_EMPLOYEES = 10


@dataclass(frozen=True, slots=True)
class GrowthInputs:
    """What an assessment is made from.

    `forms` are business forms (code to group); `accounts` counts platform accounts; `in_mainland` is None for an
    unknown region; `good_standing` is the reviewer's word on the disqualifiers D1 to D6, None while not given.
    """

    region: str | None
    in_mainland: bool | None
    entity_kind: EntityKind
    uscc: str | None
    forms: Mapping[str, str]
    accounts: int
    size_class: SizeClass | None
    founded_on: date | None
    good_standing: bool | None
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """A series that a finding rests on, in exact figures: for the firm and its reviewers, not for the public."""

    metric: Metric
    first_period: str
    last_period: str
    months: int
    interpolated: tuple[str, ...]
    grade: str
    last: Decimal
    mean_of_last: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """One criterion: what was found and whether it is met (None: no judgement possible).

    `observed` may be shown to everyone: confidential figures appear in it as bands. `used` holds the exact ones.
    """

    code: str
    threshold: str
    observed: str | None
    met: bool | None
    used: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All criteria in the order of `CRITERIA`, and whether the entity qualifies by `ruleset` on the day `as_of`."""

    ruleset: str
    qualifies: bool
    as_of: date
    criteria: tuple[CriterionFinding, ...]


class _Found(NamedTuple):
    met: bool | None
    observed: str | None = None
    used: tuple[MonthlySeries, ...] = ()


def assess(inputs: GrowthInputs, as_of: date) -> Assessment:
    """The assessment on the day `as_of`; readings of later months are not looked at. Never raises."""
    found = {row.code: _RULES[row.code](inputs, as_of) for row in CRITERIA}
    required = all(found[row.code].met for row in CRITERIA if row.required)
    route = any(found[row.code].met for row in CRITERIA if not row.required)
    return Assessment(
        RULESET, required and route, as_of, tuple(_finding(row, found[row.code]) for row in CRITERIA)
    )


def age_in_months(founded_on: date, as_of: date) -> int:
    """Completed months from founding to `as_of`: 2018-08-15 to 2020-08-18 is 24; negative before founding."""
    months = (as_of.year - founded_on.year) * 12 + as_of.month - founded_on.month
    return months - (as_of.day < founded_on.day)


def _mainland_region(inputs: GrowthInputs, _: date) -> _Found:
    return _Found(inputs.in_mainland, inputs.region)


def _valid_identity(inputs: GrowthInputs, _: date) -> _Found:
    if inputs.entity_kind is EntityKind.FREELANCER:
        return _Found(inputs.accounts > 0, _accounts(inputs))
    if not inputs.uscc:
        return _Found(None)
    try:
        return _Found(uscc_fits(inputs.entity_kind, check_uscc(inputs.uscc)), inputs.uscc)
    except InvalidUscc:
        return _Found(False, inputs.uscc)


def _micro_form(inputs: GrowthInputs, _: date) -> _Found:
    has_form = any(group in MICRO_FORM_GROUPS for group in inputs.forms.values())
    return _Found(
        has_form and inputs.accounts > 0, f"{', '.join(sorted(inputs.forms)) or '-'}; {_accounts(inputs)}"
    )


def _accounts(inputs: GrowthInputs) -> str:
    return f"{inputs.accounts} {'account' if inputs.accounts == 1 else 'accounts'}"


def _small_size(inputs: GrowthInputs, _: date) -> _Found:
    size = inputs.size_class
    if size is None and inputs.entity_kind is not EntityKind.ENTERPRISE:
        size = SizeClass.MICRO
    return _Found(None) if size is None else _Found(size in SMALL_SIZES, size.value)


def _enough_readings(inputs: GrowthInputs, as_of: date) -> _Found:
    """Interpolated months connect readings and are none themselves."""
    series = _series(inputs.readings, GROWTH_METRICS, as_of)
    longest = max((one.readings for one in series), default=0)
    observed = ", ".join(f"{one.metric} {one.readings}" for one in series) or "0"
    return _Found(longest >= MIN_READINGS, observed, series)


def _good_standing(inputs: GrowthInputs, _: date) -> _Found:
    return _Found(inputs.good_standing)


def _income_growth(inputs: GrowthInputs, as_of: date) -> _Found:
    series = _series(inputs.readings, INCOME_METRICS, as_of, documented=True)
    met = _any(one.growth.meets(INCOME_GROWTH) if one.growth else None for one in series)
    return _Found(met, _shown(map(_shown_rate, series)), series)


def _audience_growth(inputs: GrowthInputs, as_of: date) -> _Found:
    series = _series(inputs.readings, tuple(AUDIENCE_FLOORS), as_of)
    met = _any(
        _both(
            one.growth.meets(AUDIENCE_GROWTH) if one.growth else None, one.last >= AUDIENCE_FLOORS[one.metric]
        )
        for one in series
    )
    return _Found(
        met, _shown(f"{_shown_rate(one)} ({_shown_figure(one.metric, one.last)})" for one in series), series
    )


def _newcomer(inputs: GrowthInputs, as_of: date) -> _Found:
    if inputs.founded_on is None or (age := age_in_months(inputs.founded_on, as_of)) < 0:
        return _Found(None)
    series = tuple(
        one
        for metric in NEWCOMER_FLOORS
        for one in _series(inputs.readings, (metric,), as_of, documented=metric in INCOME_METRICS)
    )
    figures = [(one.metric, _newcomer_figure(one)) for one in series]
    reached = _any(
        None if figure is None else figure >= NEWCOMER_FLOORS[metric] for metric, figure in figures
    )
    shown = [f"{metric} {_shown_figure(metric, figure)}" for metric, figure in figures if figure is not None]
    return _Found(_both(age <= NEWCOMER_MONTHS, reached), "; ".join((f"{age} months", *shown)), series)


def _newcomer_figure(series: MonthlySeries) -> Fraction | None:
    return series.mean_of_last if series.metric in INCOME_METRICS else series.last


def _classic_growth(inputs: GrowthInputs, as_of: date) -> _Found:
    """The last completed year with a figure against the year three before; OECD-Eurostat high-growth definition."""
    revenue = yearly_values(inputs.readings, Metric.ANNUAL_REVENUE_CNY, as_of.year)
    employees = yearly_values(inputs.readings, Metric.EMPLOYEES, as_of.year)
    if not revenue:
        return _Found(None)
    start = max(revenue) - CLASSIC_YEARS
    first, last, staff = revenue.get(start), revenue[max(revenue)], employees.get(start)
    grown = last / first >= (1 + CLASSIC_GROWTH) ** CLASSIC_YEARS if first and first > 0 else None
    met = _both(grown, None if staff is None else staff >= CLASSIC_EMPLOYEES)
    return _Found(met, None if met is None else f"{start}-{max(revenue)}")


_RULES: Mapping[str, Callable[[GrowthInputs, date], _Found]] = {
    "C1": _mainland_region,
    "C2": _valid_identity,
    "C3": _micro_form,
    "C4": _small_size,
    "C5": _enough_readings,
    "C6": _good_standing,
    "R1": _income_growth,
    "R2": _audience_growth,
    "R3": _newcomer,
    "R4": _classic_growth,
}


def _series(
    readings: Iterable[Reading], metrics: Iterable[Metric], as_of: date, *, documented: bool = False
) -> tuple[MonthlySeries, ...]:
    known = tuple(readings)
    found = (monthly_series(known, metric, as_of, documented=documented) for metric in metrics)
    return tuple(one for one in found if one)


def _any(verdicts: Iterable[bool | None]) -> bool | None:
    """True if one is, else False if one is, else None: no verdict was possible."""
    known = [verdict for verdict in verdicts if verdict is not None]
    return any(known) if known else None


def _both(one: bool | None, other: bool | None) -> bool | None:
    """False if one is, else None if one is unknown."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _shown(parts: Iterable[str]) -> str | None:
    return "; ".join(parts) or None


def _shown_rate(series: MonthlySeries) -> str:
    """`FOLLOWERS +180.4%`, or a dash where there is no rate."""
    rate = f"{series.growth.rate:+.1%}" if series.growth else "-"
    return f"{series.metric} {rate}"


def _shown_figure(metric: Metric, figure: Fraction) -> str:
    """The figure as the public may see it: exact, as a band, or a dash."""
    match DISCLOSURE[metric]:
        case Disclosure.EXACT:
            return f"{_decimal(figure):.0f}"
        case Disclosure.BANDED:
            return band(metric, _decimal(figure)).code
        case Disclosure.WITHHELD:
            return "-"


def _decimal(figure: Fraction) -> Decimal:
    return Decimal(figure.numerator) / Decimal(figure.denominator)


def _finding(row: Criterion, found: _Found) -> CriterionFinding:
    return CriterionFinding(row.code, row.threshold, found.observed, found.met, tuple(map(_used, found.used)))


def _used(series: MonthlySeries) -> Used:
    return Used(
        metric=series.metric,
        first_period=series.first_period,
        last_period=series.last_period,
        months=series.months,
        interpolated=series.interpolated,
        grade=series.grade,
        last=_decimal(series.last),
        mean_of_last=None if series.mean_of_last is None else _decimal(series.mean_of_last),
        rate=series.growth.rate if series.growth else None,
    )
