"""
What of the log a caller may see.

The log holds every field of every state, so it is the widest door there is: an entry shows no more than the entity
itself would, by the same rules (`directory.visibility`, `directory.standing`), and what no rule opens stays closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from directory.access import THE_CLOCK, Caller, Operation, Role, may
from directory.blocking_points import point_sides
from directory.entities import Blockage, BlockingPoint, Firm, Submission, dump
from directory.facts import Fact, FieldChange, Json
from directory.handlers.merging import BLOCKAGE_MOVED
from directory.moves import FACTS, SIDES_OF_ACTION, Side
from directory.privacy import personal_fields
from directory.public_texts import reads_own_words
from directory.report_evidence import EVIDENCE_ERASED
from directory.report_fields import may_read_report_field, readable_close_reason
from directory.standing import (
    CORRESPONDENCE,
    HIDDEN_STATUSES,
    Sides,
    corresponds,
    may_see_blockage,
    sides_of,
    was_taken_up,
)
from directory.states import SubmissionStatus, Visibility
from directory.visibility import (
    PUBLIC_STATUSES,
    Audience,
    audiences,
    is_firm_field_for,
    is_submission_field_for,
    may_read_firm_field,
    may_see_firm,
    may_see_submission,
)
from directory.vocabulary import Agencies

REPORTER = "reporter"
OFFICER = "officer"
CONTACT = "contact"
EXACT_FIGURES = "readings"
# Personal where they are a person's, and still shown to those whom the entry itself shows them.
FIGURES = frozenset({EXACT_FIGURES, "growth"})
READS_EXACTLY = frozenset({Audience.OWNER, Audience.REVIEWER, Audience.ANALYST})
READS_PERSONAL = frozenset({Audience.OWNER, Audience.REVIEWER})

# Fields of a report's state that the table of the public API names otherwise.
API_NAMES = {"firm_id": "reported_by", "reporter": "reported_by", "suggested_agency": "suggested_agencies"}
# To who is no party, the words of a report are those that were approved for the public.
OWN_WORDS = frozenset({"title", "description"})
PUBLIC_WORDS = {"public_title": "title", "public_summary": "description"}
# Of reports: what only its reporter does, and what only those hear of who write to each other.
BY_REPORTER = frozenset(FACTS[action] for action, by in SIDES_OF_ACTION.items() if by == {Side.REPORTER})
OF_CORRESPONDENTS = frozenset({*(FACTS[action] for action in CORRESPONDENCE), EVIDENCE_ERASED})
# Whole in the log, with what the parties wrote to each other; on the report itself strangers see them without it.
BETWEEN_PARTIES = frozenset({"timeline"})
CLOSE_REASON = "close_reason"
# Of a blocking point: ids of reports, also of those that are for agencies only.
OF_SINGLE_REPORTS = frozenset({"moved_by_merge", "recurrences"})

# The notice is everyone's to read while it runs.
NOTICE_STATUSES = frozenset({SubmissionStatus.PUBLIC_NOTICE})

ERASED = ":erased"
MERGED_INTO = "merged_into"
EMPTY: tuple[Json, ...] = (None, [], {}, "")


class _Eyes(NamedTuple):
    """What the caller is to an entity: to an entry or a submission, or to a report."""

    seen_as: frozenset[Audience] = frozenset()
    sides: Sides = frozenset()


@dataclass(frozen=True, slots=True)
class Sight:
    """One caller's view of one entity's entries.

    `entity` is its present state, None for one that is gone; `firm` the entry it belongs to, or itself.
    """

    caller: Caller
    agencies: Agencies
    entity: Firm | Submission | Blockage | BlockingPoint | None
    firm: Firm | None

    def sees(self) -> bool:
        """Whether the entity's entries are shown at all."""
        entity = self.entity
        if isinstance(entity, Firm):
            return may_see_firm(self.caller, entity)
        if isinstance(entity, Submission):
            return may_see_submission(self.caller, entity)
        if isinstance(entity, Blockage):
            return may_see_blockage(self.caller, entity, self.agencies, is_reporter=self._owns)
        return isinstance(entity, BlockingPoint)

    def sees_fact(self, fact: Fact) -> bool:
        """Whether there is such an entry for the caller at all.

        That reports moved when two entries were merged would say of both whose they are.
        """
        return self.sees() and (fact.kind != BLOCKAGE_MOVED or self._owns)

    def shows(self, fact: Fact) -> bool:
        """Whether it is said what happened; else only that something did, so that a copy can keep the version."""
        if isinstance(self.entity, Blockage) and fact.kind in OF_CORRESPONDENTS:
            return corresponds(self._sides(self.entity))
        return True

    def tells_of_end(self, fact: Fact) -> bool:
        """Whether the fact took its entry or report out of what the caller could read.

        That is a merge, and for callers who no longer see it the loss of public standing. Nothing is told of what was
        never public, but of what was erased: the log no longer says who could read that, so all hear of its bare id.
        """
        changed = {change.field: change for change in fact.changes}
        if (merged := changed.get(MERGED_INTO)) is not None and merged.after is not None:
            return self.sees() or self._left_the_public(fact.kind, changed)
        return not self.sees() and self._left_the_public(fact.kind, changed)

    def _left_the_public(self, kind: str, changed: Mapping[str, FieldChange]) -> bool:
        if self.entity is None:
            return kind.endswith(ERASED)
        status, visibility = changed.get("status"), changed.get("visibility")
        if isinstance(self.entity, Blockage):
            if not was_taken_up(self.entity):
                return False
            if visibility is not None:
                return bool(visibility.before == Visibility.PUBLIC)
            return self.entity.visibility is Visibility.PUBLIC and _hides(status)
        if isinstance(self.entity, BlockingPoint):
            return False
        if status is None:
            return False
        public = NOTICE_STATUSES if isinstance(self.entity, Submission) else PUBLIC_STATUSES
        return status.before in public and status.after not in public

    def state(self) -> dict[str, Json]:
        """The present state by the log's names of its fields, as far as the caller reads it; empty fields are left out.

        Facts that come later can be applied to it as they are. Empty for an entity that is gone.
        """
        if self.entity is None:
            return {}
        personal, eyes = personal_fields(self.entity), self._eyes(self.entity)
        return {
            self._name(field, eyes): value
            for field, value in dump(self.entity).items()
            if value not in EMPTY
            and self._reads(FieldChange(field, None, value, personal=field in personal), eyes)
        }

    def actor(self, fact: Fact) -> str:
        """The actor's subject where the caller may know it; else REPORTER for the firm's person, OFFICER for others."""
        if fact.actor in (self.caller.subject, THE_CLOCK.subject):
            return fact.actor
        if self._is_the_firms(fact):
            return fact.actor if self._knows_person() else REPORTER
        return fact.actor if may(self.caller, Operation.READ_OFFICERS) else OFFICER

    def fields(self, fact: Fact) -> list[FieldChange]:
        """The changed fields, those not for this caller without their values."""
        eyes = self._eyes(self.entity)
        return [
            replace(change, field=self._name(change.field, eyes))
            if self._reads(change, eyes)
            else replace(change, before=None, after=None)
            for change in fact.changes
        ]

    def _is_the_firms(self, fact: Fact) -> bool:
        """Whether the firm's person did it; of a report also where the entry has changed hands since."""
        if self.firm is not None and fact.actor == self.firm.owner:
            return True
        if isinstance(self.entity, Blockage):
            return fact.kind in BY_REPORTER or fact.actor == self.entity.reporter
        return False

    def _eyes(self, entity: Firm | Submission | Blockage | BlockingPoint | None) -> _Eyes:
        """The caller's, for all fields of the entity."""
        if isinstance(entity, Blockage):
            return _Eyes(sides=self._sides(entity))
        if isinstance(entity, Firm | Submission):
            return _Eyes(seen_as=audiences(self.caller, entity))
        return _Eyes()

    def _name(self, field: str, eyes: _Eyes) -> str:
        """What the field is called to the caller: strangers know one title and one description."""
        if isinstance(self.entity, Blockage) and not eyes.sides:
            return PUBLIC_WORDS.get(field, field)
        return field

    @property
    def _owns(self) -> bool:
        return (
            self.caller.subject is not None
            and self.firm is not None
            and self.firm.owner == self.caller.subject
        )

    def _reads(self, change: FieldChange, eyes: _Eyes) -> bool:
        entity = self.entity
        if entity is None or change.field == CONTACT:
            return False
        if isinstance(entity, Blockage):
            return self._reads_of_report(change, entity, eyes.sides)
        if isinstance(entity, BlockingPoint):
            return change.field not in OF_SINGLE_REPORTS or bool(point_sides(self.caller, entity))
        seen_as = eyes.seen_as
        if change.field == EXACT_FIGURES:
            if seen_as.isdisjoint(READS_EXACTLY):
                return False
        elif change.personal and change.field not in FIGURES and seen_as.isdisjoint(READS_PERSONAL):
            return False
        if isinstance(entity, Firm):
            return is_firm_field_for(seen_as, change.field.removeprefix("profile."))
        return is_submission_field_for(seen_as, change.field.partition(".")[0])

    def _reads_of_report(self, change: FieldChange, blockage: Blockage, sides: Sides) -> bool:
        if change.field == CLOSE_REASON:
            return readable_close_reason(blockage, sides) is not None
        if change.field in BETWEEN_PARTIES and not corresponds(sides):
            return False
        if change.field in OWN_WORDS and not reads_own_words(blockage, sides):
            return False
        name = API_NAMES.get(change.field, change.field)
        return may_read_report_field(name, sides, knows_reporter=self._knows_person())

    def _sides(self, blockage: Blockage) -> Sides:
        return sides_of(self.caller, blockage, self.agencies, is_reporter=self._owns)

    def _knows_person(self) -> bool:
        if isinstance(self.entity, Blockage):
            return self._owns and self.caller.has(Role.FIRM)
        return self.firm is not None and may_read_firm_field(self.caller, self.firm, "owner")


def _hides(status: FieldChange | None) -> bool:
    """Whether a public report of the earlier status is none of the later one."""
    if status is None or status.before is None:
        return False
    return status.before not in HIDDEN_STATUSES and status.after in HIDDEN_STATUSES
