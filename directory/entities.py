"""
Entities of the directory as frozen values, and their one serialised form.

`dump` gives the state as a flat mapping of JSON values (the profile's fields stand beside the others), which is what
the record stores, what the log compares and what `load` reads back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from directory.profiles import Profile, ReadingClaim, Value
from directory.states import (
    BlockageStatus,
    BlockingPointStatus,
    CallBackOutcome,
    EntityType,
    FirmStatus,
    Language,
    Metric,
    PlanStepStatus,
    ResolutionKind,
    ResolutionState,
    Severity,
    SizeClass,
    SubmissionKind,
    SubmissionStatus,
    SupervisionCause,
    Visibility,
)


class SealedRef(Value):
    """A pointer to personal values kept apart: opaque id and salted SHA-256 commitment (hex)."""

    ref: str
    commitment: str


class MetricReading(Value):
    """A figure read for a period: append-only, with its source; money in CNY."""

    metric: Metric
    period: str
    value: Decimal
    source: str | None
    reported_at: datetime


class Provenance(Value):
    """Where a field's value comes from: `source` is declared, registry or review; `by` a subject; `at` an instant."""

    source: str
    by: str
    at: datetime


class Consent(Value):
    """That a person agreed to a purpose by one version of its notice, and when they withdrew that (同意与撤回)."""

    purpose: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None = None


class CriterionFinding(Value):
    """One growth criterion: code, threshold, what was found, and whether it is met (None: no data)."""

    code: str
    threshold: str
    observed: str | None
    met: bool | None


class GrowthFinding(Value):
    """A growth assessment kept with the entry: the rule set's version and one finding a criterion."""

    ruleset: str
    qualifies: bool
    assessed_at: datetime
    criteria: tuple[CriterionFinding, ...]


class Entity(BaseModel):
    """What the record keeps: an opaque id and a version that grows by one a change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int


class Firm(Entity):
    """An entry of the directory (名录主体).

    While it is merged into another, `moved_by_merge` holds the ids of the reports and submissions that went with it.
    `suspended_unconfirmed`: suspended for want of a yearly update and nothing else.
    """

    entry_number: str
    status: FirmStatus
    owner: str
    profile: Profile
    readings: tuple[MetricReading, ...] = ()
    contact: SealedRef | None = None
    size_class: SizeClass | None = None
    growth: GrowthFinding | None = None
    good_standing: bool | None = None
    former_names: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()
    merged_into: str | None = None
    moved_by_merge: tuple[str, ...] = ()
    provenance: Mapping[str, Provenance] = {}
    consents: tuple[Consent, ...] = ()
    status_reason: str | None = None
    status_since: datetime | None = None
    suspended_unconfirmed: bool = False
    created_at: datetime
    listed_at: datetime | None = None
    confirmed_at: datetime | None = None
    updated_at: datetime


class ChangeRequest(Value):
    """What a reviewer asks to be changed on one field, and the firm's answer (一次性告知)."""

    field: str
    comment: str
    by: str
    at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


class Objection(Value):
    """A challenge raised during public notice (公示异议)."""

    id: str
    at: datetime
    by: str | None
    reason: str
    contact: SealedRef | None = None
    upheld: bool | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_note: str | None = None


class DuplicateCandidate(Value):
    """A near duplicate shown to the reviewer: score from 0 to 1 and the reasons for it."""

    firm_id: str
    score: float
    reasons: tuple[str, ...]


class Submission(Entity):
    """What a firm hands in for review (申报). `draft` holds raw values while DRAFT; `profile` clean ones after it."""

    firm_id: str
    kind: SubmissionKind
    status: SubmissionStatus
    owner: str
    region: str | None = None
    draft: Mapping[str, Any] | None = None
    profile: Profile | None = None
    readings: tuple[ReadingClaim, ...] = ()
    contact: SealedRef | None = None
    base_firm_version: int | None = None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    recommended_by: str | None = None
    approved_by: str | None = None
    review_note: str | None = None
    reject_codes: tuple[str, ...] = ()
    good_standing: bool | None = None
    change_requests: tuple[ChangeRequest, ...] = ()
    changes_requested_at: datetime | None = None
    notice_started_at: datetime | None = None
    notice_ends_at: datetime | None = None
    notice_ends_on: date | None = None
    notice_provisional: bool = False
    objections: tuple[Objection, ...] = ()
    possible_duplicates: tuple[DuplicateCandidate, ...] = ()
    reapply_from: date | None = None


