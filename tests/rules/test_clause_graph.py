"""Which clauses block most, and how one clause compares across provinces."""

from __future__ import annotations

from directory.clause_graph import WEIGHTS, Burden, InProvince, burdens, compared, costs
from directory.impact import Sum
from directory.states import Severity


def test_a_firm_weighs_by_its_gravest_report_once() -> None:
    """Three reports of one firm weigh as its gravest; a clause that blocks few badly may outweigh one that blocks many."""
    found = burdens(
        {
            ("p#1", "a", "LOW"): 5,
            ("p#1", "b", "LOW"): 1,
            ("p#1", "c", "MEDIUM"): 1,
            ("p#1", "c", "LOW"): 1,
            ("p#2", "a", "CRITICAL"): 1,
            (None, "a", "CRITICAL"): 9,
        }
    )
    assert found == [Burden("p#2", firms=1, reports=1, weight=8), Burden("p#1", firms=3, reports=8, weight=4)]


def test_a_firm_costs_by_its_highest_band_once() -> None:
    """For each clause it cites; a firm that named no band is left out, and one that names no cost is not."""
    worth = {"none": 0, "some": 5_000, "much": 30_000}
    found = costs(
        {
            ("p#1", "a", "some"): 3,
            ("p#1", "a", "much"): 1,
            ("p#1", "b", "none"): 2,
            ("p#1", "c", None): 1,
            ("p#2", "a", "some"): 1,
            (None, "a", "much"): 9,
        },
        worth.__getitem__,
    )
    assert found == {"p#1": Sum(30_000, 2), "p#2": Sum(5_000, 1)}


def test_each_degree_of_severity_weighs_more() -> None:
    """In the order of the degrees."""
    assert list(WEIGHTS.values()) == [1, 2, 4, 8]
    assert list(WEIGHTS) == list(Severity)


def test_equal_clauses_are_in_the_order_of_their_codes() -> None:
    """So that the ranking is the same each time."""
    found = burdens({("p#2", "a", "LOW"): 1, ("p#1", "b", "LOW"): 1})
    assert [each.clause for each in found] == ["p#1", "p#2"]


def test_a_clause_is_compared_by_province() -> None:
    """Cities and districts are added up; what was refused or merged is left out; points are told apart."""
    found = compared(
        {
            ("p#1", "330100", "open", "bp-1"): 2,
            ("p#1", "330106", "confirmed", "bp-1"): 1,
            ("p#1", "330106", "unanswered", None): 1,
            ("p#1", "330106", "left_out", "bp-2"): 4,
            ("p#1", "440300", "closed_unresolved", "bp-3"): 1,
            ("p#2", "440000", "claimed", None): 3,
            (None, "440000", "open", None): 3,
        }
    )
    assert found == {
        "p#1": [
            InProvince("330000", reports=4, unresolved=2, resolved=2, points=1),
            InProvince("440000", reports=1, unresolved=1, resolved=0, points=1),
        ],
        "p#2": [InProvince("440000", reports=3, unresolved=3, resolved=0, points=0)],
    }
