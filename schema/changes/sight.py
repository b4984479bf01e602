"""
What of the log a caller may see.

The log holds every field of every state, so it is the widest door there is: an entry shows no more than the entity
itself would. Submissions are for those who review; reports for agencies only are for agencies; who reported, personal
values and pointers to contacts are for those whose role may read them on the entity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from directory.access import Caller, Operation, may
from directory.entities import Blockage, Firm
from directory.facts import Fact, FieldChange
from directory.states import EntityType, FirmStatus, Visibility

REPORTER = "reporter"
# Fields of the state that name a person or lead to one, beside those marked personal.
IDENTIFYING = frozenset({"owner", "reporter", "firm_id"})
CONTACTS = frozenset({"contact"})
EXACT_FIGURES = frozenset({"readings"})


@dataclass(frozen=True, slots=True)
class Sight:
    """One caller's view of one entity's entries. `entity` is its present state; None for one that is gone."""

    caller: Caller
    entity: Firm | Blockage | None

    def sees(self, fact: Fact) -> bool:
        """Whether the entry is shown at all."""
        if may(self.caller, Operation.READ_SUBMISSION_QUEUE):
            return True
        if fact.entity_type is EntityType.SUBMISSION or self.entity is None:
            return False
        if isinstance(self.entity, Blockage):
            return self.entity.visibility is Visibility.PUBLIC
        return self.entity.status is not FirmStatus.PENDING

    def actor(self, fact: Fact) -> str:
        """The actor's subject, or REPORTER where that would tell who reported."""
        if may(self.caller, Operation.READ_REPORTER) or fact.actor == self.caller.subject:
            return fact.actor
        return fact.actor if fact.actor not in self._persons() else REPORTER

    def fields(self, fact: Fact) -> list[FieldChange]:
        """The changed fields, those not for this caller without their values."""
        return [
            replace(change, before=None, after=None) if self._hides(change) else change
            for change in fact.changes
        ]

    def _hides(self, change: FieldChange) -> bool:
        if change.field in CONTACTS:
            return True
        if change.personal or change.field in IDENTIFYING or change.field.startswith("provenance"):
            return not may(self.caller, Operation.READ_REPORTER)
        if change.field in EXACT_FIGURES:
            return not may(self.caller, Operation.READ_EXACT_FIGURES)
        return False

    def _persons(self) -> Iterable[str]:
        if isinstance(self.entity, Blockage):
            return (self.entity.reporter,)
        return (self.entity.owner,) if self.entity else ()
