"""An entity as it was, and what changed between two versions: folded from its log entries, which hold all there ever was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from directory.entities import Firm, GrowthFinding, load
from directory.errors import Gone, NotFound
from directory.facts import FieldChange, LogEntry, replay
from directory.provenance import differences_whole

ERASED = ":erased"


def state_as_of(entries: Iterable[LogEntry], at: datetime | None = None) -> Firm | None:
    """The entry as it stood at the instant `at`, or after the last of `entries`; None before it came to be.

    `entries` are those of one entry in log order, from its first on. Raises: Gone, when its values were erased since.
    """
    firm_id, version, state = "", 0, dict[str, Any]()
    for entry in entries:
        if at is not None and entry.fact.at > at:
            break
        firm_id, version = entry.fact.entity_id, entry.fact.entity_version
        state = _after(entry, state)
    return load(Firm, firm_id, version, state) if version else None


def growth_findings(entries: Iterable[LogEntry]) -> tuple[GrowthFinding, ...]:
    """Every growth assessment that was kept with an entry, oldest first. Raises: Gone, when its values were erased since."""
    found: list[GrowthFinding] = []
    state: dict[str, Any] = {}
    for entry in entries:
        state = _after(entry, state)
        finding = GrowthFinding.model_validate(state["growth"]) if state.get("growth") else None
        if finding is not None and finding not in found:
            found.append(finding)
    return tuple(found)


def changes_between(entries: Iterable[LogEntry], older: int, newer: int) -> tuple[FieldChange, ...]:
    """The fields that differ between two versions of one entity, both sides whole; version 0 is before it came to be.

    Raises: NotFound, for a version that is not in `entries`; Gone, when values were erased since.
    """
    states: dict[int, Mapping[str, Any]] = {0: {}}
    state: dict[str, Any] = {}
    for entry in entries:
        state = _after(entry, state)
        states[entry.fact.entity_version] = state
    for version in (older, newer):
        if version not in states:
            raise NotFound.at("version", key="not_found")
    return differences_whole(states[older] or None, states[newer])


def _after(entry: LogEntry, state: Mapping[str, Any]) -> dict[str, Any]:
    if entry.fact.kind.endswith(ERASED) or any(change.erased for change in entry.fact.changes):
        raise Gone.at(entry.fact.entity_type.value, key="gone")
    return replay(state, entry.fact.changes)
