"""Days until a resolution, with those that still wait for one."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.survival import MEDIAN, NINE_TENTHS, Durations, days_until, survival

some_days = st.lists(st.integers(0, 12), max_size=25)


def durations(finished: list[int], unfinished: list[int]) -> Durations:
    """Durations as lists of days, one for each report."""
    return Durations(Counter(finished), Counter(unfinished))


def by_the_book(finished: list[int], unfinished: list[int], day: int) -> Fraction:
    """The share that takes longer than `day`: a product over all days, of those still there and not finished on it."""
    share = Fraction(1)
    for each in range(day + 1):
        there = sum(days >= each for days in [*finished, *unfinished])
        if there:
            share *= 1 - Fraction(finished.count(each), there)
    return share


def test_the_textbook_example_is_met() -> None:
    """
    Weeks of remission of 21 patients under 6-MP, 12 of them censored: the example of most textbooks.

    Source: Freireich et al., Blood 21, 1963, 699-716; the estimate as in Collett, Modelling Survival Data, ch. 2.
    """
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    told = durations(relapsed, censored)

    estimate = {day: round(float(share), 4) for day, share in survival(told)}

    assert estimate == {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert days_until(told, MEDIAN) == 23
    assert days_until(told, NINE_TENTHS) is None


@given(some_days, some_days)
def test_the_estimate_is_that_of_the_definition(finished: list[int], unfinished: list[int]) -> None:
    """Whatever is drawn, ties and censoring on the same day among it."""
    for day, share in survival(durations(finished, unfinished)):
        assert share == by_the_book(finished, unfinished, day)


@given(some_days, some_days, st.sampled_from([MEDIAN, NINE_TENTHS]))
def test_the_first_day_that_reaches_the_part_is_given(
    finished: list[int], unfinished: list[int], part: Fraction
) -> None:
    """And none where no day reaches it."""
    reaching = [day for day in range(13) if 1 - by_the_book(finished, unfinished, day) >= part]
    assert days_until(durations(finished, unfinished), part) == (reaching[0] if reaching else None)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=25))
def test_without_censoring_it_is_the_plain_median(finished: list[int]) -> None:
    """The lower one, where two stand in the middle."""
    assert days_until(durations(finished, []), MEDIAN) == sorted(finished)[(len(finished) - 1) // 2]


@given(some_days, some_days, st.integers(13, 40))
def test_an_agency_that_leaves_a_report_lying_never_looks_faster(
    finished: list[int], unfinished: list[int], age: int
) -> None:
    """One more old open report makes the median later, or unknown, never earlier."""
    before = days_until(durations(finished, unfinished), MEDIAN)
    after = days_until(durations(finished, [*unfinished, age]), MEDIAN)
    assert after is None or (before is not None and after >= before)


@pytest.mark.parametrize("unfinished", [[], [3, 40]])
def test_an_agency_that_closes_nothing_has_no_median(unfinished: list[int]) -> None:
    """Nor has one without reports."""
    assert days_until(durations([], unfinished), MEDIAN) is None
