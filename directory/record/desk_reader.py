"""What the clock and those at work ask of the record: what is due, what lies on a desk, what an inbox holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from directory.anchors import Anchor, Reached
from directory.entities import BlockingPoint
from directory.ports import AgencySigns, DeskQueue, KeptNotice, QueuePage
from directory.record.columns import BLOCKING_POINT
from directory.record.desks import DUE, WAITING_FOR_REVIEW, for_review, on_desk, signs_by_agency
from directory.record.mail_store import MailReader
from directory.record.notice_store import inbox_page, kept_notice
from directory.record.operating_reader import OperatingReader
from directory.record.reached import reached
from directory.record.saved_search_store import SavedSearchReader
from directory.record.selects import every, rows_of
from directory.record.tables import (
    blockage_desks,
    blockages,
    blocking_point_desks,
    blocking_points,
    submissions,
)
from directory.record.webhook_store import WebhookReader
from directory.reminders import Inbox
from directory.states import EntityType
from directory.supervision import Indicator


class DeskReader(SavedSearchReader, WebhookReader, MailReader, OperatingReader):
    """The part of `ports.Reader` for the clock and for those at work, with the paging of lists."""

    async def desk_page(
        self, queue: DeskQueue, *, first: int, after: tuple[str, str] | None = None
    ) -> QueuePage:
        """A page of reports, first due first and those without a limit last, keyed by (due ISO, id)."""
        wanted = on_desk(queue)
        page = wanted.order_by(DUE, blockages.c.id)
        if after is not None:
            page = page.where(tuple_(DUE, blockages.c.id) > after)
        return await self._page(wanted, page, first)

    async def agency_signs(self) -> Sequence[AgencySigns]:
        """The signs of every agency that leads or led reports, by code, in one read."""
        rows = await self.session.execute(signs_by_agency())
        return [
            AgencySigns(row.agency, row.reports, {sign: getattr(row, sign.value) for sign in Indicator})
            for row in rows
        ]

    async def step_desk(self, agency: str, first: int) -> Sequence[str]:
        """Ids of open reports on which the agency owes a step, first due first."""
        columns = blockage_desks.c
        owed = select(columns.blockage).where(columns.desk == agency)
        ordered = owed.order_by(columns.due_at, columns.blockage).limit(first)
        return (await self.session.execute(ordered)).scalars().all()

    async def review_desk(self, region_prefix: str | None, first: int) -> Sequence[str]:
        """Ids of submissions that wait for a reviewer: the first due to be taken, to be decided, and with an objection."""
        found: list[str] = []
        for waiting in WAITING_FOR_REVIEW:
            rows = await self.session.execute(for_review(waiting, region_prefix).limit(first))
            found += rows.scalars()
        return found

    async def points_on_desks(self, desks: Sequence[str], *, limit: int) -> Sequence[BlockingPoint]:
        """The blocking points that lie on any of these desks, least lately changed first."""
        listed = select(blocking_point_desks.c.blocking_point).where(blocking_point_desks.c.desk.in_(desks))
        columns = blocking_points.c
        wanted = rows_of(BLOCKING_POINT).where(columns.id.in_(listed))
        ordered = wanted.order_by(columns.updated_at, columns.id).limit(limit)
        return await every(self.session, BLOCKING_POINT, ordered)

    async def reached(
        self,
        anchor: Anchor,
        until: datetime,
        *,
        after: tuple[str, str] | None = None,
        limit: int = 100,
        reminder: tuple[str, datetime] | None = None,
    ) -> Sequence[Reached]:
        """What has an anchor at or before `until`, longest ago first; see `ports.Reader`."""
        return await reached(self.session, anchor, until, after=after, limit=limit, reminder=reminder)

    async def waiting_for_calendar(
        self, of: EntityType, published: frozenset[int], *, after: str = "", limit: int = 100
    ) -> Sequence[str]:
        """Ids of reports or submissions that waited for the holiday notice of one of these years, in id order."""
        columns = (blockages if of is EntityType.BLOCKAGE else submissions).c
        waiting = select(columns.id).where(columns.waits_for_year.in_(sorted(published)), columns.id > after)
        return (await self.session.execute(waiting.order_by(columns.id).limit(limit))).scalars().all()

    async def inbox(
        self, inbox: Inbox, *, first: int, before: int | None = None, unread: bool = False
    ) -> Sequence[KeptNotice]:
        """Up to `first` notices, newest first, below the position `before`."""
        rows = await self.session.execute(inbox_page(inbox, before=before, unread=unread).limit(first))
        return [kept_notice(row) for row in rows]

    async def unread(self, inbox: Inbox) -> int:
        """How many notices of the inbox its owner has not read."""
        waiting = inbox_page(inbox, before=None, unread=True).order_by(None).subquery()
        count: int = (await self.session.execute(select(func.count()).select_from(waiting))).scalar_one()
        return count

    async def _page(self, wanted: Select[Any], page: Select[Any], first: int) -> QueuePage:
        rows = (await self.session.execute(page.limit(first + 1))).all()
        total = (await self.session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
        shown = rows[:first]
        return QueuePage(
            ids=tuple(row.id for row in shown),
            keys=tuple((row.at, row.id) for row in shown),
            total=total,
            has_more=len(rows) > first,
        )
