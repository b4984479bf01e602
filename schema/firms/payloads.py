"""What commands on entries answer."""

from __future__ import annotations

import strawberry

from directory.handling import Outcome
from schema.context import Context
from schema.errors import UserError, user_errors
from schema.firms.types import Firm, fetch_firm


@strawberry.type(description="What became of an entry.")
class FirmPayload:
    """The entry as the record has it after the command."""

    firm: Firm | None = strawberry.field(description="The entry; null when nothing was done.")
    errors: list[UserError] = strawberry.field(description="What the caller can correct; empty on success.")
    client_mutation_id: str | None = strawberry.field(description="The request's own name, given back.")

    @classmethod
    async def of(cls, context: Context, outcome: Outcome, client_mutation_id: str | None) -> FirmPayload:
        """The payload for what a command led to."""
        return cls(
            firm=await fetch_firm(context, outcome.firm) if outcome.firm else None,
            errors=user_errors(outcome.problems),
            client_mutation_id=client_mutation_id,
        )
