"""A saved search, for its owner's eyes alone, with what it has found since it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from directory.access import Operation
from directory.saved_searches import Match, MatchKind
from directory.saved_searches import SavedSearch as Kept
from schema.arguments import After, First
from schema.blockages.connections import BlockageConnection, BlockageEdge
from schema.blockages.seeing import all_seen
from schema.blockages.types import shown_blockage
from schema.connections import wants_total
from schema.context import Context, Info
from schema.enums import expose
from schema.limits import DEFAULT_PAGE, page_size
from schema.node import Fetchers, Node
from schema.searching import keyed_page, opened_key

LISTED = "savedSearch.newMatches"
# The width of the largest position, so that texts sort as numbers do.
WIDTH = 19
AT_ONCE = 1000

expose(
    MatchKind,
    "How a report came to match a saved search.",
    {
        MatchKind.NEW: "The search found it for the first time since it was saved.",
        MatchKind.CHANGED: "The search had found it before, and it was changed.",
    },
)
Only = Annotated[
    MatchKind | None,
    strawberry.argument(description="Only additions, or only updates; both when left out."),
]


@strawberry.type(description="A search for reports that was kept (订阅检索), to be told of what it finds.")
class SavedSearch(Node):
    """The caller's own."""

    kept: strawberry.Private[Kept]
    name: str = strawberry.field(description="What its owner calls it.")
    filter: JSON = strawberry.field(description="What it asks for: a `BlockageFilter` as JSON.")
    created_at: datetime = strawberry.field(description="When it was saved.")

    @strawberry.field(
        description="What it has found since it was saved, oldest first: each report once when it was found first, and "
        "once for each time that it was changed since, kept for 90 days. `endCursor` is where to go on the next time. "
        "Reports that the caller may no longer read are left out, so a page can be shorter than asked for."
    )
    async def new_matches(
        self, info: Info, after: After = None, first: First = DEFAULT_PAGE, kind: Only = None
    ) -> BlockageConnection:
        return await _matches(info, self.kept, kind, first=page_size(first), after=after)


def shown_search(saved: Kept) -> SavedSearch:
    """The saved search as the API shows it."""
    return SavedSearch(
        key=saved.id, kept=saved, name=saved.name, filter=JSON(saved.filter), created_at=saved.created_at
    )


async def own_searches(context: Context) -> list[SavedSearch]:
    """The caller's saved searches, oldest first; none for the public."""
    subject = context.caller.subject
    if subject is None or not context.may(Operation.SAVE_SEARCH):
        return []
    async with context.services.record.reader() as reader:
        saved = await reader.saved_searches(subject)
    return [shown_search(each) for each in saved]


async def fetch_search(context: Context, key: str) -> SavedSearch | None:
    """The caller's saved search with this id."""
    return next((each for each in await own_searches(context) if each.key == key), None)


async def _matches(
    info: Info, saved: Kept, kind: MatchKind | None, *, first: int, after: str | None
) -> BlockageConnection:
    context, asked = info.context, [saved.id, kind]
    behind = opened_key(context, LISTED, asked, after)
    place = (int(behind[0]), behind[1]) if behind else None
    async with context.services.record.reader() as reader:
        found = await reader.matches(saved.id, first=first + 1, after=place, kind=kind)
    shown = found[:first]
    keys = [(str(match.position).zfill(WIDTH), match.blockage) for match in shown]
    cursors, page = keyed_page(context, LISTED, asked, keys, after=after, more=len(found) > first)
    seen = await all_seen(context, [match.blockage for match in shown])
    edges = [
        BlockageEdge(cursor=cursor, node=shown_blockage(context, one))
        for cursor, one in zip(cursors, seen, strict=True)
        if one is not None
    ]
    return BlockageConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=page,
        total_count=await _total(context, saved, kind) if wants_total(info) else 0,
        total_is_exact=True,
        complete_to=None,
        facets=[],
    )


async def _total(context: Context, saved: Kept, kind: MatchKind | None) -> int:
    """How many matches the caller may read."""
    total, place = 0, None
    while True:
        async with context.services.record.reader() as reader:
            some: Sequence[Match] = await reader.matches(saved.id, first=AT_ONCE, after=place, kind=kind)
        total += sum(one is not None for one in await all_seen(context, [each.blockage for each in some]))
        if len(some) < AT_ONCE:
            return total
        place = (some[-1].position, some[-1].blockage)


FETCHERS: Fetchers = {"SavedSearch": fetch_search}
