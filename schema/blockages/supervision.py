"""Supervision (督办) of a report and the call-back after a withdrawal, as the API shows them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from directory import deadlines, entities
from directory.deadlines import Stage, last_of
from directory.overdue_levels import report_level
from directory.rulebook import Rulebook
from directory.supervision import indicators
from schema.blockages.seeing import Seen
from schema.blockages.words import CallBackOutcome, Indicator, SupervisionCause
from schema.context import Info
from schema.enums import OverdueLevel


@strawberry.type(description="Why a report is under supervision (督办), and the reply to it.")
class Supervision:
    """Made by `shown_supervision`."""

    cause: SupervisionCause = strawberry.field(description="What put it under supervision.")
    since: datetime = strawberry.field(description="Since when.")
    reply_due_at: datetime | None = strawberry.field(
        description="The first instant that is too late for the reply; null once the report was closed without one."
    )
    replied_at: datetime | None = strawberry.field(
        description="When the agency replied; null while it has not."
    )
    reply: str | None = strawberry.field(
        description="What it replied; null while it has not, and for callers who are no party to the report."
    )


def shown_supervision(report: entities.Blockage, *, reads_reply: bool) -> Supervision | None:
    """The supervision as a caller may see it; None for a report that is not under it."""
    supervision = report.supervision
    if supervision is None:
        return None
    limit = last_of(report.deadlines, Stage.REPLY)
    return Supervision(
        cause=supervision.cause,
        since=supervision.since,
        reply_due_at=limit.due_at if limit and not limit.void else None,
        replied_at=supervision.replied_at,
        reply=supervision.reply if reads_reply else None,
    )


@strawberry.type(description="The call to a reporter whose withdrawal an agency had asked for (撤单回访).")
class CallBack:
    """Made by `shown_call_back`."""

    outcome: CallBackOutcome = strawberry.field(description="What came of it.")
    at: datetime = strawberry.field(description="When it was recorded.")
    note: str = strawberry.field(description="What was said.")


def shown_call_back(called: entities.CallBack) -> CallBack:
    """The call-back as the API shows it."""
    return CallBack(outcome=called.outcome, at=called.at, note=called.note)


@strawberry.type
class Watched:
    """What supervisors look at, as fields of a report."""

    seen: strawberry.Private[Seen]

    @strawberry.field(description="Whether a limit of those who handle it has passed, as of now.")
    def overdue(self, info: Info) -> bool:
        return deadlines.overdue(self.seen.report, _now(info)[0])

    @strawberry.field(description="Whether that limit passed ten whole working days ago or longer.")
    def long_overdue(self, info: Info) -> bool:
        return deadlines.long_overdue(self.seen.report, *_now(info))

    @strawberry.field(
        description="How late those who handle it are, as of now (逾期等级); null where they have time, or no limit runs."
    )
    def overdue_level(self, info: Info) -> OverdueLevel | None:
        return report_level(self.seen.report, *_now(info))

    @strawberry.field(
        description="Working days since the first limit that was missed, at least 1; null for a report in time."
    )
    def days_overdue(self, info: Info) -> int | None:
        return deadlines.days_overdue(self.seen.report, *_now(info))

    @strawberry.field(
        description="Why it is under supervision (督办), and the reply that is owed; null where it is not."
    )
    def supervision(self) -> Supervision | None:
        return shown_supervision(self.seen.report, reads_reply=self.seen.reads("supervision.reply"))

    @strawberry.field(
        description="Signs that it is pushed around instead of followed up (监督预警). Empty for callers who are no party "
        "to it."
    )
    def indicators(self) -> list[Indicator]:
        return list(indicators(self.seen.report)) if self.seen.reads("indicators") else []

    @strawberry.field(
        description="What the reporter said when called back about a withdrawal that an agency had asked for (撤单回访); "
        "null where nobody called, and for callers who are no party to the report."
    )
    def call_back(self) -> CallBack | None:
        called = self.seen.report.call_back
        return shown_call_back(called) if called and self.seen.reads("call_back") else None


def _now(info: Info) -> tuple[datetime, Rulebook]:
    services = info.context.services
    return services.clock(), services.directory.rulebook
