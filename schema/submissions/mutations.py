"""Commands on submissions."""

from __future__ import annotations

import strawberry

from directory.commands import Command
from directory.errors import ErrorCode, Problem
from directory.handling import Outcome
from schema.context import Context, Info
from schema.errors import UserError, user_errors
from schema.firms.types import Firm, fetch_firm
from schema.inputs import CommandInput
from schema.submissions.inputs import (
    AmendFirmInput,
    DecideObjectionInput,
    RaiseObjectionInput,
    ReviewSubmissionInput,
    SaveDraftInput,
    SubmissionActionInput,
    SubmitDraftInput,
    SubmitFirmInput,
)
from schema.submissions.types import Submission, fetch_submission


@strawberry.type(description="What became of a submission, and of its entry.")
class SubmissionPayload:
    """Both as the record has them after the command, so that a caller reads its own write."""

    submission: Submission | None = strawberry.field(
        description="The submission; null when nothing was done."
    )
    firm: Firm | None = strawberry.field(
        description="Its entry; null when nothing was done, for a draft, and where it is not the caller's to see."
    )
    errors: list[UserError] = strawberry.field(description="What the caller can correct; empty on success.")
    client_mutation_id: str | None = strawberry.field(description="The request's own name, given back.")

    @classmethod
    async def of(
        cls, context: Context, outcome: Outcome, client_mutation_id: str | None
    ) -> SubmissionPayload:
        """The payload for what a command led to."""
        return cls(
            submission=await fetch_submission(context, outcome.submission) if outcome.submission else None,
            firm=await fetch_firm(context, outcome.firm) if outcome.firm else None,
            errors=user_errors(outcome.problems),
            client_mutation_id=client_mutation_id,
        )


async def _carried_out(info: Info, input: CommandInput, command: Command) -> SubmissionPayload:
    outcome = await info.context.handle(command)
    return await SubmissionPayload.of(info.context, outcome, input.client_mutation_id)


@strawberry.type
class SubmissionMutations:
    """Each mutation is one command."""

    @strawberry.mutation(description="Keep an unfinished registration; only its owner can see it.")
    async def save_draft(self, info: Info, input: SaveDraftInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Hand in a draft; what it lacks comes back as errors, all at once.")
    async def submit_draft(self, info: Info, input: SubmitDraftInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Register a new entry (申报): it is pending until approved.")
    async def submit_firm(self, info: Info, input: SubmitFirmInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Change the caller's own listed entry, or hand in its yearly update; the listed version stays public "
        "until approved."
    )
    async def amend_firm(self, info: Info, input: AmendFirmInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Hand a submission in again after a request for changes.")
    async def resubmit(self, info: Info, input: SubmissionActionInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.resubmit())

    @strawberry.mutation(description="Take a submission back before it is decided; a draft is given up.")
    async def withdraw_submission(self, info: Info, input: SubmissionActionInput) -> SubmissionPayload:
        if unused := _given_in_vain(input):
            return SubmissionPayload(
                submission=None,
                firm=None,
                errors=user_errors(unused),
                client_mutation_id=input.client_mutation_id,
            )
        return await _carried_out(info, input, input.withdraw())

    @strawberry.mutation(
        description="Take up, approve, send back or refuse a submission. Approval takes two reviewers (四眼原则) and opens "
        "the public notice where one is needed."
    )
    async def review_submission(self, info: Info, input: ReviewSubmissionInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Challenge a submission under public notice (公示异议); anyone may, signed in or not."
    )
    async def raise_objection(self, info: Info, input: RaiseObjectionInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Uphold an objection, which sends the submission back to review, or dismiss it."
    )
    async def decide_objection(self, info: Info, input: DecideObjectionInput) -> SubmissionPayload:
        return await _carried_out(info, input, input.command())


def _given_in_vain(input: SubmissionActionInput) -> list[Problem]:
    """What a withdrawal has no use for: nobody's words are dropped unread."""
    return [
        Problem(ErrorCode.INVALID, (name,), "value.unknown_field")
        for name in ("profile", "answers")
        if getattr(input, name)
    ]
