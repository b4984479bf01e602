"""
Every field that is kept, with its class, its purpose and how long it stays (个人信息分类): one table.

Who reads a field stands in `directory.visibility` and `directory.report_fields`. Here stands what it is, and so what the
log may hold of it: personal values and texts in which somebody may have written one are kept apart, and the log has a
reference and a salted commitment. Who acted is named in the log by an opaque reference (`record.subjects`).

Sources: PIPL (个人信息保护法), article 6 (purpose and minimum), 47 (erasure), 51 (classes); `privacy_classes.json`. A natural
person is also the freelancer and the operator of an individual household, so their names, accounts and texts are personal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from directory.entities import Blockage, BlockingPoint, Entity, Firm, Submission
from directory.profiles import Profile
from directory.states import EntityKind


class PrivacyClass(StrEnum):
    """How much a value says of a person, or of a firm's business."""

    PUBLIC = "P0"
    INTERNAL = "P1"
    PERSONAL = "P2"
    SENSITIVE = "P3"
    BUSINESS = "B1"


class Purpose(StrEnum):
    """What a field is kept for."""

    LISTING = "listing"
    IDENTITY = "identity"
    REVIEW = "review"
    CONTACT = "contact"
    FOLLOW_UP = "follow_up"
    STATISTICS = "statistics"
    ACCOUNT = "account"


class Retention(StrEnum):
    """The dated rule that ends the keeping of a field; `directory.retention` says when each comes."""

    ENTRY = "delisted_entity"
    APPLICATION = "rejected_application"
    REPORT = "closed_blockage"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: `of_person` is the class where the entry is a natural person's; `text` is written freely by somebody."""

    privacy: PrivacyClass
    purpose: Purpose
    retention: Retention
    of_person: PrivacyClass | None = None
    text: bool = False

    def class_for(self, *, person: bool) -> PrivacyClass:
        """The class of the field of an entry that is a natural person's, or not."""
        return self.of_person or self.privacy if person else self.privacy

    def stays_out_of_log(self, *, person: bool) -> bool:
        """Whether the log holds a commitment only."""
        return self.text or self.class_for(person=person) in OUT_OF_LOG


PERSON_LIKE = frozenset({EntityKind.FREELANCER, EntityKind.INDIVIDUAL_BUSINESS})
OUT_OF_LOG = frozenset({PrivacyClass.PERSONAL, PrivacyClass.SENSITIVE})

P0, P1, P2, B1 = PrivacyClass.PUBLIC, PrivacyClass.INTERNAL, PrivacyClass.PERSONAL, PrivacyClass.BUSINESS
_LISTED = Kept(P0, Purpose.LISTING, Retention.ENTRY)
_LISTED_OF_PERSON = Kept(P0, Purpose.LISTING, Retention.ENTRY, of_person=P2)
_FIGURES = Kept(B1, Purpose.STATISTICS, Retention.ENTRY, of_person=P2)
_CONTACT = Kept(P2, Purpose.CONTACT, Retention.ENTRY)

PROFILE: Mapping[str, Kept] = {
    **dict.fromkeys(
        ("name", "name_en", "other_names", "platforms", "summary", "summary_en", "website", "uscc"),
        _LISTED_OF_PERSON,
    ),
    **dict.fromkeys(
        ("entity_kind", "occupation", "forms", "industry", "region", "founded_on", "support_programmes"),
        _LISTED,
    ),
}

FIRM: Mapping[str, Kept] = {
    **{f"profile.{name}": row for name, row in PROFILE.items()},
    **dict.fromkeys(
        (
            "entry_number",
            "status",
            "status_since",
            "size_class",
            "merged_from",
            "created_at",
            "listed_at",
            "confirmed_at",
            "updated_at",
        ),
        _LISTED,
    ),
    "former_names": _LISTED_OF_PERSON,
    "readings": _FIGURES,
    "growth": _FIGURES,
    "contact": _CONTACT,
    "owner": Kept(P1, Purpose.ACCOUNT, Retention.AUDIT),
    "status_reason": Kept(P1, Purpose.REVIEW, Retention.ENTRY, text=True),
    **dict.fromkeys(
        ("good_standing", "merged_into", "moved_by_merge", "provenance", "suspended_unconfirmed", "consents"),
        Kept(P1, Purpose.REVIEW, Retention.AUDIT),
    ),
}

_APPLIED = Kept(P1, Purpose.REVIEW, Retention.APPLICATION)
_APPLIED_TEXT = Kept(P1, Purpose.REVIEW, Retention.APPLICATION, text=True)

SUBMISSION: Mapping[str, Kept] = {
    **{
        f"profile.{name}": Kept(row.privacy, Purpose.REVIEW, Retention.APPLICATION, row.of_person)
        for name, row in PROFILE.items()
    },
    **dict.fromkeys(("draft", "change_requests", "objections", "review_note"), _APPLIED_TEXT),
    **dict.fromkeys(
        (
            "firm_id",
            "kind",
            "status",
            "region",
            "base_firm_version",
            "created_at",
            "updated_at",
            "submitted_at",
            "decided_at",
            "taken_at",
            "reject_codes",
            "good_standing",
            "changes_requested_at",
            "notice_started_at",
            "notice_ends_at",
            "notice_ends_on",
            "notice_provisional",
            "possible_duplicates",
            "reapply_from",
        ),
        _APPLIED,
    ),
    **dict.fromkeys(
        ("owner", "taken_by", "recommended_by", "approved_by"), Kept(P1, Purpose.ACCOUNT, Retention.AUDIT)
    ),
    "readings": Kept(B1, Purpose.REVIEW, Retention.APPLICATION, of_person=P2),
    "contact": Kept(P2, Purpose.CONTACT, Retention.APPLICATION),
}

