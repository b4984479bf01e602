"""The root field that matches a list of names against the entries."""

from __future__ import annotations

from typing import Annotated

import strawberry

from directory.duplicates import Identity, blocking_keys, candidates
from directory.identities import described
from directory.matching import MOST_CANDIDATES, read_asked
from directory.names import place_names
from schema.context import Context, Info
from schema.firms.types import shown_firm
from schema.inputs import raw
from schema.scalars import USCC
from schema.submissions.details import DuplicateCandidate, fresh_candidate


@strawberry.input(description="A firm to be found among the entries, as a list elsewhere has it.")
class NameToMatch:
    """One line of the caller's list."""

    name: str = strawberry.field(
        description="Its name, brand or account name, at most 200 characters; words that many names share, such as a place, "
        "a trade or a legal form, never match by themselves."
    )
    uscc: USCC | None = strawberry.field(
        default=None, description="Its unified social credit code, where it is known."
    )
    region: str | None = strawberry.field(
        default=None,
        description="Where it is, six digits, GB/T 2260: with a code, tells firms of one name in two provinces apart.",
    )


@strawberry.type(description="One name of the list with the entries that it may mean.")
class NameMatch:
    """Made by `_matched`."""

    name: str = strawberry.field(description="The name that was asked for, cleaned.")
    candidates: list[DuplicateCandidate] = strawberry.field(
        description="At most 5 entries that the caller may see, likeliest first; empty where none is likely."
    )


@strawberry.type
class MatchingQueries:
    """Many names at once."""

    @strawberry.field(
        description="For each of up to 100 names the entries that it may mean, with scores and reasons: those of "
        "`duplicateCandidates`, and the same whether a name is asked for alone or among others."
    )
    async def match_firms(
        self,
        info: Info,
        names: Annotated[
            list[NameToMatch], strawberry.argument(description="What to match, from 1 to 100 names.")
        ],
    ) -> list[NameMatch]:
        context = info.context
        asked = read_asked([raw(each) for each in names], context.reference.regions)
        return await _matched(context, asked)


async def _matched(context: Context, asked: list[Identity]) -> list[NameMatch]:
    """The names in their order; the record is read once for all of them."""
    places = place_names(context.reference.regions)
    async with context.services.record.reader() as reader:
        found = await reader.firms_sharing_each([blocking_keys(each, places) for each in asked])
    seen = {
        firm.id: shown for firms in found for firm in firms if (shown := shown_firm(context.caller, firm))
    }
    entries = {
        firm.id: described(firm.id, firm.profile, firm.former_names)
        for firms in found
        for firm in firms
        if firm.id in seen
    }
    return [
        NameMatch(
            name=each.name,
            candidates=[
                fresh_candidate(seen[candidate.id], candidate)
                for candidate in candidates(
                    each,
                    [entries[firm.id] for firm in firms if firm.id in entries],
                    places=places,
                    limit=MOST_CANDIDATES,
                )
            ],
        )
        for each, firms in zip(asked, found, strict=True)
    ]
