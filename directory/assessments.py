"""An entry's size class and growth, computed from its profile and readings: never typed in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from directory.entities import CriterionFinding, Firm, GrowthFinding, MetricReading
from directory.growth import Assessment, GrowthInputs, assess
from directory.reference import Reference
from directory.rulebook import Rulebook
from directory.sizes import size_class
from directory.states import Metric, SizeClass
from directory.workdays import local_date


def assessed(firm: Firm, at: datetime, rulebook: Rulebook) -> Firm:
    """The entry with its size class (NBS 2017) and growth finding (MEG-1) as of `at`, from its present values."""
    size = size_of(firm)
    finding = assess(_inputs(firm, size, rulebook.reference), local_date(at))
    return firm.model_copy(update={"size_class": size, "growth": _kept(finding, at)})


def size_of(firm: Firm) -> SizeClass | None:
    """The size class by the latest headcount and the latest year's revenue; None when it cannot be determined."""
    employees = _latest(firm.readings, Metric.EMPLOYEES)
    revenue = _latest(firm.readings, Metric.ANNUAL_REVENUE_CNY)
    found = size_class(firm.profile.industry, None if employees is None else int(employees), revenue)
    return found.size_class


def _latest(readings: tuple[MetricReading, ...], metric: Metric) -> Decimal | None:
    """The figure of the last period; reported more than once, the last report counts."""
    of_metric = [
        (reading.period, place) for place, reading in enumerate(readings) if reading.metric is metric
    ]
    return readings[max(of_metric)[1]].value if of_metric else None


def _inputs(firm: Firm, size: SizeClass | None, reference: Reference) -> GrowthInputs:
    profile = firm.profile
    forms = reference.vocabulary("business_forms")
    return GrowthInputs(
        region=profile.region,
        in_mainland=reference.regions.is_mainland(profile.region),
        entity_kind=profile.entity_kind,
        uscc=profile.uscc,
        forms={
            code: str(forms.require(code).extra.get("group", "")) for code in profile.forms if code in forms
        },
        accounts=len(profile.platforms),
        size_class=size,
        founded_on=profile.founded_on,
        good_standing=firm.good_standing,
        readings=firm.readings,
    )


def _kept(finding: Assessment, at: datetime) -> GrowthFinding:
    return GrowthFinding(
        ruleset=finding.ruleset,
        qualifies=finding.qualifies,
        assessed_at=at,
        criteria=tuple(
            CriterionFinding(code=one.code, threshold=one.threshold, observed=one.observed, met=one.met)
            for one in finding.criteria
        ),
    )
