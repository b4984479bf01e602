"""One report as it changes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from directory.errors import NotFound
from directory.states import EntityType
from schema.blockages.queries import report_by_reference
from schema.blockages.types import Blockage, fetch_blockage, shown_blockage
from schema.changes.feed import follow, head
from schema.context import Info


@strawberry.type
class ReportSubscriptions:
    """Following single reports."""

    @strawberry.subscription(
        description="The report as it stands, and again after each change, for as long as the caller may see it."
    )
    async def blockage_changed(
        self,
        info: Info,
        reference: Annotated[str, strawberry.argument(description="The report's number, as printed on it.")],
    ) -> AsyncGenerator[Blockage, None]:
        context = info.context
        # The position comes first: what changes between the two reads is then told twice, and never missed.
        since = await head(context)
        found = await report_by_reference(context, reference)
        if found is None:
            raise NotFound.at("reference", key="not_found")
        yield shown_blockage(context, found)
        entity = (EntityType.BLOCKAGE, found.report.id)
        async with aclosing(follow(context, after=str(since), entity=entity)) as changes:
            async for _ in changes:
                if (present := await fetch_blockage(context, found.report.id)) is not None:
                    yield present
