"""Limits and ladders as data: dated, each once, and none forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from seeds.limits import limits_of, rungs_of
from seeds.reading import read_json
from seeds.reference import load_reference


def limit(code: str, /, **changed: Any) -> list[dict[str, Any]]:
    """The rows of the limits, with that of a code changed."""
    return [{**row, **changed} if row["code"] == code else row for row in read_json("limits")]


def test_a_limit_that_changes_keeps_its_past() -> None:
    """The old row ends, the new one holds."""
    new = next(row for row in limit("take", value=3, valid_from="2027-01-01") if row["code"] == "take")

    changed = limits_of([*limit("take", valid_to="2026-12-31"), new])

    assert (load_reference().limits.take, changed.take) == (5, 3)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param([*limit("take"), *limit("take")[:1]], "twice", id="twice at once"),
        pytest.param(limit("take", code="take-away"), "unknown", id="unknown"),
        pytest.param(limit("take")[1:], "missing", id="missing"),
        pytest.param(limit("take", valid_to="2025-12-31"), "before it holds", id="ends before it begins"),
        pytest.param(limit("take", valid_from="soon"), "isoformat", id="not dated"),
        pytest.param(limit("take", certainty="sure"), "Certainty", id="of no known certainty"),
    ],
)
def test_limits_that_do_not_hold_together_are_not_loaded(rows: list[dict[str, Any]], why: str) -> None:
    """Nobody works by a limit that nobody can name."""
    with pytest.raises(ValueError, match=why):
        limits_of(rows)


def test_a_rung_that_ended_does_not_speak() -> None:
    """Its row stays and tells that it did."""
    first, *others = read_json("reminders")

    assert [each.rule for each in rungs_of([{**first, "valid_to": "2026-12-31"}, *others])] == [
        row["rule"] for row in others
    ]


def test_no_rule_speaks_twice() -> None:
    """Or a firm is told the same of two instants."""
    rows = read_json("reminders")
    with pytest.raises(ValueError, match="twice"):
        rungs_of([*rows, rows[0]])
