"""
What Relay connections share. Each noun has its own connection and edge types; they are alike in shape.

What nobody selects is not computed: `selects` tells, before a search, whether totals, facets or highlights are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry
from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionNode

from schema.context import Info


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's page information; lists are read forwards."""

    has_next_page: bool = strawberry.field(description="Whether more items follow.")
    has_previous_page: bool = strawberry.field(description="Whether the page was asked for after a cursor.")
    start_cursor: str | None = strawberry.field(description="The first item's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last item's cursor; null on an empty page.")


@strawberry.type(
    description="Matched fragments of one field: HTML-escaped text in which matches stand in <em>."
)
class Highlight:
    """Where a search's words were found."""

    field: str = strawberry.field(description="The field's name, as on the entry.")
    fragments: list[str] = strawberry.field(description="Pieces of the text around matches.")


@strawberry.type
class Searched:
    """What the connection of a search says of itself; `complete_to` None for a list that is the record's own."""

    complete_to: strawberry.Private[int | None]
    total_is_exact: bool = strawberry.field(
        description="Whether `totalCount` is exact. If not, there are more: it is where counting ended."
    )

    @strawberry.field(
        description="The log position up to which the index was complete when this was found; on a later page of an "
        "order by relevance, when its first page was. Null for a list from the record, which is never behind."
    )
    def as_of_position(self) -> str | None:
        return None if self.complete_to is None else str(self.complete_to)

    @strawberry.field(
        description="How old the oldest change is that this may not show yet; 0 where it shows all that is recorded. "
        "Null for a list from the record."
    )
    async def lag_seconds(self, info: Info) -> float | None:
        if self.complete_to is None:
            return None
        async with info.context.services.record.reader() as reader:
            return await reader.waiting_seconds(self.complete_to)

    @strawberry.field(
        description="How many documents are in no search, for they could not be built or the engine refused them (死信). Null "
        "for a list from the record."
    )
    async def rejected(self, info: Info) -> int | None:
        return None if self.complete_to is None else await info.context.services.rejected()


def page_info(cursors: Sequence[str], *, after: str | None, more: bool, end: str | None = None) -> PageInfo:
    """The page information for a page with these cursors, in order, asked for `after` a cursor.

    `end` is the last place looked at, where that can be behind the last cursor.
    """
    return PageInfo(
        has_next_page=more,
        has_previous_page=after is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=end or (cursors[-1] if cursors else None),
    )


def wants_total(info: Info) -> bool:
    """Whether the operation selects the total of the connection being resolved, or what is said of it."""
    return selects(info, "totalCount") or selects(info, "totalIsExact")


def wants_cursors(info: Info) -> bool:
    """Whether the operation selects cursors of the connection being resolved: its caller may come back for more."""
    places = (("edges", "cursor"), ("pageInfo", "startCursor"), ("pageInfo", "endCursor"))
    return any(selects(info, *place) for place in places)


def selects(info: Info, *path: str) -> bool:
    """Whether the operation selects `path` below the field being resolved: ("edges", "highlights").

    @skip and @include are not looked at: what they leave out counts as selected.
    """
    raw: GraphQLResolveInfo[Any] = info._raw_info
    found: list[FieldNode] = list(raw.field_nodes)
    for name in path:
        found = [
            field
            for parent in found
            for field in _fields(parent.selection_set.selections if parent.selection_set else (), raw, set())
            if field.name.value == name
        ]
    return bool(found)


def _fields(
    selections: Sequence[SelectionNode], raw: GraphQLResolveInfo[Any], spread: set[str]
) -> Iterator[FieldNode]:
    """The fields of a selection set, those of its fragments among them; each fragment once."""
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set.selections, raw, spread)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
            spread.add(selection.name.value)
            fragment = raw.fragments.get(selection.name.value)
            if fragment is not None:
                yield from _fields(fragment.selection_set.selections, raw, spread)