class Impact(Value):
    """What the obstacle costs the reporter, in bands; unknown is allowed."""

    yearly_cost_band: str | None = None
    jobs_affected_band: str | None = None
    explanation: str | None = None


class Deadline(Value):
    """A limit of one stage: instants in UTC; `explanation` names the counted and skipped days."""

    stage: str
    started_at: datetime
    due_at: datetime
    working_days: int
    extended_from: datetime | None = None
    extension_reason: str | None = None
    provisional: bool = False
    met_at: datetime | None = None
    void: bool = False


class Pause(Value):
    """A time the clock stood still, with its cause; `ended_at` None while it lasts."""

    cause: str
    started_at: datetime
    ended_at: datetime | None = None


class Holding(Value):
    """Which body held the report, from when to when: `holder` is triage, an agency code or reporter."""

    holder: str
    started_at: datetime
    ended_at: datetime | None = None


class Resolution(Value):
    """A claimed resolution and the reporter's answer; `blocking_point` where it was claimed for a whole point.

    `clause` is the one that was changed or explained, `amending_document` the number of the document that did it.
    """

    state: ResolutionState
    kind: ResolutionKind
    summary: str
    clause: str | None = None
    amending_document: str | None = None
    residual: str | None = None
    blocking_point: str | None = None
    proposed_by: str
    proposed_at: datetime
    answered_at: datetime | None = None
    confirmed_by_reporter: bool = False
    rating: int | None = None
    comment: str | None = None


class Supervision(Value):
    """Why and since when a report is under supervision (督办), and what the agency replied to it."""

    cause: SupervisionCause
    since: datetime
    replied_at: datetime | None = None
    reply: str | None = None


class CallBack(Value):
    """The call to a reporter whose withdrawal an agency had asked for (撤单回访), and what came of it."""

    outcome: CallBackOutcome
    at: datetime
    note: str


class Unsealing(Value):
    """That a supervisor was shown who reported: `by` the token's subject, until when, and the reason given."""

    by: str
    at: datetime
    until: datetime
    reason: str


class PlanStep(Value):
    """A next step towards removing an obstacle (推进计划): what, by which agency, until the end of which day."""

    id: str
    what: str
    owner: str
    due_on: date
    status: PlanStepStatus
    planned_at: datetime
    settled_at: datetime | None = None
    note: str | None = None


class EvidenceFile(Value):
    """A file added to a report (证据材料): `size` in bytes, `sha256` in hex, `added_by` a role or an agency's code.

    `redacts` names the file of which it is a copy for the public (脱敏副本). Its content is kept apart, and gone once it was
    taken back.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: datetime
    redacts: str | None = None
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None


Evidence = tuple[EvidenceFile, ...]


class TimelineEntry(Value):
    """A step in the life of a report as its readers see it."""

    at: datetime
    actor: str
    action: str
    before: BlockageStatus | None = None
    after: BlockageStatus | None = None
    note: str | None = None


class Blockage(Entity):
    """A firm's report of what blocks it (堵点诉求).

    `title` and `description` are the reporter's own words and never change. `public_title` and `public_summary` are what
    the public reads instead, once an officer worded it anew; None while the reporter's own were approved as they are.
    """

    reference: str
    firm_id: str
    reporter: str
    status: BlockageStatus
    title: str
    description: str
    language: Language
    category: str
    severity: Severity
    forms: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    region: str
    clauses: tuple[str, ...] = ()
    cause_known: bool = False
    cause_level: str | None = None
    procedure_step: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    impact: Impact | None = None
    agency: str | None = None
    co_agencies: tuple[str, ...] = ()
    returned_by: tuple[str, ...] = ()
    suggested_agency: str | None = None
    returns: int = 0
    transfers: int = 0
    disputes: int = 0
    reopens: int = 0
    extensions: int = 0
    supervised: bool = False
    supervision: Supervision | None = None
    deadlines: tuple[Deadline, ...] = ()
    pauses: tuple[Pause, ...] = ()
    holdings: tuple[Holding, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    plan: tuple[PlanStep, ...] = ()
    evidence: Evidence = ()
    timeline: tuple[TimelineEntry, ...] = ()
    duplicate_of: str | None = None
    close_reason: str | None = None
    withdrawal_asked_by_agency: bool | None = None
    call_back: CallBack | None = None
    blocking_point: str | None = None
    public_title: str | None = None
    public_summary: str | None = None
    unsealings: tuple[Unsealing, ...] = ()
    reported_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None


class PointResolution(Value):
    """What is claimed to have removed a blocking point; `clause` and `amending_document` as on a report."""

    kind: ResolutionKind
    summary: str
    clause: str | None = None
    amending_document: str | None = None
    proposed_by: str
    proposed_at: datetime


class ProgressNote(Value):
    """A public note on how far a blocking point is (进展通报); `office` is an agency's code, or supervisor."""

    at: datetime
    office: str
    text: str


