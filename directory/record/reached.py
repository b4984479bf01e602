"""What has come to an instant that the clock counts from: each anchor is a look-up column and the states it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, exists, false, select, tuple_

from directory.anchors import Anchor, Reached
from directory.record.connection import Session
from directory.record.encoding import instant, instant_text
from directory.record.tables import blockages, firms, notices, submissions
from directory.reminders import IN_HAND
from directory.states import BlockageStatus, FirmStatus, SubmissionStatus

_FIRMS, _SUBMISSIONS, _REPORTS = firms.c, submissions.c, blockages.c


@dataclass(frozen=True, slots=True)
class LookUp:
    """Where an anchor is kept, and the rows that have it."""

    at: Column[Any]
    of: ColumnElement[bool]


def _submissions_in(status: SubmissionStatus, at: Column[Any]) -> LookUp:
    return LookUp(at, _SUBMISSIONS.status == status.value)


def _reports(at: Column[Any]) -> LookUp:
    return LookUp(at, at.is_not(None))


def _reports_in(*statuses: BlockageStatus, at: Column[Any]) -> LookUp:
    return LookUp(at, _REPORTS.status.in_([status.value for status in statuses]))


LOOK_UPS: Mapping[Anchor, LookUp] = {
    Anchor.NOTICE_ENDS: _submissions_in(SubmissionStatus.PUBLIC_NOTICE, _SUBMISSIONS.notice_ends_at),
    Anchor.CHANGES_REQUESTED: _submissions_in(SubmissionStatus.CHANGES_REQUESTED, _SUBMISSIONS.since),
    Anchor.DRAFT_BEGUN: _submissions_in(SubmissionStatus.DRAFT, _SUBMISSIONS.since),
    Anchor.CONFIRMED: LookUp(_FIRMS.confirmed_at, _FIRMS.status == FirmStatus.LISTED.value),
    Anchor.ANSWER_DUE: _reports_in(BlockageStatus.RESOLUTION_PROPOSED, at=_REPORTS.confirm_due_at),
    Anchor.HANDLING_DUE: _reports(_REPORTS.handling_due_at),
    Anchor.RESOLUTION_DUE: _reports(_REPORTS.resolve_due_at),
    Anchor.UNSUPERVISED_DUE: LookUp(_REPORTS.resolve_due_at, _REPORTS.supervised.is_(false())),
    Anchor.UNSUPERVISED_HANDLING_DUE: LookUp(_REPORTS.handling_due_at, _REPORTS.supervised.is_(false())),
    Anchor.REPLY_DUE: _reports(_REPORTS.reply_due_at),
    Anchor.QUESTION_ASKED: _reports_in(BlockageStatus.INFORMATION_NEEDED, at=_REPORTS.since),
    Anchor.LAST_NEWS: _reports_in(*sorted(IN_HAND), at=_REPORTS.since),
}


async def reached(
    session: Session,
    anchor: Anchor,
    until: datetime,
    *,
    after: tuple[str, str] | None,
    limit: int,
    reminder: tuple[str, datetime] | None,
) -> Sequence[Reached]:
    """As `ports.Reader.reached`."""
    look_up = LOOK_UPS[anchor]
    at, id_ = look_up.at, look_up.at.table.c.id
    statement = select(id_, at.label("at")).where(look_up.of, at <= instant_text(until))
    if after is not None:
        statement = statement.where(tuple_(at, id_) > after)
    if reminder is not None:
        rule, since = reminder
        told = (notices.c.entity_id == id_) & (notices.c.rule == rule) & (notices.c.due_at == at)
        statement = statement.where(at > instant_text(since), ~exists().where(told))
    rows = await session.execute(statement.order_by(at, id_).limit(limit))
    return [Reached(row.id, instant(row.at), (row.at, row.id)) for row in rows]
