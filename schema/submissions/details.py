"""What a submission is made of: objections, change requests, likely duplicates, conflicts, completeness."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from directory import duplicates, entities
from directory.drafts import Completeness
from directory.provenance import ProvenanceConflict
from schema.arguments import In
from schema.enums import Language
from schema.errors import UserError, user_errors
from schema.firms.naming import api_json, api_name
from schema.firms.types import Firm


@strawberry.type(description="A challenge raised during public notice (公示异议).")
class Objection:
    """Made by `shown_objection`."""

    id: strawberry.ID = strawberry.field(description="Names the objection within its submission.")
    at: datetime = strawberry.field(description="When it was raised.")
    reason: str = strawberry.field(description="What is said to be wrong.")
    upheld: bool | None = strawberry.field(description="Whether it was upheld; null while undecided.")
    decided_at: datetime | None = strawberry.field(description="When it was decided.")
    decision_note: str | None = strawberry.field(description="Why it was decided so.")


def shown_objection(objection: entities.Objection) -> Objection:
    """The objection as the API shows it, without who raised it."""
    return Objection(
        id=strawberry.ID(objection.id),
        at=objection.at,
        reason=objection.reason,
        upheld=objection.upheld,
        decided_at=objection.decided_at,
        decision_note=objection.decision_note,
    )


@strawberry.type(
    description="What a reviewer asks to be changed on one field, and the firm's answer (一次性告知)."
)
class ChangeRequest:
    """Made by `shown_request`."""

    field: str = strawberry.field(description="The field's name, as in FirmProfileInput.")
    comment: str = strawberry.field(description="What is missing or wrong.")
    at: datetime = strawberry.field(description="When it was asked.")
    answer: str | None = strawberry.field(description="The firm's answer; null while there is none.")
    answered_at: datetime | None = strawberry.field(description="When it was answered.")


def shown_request(request: entities.ChangeRequest) -> ChangeRequest:
    """The request as the API shows it."""
    return ChangeRequest(
        field=api_name(request.field),
        comment=request.comment,
        at=request.at,
        answer=request.answer,
        answered_at=request.answered_at,
    )


REASONS = {
    "same_uscc": ("统一社会信用代码相同", "Same unified social credit code"),
    "same_account": ("平台账号相同", "Same platform account"),
    "same_name": ("名称相同", "Same name"),
    "other_name": ("曾用名、品牌或账号相同", "Same brand, former name or account name"),
    "close_name": ("名称相近", "Names alike"),
}


@strawberry.type(description="Why two entries may be one firm.")
class DuplicateReason:
    """One reason, with what was compared where that is known."""

    code: str = strawberry.field(
        description="same_uscc, same_account, same_name, other_name or close_name; the strongest first."
    )
    ours: str | None = strawberry.field(
        description="The value asked about; null where only the kind is kept."
    )
    theirs: str | None = strawberry.field(description="The entry's value; null where only the kind is kept.")

    @strawberry.field(description="The reason in words.")
    def label(self, language: In = Language.ZH) -> str:
        chinese, english = REASONS[self.code]
        return english if language is Language.EN else chinese


@strawberry.type(description="An entry that may be the same firm (疑似重复); never refused for that alone.")
class DuplicateCandidate:
    """An entry with the reasons for the suspicion."""

    firm: Firm = strawberry.field(description="The entry.")
    score: float = strawberry.field(description="How likely it is, from 0.6 to 1.")
    reasons: list[DuplicateReason] = strawberry.field(description="Why, the strongest reason first.")


def kept_candidate(firm: Firm, kept: entities.DuplicateCandidate) -> DuplicateCandidate:
    """A candidate that was found when the submission was handed in."""
    reasons = [DuplicateReason(code=code, ours=None, theirs=None) for code in kept.reasons]
    return DuplicateCandidate(firm=firm, score=kept.score, reasons=reasons)


def fresh_candidate(firm: Firm, found: duplicates.Candidate) -> DuplicateCandidate:
    """A candidate that was found just now."""
    reasons = [
        DuplicateReason(code=reason.kind.value, ours=reason.ours, theirs=reason.theirs)
        for reason in found.reasons
    ]
    return DuplicateCandidate(firm=firm, score=found.score, reasons=reasons)


@strawberry.type(
    name="ProvenanceConflict",
    description="A value that the firm now declares otherwise than a register or a reviewer stated it (来源冲突).",
)
class Conflict:
    """Made by `shown_conflict`."""

    field: str = strawberry.field(description="The field's name, as in FirmProfileInput.")
    live: JSON | None = strawberry.field(description="The entry's value.")
    proposed: JSON | None = strawberry.field(description="What the firm declares now.")
    source: str = strawberry.field(
        description="On what authority the entry's value stands: registry or review."
    )
    by: str = strawberry.field(description="Who stated it, by the token's subject.")
    at: datetime = strawberry.field(description="When it was stated.")


def shown_conflict(conflict: ProvenanceConflict) -> Conflict:
    """The conflict as the API shows it."""
    return Conflict(
        field=api_name(conflict.field),
        live=api_json(conflict.live),
        proposed=api_json(conflict.proposed),
        source=conflict.stated.source,
        by=conflict.stated.by,
        at=conflict.stated.at,
    )


@strawberry.type(
    name="Completeness",
    description="How far a draft is. 100 percent and no problems are the same thing, and then it can be handed in.",
)
class DraftCompleteness:
    """Made by `shown_completeness`."""

    percent: int = strawberry.field(description="Whole percent of what is needed that is there and right.")
    missing: list[str] = strawberry.field(
        description="Required fields that are still empty, as paths inside the profile: `uscc`, `platforms.0.platform`."
    )
    problems: list[UserError] = strawberry.field(
        description="Everything that handing in would refuse, the missing fields among it."
    )


def shown_completeness(found: Completeness) -> DraftCompleteness:
    """The completeness as the API shows it; problems have the paths that `submitDraft` would give them."""
    return DraftCompleteness(
        percent=found.percent,
        missing=[".".join(map(api_name, path)) for path in found.missing],
        problems=user_errors(replace(problem, path=("profile", *problem.path)) for problem in found.problems),
    )
