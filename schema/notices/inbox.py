"""The caller's inbox (通知): own notices and those of the office, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import strawberry

from directory.messages.catalogue import sentence
from directory.ports import KeptNotice
from directory.reminders import Inbox, inbox_of
from directory.states import EntityType
from schema.arguments import In
from schema.connections import PageInfo
from schema.context import Context, Info
from schema.enums import Language
from schema.node import Node, global_id
from schema.searching import keyed_page, opened_key

LISTED = "viewer.notices"
# The width of the largest position, so that texts sort as numbers do.
WIDTH = 19
_TYPES: Mapping[EntityType, str] = {
    EntityType.FIRM: "Firm",
    EntityType.SUBMISSION: "Submission",
    EntityType.BLOCKAGE: "Blockage",
    EntityType.BLOCKING_POINT: "BlockingPoint",
}


@strawberry.type(description="Something that the caller is told without having asked (通知).")
class Notice:
    """Made from what is kept; it says no more than a number and a day."""

    kept: strawberry.Private[KeptNotice]

    @strawberry.field(description="The notice's id, for `markNoticesRead`.")
    def id(self) -> strawberry.ID:
        return global_id("Notice", str(self.kept.position))

    @strawberry.field(description="When it was sent.")
    def at(self) -> datetime:
        return self.kept.at

    @strawberry.field(description="What it is about, as a stable word such as notice.report.overdue")
    def rule(self) -> str:
        return self.kept.rule

    @strawberry.field(description="Whether the caller has not marked it as read.")
    def unread(self) -> bool:
        return not self.kept.read

    @strawberry.field(description="What it says.")
    def message(self, language: In = Language.ZH) -> str:
        return sentence(self.kept.rule, language or Language.ZH, self.kept.params)

    @strawberry.field(
        description="What it is about; null where that is no longer there for the caller's eyes."
    )
    async def about(self, info: Info) -> Node | None:
        fetch = info.context.fetchers[_TYPES[self.kept.entity_type]]
        return await fetch(info.context, self.kept.entity_id)


@strawberry.type(description="A notice in its list.")
class NoticeEdge:
    """Relay's edge."""

    cursor: str = strawberry.field(description="The place in the list.")
    node: Notice = strawberry.field(description="The notice.")


@strawberry.type(description="A page of notices.")
class NoticeConnection:
    """Relay's connection."""

    edges: list[NoticeEdge] = strawberry.field(description="The notices with their cursors.")
    nodes: list[Notice] = strawberry.field(description="The notices alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")


async def inbox_page(context: Context, *, unread: bool, first: int, after: str | None) -> NoticeConnection:
    """A page of the caller's inbox; an empty one for the public. Raises: ApiError CURSOR_INVALID, CURSOR_EXPIRED."""
    behind = opened_key(context, LISTED, unread, after)
    inbox = own_inbox(context)
    found: list[KeptNotice] = []
    if inbox is not None:
        before = int(behind[0]) if behind else None
        async with context.services.record.reader() as reader:
            found += await reader.inbox(inbox, first=first + 1, before=before, unread=unread)
    shown = found[:first]
    keys = [(str(each.position).zfill(WIDTH), each.entity_id) for each in shown]
    cursors, info = keyed_page(context, LISTED, unread, keys, after=after, more=len(found) > first)
    nodes = [Notice(kept=each) for each in shown]
    edges = [NoticeEdge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
    return NoticeConnection(edges=edges, nodes=nodes, page_info=info)


async def unread_notices(context: Context) -> int:
    """How many notices the caller has not marked as read."""
    inbox = own_inbox(context)
    if inbox is None:
        return 0
    async with context.services.record.reader() as reader:
        return await reader.unread(inbox)


def own_inbox(context: Context) -> Inbox | None:
    """The caller's inbox; None for the public."""
    return inbox_of(context.caller, context.reference.agencies)
