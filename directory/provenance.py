"""Where each value of an entry comes from (字段来源): who stated it, when, and on what authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from directory.entities import Firm, Provenance, Submission
from directory.facts import FieldChange, differences
from directory.profiles import Profile


class Source(StrEnum):
    """On what authority a value stands: the firm's word, a public register, a reviewer's finding."""

    DECLARED = "declared"
    REGISTRY = "registry"
    REVIEW = "review"


GOOD_STANDING = "good_standing"


class ProvenanceConflict(NamedTuple):
    """A value that the firm now declares otherwise than a register or a reviewer stated it (JSON values)."""

    field: str
    live: Any
    proposed: Any
    stated: Provenance


def declared_by(profile: Profile, owner: str, at: datetime) -> Mapping[str, Provenance]:
    """The provenance of a first profile: every field that has a value is the firm's word."""
    said = Provenance(source=Source.DECLARED.value, by=owner, at=at)
    return {name: said for name, value in profile if value not in (None, ())}


def declared_fields(firm: Firm, submission: Submission, at: datetime) -> Mapping[str, Provenance]:
    """The entry's provenance with the submission's changes in it; a reviewer's word on good standing is one of them."""
    known = dict(firm.provenance)
    said = Provenance(source=Source.DECLARED.value, by=submission.owner, at=at)
    known.update({change.field: said for change in proposed_changes(firm.profile, submission)})
    if submission.good_standing is not None:
        reviewer = submission.approved_by or submission.recommended_by or ""
        known[GOOD_STANDING] = Provenance(source=Source.REVIEW.value, by=reviewer, at=at)
    return known


def proposed_changes(live: Profile | None, submission: Submission) -> tuple[FieldChange, ...]:
    """The profile fields that the submission changes, by name; every field with a value when nothing is live yet."""
    if submission.profile is None:
        return ()
    before = live.model_dump(mode="json") if live else None
    return differences_whole(before, submission.profile.model_dump(mode="json"))


def differences_whole(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """As `facts.differences`, with both sides whole where a list only grew: for readers, not for the log."""
    earlier = before or {}
    return tuple(
        FieldChange(change.field, earlier.get(change.field), after.get(change.field))
        for change in differences(before, after)
    )


def provenance_conflicts(firm: Firm, submission: Submission) -> tuple[ProvenanceConflict, ...]:
    """Where the firm contradicts what a register or a reviewer stated: for the reviewer to weigh."""
    return tuple(
        ProvenanceConflict(change.field, change.before, change.after, stated)
        for change in proposed_changes(firm.profile, submission)
        if (stated := firm.provenance.get(change.field)) and stated.source != Source.DECLARED.value
    )
