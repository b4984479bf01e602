"""The commands on saved searches, and the estimate that is best looked at before."""

from __future__ import annotations

from typing import Annotated

import strawberry

from directory.access import Operation
from directory.commands import Command
from directory.errors import UserFault
from directory.saved_searches import WINDOW_DAYS, refuse_flood
from directory.subscription_commands import DeleteSavedSearch, RenameSavedSearch, SaveSearch
from schema.blockages.filters import BlockageFilter
from schema.context import Context, Info
from schema.errors import UserError, user_errors
from schema.inputs import CommandInput, key_in
from schema.saved_searches.estimates import SavedSearchEstimate, hits_per_day
from schema.saved_searches.filters import kept_filter
from schema.saved_searches.types import SavedSearch, fetch_search


@strawberry.input(description="A search to keep.")
class SaveSearchInput(CommandInput):
    """Refused where it would tell of too much."""

    name: str = strawberry.field(description="What to call it, up to 80 characters.")
    filter: BlockageFilter = strawberry.field(description="What to look for.")

    def command(self) -> SaveSearch:
        """The command."""
        return SaveSearch(
            name=self.name, filter=kept_filter(self.filter), client_mutation_id=self.client_mutation_id
        )


@strawberry.input(description="Another name for a saved search.")
class RenameSavedSearchInput(CommandInput):
    """Only the name can be changed: another filter is another search."""

    saved_search: strawberry.ID = strawberry.field(description="Which of the caller's saved searches.")
    name: str = strawberry.field(description="What to call it, up to 80 characters.")

    def command(self) -> RenameSavedSearch:
        """The command."""
        return RenameSavedSearch(
            saved_search=key_in("SavedSearch", self.saved_search),
            name=self.name,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A saved search to give up.")
class DeleteSavedSearchInput(CommandInput):
    """With all that it found."""

    saved_search: strawberry.ID = strawberry.field(description="Which of the caller's saved searches.")

    def command(self) -> DeleteSavedSearch:
        """The command."""
        return DeleteSavedSearch(
            saved_search=key_in("SavedSearch", self.saved_search), client_mutation_id=self.client_mutation_id
        )


@strawberry.type(description="What a command on a saved search led to.")
class SavedSearchPayload:
    """The saved search, or the problems that kept the command from happening; then nothing has changed."""

    saved_search: SavedSearch | None = strawberry.field(
        default=None,
        description="The saved search as it stands now; null with errors, or when it was given up.",
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


async def _carried_out(info: Info, input: CommandInput, command: Command) -> SavedSearchPayload:
    outcome = await info.context.handle(command)
    if outcome.problems:
        return SavedSearchPayload(
            errors=user_errors(outcome.problems), client_mutation_id=input.client_mutation_id
        )
    saved = await fetch_search(info.context, outcome.saved_search) if outcome.saved_search else None
    return SavedSearchPayload(saved_search=saved, client_mutation_id=input.client_mutation_id)


async def _check_flood(context: Context, wanted: BlockageFilter) -> None:
    """Raises: LimitExceeded, InvalidInput, ApiError."""
    limits = context.services.directory.rulebook.limits
    refuse_flood(await hits_per_day(context, wanted), limits.hits_per_day)


@strawberry.type
class SavedSearchQueries:
    """The root field on searches that are not saved yet."""

    @strawberry.field(
        description="How many reports a day a search would tell of; one that finds too many cannot be saved."
    )
    async def saved_search_estimate(
        self,
        info: Info,
        filter: Annotated[BlockageFilter, strawberry.argument(description="What to look for.")],
    ) -> SavedSearchEstimate:
        info.context.require(Operation.SAVE_SEARCH)
        return SavedSearchEstimate(
            hits_per_day=await hits_per_day(info.context, filter), window_days=WINDOW_DAYS
        )


@strawberry.type
class SavedSearchMutations:
    """A saved search is its owner's alone."""

    @strawberry.mutation(
        description="Keep a search for reports, to be told of what it finds from now on (订阅检索). LIMIT_EXCEEDED, with "
        "the number, for one that finds too many reports a day."
    )
    async def save_search(self, info: Info, input: SaveSearchInput) -> SavedSearchPayload:
        if info.context.may(Operation.SAVE_SEARCH):
            try:
                await _check_flood(info.context, input.filter)
            except UserFault as fault:
                return SavedSearchPayload(
                    errors=user_errors(fault.problems), client_mutation_id=input.client_mutation_id
                )
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Give a saved search another name.")
    async def rename_saved_search(self, info: Info, input: RenameSavedSearchInput) -> SavedSearchPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Give up a saved search, with all that it found.")
    async def delete_saved_search(self, info: Info, input: DeleteSavedSearchInput) -> SavedSearchPayload:
        return await _carried_out(info, input, input.command())
