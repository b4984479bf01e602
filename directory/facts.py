"""
Facts: what a command did, as it goes to the log.

A fact carries the difference of the entity's whole state, so that the log is audit trail, change feed and history at
once: folding the changes of an entity up to a position gives its state there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from directory.states import EntityType

Json = Any
_NOTHING: tuple[Json, ...] = (None, [], {}, "")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the state, before and after, as JSON values.

    `appended` is True when the field is a list that only grew: then `before` is None and `after` holds the new items.
    `personal` marks values that the log must not hold: the record keeps them apart and logs a salted commitment.
    `erased` is True when such a value was deleted since: then it reads None here.
    """

    field: str
    before: Json
    after: Json
    appended: bool = False
    personal: bool = False
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to one entity, in the past tense: `firm:listed`, `blockage:assigned`."""

    kind: str
    entity_type: EntityType
    entity_id: str
    entity_version: int
    actor: str
    at: datetime
    changes: tuple[FieldChange, ...] = ()
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A sealed fact: `position` is gapless and only grows, `digest` chains it to the one before (hex SHA-256)."""

    position: int
    digest: str
    fact: Fact


def differences(
    before: Mapping[str, Json] | None, after: Mapping[str, Json], *, personal: frozenset[str] = frozenset()
) -> tuple[FieldChange, ...]:
    """The changed fields between two states of one entity, by name; `before` None gives every field that has a value."""
    if before is None:
        return tuple(
            FieldChange(name, None, value, personal=name in personal) for name, value in stated(after)
        )
    changes = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) and isinstance(new, list) and old and new[: len(old)] == old:
            changes.append(FieldChange(name, None, new[len(old) :], appended=True, personal=name in personal))
        else:
            changes.append(FieldChange(name, old, new, personal=name in personal))
    return tuple(changes)


def stated(state: Mapping[str, Json]) -> list[tuple[str, Json]]:
    """The fields of a state that have a value, by name."""
    return [(name, value) for name in sorted(state) if (value := state[name]) not in _NOTHING]


def replay(state: Mapping[str, Json], changes: tuple[FieldChange, ...]) -> dict[str, Json]:
    """The state after `changes`: the inverse of `differences`."""
    result = dict(state)
    for change in changes:
        if change.appended:
            result[change.field] = [*result.get(change.field, []), *(change.after or ())]
        else:
            result[change.field] = change.after
    return result
