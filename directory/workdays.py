"""
Working days of the Chinese calendar (工作日): Monday to Friday without the holidays, with the make-up Saturdays and
Sundays (调休上班) of the State Council's yearly notice.

How limits run: the day of receipt is day 0; a limit of n working days ends at 24:00 Asia/Shanghai of the n-th
working day after it. A limit is half-open, `[start, at)`: `at` is the first instant that is too late. Working days
between two dates are those after the first and up to the second, so that counts of adjoining spans add up.
A year whose notice is not published yet is counted Monday to Friday, and what touches it is provisional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from directory.vocabulary import Label

# One zone without summer time since 1992; a fixed offset needs no zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
OFFICIAL = "official"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WEEKDAY = "weekday"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


_WORKED = frozenset({DayKind.WEEKDAY, DayKind.MAKE_UP})


class Day(NamedTuple):
    """One calendar day: its kind, the name of its holiday or make-up day, and whether its year is unpublished."""

    on: date
    kind: DayKind
    label: Label | None
    provisional: bool

    @property
    def is_workday(self) -> bool:
        """Whether the day is worked."""
        return self.kind in _WORKED


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a limit.

    `at` is an aware instant in UTC, `on` the last day in Shanghai; `counted` are the working days of the limit and
    `skipped` the days off between them, in order. `provisional`: a holiday notice still to come may move it.
    """

    at: datetime
    on: date
    provisional: bool
    counted: tuple[Day, ...]
    skipped: tuple[Day, ...]


def local_date(moment: datetime | date) -> date:
    """The date in Shanghai at an instant; a date stays itself. Raises: ValueError, for a naive datetime."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(SHANGHAI).date()


def end_of_day(on: date) -> datetime:
    """24:00 of the day in Shanghai, in UTC: the first instant after it."""
    return datetime.combine(on + _ONE_DAY, time(), SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class WorkYear:
    """One year of the yearly holiday notice of the State Council General Office.

    `days_off` includes weekends inside a holiday block; `make_up_workdays` are working weekends (调休).
    """

    year: int
    status: str
    days_off: Mapping[date, Label]
    make_up_workdays: Mapping[date, Label]


class WorkCalendar:
    """The working days of all years; knows the holidays of those whose notice is published.

    Made from the `work_years` of the reference data.
    """

    def __init__(self, years: Mapping[int, WorkYear]) -> None:
        known = tuple(years.values())
        self._published = frozenset(year.year for year in known if year.status == OFFICIAL)
        self._days_off: Mapping[date, Label] = {
            on: label for year in known for on, label in year.days_off.items()
        }
        self._make_up: Mapping[date, Label] = {
            on: label for year in known for on, label in year.make_up_workdays.items()
        }
        self._counts: dict[int, tuple[int, ...]] = {}

    def day(self, on: date) -> Day:
        """The day with the reason why it is worked or not."""
        provisional = on.year not in self._published
        if label := self._make_up.get(on):
            return Day(on, DayKind.MAKE_UP, label, provisional)
        if label := self._days_off.get(on):
            return Day(on, DayKind.HOLIDAY, label, provisional)
        kind = DayKind.WEEKEND if on.weekday() >= _SATURDAY else DayKind.WEEKDAY
        return Day(on, kind, None, provisional)

    def is_workday(self, on: date) -> bool:
        """Whether the day is worked; `day` says why."""
        return self.day(on).is_workday

    def add_workdays(self, start: datetime | date, n: int) -> Due:
        """The end of a limit of `n` working days that starts at `start`; `n` = 0 ends with the day itself.

        Raises: ValueError, for a negative `n` or a naive datetime.
        """
        if n < 0:
            raise ValueError("a limit has no negative length")
        last = local_date(start)
        days: list[Day] = []
        for day in self._days_after(last):
            if n == 0:
                break
            days.append(day)
            if day.is_workday:
                last, n = day.on, n - 1
        return Due(
            at=end_of_day(last),
            on=last,
            provisional=any(day.provisional for day in days),
            counted=tuple(day for day in days if day.is_workday),
            skipped=tuple(day for day in days if not day.is_workday),
        )

    def workdays_between(self, after: datetime | date, until: datetime | date) -> int:
        """The working days after the first date and up to the second, dates taken in Shanghai.

        Negative when `until` lies before `after`; additive: (a, b) and (b, c) make (a, c).
        """
        first, last = local_date(after), local_date(until)
        if last < first:
            return -self.workdays_between(last, first)
        whole_years = sum(self._counted(year)[-1] for year in range(first.year, last.year))
        return whole_years + self._up_to(last) - self._up_to(first)

    def workdays_left(self, now: datetime, due_at: datetime) -> int:
        """The working days from tomorrow to the last day of the limit: 0 on the last day, negative once overdue.

        `due_at` is the `at` of a `Due`. An overdue limit counts at least -1, on a weekend too.
        """
        last = local_date(due_at - timedelta(microseconds=1))
        if now < due_at:
            return self.workdays_between(now, last)
        return min(-1, -self.workdays_between(last, now))

    def latest_start(self, now: datetime, n: int) -> date:
        """The latest day after which `n` whole working days have passed: the latest one with a limit that is over.

        The inverse of `add_workdays`: `add_workdays(day, n).at <= now` for this day and all before it.
        """
        day = local_date(now) - _ONE_DAY
        while n > 0:
            n -= self.is_workday(day)
            day -= _ONE_DAY
        return day

    def latest_end(self, now: datetime, n: int) -> date:
        """The latest day that is at most `n` working days away: the last day of limits with `n` or fewer days left."""
        last = local_date(now)
        for day in self._days_after(last):
            if day.is_workday:
                n -= 1
            if n < 0:
                break
            last = day.on
        return last

    @property
    def published(self) -> frozenset[int]:
        """The years whose holiday notice is published."""
        return self._published

    def _days_after(self, on: date) -> Iterator[Day]:
        while True:
            on += _ONE_DAY
            yield self.day(on)

    def _up_to(self, on: date) -> int:
        """The working days of the date's year up to and with the date."""
        return self._counted(on.year)[on.timetuple().tm_yday - 1]

    def _counted(self, year: int) -> tuple[int, ...]:
        """Running counts of the year's working days, one for each day; kept, for lists ask for many spans."""
        if year not in self._counts:
            days = takewhile(lambda day: day.on.year == year, self._days_after(date(year, 1, 1) - _ONE_DAY))
            self._counts[year] = tuple(accumulate(int(day.is_workday) for day in days))
        return self._counts[year]
