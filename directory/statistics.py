"""
Honest figures on reports (堵点统计): what is counted, as what, and the figures made of the counts. Pure.

Every report has one outcome. A claim is no resolution, silence is no confirmation: the four words of a claim are four
counts and never added together. What was rejected, merged or withdrawn says nothing on how fast obstacles go away, so
it is in no figure but its own count; closed as unresolved is in all of them, and never resolved.

Days are working days from the report on (gross: no pause, return or transfer stops them), by the calendar of the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from directory.deadlines import Stage, running_of, was_missed
from directory.disclosure import LEAST_COMPARED, published
from directory.entities import Blockage
from directory.moves import Action, Side
from directory.states import OPEN_STATUSES, BlockageStatus, ResolutionState
from directory.survival import MEDIAN, NINE_TENTHS, Durations, days_until
from directory.workdays import WorkCalendar


class Outcome(StrEnum):
    """What has become of a report, one for each; OPEN, CLAIMED and CONTESTED ones are still followed up."""

    OPEN = "open"
    CLAIMED = "claimed"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    UNANSWERED = "unanswered"
    CLOSED_UNRESOLVED = "closed_unresolved"
    LEFT_OUT = "left_out"


class Timeliness(StrEnum):
    """Whether the limit for a resolution was kept; without a word while that is open."""

    ON_TIME = "on_time"
    LATE = "late"


STILL_OPEN = (Outcome.OPEN, Outcome.CLAIMED, Outcome.CONTESTED)
RESOLVED = (Outcome.CONFIRMED, Outcome.UNANSWERED)
UNRESOLVED = (*STILL_OPEN, Outcome.CLOSED_UNRESOLVED)
_NOT_AGENCIES = frozenset({Side.TRIAGE.value, Side.REPORTER.value})


def outcome_of(blockage: Blockage) -> Outcome:
    """What has become of the report.

    CONTESTED: the last claim was disputed or the report reopened, and no new claim was made since. An open report whose
    last claim was a confirmed part is OPEN: its rest is not resolved.
    """
    last = blockage.resolutions[-1].state if blockage.resolutions else None
    if blockage.status is BlockageStatus.RESOLVED:
        return Outcome.CONFIRMED if last is ResolutionState.CONFIRMED else Outcome.UNANSWERED
    if blockage.status is BlockageStatus.CLOSED_UNRESOLVED:
        return Outcome.CLOSED_UNRESOLVED
    if blockage.status not in OPEN_STATUSES:
        return Outcome.LEFT_OUT
    if blockage.status is BlockageStatus.RESOLUTION_PROPOSED:
        return Outcome.CLAIMED
    return Outcome.CONTESTED if last is ResolutionState.CONTESTED else Outcome.OPEN


def timeliness_of(blockage: Blockage) -> Timeliness | None:
    """Whether every limit for a resolution was kept; None while one still runs or none was set.

    Late for good with the first one missed, and when nothing was resolved in the end.
    """
    limits = [each for each in blockage.deadlines if each.stage == Stage.RESOLVE]
    if any(each.met_at is not None and was_missed(each, each.met_at) for each in limits):
        return Timeliness.LATE
    outcome = outcome_of(blockage)
    if outcome is Outcome.CLOSED_UNRESOLVED:
        return Timeliness.LATE
    return Timeliness.ON_TIME if outcome in RESOLVED and limits else None


def resolve_limit(blockage: Blockage) -> datetime | None:
    """The first instant that is too late for a resolution, while that limit runs."""
    running = running_of(blockage.deadlines, Stage.RESOLVE)
    return running.due_at if running else None


def days_to_resolution(blockage: Blockage, calendar: WorkCalendar) -> int | None:
    """Working days from the report to its close, for one that was resolved."""
    if outcome_of(blockage) not in RESOLVED or blockage.closed_at is None:
        return None
    return calendar.workdays_between(blockage.reported_at, blockage.closed_at)


@dataclass(frozen=True, slots=True)
class Assignment:
    """When the present agency was given the report, and when it took it on, if it did."""

    at: datetime
    accepted_at: datetime | None


def last_assignment(blockage: Blockage) -> Assignment | None:
    """The latest assignment or transfer that stands; None without an agency."""
    given = taken = None
    for step in blockage.timeline:
        if step.action in (Action.ASSIGN, Action.TRANSFER):
            given, taken = step.at, None
        elif step.action == Action.ACCEPT:
            taken = step.at
    return Assignment(given, taken) if given is not None and blockage.agency is not None else None


def former_agencies(blockage: Blockage) -> tuple[str, ...]:
    """The agencies that had the report and handed it on or back (转出), each once."""
    holders = dict.fromkeys(each.holder for each in blockage.holdings)
    return tuple(holder for holder in holders if holder not in _NOT_AGENCIES and holder != blockage.agency)


def rating_of(blockage: Blockage) -> int | None:
    """The reporter's rating, 1 to 5, of the resolution that was confirmed."""
    return blockage.resolutions[-1].rating if outcome_of(blockage) is Outcome.CONFIRMED else None


