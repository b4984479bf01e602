"""
Counting reports out of the log alone (复算): no index, no present state, only what was written up to a position.

Whoever has the log up to that position counts the same, now or in ten years. A report that was erased before counts by what
was left of it; only those erased since are missing, by law: how many, is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from directory.entities import Blockage, load
from directory.facts import LogEntry, replay
from directory.history import ERASED
from directory.ports import Reader
from directory.remains import REMAINS
from directory.states import EntityType
from indexer.query.search import AnyOf, Between, Both, Either, Filter, Is
from indexer.query.tallies import Counts, Tally

AT_ONCE = 2_000
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """The reports as they stood at a position of the log; digest and instant are those of the entry there.

    `erased` counts the reports of which values were erased after the position.
    """

    position: int
    digest: str
    at: datetime
    reports: tuple[Blockage, ...]
    erased: int


class _Fold:
    """States of reports, folded entry by entry."""

    def __init__(self) -> None:
        self.states: dict[str, tuple[int, Mapping[str, Any]]] = {}
        self.erased: set[str] = set()

    def take(self, entry: LogEntry) -> None:
        fact = entry.fact
        if fact.entity_type is not EntityType.BLOCKAGE:
            return
        if remains := fact.data.get(REMAINS):
            self.erased.discard(fact.entity_id)
            self.states[fact.entity_id] = fact.entity_version, remains
            return
        if fact.entity_id in self.erased:
            return
        if fact.kind.endswith(ERASED) or any(change.erased for change in fact.changes):
            self.erased.add(fact.entity_id)
            self.states.pop(fact.entity_id, None)
            return
        _, state = self.states.get(fact.entity_id, (0, {}))
        self.states[fact.entity_id] = fact.entity_version, replay(state, fact.changes)


async def standing_at(reader: Reader, position: int) -> Standing | None:
    """The reports at a position; None where the log does not reach it, or holds nothing."""
    fold, last = _Fold(), None
    after = 0
    while page := await reader.log_after(after, limit=AT_ONCE, until=position):
        for entry in page:
            fold.take(entry)
        last, after = page[-1], page[-1].position
    if last is None or last.position != position:
        return None
    return Standing(
        position=position,
        digest=last.digest,
        at=last.fact.at,
        reports=tuple(load(Blockage, id_, *state) for id_, state in fold.states.items()),
        erased=len(fold.erased),
    )


def holds(wanted: Filter, body: Body) -> bool:
    """Whether a document passes the filter; a missing value passes none."""
    if isinstance(wanted, Both):
        return all(holds(part, body) for part in wanted.filters)
    if isinstance(wanted, Either):
        return any(holds(part, body) for part in wanted.filters)
    if isinstance(wanted, AnyOf):
        return not set(wanted.values).isdisjoint(_values(body, wanted.field))
    if isinstance(wanted, Is):
        return body.get(wanted.field) is wanted.value
    if isinstance(wanted, Between):
        value = body.get(wanted.field)
        return (
            value is not None
            and (wanted.at_least is None or value >= wanted.at_least)
            and (wanted.at_most is None or value <= wanted.at_most)
        )
    return not holds(wanted.filter, body)


def tally_of(bodies: Iterable[Body], tally: Tally) -> Counts:
    """The counts of a tally over documents, as an engine gives them."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for body in bodies:
        if all(holds(each, body) for each in tally.filters):
            counts.update(product(*(_values(body, name) or (None,) for name in tally.by)))
    return dict(counts)


def _values(body: Body, field: str) -> Sequence[Any]:
    value = body.get(field)
    if isinstance(value, list):
        return value
    return () if value is None else (value,)
