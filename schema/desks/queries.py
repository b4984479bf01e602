"""The root fields for those at work."""

from __future__ import annotations

import strawberry

from directory.access import Operation
from directory.ports import QueuePage
from directory.tasks import supervised_queue
from schema.arguments import After, First
from schema.blockages.connections import BlockageConnection, BlockageEdge
from schema.blockages.seeing import all_seen
from schema.blockages.types import shown_blockage
from schema.context import Context, Info
from schema.desks.indicators import AgencyIndicators, shown_signs
from schema.desks.tasks import AgencyTask, tasks_of_caller
from schema.errors import ApiCode, ApiError
from schema.limits import page_size
from schema.searching import keyed_page, opened_key

SUPERVISED = "supervisedBlockages"


@strawberry.type
class DeskQueries:
    """Read from the record, so that what was just done is gone at once."""

    @strawberry.field(
        description="Open reports under supervision (督办), most overdue first, those without a running limit last: all for "
        "supervisors, for an agency those that it leads."
    )
    async def supervised_blockages(
        self, info: Info, first: First = 20, after: After = None
    ) -> BlockageConnection:
        return await _supervised(info.context, page_size(first), after)

    @strawberry.field(
        description="How often the reports of each agency are extended, pushed around, or withdrawn because it asked for "
        "it (监督预警), by the agency that leads them or led them last. For supervisors."
    )
    async def agency_indicators(self, info: Info) -> list[AgencyIndicators]:
        info.context.require(Operation.READ_AGENCY_SIGNS)
        async with info.context.services.record.reader() as reader:
            found = await reader.agency_signs()
        return [shown_signs(info.context.reference, each) for each in found]

    @strawberry.field(
        description="What the caller has to do in office (待办), first due first and tasks without a limit last: for an "
        "agency what it leads and what lies at the desk within its reach, for supervisors what was returned to them, "
        "call-backs, and what the desks have; for reviewers the submissions within their reach; for the lead of a blocking "
        "point what it owes on it, and for whoever owes a step of its plan that step."
    )
    async def agency_tasks(self, info: Info, first: First = 20) -> list[AgencyTask]:
        return await tasks_of_caller(info.context, page_size(first))


async def _supervised(context: Context, first: int, after: str | None) -> BlockageConnection:
    queue = supervised_queue(context.caller)
    if queue is None:
        raise ApiError(ApiCode.FORBIDDEN, "forbidden.read")
    behind = opened_key(context, SUPERVISED, None, after)
    async with context.services.record.reader() as reader:
        page = await reader.desk_page(queue, first=first, after=behind)
    return await _connection(context, page, after)


async def _connection(context: Context, page: QueuePage, after: str | None) -> BlockageConnection:
    cursors, info = keyed_page(context, SUPERVISED, None, page.keys, after=after, more=page.has_more)
    found = await all_seen(context, page.ids)
    edges = [
        BlockageEdge(cursor=cursor, node=shown_blockage(context, one))
        for cursor, one in zip(cursors, found, strict=True)
        if one is not None
    ]
    return BlockageConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=info,
        total_count=page.total,
        total_is_exact=True,
        complete_to=None,
        facets=[],
    )
