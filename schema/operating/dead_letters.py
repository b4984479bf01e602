"""Documents that no search finds (死信), and taking them up again."""

from __future__ import annotations

import strawberry
import structlog

from directory.access import Operation
from directory.errors import Forbidden
from schema.arguments import After, First
from schema.context import Info
from schema.errors import UserError, user_errors
from schema.index_status import DeadLetter, shown_letter
from schema.inputs import CommandInput
from schema.limits import DEFAULT_PAGE
from schema.operating.pages import Connection, listed

log = structlog.get_logger(__name__)


@strawberry.input(description="The wish to build refused documents anew.")
class ReplayDeadLettersInput(CommandInput):
    """Doing it twice does no harm: what was taken has no letter any more."""


@strawberry.type(description="What became of the refused documents.")
class ReplayDeadLettersPayload:
    """Counts, or the problems that kept it from happening."""

    replayed: int = strawberry.field(default=0, description="How many documents were built anew.")
    refused: int = strawberry.field(
        default=0, description="How many documents are refused still, those included that were not tried."
    )
    untried: int = strawberry.field(
        default=0,
        description="How many were left for another request, which begins with them: an operation has but so much time.",
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


@strawberry.type
class DeadLetterQueries:
    """For operators."""

    @strawberry.field(description="All documents that no search finds (死信), by id; for operators.")
    async def dead_letters(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[DeadLetter]:
        return await listed(
            info.context,
            Operation.READ_DEAD_LETTERS,
            "deadLetters",
            first=first,
            after=after,
            read=lambda reader: reader.dead_letter_page,
            shown=shown_letter,
        )


@strawberry.type
class DeadLetterMutations:
    """For operators."""

    @strawberry.mutation(
        description="Build refused documents anew from the record and put them into the index (死信重放), after the program, the "
        "reference data or the engine was mended; for operators. At most 500 at once, those refused longest ago first; "
        "`untried` says how many are left, which `newgrowth index dead-letters replay` does in one go."
    )
    async def replay_dead_letters(
        self, info: Info, input: ReplayDeadLettersInput
    ) -> ReplayDeadLettersPayload:
        key, context = input.client_mutation_id, info.context
        if not context.may(Operation.REPLAY_DEAD_LETTERS):
            refused = Forbidden.at(key="forbidden.role", operation=Operation.REPLAY_DEAD_LETTERS.value)
            return ReplayDeadLettersPayload(errors=user_errors(refused.problems), client_mutation_id=key)
        done = await context.services.replay()
        log.info("dead_letters_replayed", letters=done.letters, refused=done.refused, untried=done.untried)
        return ReplayDeadLettersPayload(
            replayed=done.letters, refused=done.refused, untried=done.untried, client_mutation_id=key
        )
