"""The change feed's root fields: a list to catch up with, and a subscription to stay with."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from directory.access import Operation
from schema.arguments import First
from schema.changes.feed import follow, page, parse_kinds
from schema.changes.types import Change, ChangeConnection
from schema.context import Info
from schema.limits import page_size

DEFAULT_PAGE = 100

Position = Annotated[
    str | None,
    strawberry.argument(
        description="The position after which to go on: the last one seen. POSITION_UNKNOWN for one that the log has not "
        "reached, with `extensions.earliest` and `extensions.head`, between which any can be read: then start again from a "
        "new export and its position, or from the earliest. The log is kept for ever, at least for ninety days."
    ),
]
Kinds = Annotated[
    list[str] | None,
    strawberry.argument(
        description="Only changes of these kinds, such as blockage:resolved; all when left out."
    ),
]


@strawberry.type
class ChangeQueries:
    """The log as a list."""

    @strawberry.field(
        description="What happened in the directory, oldest first, as far as the caller may see it."
    )
    async def changes(
        self,
        info: Info,
        after: Position = None,
        first: First = DEFAULT_PAGE,
        kinds: Kinds = None,
    ) -> ChangeConnection:
        info.context.require(Operation.READ_CHANGES)
        return await page(
            info.context, after=after, first=page_size(first, DEFAULT_PAGE), kinds=parse_kinds(kinds)
        )


@strawberry.type
class ChangeSubscriptions:
    """The log as it grows."""

    @strawberry.subscription(
        description="Each change as it is sealed, as far as the caller may see it. With `after`, first everything "
        "since that position, so that nothing is missed between two connections."
    )
    async def changed(
        self, info: Info, after: Position = None, kinds: Kinds = None
    ) -> AsyncGenerator[Change, None]:
        info.context.require(Operation.READ_CHANGES)
        async with aclosing(follow(info.context, after=after, kinds=parse_kinds(kinds))) as changes:
            async for change in changes:
                yield change