@dataclass(slots=True)
class Group:
    """The counts that the figures of one group of reports are made of."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    overdue: int = 0
    timeliness: Counter[Timeliness] = field(default_factory=Counter)
    ratings: Counter[int] = field(default_factory=Counter)
    reopened: int = 0
    ever_resolved: int = 0
    days: Counter[int] = field(default_factory=Counter)
    days_so_far: Counter[int] = field(default_factory=Counter)

    @property
    def reported(self) -> int:
        """All reports but those left out."""
        return sum(self.outcomes.values()) - self.outcomes[Outcome.LEFT_OUT]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group; `messages/statistics.py` says each in words. Rates are from 0 to 1.

    `withheld` is the key of the reason why medians, rates and ratings are not given; None where they are.
    """

    reported: int
    open: int
    overdue: int
    closed_unresolved: int
    claimed: int
    confirmed: int
    contested: int
    unanswered: int
    left_out: int
    median_days: int | None
    p90_days: int | None
    on_time_rate: float | None
    confirmation_rate: float | None
    reopen_rate: float | None
    mean_rating: float | None
    withheld: str | None


TOO_FEW_TO_COMPARE = "statistics.too_few_to_compare"
TOO_FEW_TO_SHOW = "statistics.too_few_to_show"


def figures(group: Group, *, exact: bool, compares: bool = False) -> Figures:
    """The figures of a group. `exact`: for those who may see single cases; `compares`: the groups are agencies."""
    say = _as_it_is if exact else published
    withheld = _withheld(group.reported, exact=exact, compares=compares)
    outcomes = group.outcomes
    told = withheld is None
    spans = Durations(group.days, group.days_so_far)
    return Figures(
        reported=say(group.reported),
        open=say(sum(outcomes[each] for each in STILL_OPEN)),
        overdue=say(group.overdue),
        closed_unresolved=say(outcomes[Outcome.CLOSED_UNRESOLVED]),
        claimed=say(outcomes[Outcome.CLAIMED]),
        confirmed=say(outcomes[Outcome.CONFIRMED]),
        contested=say(outcomes[Outcome.CONTESTED]),
        unanswered=say(outcomes[Outcome.UNANSWERED]),
        left_out=say(outcomes[Outcome.LEFT_OUT]),
        median_days=days_until(spans, MEDIAN) if told else None,
        p90_days=days_until(spans, NINE_TENTHS) if told else None,
        on_time_rate=_on_time(group, exact=exact) if told else None,
        confirmation_rate=_confirmation(group, exact=exact) if told else None,
        reopen_rate=_reopening(group, exact=exact) if told else None,
        mean_rating=mean_rating(group.ratings, exact=exact) if told else None,
        withheld=withheld,
    )


def _as_it_is(count: int) -> int:
    return count


def _withheld(reported: int, *, exact: bool, compares: bool) -> str | None:
    if not exact:
        return None if published(reported) > LEAST_COMPARED else TOO_FEW_TO_SHOW
    return TOO_FEW_TO_COMPARE if compares and reported < LEAST_COMPARED else None


def _share(part: int, rest: int, *, exact: bool) -> float | None:
    """The part of both together; for those who are shown no single cases only where both are told."""
    if exact:
        return part / (part + rest) if part + rest else None
    part, rest = published(part), published(rest)
    return part / (part + rest) if part and rest else None


def _on_time(group: Group, *, exact: bool) -> float | None:
    return _share(group.timeliness[Timeliness.ON_TIME], group.timeliness[Timeliness.LATE], exact=exact)


def _confirmation(group: Group, *, exact: bool) -> float | None:
    """Confirmed claims among those on which the word, or the silence, of the reporter is known."""
    others = group.outcomes[Outcome.CONTESTED] + group.outcomes[Outcome.UNANSWERED]
    return _share(group.outcomes[Outcome.CONFIRMED], others, exact=exact)


def _reopening(group: Group, *, exact: bool) -> float | None:
    return _share(group.reopened, group.ever_resolved - group.reopened, exact=exact)


def mean_rating(ratings: Mapping[int, int], *, exact: bool) -> float | None:
    """The mean; to one decimal, and of more than a few, for those who are shown no single cases."""
    rated = sum(ratings.values())
    if not rated or not (exact or published(rated) > LEAST_COMPARED):
        return None
    mean = sum(rating * count for rating, count in ratings.items()) / rated
    return mean if exact else round(mean, 1)
