"""A submission as one caller sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

import strawberry
from strawberry.scalars import JSON

from directory import entities
from directory.access import Caller
from directory.drafts import as_typed, completeness
from directory.firms import with_readings
from directory.open_steps import open_steps
from directory.overdue_levels import submission_level
from directory.provenance import proposed_changes, provenance_conflicts
from directory.reviews import recommended_before
from directory.submissions import due
from directory.visibility import (
    may_read_firm_field,
    may_read_submission_field,
    may_see_submission,
)
from directory.workdays import local_date
from schema.changes.types import FieldChange
from schema.context import Context, Info
from schema.enums import OverdueLevel
from schema.errors import ApiCode, ApiError
from schema.firms.details import Contact, MetricReading, shown_contact, shown_readings
from schema.firms.naming import api_json, api_name
from schema.firms.types import Firm, fetch_firms, surviving, told_of_firm
from schema.firms.versions import version_of
from schema.node import Node
from schema.submissions.details import (
    ChangeRequest,
    Conflict,
    DraftCompleteness,
    DuplicateCandidate,
    Objection,
    kept_candidate,
    shown_completeness,
    shown_conflict,
    shown_objection,
    shown_request,
)
from schema.submissions.words import SubmissionKind, SubmissionStatus
from schema.terms import Term, shown_term

T = TypeVar("T")
CRITERIA = ("criteria", "disqualifiers")


@strawberry.type(
    description="What a firm hands in for review (申报). A draft is there for its owner alone, a submission under public "
    "notice for everyone, any other for its owner and for reviewing agencies within whose reach it lies."
)
class Submission(Node):
    """Made by `shown_submission`; the key is the submission's id."""

    entity: strawberry.Private[entities.Submission]
    kind: SubmissionKind = strawberry.field(description="Why the firm submits.")
    status: SubmissionStatus = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="Grows by one a change; for `expectedVersion`.")
    submitted_at: datetime | None = strawberry.field(
        description="When it was last handed in; null for a draft."
    )
    decided_at: datetime | None = strawberry.field(
        description="When it was approved, refused or withdrawn; null while open, and for the public."
    )
    reviewer: str | None = strawberry.field(
        description="Who reviews it, by the token's subject: whoever took it, for reviewers whoever decided last; null "
        "for the public."
    )
    review_note: str | None = strawberry.field(
        description="The reviewer's note to the firm; null for the public."
    )
    reapply_from: date | None = strawberry.field(
        description="From when a refused registration may be repeated; null for the public."
    )
    notice_started_at: datetime | None = strawberry.field(description="When the public notice began.")
    notice_ends_on: date | None = strawberry.field(
        description="The last day of the public notice, in Asia/Shanghai; objections are taken until its end."
    )
    notice_provisional: bool = strawberry.field(
        description="Whether the last day is provisional, for the year's holidays are not announced yet."
    )
    objections: list[Objection] = strawberry.field(
        description="Challenges to it, oldest first; for the firm and its reviewers."
    )
    change_requests: list[ChangeRequest] = strawberry.field(
        description="What reviewers asked to be changed, with the firm's answers; for the firm and its reviewers."
    )

    @strawberry.field(
        description="The entry it is about. A draft that was not handed in has none yet: asking is an error NOT_FOUND."
    )
    async def firm(self, info: Info) -> Firm:
        context = info.context
        firm = await _entry(context, self.entity)
        if firm is None:
            raise ApiError(ApiCode.NOT_FOUND, "submission.no_entry")
        # Whoever may see a submission may see whose it is: that is what a public notice is for.
        return told_of_firm(context.caller, firm)

    @strawberry.field(
        description="The fields of the profile that it changes, by their names in FirmProfileInput; for a registration "
        "every field with a value."
    )
    async def changes(self, info: Info) -> list[FieldChange]:
        base = await _base(info.context, self.entity)
        return [
            FieldChange(
                field=api_name(change.field), before=api_json(change.before), after=api_json(change.after)
            )
            for change in proposed_changes(base.profile if base else None, self.entity)
        ]

    @strawberry.field(
        description="The figures handed in with it. Who may not see the firm's own figures gets bands."
    )
    def metrics(self, info: Info) -> list[MetricReading]:
        at = self.entity.submitted_at or self.entity.created_at
        return list(
            shown_readings(info.context.caller, self.entity, with_readings((), self.entity.readings, at))
        )

    @strawberry.field(
        description="The contact details handed in with it: masked to a reviewing agency in reach, which sees them whole by "
        "viewContact; null unless the caller is one or the firm itself."
    )
    async def contact(self, info: Info) -> Contact | None:
        ref = self.entity.contact
        if ref is None or not may_read_submission_field(info.context.caller, self.entity, "contact"):
            return None
        found = await info.context.loaders.contact.load(ref.ref)
        own = info.context.caller.subject == self.entity.owner
        return shown_contact(found, whole=own) if found else None

    @strawberry.field(
        description="Until when the next step is due, in working days of the Chinese calendar; null where no limit runs."
    )
    def due_at(self, info: Info) -> datetime | None:
        found = due(self.entity, info.context.services.directory.rulebook)
        return found.at if found else None

    @strawberry.field(
        description="What this caller may do with it now: save, submit, resubmit, withdraw, object, take, approve, "
        "request_changes, reject, decide_objection; empty for others."
    )
    def open_actions(self, info: Info) -> list[str]:
        return list(open_steps(self.entity, info.context.caller, info.context.services.directory.rulebook))

    @strawberry.field(
        description="Who approved first, by the token's subject, while it waits for another reviewer to approve too "
        "(四眼原则); null otherwise, and but for reviewers."
    )
    def recommended_by(self, info: Info) -> str | None:
        first = _readable(
            info.context.caller, self.entity, "recommended_by", self.entity.recommended_by, None
        )
        waits = recommended_before(self.entity, first, info.context.services.directory.rulebook)
        return first if waits else None

    @strawberry.field(
        description="How late its reviewers are, as of now (逾期等级); null where they have time, or it does not wait for them."
    )
    def overdue_level(self, info: Info) -> OverdueLevel | None:
        services = info.context.services
        return submission_level(self.entity, services.clock(), services.directory.rulebook)

    @strawberry.field(description="The criteria that a refusal rests on; for the firm and its reviewers.")
    def refused_for(self, info: Info) -> list[Term]:
        reference = info.context.reference
        codes = _readable(info.context.caller, self.entity, "reject_codes", self.entity.reject_codes, ())
        known = [reference.vocabulary(name).get(code) for code in codes for name in CRITERIA]
        return [shown_term(reference, one) for one in known if one]

    @strawberry.field(
        description="What was typed so far, with the names of FirmProfileInput, contact details included; null but for "
        "the owner of a draft."
    )
    async def draft(self, info: Info) -> JSON | None:
        typed = await _typed(info.context, self.entity)
        return None if typed is None else api_json(typed)

    @strawberry.field(description="How far a draft is; null but for the owner of a draft.")
    async def completeness(self, info: Info) -> DraftCompleteness | None:
        services = info.context.services
        typed = await _typed(info.context, self.entity)
        if typed is None:
            return None
        today = local_date(services.clock())
        return shown_completeness(completeness(typed, services.directory.rulebook, today))

    @strawberry.field(
        description="Entries that may be the same firm, likeliest first; empty but for reviewers in reach."
    )
    async def possible_duplicates(self, info: Info) -> list[Firm]:
        return await fetch_firms(info.context, [one.firm_id for one in self._suspected(info.context.caller)])

    @strawberry.field(
        description="Entries that may be the same firm with the reasons, at most 5, likeliest first; empty but for "
        "reviewers in reach."
    )
    async def duplicate_candidates(self, info: Info) -> list[DuplicateCandidate]:
        suspected = {one.firm_id: one for one in self._suspected(info.context.caller)}
        firms = await fetch_firms(info.context, suspected)
        return [kept_candidate(firm, suspected[firm.key]) for firm in firms if firm.key in suspected]

    @strawberry.field(
        description="Values declared otherwise than a register or a reviewer stated them; for the firm and its reviewers."
    )
    async def provenance_conflicts(self, info: Info) -> list[Conflict]:
        base = await _base(info.context, self.entity)
        if base is None or not may_read_firm_field(info.context.caller, base, "provenance"):
            return []
        return [shown_conflict(conflict) for conflict in provenance_conflicts(base, self.entity)]

    def _suspected(self, caller: Caller) -> tuple[entities.DuplicateCandidate, ...]:
        return _readable(caller, self.entity, "possible_duplicates", self.entity.possible_duplicates, ())


