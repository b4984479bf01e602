"""What a search box may offer while someone types: names of entries, words of the vocabularies, policies, clauses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import strawberry

from directory.offers import Offer
from directory.reference import Reference
from indexer.query.search import EVERYTHING, Kind, Suggested
from indexer.query.suggestions import suggested
from schema.arguments import First
from schema.blocking_points.types import fetch_point
from schema.context import Context, Info
from schema.firms.sight import visible_firms
from schema.firms.types import fetch_firm
from schema.limits import page_size
from schema.node import Fetch, Node
from schema.reference.types import clause, policy

DEFAULT_COUNT = 8
# Entries come first, but leave this much of the list to blocking points and words where there are any.
PLACES_FOR_OTHERS = 3
MOST_POINTS = 2


@strawberry.type(description="Something a search box may offer while someone types.")
class Suggestion:
    """A name of an entry, a title of a blocking point, or something of the reference data."""

    text: str = strawberry.field(description="What to search for.")
    kind: str = strawberry.field(description="What it is: firm, blocking_point, term, policy or clause.")
    node: Node | None = strawberry.field(
        description="The entry, blocking point, policy or clause of that name; null for a word of a vocabulary."
    )


@strawberry.type
class SuggestionQueries:
    """The root field behind search boxes."""

    @strawberry.field(
        description="Names that begin with what was typed, or hold a word that does, as far as the caller may see "
        "them; then blocking points by their titles, words of the vocabularies and their synonyms, policies and clauses. "
        "Where nothing begins so, a letter wrong in a Latin word is forgiven."
    )
    async def suggest(
        self,
        info: Info,
        prefix: Annotated[str, strawberry.argument(description="What was typed so far.")],
        first: First = DEFAULT_COUNT,
    ) -> list[Suggestion]:
        context, most = info.context, page_size(first, DEFAULT_COUNT)
        names, points = await asyncio.gather(
            _names(context, prefix, most), _points(context, prefix, min(most, MOST_POINTS))
        )
        words = [
            _shown(context.reference, offer) for offer in context.reference.offers.matching(prefix, most)
        ]
        others = [*points, *words]
        kept = max(0, most - min(len(others), PLACES_FOR_OTHERS)) or most
        return [*names[:kept], *others][:most]


async def _names(context: Context, prefix: str, most: int) -> list[Suggestion]:
    """Names with their entries; an entry that went away since it was indexed is left out."""
    found = await context.services.search.suggest(prefix, visible_firms(context.caller), most)
    return await _with_nodes(context, found, fetch_firm)


async def _points(context: Context, prefix: str, most: int) -> list[Suggestion]:
    """Titles of blocking points, which everyone reads, with the points."""
    ask = context.services.search.search
    found = await suggested(prefix, EVERYTHING, most, ask, Kind.BLOCKING_POINT)
    return await _with_nodes(context, found, fetch_point)


async def _with_nodes(context: Context, found: Sequence[Suggested], fetch: Fetch) -> list[Suggestion]:
    named = [(name, name.id) for name in found if name.id is not None]
    nodes = await asyncio.gather(*(fetch(context, id_) for _, id_ in named))
    return [
        Suggestion(text=name.text, kind=name.kind, node=node)
        for (name, _), node in zip(named, nodes, strict=True)
        if node is not None
    ]


def _shown(reference: Reference, offer: Offer) -> Suggestion:
    return Suggestion(text=offer.text, kind=offer.kind, node=_node(reference, offer))


def _node(reference: Reference, offer: Offer) -> Node | None:
    if offer.code is None:
        return None
    return policy(reference, offer.code) if offer.kind == "policy" else clause(reference, offer.code)
