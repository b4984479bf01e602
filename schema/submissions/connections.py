"""Lists of submissions: an entry's own, and the review queue."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from directory import entities
from directory.ports import QueuePage, SubmissionQueue
from directory.visibility import may_see_submission
from schema.connections import PageInfo
from schema.context import Context
from schema.enums import OverdueLevel
from schema.searching import Listed, keyed_page, opened_key
from schema.submissions.types import Submission, fetch_submissions, shown_submission
from schema.submissions.words import SubmissionStatus

NOTHING = QueuePage((), (), 0, has_more=False)


@strawberry.type(description="A submission in its list.")
class SubmissionEdge:
    """Relay's edge."""

    cursor: str = strawberry.field(description="The place in the list.")
    node: Submission = strawberry.field(description="The submission.")


@strawberry.type(description="A page of submissions.")
class SubmissionConnection:
    """Relay's connection."""

    edges: list[SubmissionEdge] = strawberry.field(description="The submissions with their cursors.")
    nodes: list[Submission] = strawberry.field(description="The submissions alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    total_count: int = strawberry.field(description="How many the whole list holds, exactly.")


async def visible_submissions(context: Context, firm_id: str) -> list[entities.Submission]:
    """An entry's submissions that the caller may see, newest first; one read for all entries of a request."""
    found = await context.loaders.submissions_of_firm.load(firm_id)
    return [one for one in found or () if may_see_submission(context.caller, one)]


def submission_connection(context: Context, page: Listed[entities.Submission]) -> SubmissionConnection:
    """The page as the API shows it."""
    shown = [shown_submission(context.caller, one) for one in page.items]
    return _connection([one for one in shown if one], page.cursors, page.page_info, page.total)


async def queue_connection(
    context: Context,
    queue: SubmissionQueue | None,
    asked: tuple[Sequence[SubmissionStatus], str | None, Sequence[OverdueLevel]],
    *,
    first: int,
    after: str | None,
) -> SubmissionConnection:
    """A page of the queue, longest unchanged first. Raises: ApiError CURSOR_INVALID, CURSOR_EXPIRED."""
    behind = opened_key(context, "submissions", asked, after)
    page = NOTHING
    if queue is not None:
        async with context.services.record.reader() as reader:
            page = await reader.submission_page(queue, first=first, after=behind)
    cursors, info = keyed_page(context, "submissions", asked, page.keys, after=after, more=page.has_more)
    nodes = await fetch_submissions(context, page.ids)
    places = dict(zip(page.ids, cursors, strict=True))
    return _connection(nodes, [places[node.key] for node in nodes], info, page.total)


def _connection(
    nodes: list[Submission], cursors: Sequence[str], info: PageInfo, total: int
) -> SubmissionConnection:
    edges = [SubmissionEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
    return SubmissionConnection(edges=edges, nodes=nodes, page_info=info, total_count=total)
