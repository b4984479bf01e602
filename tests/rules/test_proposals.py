"""Which clusters are proposed as points, and in what order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from directory.clusters import Cluster
from directory.entities import Blockage
from directory.proposals import Proposal, proposals
from directory.states import BlockageStatus
from tests.factories import NOW, make_blockage

DAY = timedelta(days=1)


def filed(firm: str, days_ago: int, **changes: Any) -> Blockage:
    """A report of the firm so many days ago."""
    return make_blockage(firm_id=firm, reported_at=NOW - days_ago * DAY, **changes)


def proposed(*groups: list[Blockage]) -> list[Proposal]:
    """What becomes of clusters of these reports."""
    found = [Cluster(tuple(sorted(each.id for each in group)), ("抽成",)) for group in groups]
    return proposals(found, {each.id: each for group in groups for each in group}, NOW)


def test_a_cluster_of_several_firms_is_proposed() -> None:
    """With what its reports have in common, the oldest first."""
    reports = [
        filed("a", 2, category="platform-fees", clauses=("p#1", "p#2"), region="440300"),
        filed("b", 45, category="platform-fees", clauses=("p#2",)),
        filed("b", 70, category="other"),
    ]
    (found,) = proposed(reports)
    assert found.reports == tuple(reversed(reports))
    assert (found.category, found.clauses, found.words) == ("platform-fees", ("p#2", "p#1"), ("抽成",))
    assert (found.firms, found.regions) == (2, ("330100", "440300"))
    assert (found.recent, found.before, found.rising) == (1, 1, False)


def test_one_firm_or_two_reports_are_no_signal() -> None:
    """However alike they are."""
    assert proposed([filed("a", day) for day in range(5)], [filed("a", 1), filed("b", 1)]) == []


def test_reports_that_were_linked_or_ended_meanwhile_do_not_count() -> None:
    """The record is ahead of the index."""
    open_ones = [filed("a", 1), filed("b", 1)]
    assert len(proposed([*open_ones, filed("c", 1)])) == 1
    assert proposed([*open_ones, filed("c", 1, blocking_point="bp")]) == []
    assert proposed([*open_ones, filed("c", 1, status=BlockageStatus.RESOLVED)]) == []


def test_what_grows_comes_first() -> None:
    """A small cluster of this month before a large one of the month before."""
    fading = [filed(firm, 40) for firm in "abcde"]
    rising = [filed(firm, 3) for firm in "abc"]
    assert [each.rising for each in proposed(fading, rising)] == [True, False]