_REPORTED = Kept(P0, Purpose.STATISTICS, Retention.REPORT)
_REPORTED_TEXT = Kept(P0, Purpose.FOLLOW_UP, Retention.REPORT, text=True)
_HANDLED_TEXT = Kept(P1, Purpose.FOLLOW_UP, Retention.REPORT, text=True)
_HANDLED = Kept(P0, Purpose.FOLLOW_UP, Retention.REPORT)

BLOCKAGE: Mapping[str, Kept] = {
    **dict.fromkeys(
        (
            "title",
            "description",
            "public_title",
            "public_summary",
            "resolutions",
            "timeline",
            "close_reason",
        ),
        _REPORTED_TEXT,
    ),
    "unsealings": _HANDLED_TEXT,
    # Names of files are written freely; what is in the files stands in a table of their own and never in the log.
    "evidence": _HANDLED_TEXT,
    # Of these a part is written freely: the reply, the note of the call, the reason of an extension, the explanation, steps.
    **dict.fromkeys(("supervision", "call_back", "deadlines", "impact", "plan"), _HANDLED_TEXT),
    **dict.fromkeys(
        (
            "reference",
            "status",
            "language",
            "category",
            "severity",
            "forms",
            "platforms",
            "region",
            "clauses",
            "cause_known",
            "cause_level",
            "procedure_step",
            "visibility",
            "blocking_point",
            "reported_at",
            "updated_at",
            "closed_at",
        ),
        _REPORTED,
    ),
    **dict.fromkeys(
        (
            "agency",
            "co_agencies",
            "returned_by",
            "suggested_agency",
            "returns",
            "transfers",
            "disputes",
            "reopens",
            "extensions",
            "supervised",
            "pauses",
            "holdings",
            "duplicate_of",
            "withdrawal_asked_by_agency",
        ),
        _HANDLED,
    ),
    "firm_id": Kept(P1, Purpose.FOLLOW_UP, Retention.REPORT, of_person=P1),
    "reporter": Kept(P2, Purpose.ACCOUNT, Retention.REPORT),
}

# Written by agencies for everyone; its resolutions name agencies, and no person.
BLOCKING_POINT: Mapping[str, Kept] = dict.fromkeys(
    set(BlockingPoint.model_fields) - {"id", "version"}, Kept(P0, Purpose.FOLLOW_UP, Retention.AUDIT)
)

CONTACT: Mapping[str, Kept] = dict.fromkeys(("person", "phone", "email", "address"), _CONTACT)

CLASSES: Mapping[type[Entity], Mapping[str, Kept]] = {
    Firm: FIRM,
    Submission: SUBMISSION,
    Blockage: BLOCKAGE,
    BlockingPoint: BLOCKING_POINT,
}

# What entities hold of contact details is a reference and a commitment already.
SEALED = frozenset({"contact"})
# Under these names the state holds who did something: a subject, which the log names by an opaque reference.
SUBJECT_KEYS = frozenset(
    {"owner", "reporter", "by", "decided_by", "taken_by", "recommended_by", "approved_by"}
)
# What facts say beside the change, where somebody writes it freely.
FREE_DATA = frozenset({"reason"})

# What these said at any time they still say, beside figures and dates: of them only what is taken away is to be forgotten.
GROWING = frozenset(
    {
        "deadlines",
        "resolutions",
        "timeline",
        "plan",
        "supervision",
        "call_back",
        "impact",
        "readings",
        "growth",
    }
)


def is_person(entity: Firm | Submission) -> bool:
    """Whether the entry is a natural person's; so is one that does not say yet what it is."""
    profile = entity.profile
    return profile is None or profile.entity_kind in PERSON_LIKE


def personal_fields(entity: Entity) -> frozenset[str]:
    """The names of the state fields (as in `entities.dump`) whose values stay out of the log."""
    return _personal_fields(type(entity), isinstance(entity, (Firm, Submission)) and is_person(entity))


@cache
def _personal_fields(kind: type[Entity], person: bool) -> frozenset[str]:
    return frozenset(
        name
        for name, row in CLASSES[kind].items()
        if name not in SEALED and row.stays_out_of_log(person=person)
    )


def subject_of(entity: Entity) -> str:
    """The id of the firm whose person the personal values of `entity` belong to."""
    if isinstance(entity, Submission | Blockage):
        return entity.firm_id
    return entity.id


def declared_fields(kind: type[Entity]) -> frozenset[str]:
    """The state fields that an entity of this kind can have, by the names of `entities.dump`."""
    names = set(kind.model_fields) - {"id", "version", "profile"}
    if "profile" in kind.model_fields:
        names |= {f"profile.{name}" for name in Profile.model_fields}
    return frozenset(names)
