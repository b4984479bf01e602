"""Notices (通知): an outbox that is its own ledger. What was said once to someone about an instant is not kept twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, exists, false, or_, select, union

from directory.access import region_prefix
from directory.ports import KeptNotice
from directory.record.connection import Session
from directory.record.encoding import from_json, instant, instant_text, json_text
from directory.record.mail_store import forget_old_mail, queue_mail
from directory.record.selects import parts
from directory.record.tables import (
    blockages,
    deliveries,
    firms,
    mail_items,
    notice_readings,
    notices,
    submissions,
)
from directory.record.upsert import upserting
from directory.record.webhook_store import queue_deliveries
from directory.reminders import NOTICES_KEPT, Addressee, Inbox, Notice
from directory.states import EntityType
from directory.webhooks import DELIVERIES_KEPT


class NoticeStore:
    """`ports.Notices` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def tell(self, told: Sequence[Notice]) -> int:
        """How many of the notices were new; the others are passed over."""
        new: dict[int, Notice] = {}
        gone = await self._erased({notice.firm_id for notice in told})
        for notice in told:
            if notice.firm_id in gone:
                continue
            statement = (
                upserting(self._session.dialect, notices).values(**_row(notice)).on_conflict_do_nothing()
            )
            kept = await self._session.execute(statement.returning(notices.c.position))
            if (position := kept.scalar()) is not None:
                new[position] = notice
        await queue_deliveries(self._session, _for_subjects(new))
        await queue_mail(self._session, _for_subjects(new))
        return len(new)

    async def _erased(self, firm_ids: set[str]) -> set[str]:
        """Which of the entries are erased; the others are not until the transaction ends."""
        columns = firms.c
        held = select(columns.id, columns.erased).where(columns.id.in_(sorted(firm_ids)))
        rows = await self._session.execute(held.order_by(columns.id).with_for_update(read=True))
        return {row.id for row in rows if row.erased}

    async def mark_read(self, inbox: Inbox, positions: Sequence[int]) -> int:
        """How many of the caller's own notices are read from now on, for this caller alone."""
        own = select(notices.c.position).where(notices.c.position.in_(positions), _own(inbox))
        found = (await self._session.execute(own)).scalars().all()
        for position in found:
            row = {"subject": inbox.subject, "position": position}
            statement = (
                upserting(self._session.dialect, notice_readings).values(**row).on_conflict_do_nothing()
            )
            await self._session.execute(statement)
        return len(found)

    async def forget_old(self, now: datetime, most: int) -> int:
        """How many notices, deliveries and mails were past their time, and went; at most so many of each."""
        told_before, sent_before = instant_text(now - NOTICES_KEPT), instant_text(now - DELIVERIES_KEPT)
        return (
            await self._forget_deliveries(sent_before, most)
            + await forget_old_mail(self._session, sent_before, most)
            + await self._forget_notices(told_before, most)
        )

    async def _forget_deliveries(self, before: str, most: int) -> int:
        old = select(deliveries.c.id).where(deliveries.c.at < before).order_by(deliveries.c.at).limit(most)
        gone = delete(deliveries).where(deliveries.c.id.in_(old))
        return (await self._session.execute(gone)).rowcount

    async def _forget_notices(self, before: str, most: int) -> int:
        """Positions follow the time, so the oldest are the first; what is sent of one is younger than it may be kept."""
        columns = notices.c
        first = select(columns.position, columns.at).order_by(columns.position).limit(most)
        old = [row.position for row in await self._session.execute(first) if row.at < before]
        if old:
            await _forget(self._session, columns.position.in_(old))
        return len(old)


async def forget_notices(session: Session, firm_id: str) -> None:
    """Deletes what was told about an entry and its submissions and reports, also those that came with a merge."""
    columns = notices.c
    # Three reads, each by its index: one condition of three ways would have the whole table read.
    ways = [columns.firm_id == firm_id]
    for table in (submissions, blockages):
        ways.append(columns.entity_id.in_(select(table.c.id).where(table.c.firm_id == firm_id)))
    told = union(*(select(columns.position).where(way) for way in ways))
    positions = sorted((await session.execute(told)).scalars())
    for some in parts(positions):
        await _forget(session, columns.position.in_(some))


async def forget_notices_to(session: Session, subject: str) -> None:
    """Deletes what was told to somebody in person."""
    columns = notices.c
    await _forget(session, (columns.audience == Addressee.SUBJECT.value) & (columns.recipient == subject))


async def _forget(session: Session, which: ColumnElement[bool]) -> None:
    """Deletes notices with all that was made of them."""
    positions = select(notices.c.position).where(which)
    await session.execute(delete(deliveries).where(deliveries.c.notice.in_(positions)))
    await session.execute(delete(mail_items).where(mail_items.c.notice.in_(positions)))
    await session.execute(delete(notice_readings).where(notice_readings.c.position.in_(positions)))
    await session.execute(delete(notices).where(which))


def _for_subjects(told: Mapping[int, Notice]) -> Mapping[int, tuple[str, datetime]]:
    """Whom the notices are for, and since when, of those that are somebody's own and no office's."""
    return {
        position: (notice.recipient, notice.at)
        for position, notice in told.items()
        if notice.addressee is Addressee.SUBJECT
    }


def inbox_page(inbox: Inbox, *, before: int | None, unread: bool) -> Select[Any]:
    """The notices of an inbox, newest first, with whether the caller has read them."""
    read = exists().where(
        notice_readings.c.position == notices.c.position, notice_readings.c.subject == inbox.subject
    )
    statement = select(notices, read.label("is_read")).where(_own(inbox))
    if unread:
        statement = statement.where(~read)
    if before is not None:
        statement = statement.where(notices.c.position < before)
    return statement.order_by(notices.c.position.desc())


def kept_notice(row: Row[Any]) -> KeptNotice:
    """The notice kept in a row of `inbox_page`."""
    return KeptNotice(
        position=row.position,
        rule=row.rule,
        entity_type=EntityType(row.entity_type),
        entity_id=row.entity_id,
        at=instant(row.at),
        params=from_json(row.params),
        read=row.is_read,
    )


def _own(inbox: Inbox) -> ColumnElement[bool]:
    columns = notices.c
    to, recipient = columns.audience, columns.recipient
    ways: list[ColumnElement[bool]] = [(to == Addressee.SUBJECT.value) & (recipient == inbox.subject)]
    if inbox.agency is not None:
        ways.append((to == Addressee.AGENCY.value) & (recipient == inbox.agency))
    if inbox.region is not None:
        prefix = region_prefix(inbox.region) if inbox.region else ""
        ways.append((to == Addressee.DESK.value) & recipient.startswith(prefix, autoescape=True))
    if inbox.supervisors:
        ways.append(to == Addressee.SUPERVISORS.value)
    return or_(false(), *ways)


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "audience": notice.addressee.value,
        "recipient": notice.recipient,
        "rule": notice.rule,
        "entity_type": notice.entity_type.value,
        "entity_id": notice.entity_id,
        "firm_id": notice.firm_id,
        "due_at": instant_text(notice.due_at),
        "at": instant_text(notice.at),
        "params": json_text(dict(notice.params)),
    }
