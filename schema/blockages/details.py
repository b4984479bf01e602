"""What a report is made of: limits, proposals, steps, holders, pauses, impact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import strawberry

from directory import deadlines, entities, public_texts, workdays
from directory.explanations import in_words
from directory.moves import Action, Side
from directory.reference import Reference
from directory.rulebook import Rulebook
from schema.arguments import In
from schema.blockages.words import BlockageStatus, ResolutionKind, ResolutionState
from schema.enums import Language
from schema.reference.types import Agency, Clause, agency, clause


@strawberry.type(description="What the obstacle costs the reporter, in bands; unknown is allowed.")
class Impact:
    """Codes of `cost_bands` and `jobs_bands`."""

    yearly_cost_band: str | None = strawberry.field(
        description="What it costs a year: a code of the vocabulary `cost_bands`."
    )
    jobs_affected_band: str | None = strawberry.field(
        description="How many jobs it touches: a code of the vocabulary `jobs_bands`."
    )
    explanation: str | None = strawberry.field(description="The reporter's own words on what it costs.")


def shown_impact(impact: entities.Impact) -> Impact:
    """The impact as the API shows it."""
    return Impact(
        yearly_cost_band=impact.yearly_cost_band,
        jobs_affected_band=impact.jobs_affected_band,
        explanation=impact.explanation,
    )


@strawberry.type(description="One calendar day of a limit, in Asia/Shanghai.")
class DeadlineDay:
    """A day with the reason why it is worked or not."""

    day: strawberry.Private[workdays.Day]
    on: date = strawberry.field(description="The day.")
    kind: str = strawberry.field(
        description="One of weekday, make_up (a working weekend), weekend and holiday."
    )

    @strawberry.field(description="The name of the holiday or make-up day; null for any other day.")
    def label(self, language: In = Language.ZH) -> str | None:
        return self.day.label.in_(language or Language.ZH) if self.day.label else None


@strawberry.type(
    description="Why a limit ends when it does: each day after the day it began, which is day 0, "
    "with its part in the count."
)
class DeadlineExplanation:
    """The days in order."""

    counted: list[DeadlineDay] = strawberry.field(description="The working days that used the limit up.")
    paused: list[DeadlineDay] = strawberry.field(
        description="The working days that passed while a question to the reporter stopped the clock."
    )
    skipped: list[DeadlineDay] = strawberry.field(description="The days off.")
    deadline: strawberry.Private[entities.Deadline]
    report: strawberry.Private[entities.Blockage]
    rulebook: strawberry.Private[Rulebook]

    @strawberry.field(
        description="All of it in one sentence, with an extension and what is still provisional."
    )
    def sentence(self, language: In = Language.ZH) -> str:
        return in_words(self.report, self.deadline, self.rulebook, language or Language.ZH)


def _shown_days(days: Iterable[workdays.Day]) -> list[DeadlineDay]:
    return [DeadlineDay(day=day, on=day.on, kind=day.kind.value) for day in days]


@strawberry.type(description="The limit of one stage of a report, in working days of the Chinese calendar.")
class Deadline:
    """A limit; made by `shown_deadline`. `due_at` is the first instant that is too late."""

    deadline: strawberry.Private[entities.Deadline]
    report: strawberry.Private[entities.Blockage]
    rulebook: strawberry.Private[Rulebook]
    stage: str = strawberry.field(
        description="One of triage, assign, accept, resolve, confirm and reply (to a supervision)."
    )
    started_at: datetime = strawberry.field(description="When the limit began to run.")
    due_at: datetime = strawberry.field(
        description="The first instant that is too late: 24:00 of the last day in Asia/Shanghai. While a question to "
        "the reporter is open, the latest date that its answer can lead to."
    )
    working_days: int = strawberry.field(
        description="How many working days the limit has, extension included."
    )
    extended_from: datetime | None = strawberry.field(
        description="Where the limit ended before its extension."
    )
    extension_reason: str | None = strawberry.field(description="Why it was extended.")
    provisional: bool = strawberry.field(
        description="Whether a holiday notice still to be published may move it."
    )
    met_at: datetime | None = strawberry.field(description="When it was met, in time or late.")
    void: bool = strawberry.field(
        description="Whether it ended without being met or missed: the report was withdrawn or handed on."
    )
    overdue: bool = strawberry.field(description="Whether it runs and its end has passed.")
    working_days_left: int | None = strawberry.field(
        description="Working days left after today; negative once overdue, null when the limit no longer runs."
    )

    @strawberry.field(description="The days between the beginning and the end, each with its part.")
    def explanation(self) -> DeadlineExplanation:
        days = deadlines.explained(self.report, self.deadline, self.rulebook)
        return DeadlineExplanation(
            counted=_shown_days(days.counted),
            paused=_shown_days(days.paused),
            skipped=_shown_days(days.skipped),
            deadline=self.deadline,
            report=self.report,
            rulebook=self.rulebook,
        )


def shown_deadline(
    deadline: entities.Deadline, report: entities.Blockage, now: datetime, rulebook: Rulebook
) -> Deadline:
    """A limit of `report` as it stands at `now`."""
    return Deadline(
        deadline=deadline,
        report=report,
        rulebook=rulebook,
        stage=deadline.stage,
        started_at=deadline.started_at,
        due_at=deadline.due_at,
        working_days=deadline.working_days,
        extended_from=deadline.extended_from,
        extension_reason=deadline.extension_reason,
        provisional=deadline.provisional,
        met_at=deadline.met_at,
        void=deadline.void,
        overdue=deadlines.is_overdue(deadline, now),
        working_days_left=deadlines.working_days_left(report, deadline, now, rulebook),
    )


@strawberry.type(description="A claimed resolution and the reporter's answer to it.")
class Resolution:
    """Made by `shown_resolution`."""

    resolution: strawberry.Private[entities.Resolution]
    reference: strawberry.Private[Reference]
    state: ResolutionState = strawberry.field(description="How far it can be believed.")
    kind: ResolutionKind = strawberry.field(description="What removed the obstacle.")
    summary: str = strawberry.field(description="What was done, in the agency's words.")
    residual: str | None = strawberry.field(
        description="What is still blocked; null where the whole obstacle is claimed to be gone."
    )
    proposed_at: datetime = strawberry.field(description="When the agency claimed it.")
    answered_at: datetime | None = strawberry.field(description="When the reporter answered.")
    confirmed_at: datetime | None = strawberry.field(description="When the reporter confirmed it.")
    amending_document: str | None = strawberry.field(
        description="The number of the document that changed the rule (发文字号); null where none was named."
    )
    confirmed_by_reporter: bool = strawberry.field(
        description="Whether the reporter confirmed it; false where nobody answered in time."
    )
    rating: int | None = strawberry.field(description="The reporter's rating, from 1 to 5.")
    comment: str | None = strawberry.field(description="What the reporter said to it.")

    @strawberry.field(description="The clause that was changed or explained; null where none was named.")
    def clause(self) -> Clause | None:
        return clause(self.reference, self.resolution.clause) if self.resolution.clause else None

    @strawberry.field(description="The agency that claims it.")
    def proposed_by(self) -> Agency:
        return agency(self.reference, self.resolution.proposed_by)


def shown_resolution(resolution: entities.Resolution, reference: Reference) -> Resolution:
    """A claimed resolution as the API shows it."""
    return Resolution(
        resolution=resolution,
        reference=reference,
        state=resolution.state,
        kind=resolution.kind,
        summary=resolution.summary,
        residual=resolution.residual,
        proposed_at=resolution.proposed_at,
        amending_document=resolution.amending_document,
        answered_at=resolution.answered_at,
        confirmed_at=resolution.answered_at if resolution.confirmed_by_reporter else None,
        confirmed_by_reporter=resolution.confirmed_by_reporter,
        rating=resolution.rating,
        comment=resolution.comment,
    )


@strawberry.type(description="What the public reads of a report (公开文本), as an officer approved it.")
class PublicText:
    """Made by `shown_public_text`."""

    title: str = strawberry.field(description="The approved title.")
    summary: str = strawberry.field(description="The approved summary.")
    revision: int = strawberry.field(
        description="1 as triage approved it, and one more each time it was worded anew; the log keeps all of them."
    )
    approved_at: datetime = strawberry.field(description="When it was approved.")
    approved_by: str = strawberry.field(
        description="Who approved it: triage, supervisor, or an agency's code; never a person."
    )
    stale: bool = strawberry.field(
        description="Whether the reporter had more to say since: an answer, a dispute, a resolution contested."
    )


def shown_public_text(text: public_texts.PublicText) -> PublicText:
    """The approved text as the API shows it."""
    return PublicText(
        title=text.words.title,
        summary=text.words.description,
        revision=text.revision,
        approved_at=text.approved_at,
        approved_by=text.approved_by,
        stale=text.stale,
    )


@strawberry.type(description="Something that a reporter and an office wrote to each other.")
class ReportMessage:
    """Relayed: neither side learns more of the other than is said here."""

    at: datetime = strawberry.field(description="When it was written.")
    sender: str = strawberry.field(
        description="Who wrote it: the reporter's alias, triage, supervisor, or an agency's code."
    )
    text: str = strawberry.field(description="What it says.")
    question: bool = strawberry.field(
        description="Whether it is a question that stops the clock until the reporter answers."
    )


def shown_message(message: entities.TimelineEntry, alias: str) -> ReportMessage:
    """A message as the API shows it."""
    return ReportMessage(
        at=message.at,
        sender=alias if message.actor == Side.REPORTER else message.actor,
        text=message.note or "",
        question=message.action == Action.REQUEST_INFORMATION,
    )


@strawberry.type(description="A step in the life of a report.")
class TimelineEntry:
    """One step, oldest first in its list."""

    at: datetime = strawberry.field(description="When it was taken.")
    actor: str = strawberry.field(
        description="Who took it: reporter, triage, supervisor, clock, or an agency's code; never a person."
    )
    action: str = strawberry.field(
        description="What was done, such as assign, accept or propose; link_blocking_point and unlink_blocking_point "
        "have the point's number as their note."
    )
    before: BlockageStatus | None = strawberry.field(
        name="from", description="Where the report stood; null for its first step."
    )
    after: BlockageStatus | None = strawberry.field(name="to", description="Where it stands since.")
    note: str | None = strawberry.field(
        description="What was written with it; null where it is between the parties."
    )


def shown_step(step: entities.TimelineEntry) -> TimelineEntry:
    """A step as the API shows it, its note already fit for the caller."""
    return TimelineEntry(
        at=step.at,
        actor=step.actor,
        action=step.action,
        before=step.before,
        after=step.after,
        note=step.note,
    )


@strawberry.type(
    description="A time in which one body held the report: each instant of its life has a holder."
)
class Holding:
    """One stretch."""

    holder: str = strawberry.field(description="Either triage, reporter, or an agency's code.")
    started_at: datetime = strawberry.field(description="From when on.")
    ended_at: datetime | None = strawberry.field(description="Until when; null while it lasts.")
    working_days: int = strawberry.field(description="How many working days, up to now while it lasts.")


def shown_holding(holding: entities.Holding, now: datetime, rulebook: Rulebook) -> Holding:
    """A stretch as it stands at `now`."""
    days = rulebook.calendar.workdays_between(holding.started_at, holding.ended_at or now)
    return Holding(
        holder=holding.holder,
        started_at=holding.started_at,
        ended_at=holding.ended_at,
        working_days=days,
    )


@strawberry.type(description="A time in which the report's clock stood still.")
class Pause:
    """One stretch."""

    cause: str = strawberry.field(
        description="Either information (a question to the reporter) or closed (until it was reopened)."
    )
    started_at: datetime = strawberry.field(description="From when on.")
    ended_at: datetime | None = strawberry.field(description="Until when; null while it lasts.")


def shown_pause(pause: entities.Pause) -> Pause:
    """A pause as the API shows it."""
    return Pause(cause=pause.cause, started_at=pause.started_at, ended_at=pause.ended_at)
