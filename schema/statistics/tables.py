"""The groups of statistics as they are told: which of them, in which order, under which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from directory.disclosure import hidden_groups, published, published_number_of_groups
from directory.reference import Reference
from directory.statistics import Group, figures
from directory.vocabulary import Label
from indexer.query.blockage_groups import Key
from indexer.query.tallies import Value
from schema.statistics.dimensions import Dimension
from schema.statistics.types import StatisticsRow, shown_row
from schema.terms import FacetValue


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of an answer, ready to be told: `exact` for those who may see single cases."""

    dimensions: tuple[Dimension, ...]
    found: Mapping[Key, Group]
    exact: bool
    compares: bool
    reference: Reference

    def suppressed(self) -> int:
        """How many groups are left out, as it is told."""
        return 0 if self.exact else published_number_of_groups(len(self.hidden()))

    def row(self, key: Key) -> StatisticsRow:
        """The row of a group."""
        told = figures(self.found.get(key) or Group(), exact=self.exact, compares=self.compares)
        keys = [
            _value(part, each.label(self.reference, part), told.reported)
            for part, each in zip(key, self.dimensions, strict=True)
        ]
        return shown_row(keys, told)

    def hidden(self) -> frozenset[Key]:
        """The groups that are left out."""
        if self.exact:
            return frozenset()
        return hidden_groups({key: group.reported for key, group in self.found.items() if group.reported})

    def shown(self) -> list[Key]:
        """The groups that are told, in order: by time where the first dimension is one, else the largest first."""
        hidden = self.hidden()
        told = [key for key, group in self.found.items() if key not in hidden and self._size(group)]
        by_key = sorted(told, key=lambda key: [(part is None, str(part)) for part in key])
        if self.dimensions and self.dimensions[0].following is not None:
            return self._without_gaps(by_key)
        return sorted(by_key, key=lambda key: -self._size(self.found[key]))

    def _size(self, group: Group) -> int:
        return group.reported if self.exact else published(group.reported)

    def _without_gaps(self, keys: list[Key]) -> list[Key]:
        following = self.dimensions[0].following
        # Where groups are hidden, a gap and a hidden group have to look alike.
        if following is None or len(self.dimensions) > 1 or not self.exact or not keys:
            return keys
        series = keys[:1]
        for (start,), (end,) in pairwise(keys):
            between = following(str(start))
            while end is not None and between < str(end):
                series.append((between,))
                between = following(between)
            series.append((end,))
        return series


def _value(part: Value, label: Label, count: int) -> FacetValue:
    return FacetValue(value="" if part is None else str(part), count=count, selected=False, shown=label)
