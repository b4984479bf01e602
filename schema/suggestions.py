"""What a search box may offer while someone types: names of entries, words of the vocabularies, policies, clauses."""

from __future__ import annotations

import asyncio
from typing import Annotated

import strawberry

from directory.offers import Offer
from directory.vocabulary import Reference
from schema.arguments import First
from schema.context import Context, Info
from schema.firms.sight import visible_firms
from schema.firms.types import fetch_firm
from schema.limits import page_size
from schema.node import Node
from schema.reference.types import clause, policy

DEFAULT_COUNT = 8
# Entries come first, but leave this much of the list to words where there are any.
PLACES_FOR_WORDS = 3


@strawberry.type(description="Something a search box may offer while someone types.")
class Suggestion:
    """A name of an entry, or something of the reference data."""

    text: str = strawberry.field(description="What to search for.")
    kind: str = strawberry.field(description="What it is: firm, term, policy or clause.")
    node: Node | None = strawberry.field(
        description="The entry, policy or clause of that name; null for a word of a vocabulary."
    )


@strawberry.type
class SuggestionQueries:
    """The root field behind search boxes."""

    @strawberry.field(
        description="Names that begin with what was typed, or hold a word that does, as far as the caller may see "
        "them; then words of the vocabularies and their synonyms, policies and clauses. Where nothing begins so, a letter "
        "wrong in a Latin word is forgiven."
    )
    async def suggest(
        self,
        info: Info,
        prefix: Annotated[str, strawberry.argument(description="What was typed so far.")],
        first: First = DEFAULT_COUNT,
    ) -> list[Suggestion]:
        context, most = info.context, page_size(first, DEFAULT_COUNT)
        words = [
            _shown(context.reference, offer) for offer in context.reference.offers.matching(prefix, most)
        ]
        kept = max(0, most - min(len(words), PLACES_FOR_WORDS)) or most
        return [*await _names(context, prefix, kept), *words][:most]


async def _names(context: Context, prefix: str, most: int) -> list[Suggestion]:
    """Names with their entries; an entry that went away since it was indexed is left out."""
    found = await context.services.search.suggest(prefix, visible_firms(context.caller), most)
    firms = await asyncio.gather(*(fetch_firm(context, name.id) for name in found if name.id is not None))
    named = [name for name in found if name.id is not None]
    return [
        Suggestion(text=name.text, kind=name.kind, node=firm)
        for name, firm in zip(named, firms, strict=True)
        if firm is not None
    ]


def _shown(reference: Reference, offer: Offer) -> Suggestion:
    return Suggestion(text=offer.text, kind=offer.kind, node=_node(reference, offer))


def _node(reference: Reference, offer: Offer) -> Node | None:
    if offer.code is None:
        return None
    return policy(reference, offer.code) if offer.kind == "policy" else clause(reference, offer.code)
