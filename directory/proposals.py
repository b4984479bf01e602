"""
Blocking points that nobody has named yet (疑似堵点): clusters of reports by several firms, those that grow first.

Early warning (预警): what counts is how many more reports came in the last thirty days than in the thirty days before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.clusters import Cluster
from directory.entities import Blockage
from directory.states import OPEN_STATUSES

RECENTLY = timedelta(days=30)
# One firm that reports often has a quarrel of its own; two reports can be alike by chance.
LEAST_FIRMS = 2
LEAST_REPORTS = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cluster as a point to be named: its reports, oldest first, what they say, and how it grows.

    `category` is the one that most reports bear, `clauses` are all that they cite, most cited first. `recent` counts the
    reports of the last thirty days, `before` those of the thirty days before.
    """

    reports: tuple[Blockage, ...]
    words: tuple[str, ...]
    category: str
    clauses: tuple[str, ...]
    firms: int
    regions: tuple[str, ...]
    recent: int
    before: int

    @property
    def rising(self) -> bool:
        """Whether more reports came lately than before."""
        return self.recent > self.before


def waits_for_a_point(report: Blockage) -> bool:
    """Whether the report is open and belongs to no point."""
    return report.status in OPEN_STATUSES and report.blocking_point is None


def proposals(found: Iterable[Cluster], reports: Mapping[str, Blockage], now: datetime) -> list[Proposal]:
    """The clusters that enough of these reports by enough firms still make, the fastest growing first."""
    made = [_proposal(cluster, reports, now) for cluster in found]
    wanted = [each for each in made if each is not None]
    return sorted(
        wanted,
        key=lambda each: (each.before - each.recent, -each.firms, -len(each.reports), each.reports[0].id),
    )


def _proposal(cluster: Cluster, reports: Mapping[str, Blockage], now: datetime) -> Proposal | None:
    kept = [reports[id_] for id_ in cluster.reports if id_ in reports and waits_for_a_point(reports[id_])]
    firms = {report.firm_id for report in kept}
    if len(kept) < LEAST_REPORTS or len(firms) < LEAST_FIRMS:
        return None
    ages = [now - report.reported_at for report in kept]
    return Proposal(
        reports=tuple(sorted(kept, key=lambda report: (report.reported_at, report.id))),
        words=cluster.words,
        category=_most_frequent(report.category for report in kept)[0],
        clauses=_most_frequent(clause for report in kept for clause in report.clauses),
        firms=len(firms),
        regions=tuple(sorted({report.region for report in kept})),
        recent=sum(age < RECENTLY for age in ages),
        before=sum(RECENTLY <= age < 2 * RECENTLY for age in ages),
    )


def _most_frequent(codes: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(codes)
    return tuple(sorted(counts, key=lambda code: (-counts[code], code)))