class Recurrence(Value):
    """An open report that came to a blocking point in spite of its resolution."""

    report: str
    at: datetime


class BlockingPoint(Entity):
    """A policy blocking point (政策堵点): the one cause of several reports, tied to the clauses that block.

    Its reports name it (`Blockage.blocking_point`), so a report has one point at most. While it is merged into another,
    `moved_by_merge` holds the ids of the reports that went with it. `first_reported_at` is what one that was split off
    inherits: the first report of the point it was part of. `beneficiaries` counts the firms that gain by the resolution
    claimed last and never reported; None until they were told.
    """

    reference: str
    status: BlockingPointStatus
    title: str
    title_en: str | None = None
    description: str
    description_en: str | None = None
    category: str
    clauses: tuple[str, ...]
    lead_agency: str | None = None
    co_agencies: tuple[str, ...] = ()
    resolutions: tuple[PointResolution, ...] = ()
    merged_from: tuple[str, ...] = ()
    merged_into: str | None = None
    moved_by_merge: tuple[str, ...] = ()
    split_from: str | None = None
    first_reported_at: datetime | None = None
    reopens: int = 0
    recurrences: tuple[Recurrence, ...] = ()
    review_reopened_at: datetime | None = None
    beneficiaries: int | None = None
    progress: tuple[ProgressNote, ...] = ()
    plan: tuple[PlanStep, ...] = ()
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None


E_co = TypeVar("E_co", bound=Entity)

ENTITY_TYPES: Mapping[type[Entity], EntityType] = {
    Firm: EntityType.FIRM,
    Submission: EntityType.SUBMISSION,
    Blockage: EntityType.BLOCKAGE,
    BlockingPoint: EntityType.BLOCKING_POINT,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Contact details with the entry they belong to; the only place where they are kept."""

    ref: str
    firm_id: str
    person: str | None
    phone: str | None
    email: str | None
    address: str | None


_OF_PROFILE = "profile."
_PROFILE_FIELDS = {name: f"{_OF_PROFILE}{name}" for name in Profile.model_fields}
# The one field of a state that holds what somebody sent as it came, with any number in it.
RAW = "draft"


def dump(entity: Entity) -> dict[str, Any]:
    """The entity's state as JSON values by field, without id and version; profile fields as `profile.<name>`."""
    state = entity.model_dump(mode="json")
    del state["id"], state["version"]
    profile = state.pop("profile", None)
    if profile is not None:
        for name, value in profile.items():
            state[_PROFILE_FIELDS[name]] = value
    return state


def load(kind: type[E_co], entity_id: str, version: int, state: Mapping[str, Any]) -> E_co:
    """The entity from its state; the inverse of `dump`. Raises: pydantic.ValidationError on a foreign state."""
    flat: dict[str, Any] = {"id": entity_id, "version": version}
    profile: dict[str, Any] = {}
    for name, value in state.items():
        if name.startswith(_OF_PROFILE):
            profile[name[len(_OF_PROFILE) :]] = value
        else:
            flat[name] = value
    if profile:
        flat["profile"] = profile
    return kind.model_validate(flat)
