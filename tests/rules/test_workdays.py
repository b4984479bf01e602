"""Working days with the holidays and make-up days of the State Council's notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.workdays import SHANGHAI, DayKind, WorkCalendar, end_of_day, local_date
from seeds.reference import load_reference

CALENDAR = WorkCalendar(load_reference().work_years)

# Past the last published year too: the rules must hold for provisional counts.
dates = st.dates(date(2019, 6, 1), date(2028, 6, 1))
limits = st.integers(0, 60)


@pytest.mark.parametrize(
    ("on", "kind", "label"),
    [
        (date(2026, 2, 13), DayKind.WEEKDAY, None),
        (date(2026, 2, 14), DayKind.MAKE_UP, "春节调休上班"),
        (date(2026, 2, 15), DayKind.HOLIDAY, "春节"),
        (date(2026, 2, 17), DayKind.HOLIDAY, "春节"),
        (date(2026, 3, 1), DayKind.WEEKEND, None),
        (date(2025, 10, 6), DayKind.HOLIDAY, "中秋节"),
        (date(2025, 9, 28), DayKind.MAKE_UP, "国庆节调休上班"),
    ],
)
def test_each_day_says_why_it_is_worked_or_not(on: date, kind: DayKind, label: str | None) -> None:
    """A Sunday inside a holiday block is holiday, a make-up Saturday is work."""
    day = CALENDAR.day(on)

    assert day.kind is kind
    assert (day.label and day.label.zh) == label
    assert day.is_workday is CALENDAR.is_workday(on) is (kind in (DayKind.WEEKDAY, DayKind.MAKE_UP))


@pytest.mark.parametrize(
    ("received", "limit", "last"),
    [
        # Spring Festival 2026: off 15 to 23 February, Saturdays 14 and 28 worked.
        (date(2026, 2, 12), 1, date(2026, 2, 13)),
        (date(2026, 2, 12), 2, date(2026, 2, 14)),
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 2, 12), 7, date(2026, 2, 28)),
        (date(2026, 2, 12), 8, date(2026, 3, 2)),
        (date(2026, 2, 18), 1, date(2026, 2, 24)),
        # National Day and Mid-autumn 2025: off 1 to 8 October, Sunday 28 September and Saturday 11 October worked.
        (date(2025, 9, 26), 1, date(2025, 9, 28)),
        (date(2025, 9, 26), 3, date(2025, 9, 30)),
        (date(2025, 9, 26), 4, date(2025, 10, 9)),
        (date(2025, 9, 26), 6, date(2025, 10, 11)),
        (date(2025, 9, 26), 7, date(2025, 10, 13)),
        (date(2025, 9, 30), 2, date(2025, 10, 10)),
        # Labour Day 2026: off 1 to 5 May, Saturday 9 worked; a limit of no days ends with the day itself.
        (date(2026, 4, 30), 4, date(2026, 5, 9)),
        (date(2026, 5, 2), 0, date(2026, 5, 2)),
        # New Year 2026: off 1 to 3 January, Sunday 4 worked.
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        # No holiday near: two weeks.
        (date(2026, 7, 6), 10, date(2026, 7, 20)),
    ],
)
def test_limits_worked_by_hand(received: date, limit: int, last: date) -> None:
    """The day of receipt is day 0, whatever day it is."""
    due = CALENDAR.add_workdays(received, limit)

    assert due.on == last
    assert not due.provisional


def test_a_limit_ends_at_midnight_in_shanghai() -> None:
    """24:00 in Shanghai is 16:00 in UTC of the same day."""
    due = CALENDAR.add_workdays(datetime(2026, 2, 12, 9, 30, tzinfo=SHANGHAI), 5)

    assert due.at == datetime(2026, 2, 26, 16, tzinfo=UTC)
    assert due.at.tzinfo is UTC


def test_the_day_of_receipt_is_that_of_shanghai() -> None:
    """17:00 in UTC is the next day there."""
    evening = datetime(2026, 7, 6, 17, tzinfo=UTC)

    assert local_date(evening) == date(2026, 7, 7)
    assert CALENDAR.add_workdays(evening, 1).on == date(2026, 7, 8)


def test_a_limit_explains_itself() -> None:
    """Counted days and skipped days, each with its reason, lie between receipt and the last day."""
    due = CALENDAR.add_workdays(date(2026, 2, 12), 3)

    assert [day.on.day for day in due.counted] == [13, 14, 24]
    assert [day.on.day for day in due.skipped] == list(range(15, 24))
    assert {day.label.zh for day in due.skipped if day.label} == {"春节"}


def test_a_year_without_notice_is_counted_monday_to_friday_and_provisional() -> None:
    """New Year 2027 is not announced yet: 1 January counts for now."""
    due = CALENDAR.add_workdays(date(2026, 12, 30), 3)

    assert due.on == date(2027, 1, 4)
    assert due.provisional
    assert not CALENDAR.add_workdays(date(2026, 12, 30), 1).provisional


def test_without_any_notice_there_are_only_weekends() -> None:
    """An empty calendar still answers."""
    due = WorkCalendar({}).add_workdays(date(2026, 2, 12), 5)

    assert due.on == date(2026, 2, 19)
    assert due.provisional


@pytest.mark.parametrize("start", [datetime(2026, 1, 1), date(2026, 1, 1)])
def test_impossible_limits_are_refused(start: date) -> None:
    """A naive instant has no date in Shanghai; a limit is not negative."""
    with pytest.raises(ValueError, match=r"time zone|negative"):
        CALENDAR.add_workdays(start, -1 if not isinstance(start, datetime) else 1)


@pytest.mark.parametrize(
    ("after", "until", "count"),
    [
        (date(2026, 2, 12), date(2026, 2, 12), 0),
        (date(2026, 2, 12), date(2026, 2, 26), 5),
        (date(2026, 2, 26), date(2026, 2, 12), -5),
        (date(2026, 2, 14), date(2026, 2, 23), 0),
        (date(2024, 12, 31), date(2025, 12, 31), 248),
        (date(2023, 12, 31), date(2025, 12, 31), 499),
    ],
)
def test_working_days_between_two_dates(after: date, until: date, count: int) -> None:
    """After the first and up to the second; 2025 has 248 working days, 2024 has 251."""
    assert CALENDAR.workdays_between(after, until) == count


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 2, 12, 10, tzinfo=SHANGHAI), 5),
        (datetime(2026, 2, 20, 10, tzinfo=SHANGHAI), 3),
        (datetime(2026, 2, 26, 0, 0, tzinfo=SHANGHAI), 0),
        (datetime(2026, 2, 26, 23, 59, 59, tzinfo=SHANGHAI), 0),
        (datetime(2026, 2, 27, 0, 0, tzinfo=SHANGHAI), -1),
        (datetime(2026, 2, 28, 12, tzinfo=SHANGHAI), -2),
        (datetime(2026, 3, 1, 12, tzinfo=SHANGHAI), -2),
    ],
)
def test_days_left_of_a_limit(now: datetime, left: int) -> None:
    """0 on the last day until its last second; negative from midnight on."""
    due = CALENDAR.add_workdays(date(2026, 2, 12), 5)

    assert CALENDAR.workdays_left(now, due.at) == left


def test_an_overdue_limit_is_negative_on_the_weekend_after_it() -> None:
    """Due on a Friday, seen on Saturday: overdue, though no working day has passed."""
    due = CALENDAR.add_workdays(date(2026, 7, 9), 1)

    assert CALENDAR.workdays_left(datetime(2026, 7, 11, 12, tzinfo=SHANGHAI), due.at) == -1


@given(dates, limits)
def test_the_last_day_is_the_nth_working_day(start: date, n: int) -> None:
    """Adding and counting agree, and the last day of a limit is worked."""
    due = CALENDAR.add_workdays(start, n)

    assert CALENDAR.workdays_between(start, due.on) == n == len(due.counted)
    assert n == 0 or CALENDAR.is_workday(due.on)


@given(dates, limits)
def test_counted_and_skipped_days_are_all_the_days_of_the_limit(start: date, n: int) -> None:
    """No day is lost and none is told twice."""
    due = CALENDAR.add_workdays(start, n)

    told = sorted(day.on for day in (*due.counted, *due.skipped))
    assert told == [start + timedelta(days=1 + index) for index in range((due.on - start).days)]


@given(dates, limits, limits)
def test_limits_add_up(start: date, n: int, m: int) -> None:
    """n days and then m days end when n + m days do."""
    assert (
        CALENDAR.add_workdays(CALENDAR.add_workdays(start, n).on, m).at
        == CALENDAR.add_workdays(start, n + m).at
    )


@given(dates, limits)
def test_a_longer_or_later_limit_never_ends_earlier(start: date, n: int) -> None:
    """Monotone in both."""
    due = CALENDAR.add_workdays(start, n)

    assert due.at < CALENDAR.add_workdays(start, n + 1).at
    assert due.at <= CALENDAR.add_workdays(start + timedelta(days=1), n).at


@given(dates, dates, dates)
def test_spans_add_up(a: date, b: date, c: date) -> None:
    """In whatever order the dates lie."""
    between = CALENDAR.workdays_between

    assert between(a, b) + between(b, c) == between(a, c)


@given(dates, dates)
def test_spans_are_counted_day_by_day(a: date, b: date) -> None:
    """The kept running counts agree with looking at each day."""
    first, last = sorted((a, b))
    days = (first + timedelta(days=1 + index) for index in range((last - first).days))

    assert CALENDAR.workdays_between(first, last) == sum(map(CALENDAR.is_workday, days))


@given(dates, st.integers(1, 40), st.datetimes(datetime(2019, 6, 1), datetime(2028, 6, 1)))
def test_negative_days_left_mean_overdue_and_nothing_else_does(start: date, n: int, naive: datetime) -> None:
    """The sign is the verdict."""
    due, now = CALENDAR.add_workdays(start, n), naive.replace(tzinfo=UTC)

    assert (CALENDAR.workdays_left(now, due.at) < 0) is (now >= due.at)


@given(dates)
def test_a_day_ends_when_the_next_begins(on: date) -> None:
    """`end_of_day` is the first instant of the next day in Shanghai."""
    assert local_date(end_of_day(on)) == on + timedelta(days=1)
    assert local_date(end_of_day(on) - timedelta(microseconds=1)) == on
