"""
What a blocking point costs the firms that said so (影响估算): the bands of their reports, each as its midpoint.

A band stands for one number, kept with it in the code lists `cost_bands` and `jobs_bands`, so that a sum is an estimate and
says of how many firms it is one. A firm counts once, by the highest band of its reports: reporting often makes nothing
dearer. Firms that named no band are counted beside the sum and not guessed. Pure: values in, values out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from directory.entities import Blockage
from directory.point_counts import counting
from directory.reference import Reference

# The code list of each band of an impact, by the name of its field.
BANDS = {"yearly_cost_band": "cost_bands", "jobs_affected_band": "jobs_bands"}


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum over `firms`, each as the midpoint of its band; zero firms make zero."""

    total: int
    firms: int


@dataclass(frozen=True, slots=True)
class PointImpact:
    """The yearly cost in CNY and the jobs affected, with how many firms named neither."""

    yearly_cost: Sum
    jobs: Sum
    silent: int


def midpoint(reference: Reference, field: str, band: str) -> int:
    """What a band of this field of an impact stands for: CNY a year, or persons. Raises: UnknownCode."""
    return int(reference.vocabulary(BANDS[field]).require(band).extra["midpoint"])


def point_impact(reports: Sequence[Blockage], reference: Reference) -> PointImpact:
    """The impact that these reports of a point tell of together; void ones do not count."""
    counted = counting(reports)
    cost, jobs = (highest(_named(counted, field, reference)) for field in BANDS)
    told = cost.keys() | jobs.keys()
    return PointImpact(
        yearly_cost=summed(cost),
        jobs=summed(jobs),
        silent=len({report.firm_id for report in counted} - told),
    )


def highest(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """By firm the most that it named, of what each firm named in its reports."""
    found: dict[str, int] = defaultdict(int)
    for firm, worth in named:
        found[firm] = max(found[firm], worth)
    return found


def summed(by_firm: Mapping[str, int]) -> Sum:
    """What the firms named together."""
    return Sum(sum(by_firm.values()), len(by_firm))


def _named(reports: Iterable[Blockage], field: str, reference: Reference) -> Iterator[tuple[str, int]]:
    """The midpoint of each report's band with the firm that named it."""
    for report in reports:
        band = getattr(report.impact, field, None)
        if band is not None:
            yield report.firm_id, midpoint(reference, field, band)