def shown_submission(caller: Caller, submission: entities.Submission | None) -> Submission | None:
    """The submission as the caller may see it; None for one that is not there for them."""
    if submission is None or not may_see_submission(caller, submission):
        return None

    def read(field: str, otherwise: Any = None) -> Any:
        return _readable(caller, submission, field, getattr(submission, field), otherwise)

    return Submission(
        key=submission.id,
        entity=submission,
        kind=submission.kind,
        status=submission.status,
        version=submission.version,
        submitted_at=submission.submitted_at,
        decided_at=read("decided_at"),
        reviewer=read("approved_by") or read("recommended_by") or read("taken_by"),
        review_note=read("review_note"),
        reapply_from=read("reapply_from"),
        notice_started_at=submission.notice_started_at,
        notice_ends_on=submission.notice_ends_on,
        notice_provisional=submission.notice_provisional,
        objections=[shown_objection(one) for one in read("objections", ())],
        change_requests=[shown_request(one) for one in read("change_requests", ())],
    )


async def fetch_submission(context: Context, key: str) -> Submission | None:
    """The submission with this id; None for one that is not there for the caller."""
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (key.isascii() and key.isalnum()):
        return None
    return shown_submission(context.caller, await context.loaders.submission.load(key))


async def fetch_submissions(context: Context, keys: Iterable[str]) -> list[Submission]:
    """The submissions with these ids that are there for the caller, in their order."""
    found = await context.loaders.submission.load_many(list(keys))
    return [shown for one in found if (shown := shown_submission(context.caller, one)) is not None]


def _readable(caller: Caller, submission: entities.Submission, field: str, value: T, otherwise: T) -> T:
    return value if may_read_submission_field(caller, submission, field) else otherwise


async def _entry(context: Context, submission: entities.Submission) -> entities.Firm | None:
    return await surviving(context, await context.loaders.firm.load(submission.firm_id))


async def _base(context: Context, submission: entities.Submission) -> entities.Firm | None:
    """The entry that the submission declares on; None for a registration. Decided ones stand on an earlier version."""
    version = submission.base_firm_version
    if submission.kind is SubmissionKind.REGISTRATION or version is None:
        return None
    firm = await context.loaders.firm.load(submission.firm_id)
    if firm is None or firm.version == version:
        return firm
    return await version_of(context, firm.id, version)


async def _typed(context: Context, submission: entities.Submission) -> dict[str, Any] | None:
    """What the owner typed into a draft, contact details included, in the shape of the input."""
    readable = may_read_submission_field(context.caller, submission, "draft")
    if submission.status is not SubmissionStatus.DRAFT or not readable:
        return None
    contact = await context.loaders.contact.load(submission.contact.ref) if submission.contact else None
    return as_typed(submission, contact)
