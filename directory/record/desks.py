"""What lies on a desk, as a statement: reports of an agency, of a region, under supervision, or to be called back about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true

from directory.overdue_levels import Waiting
from directory.ports import DeskQueue
from directory.record.encoding import instant_text
from directory.record.tables import blockages, submissions
from directory.states import SubmissionStatus
from directory.supervision import Indicator

# Sorts after every instant.
_NEVER = "9999"
DUE = func.coalesce(blockages.c.handling_due_at, _NEVER)

# An undecided objection takes the end of a notice out of the clock's sight, and is for a reviewer.
WAITING_FOR_REVIEW: tuple[ColumnElement[bool], ...] = (
    submissions.c.status == SubmissionStatus.SUBMITTED.value,
    submissions.c.status == SubmissionStatus.UNDER_REVIEW.value,
    (submissions.c.status == SubmissionStatus.PUBLIC_NOTICE.value) & submissions.c.notice_ends_at.is_(None),
)


def on_desk(queue: DeskQueue) -> Select[Any]:
    """Id and due instant of the reports that `queue` asks for, in no order."""
    columns = blockages.c
    wanted = select(columns.id, DUE.label("at")).where(columns.erased.is_not(true()))
    if queue.statuses:
        wanted = wanted.where(columns.status.in_([status.value for status in queue.statuses]))
    if queue.agency is not None:
        wanted = wanted.where(columns.agency == queue.agency)
    if queue.region_prefix:
        wanted = wanted.where(columns.region.startswith(queue.region_prefix, autoescape=True))
    if queue.supervised:
        wanted = wanted.where(columns.supervised.is_(true()))
    if queue.owes_reply:
        wanted = wanted.where(columns.reply_due_at.is_not(None))
    if queue.call_back:
        wanted = wanted.where(columns.call_back.is_(true()))
    return wanted


def for_review(waiting: ColumnElement[bool], region_prefix: str | None) -> Select[Any]:
    """Ids of the submissions that are `waiting`, longest in their state first: their limits are of one length."""
    columns = submissions.c
    wanted = select(columns.id).where(waiting).order_by(columns.since, columns.id)
    return (
        wanted.where(columns.region.startswith(region_prefix, autoescape=True)) if region_prefix else wanted
    )


def in_state_since(waiting: Waiting) -> ColumnElement[bool]:
    """Submissions in the status since an instant that it holds."""
    columns = submissions.c
    held = (columns.status == waiting.status.value) & (columns.since < instant_text(waiting.before))
    return held if waiting.since is None else held & (columns.since >= instant_text(waiting.since))


def signs_by_agency() -> Select[Any]:
    """How many reports each agency leads or led, and how many of them show each sign."""
    columns = blockages.c
    shown = [
        func.sum(case((columns.signs.contains(sign.value, autoescape=True), 1), else_=0)).label(sign.value)
        for sign in Indicator
    ]
    counted = select(columns.agency, func.count().label("reports"), *shown)
    return counted.where(columns.agency.is_not(None)).group_by(columns.agency).order_by(columns.agency)
