"""
Which clauses block whom, and where (条款堵点图谱): firms held up by a clause, and one text compared across provinces.

Made of counts that an engine gives, by pure functions; refused, merged and withdrawn reports are not among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from directory.access import region_prefix
from directory.entities import PointResolution, Resolution
from directory.impact import Sum, highest, summed
from directory.reference import Reference
from directory.states import Severity
from directory.statistics import RESOLVED, UNRESOLVED, Outcome

# Each degree counts twice the one below it: one firm that may have to close weighs as much as eight that are annoyed.
WEIGHTS: Mapping[Severity, int] = {severity: 2**degree for degree, severity in enumerate(Severity)}
_PROVINCE = 2
# So many confirmed reports for each that is open or was given up.
CONFIRMED_TO_ONE = 3

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Burden:
    """What a clause costs now: firms with an unresolved report that cites it, and these weighed by severity."""

    clause: str
    firms: int
    reports: int
    weight: int


@dataclass(frozen=True, slots=True)
class InProvince:
    """Reports that cite a clause in one province: all, those still unresolved, those resolved, and their points."""

    region: str
    reports: int
    unresolved: int
    resolved: int
    points: int


def changed_by(resolution: PointResolution | Resolution, reference: Reference) -> frozenset[str]:
    """The codes of what a resolution names: the clause that it changed, its policy, and the policy that changed it."""
    named = set[str]()
    clause = reference.clause(resolution.clause) if resolution.clause else None
    if clause is not None:
        named |= {clause.code, clause.policy_code}
    document = resolution.amending_document
    if document and (policy := reference.policy_numbered(document)) is not None:
        named.add(policy.code)
    return frozenset(named)


def changes_named(resolutions: Iterable[PointResolution | Resolution], reference: Reference) -> list[str]:
    """The same of several, sorted; what a report was only asked about for its whole point is the point's."""
    own = (each for each in resolutions if not (isinstance(each, Resolution) and each.blocking_point))
    return sorted(frozenset[str]().union(*(changed_by(each, reference) for each in own)))


def burdens(counts: Mapping[tuple[Value, ...], int]) -> list[Burden]:
    """The clauses by weight, heaviest first, of unresolved reports counted by clause, firm and severity.

    A firm weighs by its gravest report and once only: reporting often does not make an obstacle heavier.
    """
    gravest: dict[str, dict[str, int]] = defaultdict(dict)
    reports: dict[str, int] = defaultdict(int)
    for (clause, firm, severity), count in counts.items():
        if clause is not None and firm is not None and severity is not None:
            known, weight = gravest[str(clause)], WEIGHTS[Severity(str(severity))]
            known[str(firm)] = max(weight, known.get(str(firm), 0))
            reports[str(clause)] += count
    found = [
        Burden(clause, len(firms), reports[clause], sum(firms.values())) for clause, firms in gravest.items()
    ]
    return sorted(found, key=lambda each: (-each.weight, -each.firms, each.clause))


def costs(counts: Mapping[tuple[Value, ...], int], worth: Callable[[str], int]) -> Mapping[str, Sum]:
    """For each clause what it costs a year, of unresolved reports counted by clause, firm and band of cost.

    `worth` is what a band stands for in CNY. A firm counts once, by the highest band of its reports; one that named none
    does not count.
    """
    named: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for clause, firm, band in counts:
        if clause is not None and firm is not None and band is not None:
            named[str(clause)].append((str(firm), worth(str(band))))
    return {clause: summed(highest(each)) for clause, each in named.items()}


def compared(counts: Mapping[tuple[Value, ...], int]) -> Mapping[str, list[InProvince]]:
    """For each clause its provinces, most reports first, of reports counted by clause, region, outcome and point."""
    groups: dict[str, dict[str, list[tuple[Value, Value, int]]]] = defaultdict(lambda: defaultdict(list))
    for (clause, region, outcome, point), count in counts.items():
        if clause is not None and region is not None and outcome != Outcome.LEFT_OUT.value:
            groups[str(clause)][_province(str(region))].append((outcome, point, count))
    return {
        clause: sorted(
            (_in_province(region, counted) for region, counted in provinces.items()),
            key=lambda each: (-each.reports, each.region),
        )
        for clause, provinces in groups.items()
    }


def works(confirmed: int, unresolved: int) -> bool:
    """Whether a clause works in a province (外地经验), by reports that cite it: confirmed ones, and few that stand open."""
    return confirmed > 0 and CONFIRMED_TO_ONE * unresolved <= confirmed


def _province(region: str) -> str:
    return region_prefix(region)[:_PROVINCE].ljust(len(region), "0")


def _in_province(region: str, counted: Iterable[tuple[Value, Value, int]]) -> InProvince:
    rows = list(counted)
    return InProvince(
        region=region,
        reports=sum(count for _, _, count in rows),
        unresolved=sum(count for outcome, _, count in rows if outcome in UNRESOLVED),
        resolved=sum(count for outcome, _, count in rows if outcome in RESOLVED),
        points=len({point for _, point, _ in rows if point is not None}),
    )
