"""Groups of reports out of tallies: which counts the figures need, and the groups that the counts make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from directory.statistics import STILL_OPEN, UNRESOLVED, Group, Outcome, Timeliness
from directory.workdays import WorkCalendar
from indexer.documents import fields
from indexer.documents.paths import EPOCH_DAY
from indexer.query.search import AnyOf, Between, Not
from indexer.query.tallies import Counts, Tally, Value

Key = tuple[Value, ...]
Regroup = Callable[[Key], Key]
NUMBER_OF_TALLIES = 5


def tallies_wanted(by: tuple[str, ...], now: datetime) -> tuple[Tally, ...]:
    """The tallies of which `groups` makes the groups by the fields `by`, as of `now`."""
    instant = int(now.timestamp())
    return (
        Tally((*by, fields.OUTCOME, fields.TIMELINESS, fields.REOPENS, fields.RATING)),
        Tally(by, (Between(fields.DUE_AT, at_most=instant),)),
        Tally((*by, fields.TIMELINESS), (Between(fields.RESOLVE_DUE_AT, at_most=instant),)),
        Tally((*by, fields.RESOLUTION_DAYS), (Between(fields.RESOLUTION_DAYS),)),
        Tally((*by, fields.REPORTED_ON), (AnyOf(fields.OUTCOME, tuple(UNRESOLVED)),)),
    )


def groups(
    counts: Sequence[Counts], regroup: Regroup, calendar: WorkCalendar, now: datetime
) -> Mapping[Key, Group]:
    """The groups, by the keys that `regroup` makes of the values of the fields."""
    standing, overdue, past_limit, resolved, unresolved = counts
    found: dict[Key, Group] = defaultdict(Group)
    for key, (outcome, timeliness, reopens, rating), count in _parted(standing, 4):
        group = found[regroup(key)]
        _count_standing(group, Outcome(outcome), timeliness, bool(reopens), count)
        if rating is not None:
            group.ratings[rating] += count
    for key, _, count in _parted(overdue, 0):
        found[regroup(key)].overdue += count
    for key, (timeliness,), count in _parted(past_limit, 1):
        if timeliness is None:
            found[regroup(key)].timeliness[Timeliness.LATE] += count
    for key, (days,), count in _parted(resolved, 1):
        found[regroup(key)].days[days] += count
    for key, (day,), count in _parted(unresolved, 1):
        found[regroup(key)].days_so_far[days_since(day, calendar, now)] += count
    return found


def _count_standing(
    group: Group, outcome: Outcome, timeliness: str | None, reopened: bool, count: int
) -> None:
    group.outcomes[outcome] += count
    if outcome is Outcome.LEFT_OUT:
        return
    if timeliness is not None:
        group.timeliness[Timeliness(timeliness)] += count
    if reopened:
        group.reopened += count
    if reopened or outcome in (Outcome.CONFIRMED, Outcome.UNANSWERED):
        group.ever_resolved += count


def _parted(counts: Counts, last: int) -> Iterator[tuple[Key, tuple[Any, ...], int]]:
    """Each count with the group's key and the `last` values beside it."""
    for values, count in counts.items():
        end = len(values) - last
        yield values[:end], values[end:], count


def days_since(day: int, calendar: WorkCalendar, now: datetime) -> int:
    """Working days from a day, counted from 1970-01-01, to now."""
    return max(0, calendar.workdays_between(date.fromordinal(EPOCH_DAY + day), now))


def acceptance_tallies(by: tuple[str, ...]) -> tuple[Tally, Tally, Tally]:
    """Days to acceptance, days of assignment of those not yet accepted, and days of report of the open ones."""
    open_ones = AnyOf(fields.OUTCOME, tuple(STILL_OPEN))
    counted = AnyOf(fields.OUTCOME, tuple(each for each in Outcome if each is not Outcome.LEFT_OUT))
    return (
        Tally((*by, fields.ACCEPT_DAYS), (Between(fields.ACCEPT_DAYS), counted)),
        Tally(
            (*by, fields.ASSIGNED_ON),
            (Between(fields.ASSIGNED_ON), Not(Between(fields.ACCEPT_DAYS)), open_ones),
        ),
        Tally((*by, fields.REPORTED_ON), (open_ones,)),
    )
