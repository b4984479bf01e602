"""
Tallies: how many of the documents that a search finds fall into each group of values.

The one thing that statistics ask of an engine. All figures are made of these counts by pure functions, so that two
engines that count alike cannot tell two stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.query.search import Filter

Value = str | int | None
Counts = Mapping[tuple[Value, ...], int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Groups by the values of the keyword and number fields `by`, of the documents for which `filters` hold too.

    A document without a value falls into the group of None, one with several counts once in each of theirs. Grouping
    by no field counts the documents, under the key ().
    """

    by: tuple[str, ...]
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Tallied:
    """The counts of each tally, groups without documents left out; log position and generation as of `Hits`."""

    counts: tuple[Counts, ...]
    position: int
    generation: str
