"""
The limits and the ladders of reminders from their files, `data/limits.json` and `data/reminders.json`.

Each row says from which day it holds and how certain it is. What changes gets a new row, and the old one the day on
which it ended: a file tells what held when, and a release works by the rows that nothing has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any

from directory.anchors import Anchor
from directory.ladders import Rung, To, Unit
from directory.limits import Limits
from directory.states import Severity
from directory.vocabulary import Certainty
from seeds.reading import read_json

# How a limit in another unit than working days is named.
_SUFFIXES = {"working_days": "", "count": "", "calendar_days": "_calendar_days", "months": "_months"}

Row = Mapping[str, Any]


def read_limits() -> Limits:
    """The limits that hold. Raises: ValueError, as `limits_of`."""
    return limits_of(read_json("limits"))


def read_rungs() -> tuple[Rung, ...]:
    """The rungs that hold, ladder by ladder. Raises: ValueError, as `rungs_of`."""
    return rungs_of(read_json("reminders"))


def limits_of(rows: Iterable[Row]) -> Limits:
    """The limits in these rows. Raises: ValueError, for one that is missing, unknown, there twice, or not dated."""
    held = [(_name(row), _value(row["value"])) for row in _in_force(rows)]
    found = dict(held)
    if off := found.keys() ^ {each.name for each in fields(Limits)}:
        raise ValueError(f"limits: missing or unknown: {sorted(off)}")
    if len(found) != len(held):
        raise ValueError("limits: one holds twice; an earlier row must say on which day it ended")
    return Limits(**found)


def rungs_of(rows: Iterable[Row]) -> tuple[Rung, ...]:
    """The rungs in these rows. Raises: ValueError, for a rule that speaks twice, or a row that is not dated."""
    rungs = tuple(
        Rung(row["rule"], Anchor(row["anchor"]), row["offset"], To(row["to"]), Unit(row["unit"]))
        for row in _in_force(rows)
    )
    if len({each.rule for each in rungs}) != len(rungs):
        raise ValueError("reminders: one holds twice; an earlier row must say on which day it ended")
    return rungs


def _in_force(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        since, until = date.fromisoformat(row["valid_from"]), row.get("valid_to")
        Certainty(row["certainty"])
        if until is None:
            yield row
        elif date.fromisoformat(until) < since:
            raise ValueError(f"a row ends on {until}, before it holds from {since}")


def _name(row: Row) -> str:
    return f"{row['code'].replace('-', '_')}{_SUFFIXES[row['unit']]}"


def _value(value: int | Mapping[str, int]) -> Any:
    if isinstance(value, int):
        return value
    return MappingProxyType({Severity(severity): days for severity, days in value.items()})
