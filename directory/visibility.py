"""
Who sees which entry, which submission, and which of their fields.

An entry that stands in the directory (LISTED, SUSPENDED, GRADUATED) is public: a suspension is news that customers
should have. One that does not is seen by its firm and by reviewers within whose reach it lies; to all others it does
not exist. A field without a row in the tables is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.access import Caller, Operation, may, reaches
from directory.bands import DISCLOSURE, Disclosure
from directory.entities import Firm, Submission
from directory.profiles import Profile
from directory.states import FirmStatus, Metric, SubmissionStatus


class Audience(StrEnum):
    """What a caller is to an entry; everyone is PUBLIC, some are more."""

    OWNER = "owner"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    PUBLIC = "public"


PUBLIC_STATUSES = frozenset({FirmStatus.LISTED, FirmStatus.SUSPENDED, FirmStatus.GRADUATED})

_ALL = frozenset(Audience)
_FIRM_AND_REVIEWERS = frozenset({Audience.OWNER, Audience.REVIEWER})
_REVIEWERS = frozenset({Audience.REVIEWER})

# The name is the one under which the entry asks to be listed. A person's own name, phone, mail and address are contact.
FIRM_FIELDS: Mapping[str, frozenset[Audience]] = {
    **dict.fromkeys(Profile.model_fields, _ALL),
    **dict.fromkeys(
        (
            "entry_number",
            "version",
            "status",
            "readings",
            "size_class",
            "growth",
            "former_names",
            "merged_from",
            "status_since",
            "created_at",
            "listed_at",
            "confirmed_at",
            "updated_at",
        ),
        _ALL,
    ),
    "contact": _FIRM_AND_REVIEWERS,
    "consents": _FIRM_AND_REVIEWERS,
    "good_standing": _FIRM_AND_REVIEWERS,
    "provenance": _FIRM_AND_REVIEWERS,
    "status_reason": _FIRM_AND_REVIEWERS,
    "suspended_unconfirmed": _FIRM_AND_REVIEWERS,
    "merged_into": _FIRM_AND_REVIEWERS,
    "moved_by_merge": _REVIEWERS,
    "owner": _REVIEWERS,
}

SUBMISSION_FIELDS: Mapping[str, frozenset[Audience]] = {
    **dict.fromkeys(
        (
            "version",
            "firm_id",
            "kind",
            "status",
            "region",
            "profile",
            "readings",
            "submitted_at",
            "notice_started_at",
            "notice_ends_at",
            "notice_ends_on",
            "notice_provisional",
        ),
        _ALL,
    ),
    **dict.fromkeys(
        (
            "base_firm_version",
            "contact",
            "created_at",
            "updated_at",
            "decided_at",
            "taken_at",
            "taken_by",
            "review_note",
            "reject_codes",
            "good_standing",
            "change_requests",
            "changes_requested_at",
            "objections",
            "reapply_from",
        ),
        _FIRM_AND_REVIEWERS,
    ),
    "draft": frozenset({Audience.OWNER}),
    "owner": _REVIEWERS,
    "recommended_by": _REVIEWERS,
    "approved_by": _REVIEWERS,
    "possible_duplicates": _REVIEWERS,
}


def audiences(caller: Caller, entity: Firm | Submission) -> frozenset[Audience]:
    """What the caller is to the entry or submission."""
    found = {Audience.PUBLIC}
    if caller.subject is not None and caller.subject == entity.owner:
        found.add(Audience.OWNER)
    region = entity.profile.region if isinstance(entity, Firm) else entity.region or ""
    if may(caller, Operation.READ_SUBMISSION_QUEUE) and reaches(caller, region):
        found.add(Audience.REVIEWER)
    if may(caller, Operation.READ_EXACT_FIGURES):
        found.add(Audience.ANALYST)
    return frozenset(found)


def may_see_firm(caller: Caller, firm: Firm) -> bool:
    """Whether the entry exists for the caller. A merged entry is asked for through the one it lives on in."""
    if firm.status in PUBLIC_STATUSES:
        return True
    return not audiences(caller, firm).isdisjoint(_FIRM_AND_REVIEWERS)


def may_see_submission(caller: Caller, submission: Submission) -> bool:
    """Whether the submission exists for the caller: a draft for its owner alone, one under public notice for all."""
    seen_as = audiences(caller, submission)
    if submission.status is SubmissionStatus.DRAFT:
        return Audience.OWNER in seen_as
    if submission.status is SubmissionStatus.PUBLIC_NOTICE:
        return True
    if submission.submitted_at is None:  # a draft that was given up
        return Audience.OWNER in seen_as
    return not seen_as.isdisjoint(_FIRM_AND_REVIEWERS)


def may_read_firm_field(caller: Caller, firm: Firm, field: str) -> bool:
    """Whether the caller may read a field of an entry that they may see."""
    return is_firm_field_for(audiences(caller, firm), field)


def is_firm_field_for(seen_as: frozenset[Audience], field: str) -> bool:
    """The same, for whoever is this to the entry."""
    return not seen_as.isdisjoint(FIRM_FIELDS.get(field, frozenset()))


def may_read_submission_field(caller: Caller, submission: Submission, field: str) -> bool:
    """Whether the caller may read a field of a submission that they may see."""
    return is_submission_field_for(audiences(caller, submission), field)


def is_submission_field_for(seen_as: frozenset[Audience], field: str) -> bool:
    """The same, for whoever is this to the submission."""
    return not seen_as.isdisjoint(SUBMISSION_FIELDS.get(field, frozenset()))


def disclosure(caller: Caller, entity: Firm | Submission, metric: Metric) -> Disclosure:
    """How a figure is shown to the caller: exact to the firm, its reviewers and analysts, else as the metric allows."""
    exact_for = {Audience.OWNER, Audience.REVIEWER, Audience.ANALYST}
    return DISCLOSURE[metric] if audiences(caller, entity).isdisjoint(exact_for) else Disclosure.EXACT
