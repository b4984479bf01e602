"""What callers send with the commands on submissions, and the commands they become."""

from __future__ import annotations

import strawberry

from directory.commands import (
    AmendFirm,
    DecideObjection,
    RaiseObjection,
    Resubmit,
    ReviewSubmission,
    SaveDraft,
    SubmitDraft,
    SubmitFirm,
    WithdrawSubmission,
)
from schema.firms.inputs import ContactInput, DraftProfileInput, FirmProfileInput
from schema.firms.naming import rule_name
from schema.inputs import EXPECTED_VERSION, CommandInput, by_name, key_in, raw
from schema.submissions.words import ReviewDecision

SUBMISSION = "The submission."


@strawberry.input(description="A new entry (登记).")
class SubmitFirmInput(CommandInput):
    """What `submitFirm` takes."""

    profile: FirmProfileInput = strawberry.field(description="What the firm declares.")

    def command(self) -> SubmitFirm:
        """The command."""
        return SubmitFirm(profile=raw(self.profile), client_mutation_id=self.client_mutation_id)


@strawberry.input(description="An unfinished registration to keep (草稿).")
class SaveDraftInput(CommandInput):
    """What `saveDraft` takes."""

    profile: DraftProfileInput = strawberry.field(
        description="What is typed so far; it replaces what was kept, but for contact details left out."
    )
    submission: strawberry.ID | None = strawberry.field(
        default=None, description="The draft to go on with; a new one when left out."
    )
    expected_version: int | None = strawberry.field(
        default=None, description=f"{EXPECTED_VERSION} Required with `submission`."
    )

    def command(self) -> SaveDraft:
        """The command."""
        return SaveDraft(
            profile=raw(self.profile),
            submission=None if self.submission is None else key_in("Submission", self.submission),
            expected_version=self.expected_version,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A draft to hand in.")
class SubmitDraftInput(CommandInput):
    """What `submitDraft` takes."""

    submission: strawberry.ID = strawberry.field(description="The draft.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    profile: FirmProfileInput | None = strawberry.field(
        default=None, description="Replaces what was kept; the draft as it is when left out."
    )

    def command(self) -> SubmitDraft:
        """The command."""
        return SubmitDraft(
            submission=key_in("Submission", self.submission),
            expected_version=self.expected_version,
            profile=None if self.profile is None else raw(self.profile),
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A change of a listed entry (变更), or its yearly update (年度更新).")
class AmendFirmInput(CommandInput):
    """What `amendFirm` takes."""

    firm: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    profile: FirmProfileInput = strawberry.field(description="The whole profile as it shall be.")
    annual_update: bool | None = strawberry.field(
        default=False, description="Whether this is the yearly update."
    )

    def command(self) -> AmendFirm:
        """The command."""
        return AmendFirm(
            firm=key_in("Firm", self.firm),
            expected_version=self.expected_version,
            profile=raw(self.profile),
            annual_update=bool(self.annual_update),
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A firm's answer to what a reviewer asked of one field.")
class FieldAnswerInput:
    """One answer."""

    field: str = strawberry.field(description="The field's name, as `ChangeRequest.field` gives it.")
    answer: str = strawberry.field(description="The answer, up to 1,000 characters.")


@strawberry.input(description="What a firm does with its own submission.")
class SubmissionActionInput(CommandInput):
    """What `resubmit` and `withdrawSubmission` take."""

    submission: strawberry.ID = strawberry.field(description=SUBMISSION)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    profile: FirmProfileInput | None = strawberry.field(
        default=None, description="For `resubmit`: the corrected profile; as it was when left out."
    )
    answers: list[FieldAnswerInput] | None = strawberry.field(
        default=None, description="For `resubmit`: answers to the change requests."
    )

    def resubmit(self) -> Resubmit:
        """The command to hand it in again."""
        return Resubmit(
            submission=key_in("Submission", self.submission),
            expected_version=self.expected_version,
            profile=None if self.profile is None else raw(self.profile),
            answers=by_name([(rule_name(one.field), one.answer) for one in self.answers or ()]),
            client_mutation_id=self.client_mutation_id,
        )

    def withdraw(self) -> WithdrawSubmission:
        """The command to take it back."""
        return WithdrawSubmission(
            submission=key_in("Submission", self.submission),
            expected_version=self.expected_version,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="What a reviewer says of one field.")
class FieldCommentInput:
    """One comment."""

    field: str = strawberry.field(description="The field's name, as in FirmProfileInput.")
    comment: str = strawberry.field(description="What is missing or wrong, up to 1,000 characters.")


@strawberry.input(description="A reviewer's decision.")
class ReviewSubmissionInput(CommandInput):
    """What `reviewSubmission` takes."""

    submission: strawberry.ID = strawberry.field(description=SUBMISSION)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    decision: ReviewDecision = strawberry.field(description="What is decided.")
    note: str | None = strawberry.field(
        default=None, description="A note to the firm, up to 2,000 characters; required with REJECT."
    )
    field_comments: list[FieldCommentInput] | None = strawberry.field(
        default=None, description="With REQUEST_CHANGES: one list of everything missing (一次性告知)."
    )
    criteria: list[str] | None = strawberry.field(
        default=None,
        description="With REJECT: the criteria it rests on, codes of `criteria` and `disqualifiers`; those that the note "
        "names when left out.",
    )
    good_standing: bool | None = strawberry.field(
        default=None,
        description="With APPROVE: the reviewer's word that none of the disqualifiers D1 to D6 holds.",
    )

    def command(self) -> ReviewSubmission:
        """The command."""
        comments = [(rule_name(one.field), one.comment) for one in self.field_comments or ()]
        return ReviewSubmission(
            submission=key_in("Submission", self.submission),
            expected_version=self.expected_version,
            decision=self.decision,
            note=self.note,
            field_comments=by_name(comments),
            criteria=tuple(self.criteria or ()),
            good_standing=self.good_standing,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A challenge to a submission under public notice (异议).")
class RaiseObjectionInput(CommandInput):
    """What `raiseObjection` takes."""

    submission: strawberry.ID = strawberry.field(description=SUBMISSION)
    reason: str = strawberry.field(description="What is wrong, up to 2,000 characters.")
    contact: ContactInput | None = strawberry.field(
        default=None, description="How to reach whoever objects; never shown to the firm."
    )

    def command(self) -> RaiseObjection:
        """The command."""
        return RaiseObjection(
            submission=key_in("Submission", self.submission),
            reason=self.reason,
            contact=None if self.contact is None else raw(self.contact),
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A decision on an objection.")
class DecideObjectionInput(CommandInput):
    """What `decideObjection` takes."""

    submission: strawberry.ID = strawberry.field(description=SUBMISSION)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    upheld: bool = strawberry.field(description="Whether it is right; then the submission is reviewed again.")
    note: str = strawberry.field(description="Why, up to 2,000 characters.")
    objection: strawberry.ID | None = strawberry.field(
        default=None, description="The objection's id; the oldest undecided one when left out."
    )

    def command(self) -> DecideObjection:
        """The command."""
        return DecideObjection(
            submission=key_in("Submission", self.submission),
            expected_version=self.expected_version,
            upheld=self.upheld,
            note=self.note,
            objection=self.objection,
            client_mutation_id=self.client_mutation_id,
        )
