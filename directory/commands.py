"""
Commands: what a caller asks the directory to do, as frozen values with raw input.

Field names are those of the public API in snake_case; a problem's path names them in camelCase (`messages.api_path`).
Handlers in `directory/handlers/` clean the values, load, ask the rule, save.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from directory.profile_reading import DeclaredOn
from directory.states import (
    CallBackOutcome,
    FirmStatus,
    Language,
    PlanStepStatus,
    ResolutionKind,
    ReviewDecision,
    Severity,
    Visibility,
)

RawProfile = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to do, once: with a `client_mutation_id` a repeat by the same caller within a day acts only once."""

    client_mutation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFirm(Command):
    """Register a new entry (申报). `declared` follows from `profile`, where whoever asks has read it already."""

    profile: RawProfile
    declared: DeclaredOn | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """Keep an unfinished registration; `submission` None starts one."""

    profile: RawProfile
    submission: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitDraft(Command):
    """Hand in a draft; `profile`, when given, replaces what was kept."""

    submission: str
    expected_version: int
    profile: RawProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendFirm(Command):
    """Change a listed entry, or hand in its yearly update (年度更新); the listed version stays public until approved."""

    firm: str
    expected_version: int
    profile: RawProfile
    annual_update: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resubmit(Command):
    """Answer a request for changes; `answers` by field name."""

    submission: str
    expected_version: int
    profile: RawProfile | None = None
    answers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSubmission(Command):
    """Take a submission back before it is decided."""

    submission: str
    expected_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSubmission(Command):
    """A reviewer's decision; `field_comments` by field name, `good_standing` attests criterion C6."""

    submission: str
    expected_version: int
    decision: ReviewDecision
    note: str | None = None
    field_comments: Mapping[str, str] | None = None
    criteria: tuple[str, ...] = ()
    good_standing: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseObjection(Command):
    """Challenge a submission under public notice (异议); anyone may."""

    submission: str
    reason: str
    contact: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideObjection(Command):
    """Uphold or dismiss the objection that is open (the oldest, or `objection`)."""

    submission: str
    expected_version: int
    upheld: bool
    note: str
    objection: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndNotice(Command):
    """The clock: a public notice is over."""

    submission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseSubmission(Command):
    """The clock: a request for changes was not answered within the resubmit limit."""

    submission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFirms(Command):
    """Merge one entry into another; old numbers keep resolving."""

    source: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeFirm(Command):
    """Undo a merge: the entry stands on its own again."""

    firm: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFirmStatus(Command):
    """Suspend, restore, graduate, relist or delist an entry, with a reason."""

    firm: str
    expected_version: int
    to: FirmStatus
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBlockage(Command):
    """Report what blocks a firm (报送堵点)."""

    firm: str
    title: str
    description: str
    category: str
    language: Language | None = None
    severity: Severity = Severity.MEDIUM
    forms: tuple[str, ...] | None = None
    platforms: tuple[str, ...] | None = None
    region: str | None = None
    clauses: tuple[str, ...] | None = None
    cause_level: str | None = None
    procedure_step: str | None = None
    impact: Mapping[str, Any] | None = None
    blocking_point: str | None = None
    visibility: Visibility = Visibility.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBlockage(Command):
    """A command on one report at the version the caller saw."""

    blockage: str
    expected_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageBlockage(OnBlockage):
    """Accept, reject or mark as duplicate (分诊)."""

    accept: bool
    category: str | None = None
    severity: Severity | None = None
    clauses: tuple[str, ...] | None = None
    cause_level: str | None = None
    procedure_step: str | None = None
    duplicate_of: str | None = None
    reason: str | None = None
    public_title: str | None = None
    public_summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignBlockage(OnBlockage):
    """Make one agency responsible (转办), with co-agencies (会办)."""

    agency: str
    co_agencies: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedAction(OnBlockage):
    """An action that carries only a note."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAssignment(NotedAction):
    """The agency takes the report on (签收)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAssignment(NotedAction):
    """The agency refuses, with a reason and, if known, who should have it (退回)."""

    suggested_agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInformation(NotedAction):
    """Ask the reporter something; the clock stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvideInformation(NotedAction):
    """The reporter answers; the clock runs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostProgress(NotedAction):
    """A progress note of the agency or a co-agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReportStep(OnBlockage):
    """Plan a step: what is to be done by which agency until the end of which day in Shanghai."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleReportStep(OnBlockage):
    """A planned step is done, or dropped."""

    step: str
    status: PlanStepStatus
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeResolution(OnBlockage):
    """Claim a resolution; with `residual` only a part of the obstacle is gone, and the report stays open."""

    kind: ResolutionKind
    summary: str
    clause: str | None = None
    amending_document: str | None = None
    residual: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerResolution(OnBlockage):
    """The reporter confirms or disputes; `rating` 1 to 5."""

    confirm: bool
    rating: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnanswered(Command):
    """The clock: a proposal was not answered within the confirm limit."""

    blockage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenBlockage(OnBlockage):
    """The reporter contests a resolution after the fact, within the reopen limit."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawBlockage(OnBlockage):
    """The reporter takes the report back; who asked for it is on record."""

    reason: str
    asked_by_agency: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline(OnBlockage):
    """The one extension of the resolve limit, asked before it, at most half of it."""

    working_days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnresolved(NotedAction):
    """A supervisor ends a report honestly: nothing more can be done now; the note is public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseBlockage(NotedAction):
    """Put a report under supervision (督办)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseMissedLimit(Command):
    """The clock: the resolve limit of a report was missed."""

    blockage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToSupervision(NotedAction):
    """The agency says what it did about a report under supervision, and what it will do (督办回复)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCallBack(OnBlockage):
    """What a reporter said about a withdrawal that an agency had asked for (撤单回访)."""

    outcome: CallBackOutcome
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReportMessage(OnBlockage):
    """Write to the other side of a report, which knows the reporter by an alias; no clock stops (留言)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsealReporter(OnBlockage):
    """Be shown who reported, for a reason that the reporter reads (启封反映主体身份)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePublicText(OnBlockage):
    """Word anew what the public reads of a report (公开文本)."""

    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence(Command):
    """Add a file to a report (证据材料); `name` is what the sender calls it, the same content again is the same file."""

    blockage: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRedactionCopy(AddEvidence):
    """Add a copy of a file with everything taken out that is not for the public (脱敏副本)."""

    redacts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEvidence(OnBlockage):
    """Take a file back: its content is gone, and so is the copy of it (撤回材料)."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishEvidence(OnBlockage):
    """Let everyone read a redaction copy, where the report is public (公开脱敏副本)."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEvidence(Command):
    """Read a file that is not public, which is put on record (查阅材料)."""

    blockage: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleBlockage(Command):
    """The clock: a holiday notice was published that the limits of a report had to do without."""

    blockage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNoticesRead(Command):
    """The caller has read notices; `notices` are their positions as texts."""

    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendUnconfirmed(Command):
    """The clock: an entry was not confirmed for longer than the grace allows."""

    firm: str
