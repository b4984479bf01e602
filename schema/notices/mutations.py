"""The command on notices."""

from __future__ import annotations

import strawberry

from directory.commands import MarkNoticesRead
from schema.context import Info
from schema.errors import UserError, user_errors
from schema.inputs import CommandInput, key_in
from schema.notices.inbox import unread_notices


@strawberry.input(description="Which notices the caller has read.")
class MarkNoticesReadInput(CommandInput):
    """Those that are not the caller's are passed over."""

    notices: list[strawberry.ID] = strawberry.field(description="Ids of notices, at most 100.")

    def command(self) -> MarkNoticesRead:
        """The command."""
        return MarkNoticesRead(
            notices=tuple(key_in("Notice", each) for each in self.notices),
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.type(description="What is left to read.")
class NoticesPayload:
    """The count, or the problems that kept the command from happening."""

    unread: int | None = strawberry.field(
        default=None, description="How many notices the caller has still to read; null with errors."
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


@strawberry.type
class NoticeMutations:
    """A notice of an office is read by each of its officers apart."""

    @strawberry.mutation(description="Mark notices as read, for the caller alone (已读).")
    async def mark_notices_read(self, info: Info, input: MarkNoticesReadInput) -> NoticesPayload:
        outcome = await info.context.handle(input.command())
        if outcome.problems:
            return NoticesPayload(
                errors=user_errors(outcome.problems), client_mutation_id=input.client_mutation_id
            )
        return NoticesPayload(
            unread=await unread_notices(info.context), client_mutation_id=input.client_mutation_id
        )
